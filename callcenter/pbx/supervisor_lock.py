"""Who keeps a node's Asterisk running: one process at a time, told by a lock that dies with it."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

from callcenter.pbx.node import MachineError, NodePaths

_NAME = "supervisor.lock"
_TRIES = 10


@contextmanager
def only_supervisor(node: NodePaths) -> Iterator[None]:
    """Be the one that keeps this node running. Raises MachineError where another one is."""
    node.path.mkdir(parents=True, exist_ok=True)
    with (node.path / _NAME).open("a+", encoding="utf-8") as file:
        if not _locked(file):
            raise MachineError(
                f"{node.path} is kept running already (pid {holder(node)}); "
                "stop that one first: callcenter node stop"
            )
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield


def holder(node: NodePaths) -> int | None:
    """The process that keeps this node running, None where none does."""
    path = node.path / _NAME
    if not path.exists():
        return None
    with path.open(encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            text = file.read()
            return int(text) if text else None
    return None


def _locked(file: TextIO) -> bool:
    """Lock the file; who only looks (`holder`) has it for an instant, so one try is not enough."""
    for _ in range(_TRIES):
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            time.sleep(0.02)
        else:
            return True
    return False
