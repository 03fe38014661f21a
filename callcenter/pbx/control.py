"""Asterisk's control socket, spoken as its own remote console speaks it.

One connection a command, about 0.3 ms, and no process: asterisk.c, `ast_remotecontrol`: the
client sends `cli quit after COMMAND` and a NUL, the server its name line, the output, and closes.
"""

import socket
import struct
import time
from pathlib import Path

from callcenter.pbx.socket_path import short_path

_NAME = "asterisk.ctl"
_CREDENTIALS = struct.Struct("3i")  # pid, uid, gid of the listener: socket(7), SO_PEERCRED


class NoAsterisk(Exception):
    """No Asterisk listens there, or it did not answer in time."""


def command(run: Path, words: str, timeout_s: float = 10.0) -> str:
    """The output of one console command of the Asterisk whose run folder this is.

    Raises NoAsterisk. The text is Asterisk's; whether the command did what it says is not known.
    """
    if not words.isprintable():
        raise ValueError("a console command is one line of printable text")
    deadline = time.monotonic() + timeout_s
    with _connected(run) as connection:
        try:
            connection.sendall(f"cli quit after {words}".encode() + b"\0")
            answer = _read_all(connection, deadline)
        except OSError as error:
            raise NoAsterisk(f"no answer to '{words}': {error}") from None
    _, _, output = answer.partition("\n")  # the first line is HOST/PID/VERSION
    return output


def listener(run: Path) -> int | None:
    """The process id of the Asterisk that listens in this run folder, None where there is none."""
    try:
        with _connected(run) as connection:
            credentials = connection.getsockopt(
                socket.SOL_SOCKET, socket.SO_PEERCRED, _CREDENTIALS.size
            )
    except NoAsterisk:
        return None
    pid: int = _CREDENTIALS.unpack(credentials)[0]
    return pid


def _connected(run: Path) -> socket.socket:
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        with short_path(run / _NAME) as path:
            connection.connect(path)
    except OSError as error:
        connection.close()
        raise NoAsterisk(f"no Asterisk listens at {run / _NAME} ({error.strerror})") from None
    return connection


def _read_all(connection: socket.socket, deadline: float) -> str:
    parts: list[bytes] = []
    while True:
        connection.settimeout(max(deadline - time.monotonic(), 0.001))
        part = connection.recv(65536)
        if not part:
            return b"".join(parts).decode("utf-8", "replace")
        parts.append(part)
