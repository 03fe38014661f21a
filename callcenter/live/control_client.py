"""Asks a running controller over its control socket."""

import json
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from callcenter.pbx.socket_path import short_path

_ANSWER_S = 10.0


class NoController(Exception):
    """No controller answers there; the message ends with the remedy."""


class ControllerRefused(Exception):
    """The controller said no; its words."""


def ask(path: Path, **request: str) -> dict[str, Any]:
    """One request, one answer. Raises NoController, ControllerRefused."""
    with _connected(path) as connection:
        connection.settimeout(_ANSWER_S)
        return next(_answers(connection, request))


def watch(path: Path) -> Iterator[dict[str, Any]]:
    """A snapshot now and one after each change, until the controller ends. Raises NoController."""
    with _connected(path) as connection:
        yield from _answers(connection, {"do": "watch"})


def _connected(path: Path) -> socket.socket:
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        with short_path(path) as short:
            connection.connect(short)
    except OSError as error:
        connection.close()
        raise NoController(
            f"no controller answers at {path} ({error.strerror}); start it with `callcenter live`"
        ) from None
    return connection


def _answers(connection: socket.socket, request: dict[str, str]) -> Iterator[dict[str, Any]]:
    try:
        connection.sendall(json.dumps(request).encode() + b"\n")
        with connection.makefile("rb") as lines:
            for line in lines:
                answer = json.loads(line)
                if not answer.pop("ok"):
                    raise ControllerRefused(answer["error"])
                yield answer
    except OSError as error:
        raise NoController(f"the controller does not answer ({error}); see its log") from None
    raise NoController("the controller has ended; see its log")
