"""A program of ours that runs beside Asterisk, such as the controller."""

import subprocess
from collections.abc import Sequence
from pathlib import Path

from callcenter.pbx.process import ending_of

_STOP_S = 10.0
_QUOTED_LINES = 8


class Child:
    """A program with its output in a file. It gets SIGTERM when who started it ends or dies."""

    def __init__(self, words: Sequence[str], output: Path) -> None:
        self.output = output
        self.ending = ""
        """How the last run ended, for people."""
        # Its terminal is not ours: Ctrl-C is for us, and we end it when its turn comes.
        self._words = ["setpriv", "--pdeathsig", "TERM", *words]
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """Its process, 0 before the first start."""
        return 0 if self._process is None else self._process.pid

    def start(self) -> None:
        """Start it. The signal is tied to the thread that calls this."""
        with self.output.open("wb") as output:
            self._process = subprocess.Popen(
                self._words,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def wait(self, timeout_s: float) -> bool:
        """Wait for its end; True when it has ended (or was never started)."""
        if self._process is None:
            return True
        try:
            code = self._process.wait(timeout_s)
        except subprocess.TimeoutExpired:
            return False
        self.ending = ending_of(code)
        return True

    def stop(self) -> None:
        """Ask it to end, and kill it where it does not."""
        if self._process is None:
            return
        self._process.terminate()
        if not self.wait(_STOP_S):
            self._process.kill()
            self._process.wait()

    def kill(self) -> None:
        """End it at once, also where it does not react any more."""
        if self._process is not None:
            self._process.kill()

    def last_words(self) -> str:
        """The last lines of its output."""
        text = self.output.read_text("utf-8", "replace") if self.output.exists() else ""
        return "\n".join(f"  {line}" for line in text.splitlines()[-_QUOTED_LINES:])
