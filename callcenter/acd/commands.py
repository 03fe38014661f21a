"""What the floor wants done. The shell performs them in order and reports back as events."""

from typing import TypeAlias

from callcenter.acd.talk_commands import TalkCommand
from callcenter.acd.value import value


@value
class HoldInQueue:
    """Put the caller into the queue's waiting bridge, with its music."""

    call: str
    queue: str


@value
class AnnouncePosition:
    """Tell the waiting caller how he stands; one after the other what is given here."""

    call: str
    position: int | None
    """His place, 1 is next; None is not told."""
    estimate_s: float | None = None
    """The wait to expect; None is not told."""
    prompt: str = ""
    """A comfort message; empty for none."""


@value
class Say:
    """Play a prompt to a waiting caller."""

    call: str
    prompt: str


@value
class RingAgent:
    """Call the agent's phone for this caller. Answers: LegRinging, LegAnswered or LegFailed."""

    call: str
    leg: str
    agent: str
    queue: str
    timeout_s: float


@value
class CancelRing:
    """Stop ringing: the caller is gone or served."""

    call: str
    leg: str


@value
class Join:
    """Bring caller and answered agent into one bridge. Answers: LegJoined, or CallLost."""

    call: str
    leg: str
    record: bool


@value
class HangUpCaller:
    """End the caller's channel, if it is still there."""

    call: str


@value
class HangUpLeg:
    """End the agent's channel, if it is still there."""

    call: str
    leg: str


@value
class Overflow:
    """Give the caller back to the dialplan, at the queue's overflow for `cause`."""

    call: str
    queue: str
    cause: str
    """See the table in `calls.overflow`."""
    key: str = ""
    """The caller pressed it: he goes where it leads, and not to the overflow."""


@value
class ShowAgent:
    """The agent's state changed: lamps and the fallback queue's members follow."""

    agent: str


Command: TypeAlias = (
    HoldInQueue
    | AnnouncePosition
    | Say
    | RingAgent
    | CancelRing
    | Join
    | HangUpCaller
    | HangUpLeg
    | Overflow
    | ShowAgent
    | TalkCommand
)
