"""Journal files: numbered, checksummed JSON lines, `crc32 {"n":…,"type":…,"value":…}`.

A file is named by the number of its first fact and begins with a snapshot, so that whatever
stands in older files need not be read to go on.
"""

import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, get_args
from zlib import crc32

from pydantic_core import from_json

from callcenter.records.journal.codec import CodecError, Json, decode, decoder, encode
from callcenter.records.journal.facts import JournalFact
from callcenter.records.journal.numbers import each_number
from callcenter.records.journal.state import Snapshot
from callcenter.records.personal.numbers import ENCRYPTED, PLAIN, Form, Numbers

_DECODERS = {kind.__name__: decoder(kind) for kind in get_args(JournalFact)}


_SEALED = ENCRYPTED.encode()


class JournalError(Exception):
    """The journal can't be read or written; the text tells the remedy."""


class BadLine(ValueError):
    """A line is incomplete, or its checksum does not fit."""


class Entry(NamedTuple):
    """A fact and its number; numbers rise by one."""

    n: int
    fact: JournalFact


@dataclass(frozen=True, slots=True)
class Head:
    """First line of a file: the journal's identity, and the state before the file's first fact."""

    journal: str
    n: int
    """Number of the last fact before this file."""
    at: float
    state: Snapshot


def pack(n: int, fact: JournalFact, numbers: Numbers = PLAIN) -> bytes:
    """One line."""
    return line_of(_kept(n, type(fact).__name__, encode(fact), numbers))


def pack_head(head: Head, numbers: Numbers = PLAIN) -> bytes:
    return line_of(_kept(head.n, "Head", encode(head), numbers))


def _kept(n: int, kind: str, value: Json, numbers: Numbers) -> dict[str, Json]:
    if numbers.form is not Form.PLAIN:
        value = each_number(value, numbers.kept)
    return {"n": n, "type": kind, "value": value}


def unpack(line: bytes, numbers: Numbers = PLAIN) -> Entry:
    """The fact of a line. Raises BadLine, or CodecError for a fact we do not know."""
    body = checked(line)
    kind, value = body["type"], body["value"]
    if _SEALED in line:
        value = each_number(value, numbers.opened)
    decode_value = _DECODERS.get(kind)
    if decode_value is None:
        raise CodecError("type", f"one of {sorted(_DECODERS)}", kind)
    return Entry(body["n"], decode_value(value))


def unpack_head(line: bytes, numbers: Numbers = PLAIN) -> Head:
    """The head of a file. Raises BadLine or CodecError."""
    head = decode(Head, _opened(line, numbers)["value"])
    assert isinstance(head, Head)  # noqa: S101  decode returns what it is asked for
    return head


def read_head(path: Path) -> Head:
    """The head of a file. Raises JournalError where it is damaged."""
    with path.open("rb") as file:
        try:
            return unpack_head(file.readline())
        except (BadLine, CodecError) as wrong:
            raise JournalError(f"{path}, line 1 is damaged: {wrong}") from wrong


def is_whole(line: bytes) -> bool:
    """True when the line is complete and its checksum fits."""
    return line[:9] == b"%08x " % crc32(line[9:-1]) and line[-1:] == b"\n"


def segments(folder: Path) -> list[Path]:
    """The journal's files, oldest first."""
    return sorted(folder.glob("journal-*.jsonl"))


def segment_name(first: int) -> str:
    return f"journal-{first:012d}.jsonl"


def first_of(path: Path) -> int:
    """Number of the first fact that the file holds or will hold."""
    return int(path.stem.removeprefix("journal-"))


def line_of(body: dict[str, Json]) -> bytes:
    """A line that holds this."""
    # ASCII escapes: any text, even a lone surrogate from a broken phone, can be written.
    text = json.dumps(body, separators=(",", ":")).encode("ascii")
    return b"%08x %s\n" % (crc32(text), text)


def _opened(line: bytes, numbers: Numbers) -> dict[str, Json]:
    body = checked(line)
    if _SEALED in line:
        body["value"] = each_number(body["value"], numbers.opened)
    return body


def checked(line: bytes) -> dict[str, Json]:
    """What a line holds, as it is written. Raises BadLine."""
    text = line[9:-1]
    # As `is_whole` has it: each line of a journal comes by here.
    if line[:9] != b"%08x " % crc32(text) or line[-1:] != b"\n":
        raise BadLine(f"{line[:60]!r}")
    try:
        body = from_json(text)
    except ValueError:
        # A lone surrogate, which only the library's own parser takes.
        body = json.loads(text)
    assert isinstance(body, dict)  # noqa: S101  the checksum says that we wrote it
    return body


class JournalReader:
    """Reads facts after a position, in order, while the journal is being written.

    Only whole lines are taken; a line that is being written is taken next time.
    """

    def __init__(self, folder: Path, after: int = 0, numbers: Numbers = PLAIN) -> None:
        self.position = after
        self._numbers = numbers
        self._folder = folder
        self._segment: Path | None = None
        self._offset = 0

    def read(self, limit: int = 1000, upto: int | None = None) -> list[Entry]:
        """At most `limit` facts, none numbered above `upto`; empty when there is nothing new.

        Raises JournalError where a line in the middle is damaged.
        """
        entries: list[Entry] = []
        while len(entries) < limit and (segment := self._next_segment()):
            before = len(entries)
            self._lines(segment, entries, limit, math.inf if upto is None else upto)
            if len(entries) == before and segment == self._next_segment():
                break
        return entries

    def _next_segment(self) -> Path | None:
        """The file that holds the next fact; the oldest one where that was removed."""
        files = segments(self._folder)
        holding = [f for f in files if first_of(f) <= self.position + 1]
        chosen = holding[-1] if holding else (files[0] if files else None)
        if chosen != self._segment:
            self._segment, self._offset = chosen, 0
        return chosen

    def _lines(self, segment: Path, entries: list[Entry], limit: int, upto: float) -> None:
        with segment.open("rb") as file:
            file.seek(self._offset)
            for line in file:
                if len(entries) == limit or line[-1:] != b"\n":
                    return
                if self._offset:
                    try:
                        entry = unpack(line, self._numbers)
                    except (BadLine, CodecError) as wrong:
                        raise self._damaged(segment, wrong) from wrong
                    if entry.n > upto:
                        return
                    if entry.n > self.position:
                        self.position = entry.n
                        entries.append(entry)
                self._offset += len(line)

    def _damaged(self, segment: Path, wrong: Exception) -> JournalError:
        line = line_at(segment, self._offset)
        return JournalError(f"{segment}, line {line} is damaged (byte {self._offset}): {wrong}")


def line_at(path: Path, offset: int) -> int:
    """Number of the line that begins at that byte, from 1."""
    with path.open("rb") as file:
        return file.read(offset).count(b"\n") + 1
