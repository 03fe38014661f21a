"""Reads a configuration file as Asterisk's config.c does, and refuses what it would warn of."""

from typing import NamedTuple


class Entry(NamedTuple):
    """A section, where key is empty, or one `key = value` of a section."""

    section: str
    key: str = ""
    value: str = ""


def read_conf(text: str) -> list[Entry]:
    """The sections and their keys in order. Raises ValueError for a line that is neither."""
    entries: list[Entry] = []
    section = ""
    for raw in text.encode().split(b"\n"):
        assert len(raw) < 8190, "Asterisk skips such a long line"
        line = _without_comment(raw.decode()).strip(" \t\r\v\f\0")
        if not line:
            continue
        if line.startswith("["):
            name, _, _ = line[1:].partition("]")
            section = line
            entries.append(Entry(name))
            continue
        key, found, value = line.partition("=")
        if not found or not section or line.startswith("#"):
            raise ValueError(f"Asterisk cannot read {line!r}")
        entries.append(Entry(section, key.strip(), value.removeprefix(">").strip()))
    return entries


def _without_comment(line: str) -> str:
    kept = ""
    for place, character in enumerate(line):
        if character == ";" and not line[:place].endswith("\\"):
            return kept
        if character == ";":
            kept = kept[:-1]
        kept += character
    return kept
