"""The controller shows those who watch over it that it does not hang."""

import contextlib
import logging
import os
import socket
from pathlib import Path

_log = logging.getLogger(__name__)


class Alive:
    """Touches a file, and tells systemd's watchdog where it runs under one (sd_notify)."""

    def __init__(self, sign: Path) -> None:
        self._sign = sign
        self._systemd = os.environ.get("NOTIFY_SOCKET", "")

    def show(self) -> None:
        """Once more: alive."""
        try:
            self._sign.touch()
        except OSError as error:
            _log.error("no sign of life can be shown: %s: %s", self._sign, error)
        if self._systemd:
            with (
                contextlib.suppress(OSError),  # systemd acts on silence itself
                socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line,
            ):
                line.connect(self._systemd.replace("@", "\0", 1))
                line.send(b"WATCHDOG=1")
