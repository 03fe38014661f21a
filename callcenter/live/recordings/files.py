"""A finished recording becomes the file that is kept: sides in order, compressed, proved equal.

Work is done by sox at the lowest priority, so that no call notices it.
"""

import asyncio
import hashlib
import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from callcenter.pbx.files import sync_folder

RATE = 8000
"""Samples a second; MixMonitor writes its raw files so, whatever the phones speak."""
_SAMPLE_BYTES = 2
_LOW = ("nice", "-n", "19", "ionice", "-c", "3")
_PCM = ("-t", "raw", "-r", str(RATE), "-e", "signed-integer", "-b", "16")
_BLOCK = 1 << 18
_MODE = 0o640
STEREO = 2


class PressError(Exception):
    """A recording could not be brought into the archive; it stays where it is."""


@dataclass(frozen=True, slots=True)
class Pressed:
    """A file of the archive."""

    length_s: float
    bytes: int
    sha256: str


async def press(source: Path, target: Path, *, swap: bool) -> Pressed:
    """Make `target` (.flac or .wav) of MixMonitor's raw stereo file, on the disk when it returns.

    swap: the agent's channel comes first in the source. The samples of the target are read back
    and compared with the source's before it gets its name. Raises PressError, OSError.
    """
    partial = target.with_name(f".{target.stem}.{os.getpid()}{target.suffix}")
    order = ("remix", "2", "1") if swap else ()
    given = ("sox", "-D", *_PCM, "-c", str(STEREO), "-")
    try:
        await _run((*given, *_compressed(target), str(partial), *order), source)
        partial.chmod(_MODE)
        wanted, _ = await _samples((*given, *_PCM, "-", *order), source)
        found, length = await _samples(("sox", str(partial), *_PCM, "-"), None)
        if wanted != found:
            raise PressError(f"{target.name} does not hold what was recorded")
        pressed = await asyncio.to_thread(_settle, partial, length)
        partial.replace(target)
        await asyncio.to_thread(sync_folder, target.parent)
    finally:
        with suppress(FileNotFoundError):
            partial.unlink()
    return pressed


async def look(target: Path) -> Pressed:
    """What stands in the archive already. Raises PressError where it can't be read."""
    _, length = await _samples(("sox", str(target), *_PCM, "-"), None)
    return await asyncio.to_thread(_settle, target, length)


def digest(path: Path) -> str:
    """SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _compressed(target: Path) -> tuple[str, ...]:
    return ("-C", "8") if target.suffix == ".flac" else ()


def _settle(path: Path, length: int) -> Pressed:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
        size = os.fstat(descriptor).st_size
    finally:
        os.close(descriptor)
    return Pressed(length / (RATE * _SAMPLE_BYTES * STEREO), size, digest(path))


async def _run(words: Sequence[str], source: Path | None) -> None:
    async with _started(words, source) as process:
        _, said = await process.communicate()
    _check(process, words, said)


async def _samples(words: Sequence[str], source: Path | None) -> tuple[str, int]:
    """SHA-256 and number of bytes of what sox writes."""
    seen, length = hashlib.sha256(), 0
    async with _started(words, source) as process:
        assert process.stdout is not None  # noqa: S101  it is a pipe
        while block := await process.stdout.read(_BLOCK):
            seen.update(block)
            length += len(block)
        _, said = await process.communicate()
    _check(process, words, said)
    return seen.hexdigest(), length


class _started:  # noqa: N801  used as a function
    """A process at low priority, which does not outlive us."""

    def __init__(self, words: Sequence[str], source: Path | None) -> None:
        self._words = (*_LOW, *words)
        self._source = source
        self._process: asyncio.subprocess.Process | None = None

    async def __aenter__(self) -> asyncio.subprocess.Process:
        # No link is followed: who has broken into Asterisk may put one there, and we are root.
        source = os.open(self._source or os.devnull, os.O_RDONLY | os.O_NOFOLLOW)
        try:
            self._process = await asyncio.create_subprocess_exec(
                *self._words,
                stdin=source,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.PIPE,
            )
        except FileNotFoundError:
            raise PressError("nice, ionice or sox is missing; apt install sox") from None
        finally:
            os.close(source)
        return self._process

    async def __aexit__(self, *_: object) -> None:
        process = self._process
        if process is not None and process.returncode is None:
            process.kill()
            await process.wait()


def _check(process: asyncio.subprocess.Process, words: Sequence[str], said: bytes) -> None:
    if process.returncode:
        lines = said.decode("utf-8", "replace").strip().splitlines() or ["nothing"]
        raise PressError(f"{words[0]} ended with {process.returncode} and said: {lines[-1]}")
