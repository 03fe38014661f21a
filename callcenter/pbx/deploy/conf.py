"""Reads the text of Asterisk's configuration files, to know what Asterisk should make of them."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

_SECTION = re.compile(r"\[([^\]]+)\](?:\(([^)]*)\))?")
_COMMENT = re.compile(r"(?<!\\);.*")
_EXTENSION = re.compile(r"\s*(?P<exten>[^,]+?)\s*,\s*(?P<priority>[^,]*?)\s*,\s*(?P<app>.*)", re.S)
_SAME = re.compile(r"\s*(?P<priority>[^,]*?)\s*,\s*(?P<app>.*)", re.S)
_NO_CONTEXTS = {"general", "globals"}


@dataclass(frozen=True, slots=True)
class Option:
    """A line `key = value`, and where it stands."""

    key: str
    value: str
    line: int


@dataclass(frozen=True, slots=True)
class Section:
    """A `[name]` with its own options and those of the templates it names, in Asterisk's order."""

    name: str
    line: int
    template: bool
    options: tuple[Option, ...]

    def get(self, key: str) -> str:
        """The last value of an option, which is the one that counts; empty where it is not set."""
        return next((o.value for o in reversed(self.options) if o.key == key), "")


@dataclass(frozen=True, slots=True)
class Step:
    """One priority of the dialplan. A hint's application is the devices it shows."""

    context: str
    exten: str
    hint: bool
    app: str
    data: str
    line: int


def sections(text: str) -> list[Section]:
    """The sections of a file; templates are among them, marked as such."""
    found: dict[str, Section] = {}
    result: list[Section] = []
    for name, marks, line, own in _blocks(text):
        bases = [found[base] for base in marks if base in found]
        inherited = tuple(option for base in bases for option in base.options)
        section = Section(name, line, "!" in marks, inherited + own)
        found[name] = section
        result.append(section)
    return result


def objects(text: str, kind: str) -> dict[str, Section]:
    """The sections of pjsip.conf of one type, such as `endpoint`, by name."""
    return {s.name: s for s in sections(text) if not s.template and s.get("type") == kind}


def steps(text: str) -> list[Step]:
    """The priorities of a dialplan, in the order they stand in the file."""
    result: list[Step] = []
    for name, _, _, own in _blocks(text):
        if name not in _NO_CONTEXTS:
            result += _steps_of(name, own)
    return result


def contexts(text: str) -> set[str]:
    """Names of the dialplan's contexts."""
    return {name for name, _, _, _ in _blocks(text)} - _NO_CONTEXTS


def priorities(text: str) -> Counter[tuple[str, str]]:
    """(context, extension) -> how many priorities and hints it has."""
    return Counter((step.context, step.exten) for step in steps(text))


def line_of(text: str, number: int) -> str:
    """A line of a file, counted from 1; empty where there is none."""
    lines = text.splitlines()
    return lines[number - 1].strip() if 0 < number <= len(lines) else ""


def changed(old: Mapping[str, str], new: Mapping[str, str]) -> list[str]:
    """Names of the files that differ, are new or are gone, in alphabetical order."""
    return sorted(name for name in old.keys() | new.keys() if old.get(name) != new.get(name))


def _blocks(text: str) -> Iterator[tuple[str, list[str], int, tuple[Option, ...]]]:
    """(name, marks in brackets, line, own options) of each section."""
    name, marks, start, options = "", [""], 0, list[Option]()
    for number, raw in enumerate(text.splitlines(), 1):
        line = _COMMENT.sub("", raw).strip()
        if header := _SECTION.match(line):
            if start:
                yield name, marks, start, tuple(options)
            name, start, options = header[1], number, []
            marks = [mark.strip() for mark in (header[2] or "").split(",")]
        elif "=" in line:
            key, _, value = line.partition("=")
            value = value.removeprefix(">").strip().replace("\\;", ";")
            options.append(Option(key.strip().lower(), value, number))
    if start:
        yield name, marks, start, tuple(options)


def _steps_of(context: str, options: tuple[Option, ...]) -> Iterator[Step]:
    exten = ""
    for option in options:
        pattern = {"exten": _EXTENSION, "same": _SAME}.get(option.key)
        match = pattern.fullmatch(option.value) if pattern else None
        if match is None:
            continue
        exten = match.groupdict().get("exten", exten)
        app, _, data = match["app"].partition("(")
        hint = match["priority"] == "hint"
        yield Step(context, exten, hint, app.strip(), data.removesuffix(")"), option.line)
