"""Facts about the platform itself: its lines to the operators, and when it was not there.

Times are epoch seconds (UTC).
"""

from dataclasses import dataclass

from callcenter.terms import Direction


@dataclass(frozen=True, slots=True)
class TrunkUsed:
    """A call has taken a line of a trunk (占用), and has left it."""

    at: float
    """When it took it."""
    trunk: str
    call: str
    direction: Direction
    result: str
    """`answered`, `busy`, `no_answer`, `rejected`, or `failed` by the network."""
    cause: int
    """Q.850 cause of its end."""
    until: float


@dataclass(frozen=True, slots=True)
class PlatformDown:
    """Something was not there, and is again."""

    at: float
    """When that was noticed."""
    what: str
    """`asterisk`: no call could come in. `controller`: Asterisk's own queues served the calls."""
    since: float
    """When it was seen for the last time."""
    until: float


PlatformFact = TrunkUsed | PlatformDown
