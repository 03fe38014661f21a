"""Unix sockets at paths of any length; the kernel limits them to 107 bytes."""

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_ONLY_OWNER = 0o177


@contextmanager
def short_path(path: Path) -> Iterator[str]:
    """Another path of the same socket, by its folder's descriptor: short however deep it is.

    It holds until the end of the block. Raises OSError where there is no such folder.
    """
    folder = os.open(path.parent, os.O_PATH | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{folder}/{path.name}"
    finally:
        os.close(folder)


def listen_unix(path: Path) -> socket.socket:
    """A socket at `path` to which only its owner may connect; one that was left there is replaced.

    Raises OSError.
    """
    remove_unix(path)
    before = os.umask(_ONLY_OWNER)
    try:
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        with short_path(path) as short:
            listener.bind(short)
    finally:
        os.umask(before)
    return listener


def remove_unix(path: Path) -> None:
    """Take away a socket, if it is there."""
    path.unlink(missing_ok=True)
