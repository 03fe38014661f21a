"""Numbers in journal files that are written to their end, replaced: each file whole or not at all.

Number, kind and time of each fact stay, so that a fold of the new file differs in numbers only. A
file is written beside, then renamed; it keeps its time, by which old files are removed.
"""

import itertools
import os
from collections.abc import Callable, Iterator
from pathlib import Path

from callcenter.records.journal.files import (
    BadLine,
    JournalError,
    checked,
    first_of,
    line_of,
    segments,
)
from callcenter.records.journal.numbers import each_number


def finished(folder: Path, upto: int) -> list[Path]:
    """Files that nobody writes, with facts numbered up to `upto` only."""
    pairs = itertools.pairwise(segments(folder))
    return [old for old, following in pairs if first_of(following) <= upto + 1]


def rewrite(files: list[Path], change: Callable[[str], str]) -> Iterator[tuple[Path, int]]:
    """Each file and how many of its lines were changed. Raises JournalError, OSError."""
    for path in files:
        yield path, _rewrite(path, change)


def _rewrite(path: Path, change: Callable[[str], str]) -> int:
    beside, changed = path.with_suffix(".rewritten"), 0
    with path.open("rb") as old, _private(beside).open("wb") as new:
        for line in old:
            text = _changed(line, path, change)
            changed += text != line
            new.write(text)
        if changed:
            new.flush()
            os.fsync(new.fileno())
    if not changed:
        beside.unlink()
        return 0
    told = path.stat()
    os.utime(beside, ns=(told.st_atime_ns, told.st_mtime_ns))
    beside.rename(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
    return changed


def _private(path: Path) -> Path:
    path.unlink(missing_ok=True)
    path.touch(mode=0o640)
    return path


def _changed(line: bytes, path: Path, change: Callable[[str], str]) -> bytes:
    try:
        body = checked(line)
    except BadLine as wrong:
        raise JournalError(f"{path} holds a damaged line: {wrong}; nothing was changed") from wrong
    value = each_number(body["value"], change)
    return line if value == body["value"] else line_of(body | {"value": value})
