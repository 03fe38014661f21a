"""One running Asterisk of one node, in a view of the file system of its own."""

import os
import select
import signal
import subprocess
import time
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from callcenter.pbx import control
from callcenter.pbx.control import NoAsterisk
from callcenter.pbx.deploy.swap import heal_before_start
from callcenter.pbx.node import MachineError, NodePaths, need_root, prepare
from callcenter.pbx.project import ASTERISK

LOG = "messages.log"
"""Asterisk's log in the node's log folder, as the rendered logger.conf names it."""

_ENTER = ASTERISK / "enter.sh"
_QUOTED_LINES = 8
_REAL_TIME = 10
"""1 is the lowest, 99 the highest."""
_POLL_S = 0.02


class BootFailed(Exception):
    """Asterisk did not come up; quotes the last lines of its log."""


class AsteriskProcess:
    """Starts, watches and stops the Asterisk of one node.

    `root` is the file system that its programs come from (`ensure_root`), `node` the folder of
    its own. It outlives the Python process that started it: who comes next adopts it.
    """

    def __init__(
        self, root: Path, node: Path, user: str = "callcenter", *, urgent: bool = False
    ) -> None:
        """`urgent` has it go before the machine's other work: real-time priority."""
        self.root = root
        self.node = NodePaths(node)
        self.user = user
        self._urgent = urgent
        self._child: subprocess.Popen[bytes] | None = None
        self._pidfd: int | None = None
        self._pid: int | None = None
        self._log_start = 0
        self.ending = ""
        """How the last run ended, for people."""

    @property
    def pid(self) -> int | None:
        """The process id, None before the start and after the end."""
        return self._pid if self.alive() else None

    def start(self) -> None:
        """Start Asterisk; returns before it has booted.

        Raises MachineError where that is not possible here, or where one runs in this node.
        """
        need_root("start Asterisk, in a view of the file system of its own")
        if (running := control.listener(self.node.run)) is not None:
            raise MachineError(f"an Asterisk already runs in {self.node.path} (pid {running})")
        account = prepare(self.node, self.user)
        heal_before_start(self.node)
        self._log_start = _size(self.node.log / LOG)
        words = ["unshare", "--mount", "--propagation", "private", str(_ENTER)]
        words += [str(self.root), str(self.node.path.absolute())]
        words += [str(account.uid), str(account.gid)]
        with self.node.console.open("wb") as console:
            self._child = subprocess.Popen(
                words,
                stdin=subprocess.DEVNULL,
                stdout=console,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C at the terminal is not for Asterisk
            )
        self._watch(self._child.pid)

    def adopt(self) -> bool:
        """Take over the Asterisk that already runs in this node; False where none does."""
        running = control.listener(self.node.run)
        if running is None:
            return False
        try:
            self._watch(running)
        except ProcessLookupError:
            return False  # it ended between the two looks
        return True

    def wait_booted(self, timeout_s: float = 30.0) -> None:
        """Wait until every module is loaded. Raises BootFailed.

        AMI and ARI answer earlier, when half of the dialplan may still be missing.
        """
        deadline = time.monotonic() + timeout_s
        while (left := deadline - time.monotonic()) > 0:
            if not self.alive():
                raise BootFailed(self._quoted("Asterisk ended while it booted"))
            try:
                if "fully booted" in self.rx("core waitfullybooted", left):
                    self._go_first()
                    return
            except NoAsterisk:
                pass  # it does not listen yet, or has just ended: the loop looks again
            time.sleep(_POLL_S)
        raise BootFailed(self._quoted(f"Asterisk has not booted after {timeout_s:g} s"))

    def _go_first(self) -> None:
        """Real-time priority, as Asterisk's option -p gives it, which would need a capability.

        Threads inherit it from those that are there. Without the right, it runs as others do.
        """
        if self._urgent and self._pid is not None:
            with suppress(OSError):
                for thread in Path(f"/proc/{self._pid}/task").iterdir():
                    os.sched_setscheduler(int(thread.name), os.SCHED_RR, os.sched_param(_REAL_TIME))

    def rx(self, command: str, timeout_s: float = 10.0) -> str:
        """The output of a console command. Raises NoAsterisk."""
        return control.command(self.node.run, command, timeout_s)

    def alive(self) -> bool:
        """True while the process runs."""
        return not self.wait(0.0)

    def wait(self, timeout_s: float) -> bool:
        """Wait for the end; True when it has ended (or was never started)."""
        if self._pidfd is None:
            return True
        # A pidfd tells of any process, also of one that an earlier run of ours started.
        watch = select.poll()
        watch.register(self._pidfd, select.POLLIN)
        if not watch.poll(timeout_s * 1000):
            return False
        self._forget()
        return True

    def stop(self, timeout_s: float = 10.0) -> None:
        """End Asterisk and all its calls; what does not end in time is killed."""
        for number in (signal.SIGTERM, signal.SIGKILL):
            if self._pidfd is None:
                return
            with suppress(ProcessLookupError):  # ended by itself; it only has to be collected
                signal.pidfd_send_signal(self._pidfd, number)
            if self.wait(timeout_s):
                return

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def last_words(self) -> list[str]:
        """The last lines it logged since its start, and what it said before it had a log."""
        log = self.node.log / LOG
        logged = _lines(log, self._log_start if _size(log) >= self._log_start else 0)
        return (_lines(self.node.console, 0) + logged)[-_QUOTED_LINES:]

    def _watch(self, pid: int) -> None:
        self._pidfd = os.pidfd_open(pid)
        self._pid = pid

    def _forget(self) -> None:
        code = self._child.wait() if self._child is not None else None
        self.ending = ending_of(code)
        if self._pidfd is not None:
            os.close(self._pidfd)
        self._child = self._pidfd = self._pid = None

    def _quoted(self, what: str) -> str:
        words = self.last_words() or ["(it logged nothing)"]
        return f"{what}; its last words, more in {self.node.log}:\n" + "\n".join(
            f"  {line}" for line in words
        )


def ending_of(code: int | None) -> str:
    """How a process ended, for people; the code is subprocess's, None where nobody learnt it."""
    if code is None:
        return "ended"
    return f"was ended by {signal.Signals(-code).name}" if code < 0 else f"ended with code {code}"


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _lines(path: Path, position: int) -> list[str]:
    if not path.exists():
        return []
    with path.open("rb") as file:
        file.seek(position)
        text = file.read().decode("utf-8", "replace")
    return [line for line in text.replace("\033[0m", "").splitlines() if line.strip()]
