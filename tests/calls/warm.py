"""Controllers that start at once: a process has read all their modules, and forks.

For cases that kill a controller many times; each is a process of its own, as always.
"""

import asyncio
import faulthandler
import json
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import callcenter.cli.live
import callcenter.records.database.migrating  # noqa: F401  with all that the command needs
from callcenter.cli import main


class Forked:
    """A running command, as `asyncio.subprocess.Process` shows one."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.returncode: int | None = None
        self._over = asyncio.Event()

    def send_signal(self, number: int) -> None:
        """Raises ProcessLookupError where it has ended."""
        if self.returncode is not None:
            raise ProcessLookupError(self.pid)
        os.kill(self.pid, number)

    def kill(self) -> None:
        """End it at once."""
        self.send_signal(signal.SIGKILL)

    async def wait(self) -> int:
        """Its exit code; of one that was killed, the signal's number below zero."""
        await self._over.wait()
        assert self.returncode is not None
        return self.returncode

    def ended(self, code: int) -> None:
        """It is over."""
        self.returncode = code
        self._over.set()


class Warm:
    """The process that forks; use it as `async with`."""

    def __init__(self) -> None:
        self._process: asyncio.subprocess.Process
        self._reading: asyncio.Task[None]
        self._forked: dict[int, Forked] = {}
        self._started: asyncio.Queue[Forked] = asyncio.Queue()

    async def __aenter__(self) -> Self:
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            __name__,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        assert self._process.stdout is not None
        await self._process.stdout.readline()  # it has read all modules
        self._reading = asyncio.create_task(self._read())
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        await self._process.wait()
        await self._reading

    async def start(self, words: Sequence[str], log: Path) -> Forked:
        """Run `callcenter WORDS`; what it says goes to the end of `log`."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps([*words, str(log)]).encode() + b"\n")
        return await self._started.get()

    async def _read(self) -> None:
        assert self._process.stdout is not None
        async for line in self._process.stdout:
            pid, code = json.loads(line)
            if code is None:
                self._forked[pid] = Forked(pid)
                self._started.put_nowait(self._forked[pid])
            else:
                self._forked.pop(pid).ended(code)


def _serve() -> None:
    """Fork for each line of words; tell (pid, null) of each start and (pid, code) of each end."""
    signal.signal(signal.SIGCHLD, lambda number, frame: _tell_ends())
    _tell(os.getpid(), None)
    for line in sys.stdin:
        *words, log = json.loads(line)
        # Whoever ends at once is told of behind his start.
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGCHLD})
        pid = os.fork()
        if pid == 0:
            _become(log)
            main(words, prog_name="callcenter")
        _tell(pid, None)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGCHLD})


def _become(log: str) -> None:
    """A process as if it had just been started, which writes to `log`."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGCHLD})
    out = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for given, place in ((nothing, 0), (out, 1), (out, 2)):
        os.dup2(given, place)
    faulthandler.enable()


def _tell_ends() -> None:
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if pid == 0:
            return
        _tell(pid, os.waitstatus_to_exitcode(status))


def _tell(pid: int, code: int | None) -> None:
    os.write(1, json.dumps([pid, code]).encode() + b"\n")


if __name__ == "__main__":
    _serve()
