"""The journal: every fact, appended before anything is done about it.

`append` is one write() and returns when the kernel has the facts: they survive a kill -9 of the
controller. A thread brings them to the disk within 200 ms: that much is lost when power fails.
"""

import errno
import fcntl
import itertools
import logging
import math
import os
import threading
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

from callcenter.acd.restart.recall import Recall
from callcenter.records.journal.codec import CodecError
from callcenter.records.journal.facts import JournalFact
from callcenter.records.journal.files import (
    BadLine,
    Head,
    JournalError,
    JournalReader,
    first_of,
    is_whole,
    line_at,
    pack,
    pack_head,
    segment_name,
    segments,
    unpack,
    unpack_head,
)
from callcenter.records.journal.state import JournalState
from callcenter.records.journal.sync import DiskSync
from callcenter.records.personal.numbers import PLAIN, Numbers

SEGMENT_BYTES = 64 * 1024 * 1024
SEGMENT_AGE_S = 86400.0

_log = logging.getLogger(__name__)


class JournalBusy(JournalError):
    """Another process writes this journal."""


class Journal:
    """The one writer of a folder of journal files.

    Raises JournalBusy when another process has the folder, JournalError when it is damaged.
    """

    def __init__(
        self, folder: Path, *, segment_bytes: int = SEGMENT_BYTES, numbers: Numbers = PLAIN
    ) -> None:
        self.cut_bytes = 0
        """Bytes of an unfinished last line that were cut off at this start."""
        self._folder = folder
        self._numbers = numbers
        self._segment_bytes = segment_bytes
        folder.mkdir(parents=True, exist_ok=True)
        self._lock = _lock(folder)
        try:
            self._open_newest()
        except BaseException:
            os.close(self._lock)
            raise
        self._append_lock = threading.Lock()
        self._sync = DiskSync(self._fd, self.position)

    @property
    def durable(self) -> int:
        """Number of the last fact that is on the disk, not only with the kernel."""
        return self._sync.durable

    def restore(self) -> Recall:
        """Agents' last states and the calls without an end, to compare with what Asterisk holds.

        It is the running fold: it goes on changing with each append.
        """
        return self.state.recall

    def append(self, facts: Sequence[JournalFact]) -> int:
        """Write facts; returns the number of the last one. Raises JournalError (disk full)."""
        if not facts:
            return self.position
        with self._append_lock:
            if self._sync.failed is not None:
                raise JournalError(f"the disk refused the journal: {self._sync.failed}")
            if self._size >= self._segment_bytes or time.time() - self._begun > SEGMENT_AGE_S:
                self._rotate()
            text = b"".join(
                pack(self.position + i, fact, self._numbers) for i, fact in enumerate(facts, 1)
            )
            self._write(text)
            self.position += len(facts)
            for fact in facts:
                self.state.apply(fact)
            self._sync.written(self.position)
        return self.position

    def rotate(self) -> int:
        """Begin another file, so that all facts so far stand in finished ones; returns the number
        of the last fact. Raises JournalError."""
        with self._append_lock:
            if first_of(segments(self._folder)[-1]) <= self.position:
                self._rotate()
            return self.position

    def read(self, position: int) -> JournalReader:
        """A reader of the facts after `position`."""
        return JournalReader(self._folder, position, self._numbers)

    def wait_durable(self, beyond: int, timeout_s: float) -> bool:
        """Wait until facts after `beyond` are on the disk. False when the time is over."""
        return self._sync.wait(beyond, timeout_s)

    def forget(self, position: int, *, before: float = math.inf, keep: int = 7) -> int:
        """Remove files whose facts are all numbered up to `position`, and that were last written
        before that time (epoch seconds); how many. The last `keep` stay."""
        files = segments(self._folder)
        spare, gone = max(0, len(files) - keep), 0
        for old, following in list(itertools.pairwise(files))[:spare]:
            if first_of(following) <= position + 1 and old.stat().st_mtime < before:
                old.unlink()
                gone += 1
        return gone

    def close(self) -> None:
        """Bring all to the disk and let go of the folder."""
        self._sync.close()
        os.close(self._lock)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _open_newest(self) -> None:
        files = segments(self._folder)
        if not files:
            self.id, self.position, self.state = uuid.uuid4().hex, 0, JournalState()
            self._begin_segment()
            return
        newest = files[-1]
        self.cut_bytes = _cut_torn_tail(newest)
        head, self.state, self.position = _replay(newest, self._numbers)
        self.id, self._begun = head.journal, head.at
        self._fd = os.open(newest, os.O_WRONLY | os.O_APPEND)
        self._size = newest.stat().st_size

    def _begin_segment(self) -> None:
        """A new file appears whole, with its head: written beside, then renamed.

        Until then nothing is changed, so that a full disk leaves the file of before. Raises
        JournalError.
        """
        begun = time.time()
        head = pack_head(
            Head(self.id, self.position, begun, self.state.snapshot(begun)), self._numbers
        )
        path = self._folder / segment_name(self.position + 1)
        beside = path.with_suffix(".new")
        try:
            fd = _new_file(beside, head)
        except OSError as error:
            raise JournalError(f"can't begin {path}: {error}; free the disk") from error
        beside.rename(path)
        _sync_folder(self._folder)
        self._fd, self._begun, self._size = fd, begun, len(head)

    def _rotate(self) -> None:
        self._begin_segment()
        self._sync.follow(self._fd)

    def _write(self, text: bytes) -> None:
        try:
            written = os.write(self._fd, text)
        except OSError as error:
            raise JournalError(f"can't write {self._folder}: {error}; free the disk") from error
        if written != len(text):
            # The disk is full in the middle of a line: take the part back, so that the
            # journal stays whole for the next try.
            os.ftruncate(self._fd, self._size)
            raise JournalError(f"can't write {self._folder}: no space left; free the disk")
        self._size += written


