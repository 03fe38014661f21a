"""Keeps a program running: starts it again when it ends, each time a little later."""

import errno
import os
import threading
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Protocol

from callcenter.pbx.child import Child
from callcenter.pbx.node import MachineError
from callcenter.pbx.process import LOG, AsteriskProcess, BootFailed

FIRST_PAUSE_S = 1.0
LONGEST_PAUSE_S = 30.0
STEADY_S = 60.0
"""What ran so long was well; the next pause is the first again."""

SILENT_S = 15.0
"""A controller shows every 2 s that it is alive; waiting for Asterisk it may miss a few."""
BEGINS_S = 120.0
"""It reads its journal and may bring tables up to date before it shows a first sign."""

_LOOK_S = 0.2
_KILLED_S = 5.0


class Program(Protocol):
    """What can be kept running."""

    ending: str

    def start(self) -> None:
        """Start it; raises MachineError where that cannot be done now."""

    def wait(self, timeout_s: float) -> bool:
        """Wait for its end; True when it has ended."""

    def stop(self) -> None:
        """End it."""


class Watched:
    """A program that shows by touching a file that it is alive; one that hangs is killed.

    Silence is counted on the clock that never jumps, from the last change that was seen.
    """

    def __init__(self, program: Child, sign: Path, *, silent_s: float = SILENT_S) -> None:
        """`sign` is the file; it is touched every few seconds, `silent_s` is a few times that."""
        self.ending = ""
        """How the last run ended, for people."""
        self._program = program
        self._sign = sign
        self._silent_s = silent_s
        self._limit_s = BEGINS_S
        self._seen: int | None = None
        self._heard_at = 0.0

    def start(self) -> None:
        """Start it; until its first sign it has longer."""
        self._seen, self._limit_s = self._touched(), BEGINS_S
        self._heard_at = time.monotonic()
        self._program.start()

    def wait(self, timeout_s: float) -> bool:
        """Wait for its end; True when it has ended, or hung and was killed."""
        if self._program.wait(timeout_s):
            self.ending = self._program.ending
            return True
        now, touched = time.monotonic(), self._touched()
        if touched != self._seen:
            self._seen, self._heard_at, self._limit_s = touched, now, self._silent_s
        if now - self._heard_at < self._limit_s:
            return False
        self._program.kill()
        self._program.wait(_KILLED_S)
        self.ending = f"gave no sign of life for {self._limit_s:g} s and was killed"
        return True

    def stop(self) -> None:
        """End it."""
        self._program.stop()

    def _touched(self) -> int | None:
        try:
            return self._sign.stat().st_mtime_ns
        except OSError:
            return None


def next_pause(pause_s: float, ran_s: float) -> float:
    """Seconds to wait before the next start, after a pause of `pause_s` (0: none yet) and a run."""
    if pause_s == 0.0 or ran_s >= STEADY_S:
        return FIRST_PAUSE_S
    return min(pause_s * 2, LONGEST_PAUSE_S)


class Supervision:
    """Watches one program that runs already, in a thread of its own, until `stop`.

    `tell` gets one line for people whenever the program ended or is started again.
    """

    def __init__(self, name: str, program: Program, tell: Callable[[str], None]) -> None:
        self._name = name
        self._program = program
        self._tell = tell
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._watch, name=f"keeps {name}", daemon=True)

    def start(self) -> None:
        """Begin to watch."""
        self._thread.start()

    def stop(self) -> None:
        """End the program, and do not start it again."""
        self._stopping.set()
        self._thread.join()

    def wait(self) -> None:
        """Wait until `stop` is called by somebody else."""
        self._stopping.wait()

    def _watch(self) -> None:
        pause_s = 0.0
        while (ran_s := self._run_time()) is not None:
            pause_s = next_pause(pause_s, ran_s)
            self._tell(f"{self._name} {self._program.ending}; started again in {pause_s:g} s")
            if self._stopping.wait(pause_s):
                return
            try:
                self._program.start()
            except MachineError as error:
                self._tell(f"{self._name} cannot be started: {error}")
        # In this thread: a program may be set to end with the thread that started it.
        self._program.stop()

    def _run_time(self) -> float | None:
        """How long the program ran until it ended, in seconds; None where we are to stop."""
        began = time.monotonic()
        while not self._program.wait(_LOOK_S):
            if self._stopping.is_set():
                return None
        return time.monotonic() - began


def keep_asterisk(process: AsteriskProcess, tell: Callable[[str], None]) -> Supervision:
    """Start the node's Asterisk, or take over the one that runs; boot it, and keep it running.

    What happens to it is told, and stands in Asterisk's own log. Raises MachineError, BootFailed.
    """
    try:
        if process.adopt():
            tell(f"Asterisk already runs (pid {process.pid}); taken over with its calls")
        else:
            process.start()
        process.wait_booted()
    except (BootFailed, KeyboardInterrupt):  # nobody else would stop it
        process.stop()
        raise

    def tell_and_note(line: str) -> None:
        tell(line)
        try:
            note(process.node.log / LOG, line)
        except OSError as error:
            tell(f"Asterisk's log does not say so: {error}")

    supervision = Supervision("Asterisk", process, tell_and_note)
    supervision.start()
    return supervision


def note(path: Path, line: str) -> None:
    """Add a line of ours to Asterisk's log, in its form. Raises OSError where there is no log.

    The folder is Asterisk's and we are root: nothing is made there, and no link of
    either kind is followed.
    """
    now = datetime.now().astimezone()
    how = os.O_WRONLY | os.O_APPEND | os.O_NOFOLLOW | os.O_NONBLOCK  # a pipe would hold us up
    with open(os.open(path, how), "a", encoding="utf-8") as file:
        if os.fstat(file.fileno()).st_nlink != 1:
            raise OSError(errno.EMLINK, "the log has other names too", str(path))
        file.write(f"[{now:%F %T}.{now.microsecond // 1000:03}] NOTICE[0] callcenter: {line}\n")
