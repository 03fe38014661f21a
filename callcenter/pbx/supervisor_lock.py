"""Who keeps a node's Asterisk running: one process at a time, told by a lock that dies with it."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

from callcenter.pbx.node import MachineError, NodePaths

_NAME = "supervisor.lock"


@contextmanager
def only_supervisor(node: NodePaths) -> Iterator[None]:
    """Be the one that keeps this node running. Raises MachineError where another one is."""
    node.path.mkdir(parents=True, exist_ok=True)
    with (node.path / _NAME).open("a+", encoding="utf-8") as file:
        while not _locked(file):  # who only looks (`holder`) has it for an instant
            need_no_supervisor(node)
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield


def need_no_supervisor(node: NodePaths) -> None:
    """Raise MachineError where somebody keeps this node running."""
    if (pid := holder(node)) is not None:
        raise MachineError(
            f"{node.path} is kept running already (pid {pid}); "
            "stop that one first: callcenter node stop"
        )


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
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
