"""What the softphone's library is told, and what it tells; needs no library."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Line:
    """An account as pjsua2 is told of it."""

    user: str
    secret: str
    server: str
    """host:port."""
    address: str
    """The machine's own address towards that server."""
    expires_s: int
    mailbox: bool
    """Subscribe to message-waiting lamps."""


@dataclass(frozen=True, slots=True)
class Told:
    """Something that happened to an account, or to one of its calls."""

    kind: str
    account: int
    call: int = -1
    code: int = 0
    text: str = ""
    peer: str = ""
    new: int = 0


Tell = Callable[[Told], None]
