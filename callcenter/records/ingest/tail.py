"""Reads on in a file that others write, rename and cut: Asterisk's event file."""

import logging
import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from callcenter.records.journal.facts import FilePlace

_log = logging.getLogger(__name__)


class TailLine(NamedTuple):
    """A whole row and where it stands."""

    text: str
    begins: FilePlace
    ends: FilePlace


def follow(path: Path, place: FilePlace) -> Iterator[TailLine]:
    """The whole rows from `place` to the end of what is written now.

    A file that was renamed meanwhile (`callcenter.csv.1`) is read to its end, then those that
    came after it, then `path`. What can't be found again is said, and reading begins with `path`.
    """
    for file, offset in _files(path, place):
        yield from _lines(file, offset)


def is_there(path: Path, place: FilePlace) -> bool:
    """True while the file of this place exists, under whatever name, and was not cut."""
    return any(
        file.stat().st_ino == place.inode and file.stat().st_size >= place.offset
        for file in chain(path)
    )


def chain(path: Path) -> list[Path]:
    """The file and what it was before it was renamed, oldest first."""
    if not path.exists():
        return []
    renamed = sorted(path.parent.glob(f"{path.name}.*"), key=lambda f: f.stat().st_mtime_ns)
    return [*(f for f in renamed if f.suffix not in (".gz", ".xz", ".zst")), path]


def _files(path: Path, place: FilePlace) -> list[tuple[Path, int]]:
    """Files to read, with the offset to begin at, oldest first."""
    files = chain(path)
    if not files:
        return []
    inodes = [file.stat().st_ino for file in files]
    if place.inode not in inodes:
        if place.inode:
            _log.warning("%s: the file that was read is gone; reading on from the start", path)
        return [(path, 0)]
    first = inodes.index(place.inode)
    offset = place.offset
    if offset > files[first].stat().st_size:
        _log.warning("%s was cut; reading on from its start", files[first])
        offset = 0
    return [(files[first], offset), *((file, 0) for file in files[first + 1 :])]


def _lines(path: Path, offset: int) -> Iterator[TailLine]:
    with path.open("rb") as file:
        inode = os.fstat(file.fileno()).st_ino
        file.seek(offset)
        for row, length in whole_rows(file, EVENT):
            begins, offset = offset, offset + length
            yield TailLine(row, FilePlace(inode, begins), FilePlace(inode, offset))


EVENT = re.compile(rb'"\d+\.\d+","[A-Z_]+",')
"""How a row of the event file begins. Within a value a quote is doubled: nobody can forge it."""
RECORD = re.compile(rb'"[^"]*","')
"""How a row of the CDR begins."""


def whole_rows(lines: Iterable[bytes], begins: re.Pattern[bytes]) -> Iterator[tuple[str, int]]:
    """Rows of a CSV file and their length in bytes; one that is being written is left out.

    Whatever a phone sends as its number stands in them, a line break too: such a row goes on
    until its quotes are closed, or another row begins.
    """
    row = b""
    for line in lines:
        if row and begins.match(line):
            yield _text(row), len(row)
            row = b""
        row += line
        if line.endswith(b"\n") and row.count(b'"') % 2 == 0:
            yield _text(row), len(row)
            row = b""


def _text(row: bytes) -> str:
    # One bad byte must not stop the records.
    return row.decode("utf-8", "replace").rstrip("\r\n")
