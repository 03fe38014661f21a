"""The lists of callers' numbers, as an append-only log of their changes: truth and audit in one.

One line a change: a digest, then JSON. The digest is over the line and the digest before, so that
no line can be altered, taken out or put in between without being noticed. A last line that is not
whole was cut by a crash: its change was never confirmed to anybody, and it is cut off.
"""

import fcntl
import json
import os
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from callcenter.pbx.files import PRIVATE
from callcenter.pbx.person import person
from callcenter.site.listed import Entry, ListKey

FILE = "number-lists.log"
_DIGEST = 16
_START = "0" * _DIGEST


class NumberLogError(Exception):
    """The log cannot be read or written; the message names file and line, and the remedy."""


@dataclass(frozen=True, slots=True)
class Change:
    """One change of one list: all its entries at once, or none."""

    at: float
    who: str
    do: str
    """`add` or `remove`."""
    list: ListKey
    entries: tuple[Entry, ...]
    reason: str
    """Why, as the person told it."""


class NumberLog:
    """The log of one node. Several commands may use it at once."""

    def __init__(self, node: Path) -> None:
        self._path = node / FILE

    def changes(self) -> list[Change]:
        """All changes, oldest first. Raises NumberLogError."""
        with self._open() as file:
            return self._read(file)[0]

    def entries(self) -> list[Entry]:
        """What is in the lists now, expired or not. Raises NumberLogError."""
        return list(standing(self.changes()).values())

    @contextmanager
    def held(self) -> Iterator[list[Entry]]:
        """What is in the lists now, and nobody changes them meanwhile. Raises NumberLogError."""
        with self._open() as file:
            yield list(standing(self._read(file)[0]).values())

    @contextmanager
    def writing(self) -> Iterator["_Writing"]:
        """Hold the log, so that what is added follows from what was seen. Raises NumberLogError."""
        with self._open() as file:
            changes, digest, end = self._read(file)
            yield _Writing(self._path, file, changes, digest, end)

    @contextmanager
    def _open(self) -> Iterator[int]:
        flags = os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC
        try:
            file = os.open(self._path, flags, PRIVATE)
        except OSError as error:
            remedy = "deploy the site first, and run the command as root"
            raise NumberLogError(
                f"{self._path} cannot be opened ({error.strerror}); {remedy}"
            ) from None
        try:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield file
        finally:
            os.close(file)

    def _read(self, file: int) -> tuple[list[Change], str, int]:
        """The changes, the last digest, and where the last whole line ends."""
        changes, digest, end = [], _START, 0
        lines = _content(file).splitlines(keepends=True)
        for number, line in enumerate(lines, 1):
            if number == len(lines) and not line.endswith(b"\n"):
                break
            told, _, body = line.decode(errors="replace").rstrip("\n").partition(" ")
            digest = _digest(digest, body)
            if told != digest:
                raise NumberLogError(
                    f"{self._path}:{number}: this line, or one before it, was altered; "
                    f"bring {FILE} back from a backup"
                )
            changes.append(_change(json.loads(body)))
            end += len(line)
        return changes, digest, end


class _Writing:
    """The log while it is held."""

    def __init__(
        self, path: Path, file: int, changes: Sequence[Change], digest: str, end: int
    ) -> None:
        self.standing = standing(changes)
        """What is in the lists now."""
        self._path = path
        self._file = file
        self._digest = digest
        self._end = end

    def add(self, do: str, key: ListKey, entries: Sequence[Entry], reason: str) -> Change:
        """Write a change; it is on the disk afterwards. Raises NumberLogError."""
        change = Change(time.time(), person(), do, key, tuple(entries), reason)
        body = json.dumps(_document(change), ensure_ascii=False, separators=(",", ":"))
        digest = _digest(self._digest, body)
        line = f"{digest} {body}\n".encode()
        try:
            os.ftruncate(self._file, self._end)  # what a crash left of a line
            written = os.write(self._file, line)
            os.fsync(self._file)
            if written != len(line):
                raise OSError(0, "the disk is full")
        except OSError as error:
            message = f"{self._path} cannot be written ({error.strerror}); nothing was changed"
            raise NumberLogError(message) from None
        self._digest, self._end = digest, self._end + len(line)
        _apply(self.standing, change)
        return change


def standing(changes: Sequence[Change]) -> dict[tuple[ListKey, str], Entry]:
    """(list, form) -> the entry that stands after these changes."""
    found: dict[tuple[ListKey, str], Entry] = {}
    for change in changes:
        _apply(found, change)
    return found


def _apply(found: dict[tuple[ListKey, str], Entry], change: Change) -> None:
    for entry in change.entries:
        found.pop((entry.list, entry.form), None)
        if change.do == "add":
            found[entry.list, entry.form] = entry


def _content(file: int) -> bytes:
    size = os.fstat(file).st_size
    parts, read = [], 0
    while read < size:
        part = os.pread(file, size - read, read)
        if not part:
            break
        parts.append(part)
        read += len(part)
    return b"".join(parts)


def _digest(before: str, body: str) -> str:
    return sha256(f"{before} {body}".encode()).hexdigest()[:_DIGEST]


def _document(change: Change) -> Mapping[str, Any]:
    told = asdict(change)
    for entry in told["entries"]:
        del entry["list"]
    return told


def _change(told: dict[str, Any]) -> Change:
    key = ListKey(**told["list"])
    entries = tuple(Entry(list=key, **entry) for entry in told["entries"])
    return Change(told["at"], told["who"], told["do"], key, entries, told["reason"])