@contextmanager
def unwritten(folder: Path) -> Iterator[None]:
    """The folder while nobody writes it; an unfinished last line is cut off.

    Raises JournalBusy where another process has it, JournalError where it is damaged.
    """
    lock = _lock(folder)
    try:
        for newest in segments(folder)[-1:]:
            _cut_torn_tail(newest)
        yield
    finally:
        os.close(lock)


def _lock(folder: Path) -> int:
    fd = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o640)
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as busy:
        os.close(fd)
        raise JournalBusy(
            f"{folder} is written by another process; stop that controller first"
        ) from busy
    return fd


def _new_file(path: Path, text: bytes) -> int:
    """A file with this text, on the disk and open for more. Raises OSError."""
    fd = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_TRUNC, 0o640)
    try:
        if os.write(fd, text) != len(text):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        os.fdatasync(fd)
    except OSError:
        os.close(fd)
        raise
    return fd


def _sync_folder(folder: Path) -> None:
    fd = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def _cut_torn_tail(path: Path) -> int:
    """Cut what a crash left of unfinished lines at the end; returns how many bytes."""
    with path.open("r+b") as file:
        good = 0
        for line in file:
            if not is_whole(line):
                break
            good += len(line)
        file.seek(good)
        rest = file.read()
        if any(is_whole(line) for line in rest.splitlines(keepends=True)):
            raise JournalError(
                f"{path}, line {line_at(path, good)} is damaged (byte {good}), with good lines "
                "after it: keep a copy, remove the damaged line and start again"
            )
        file.truncate(good)
    if rest:
        _log.warning("journal: cut %d bytes of an unfinished line from %s", len(rest), path)
    return len(rest)


def _replay(path: Path, numbers: Numbers) -> tuple[Head, JournalState, int]:
    with path.open("rb") as file:
        try:
            head = unpack_head(file.readline(), numbers)
            state, position = JournalState(head.state), head.n
            for line in file:
                entry = unpack(line, numbers)
                if entry.n != position + 1:
                    raise JournalError(f"{path}: fact {entry.n} follows {position}")
                state.apply(entry.fact)
                position = entry.n
        except (BadLine, CodecError) as wrong:
            raise JournalError(f"{path} can't be read: {wrong}") from wrong
    return head, state, position


__all__ = ["Journal", "JournalBusy", "JournalError", "unwritten"]
