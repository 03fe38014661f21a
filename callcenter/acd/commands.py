"""What the floor wants done. The shell performs them in order and reports back as events."""

from dataclasses import dataclass
from typing import TypeAlias

from callcenter.acd.talk_commands import TalkCommand


@dataclass(frozen=True, slots=True)
class HoldInQueue:
    """Put the caller into the queue's waiting bridge, with its music."""

    call: str
    queue: str


@dataclass(frozen=True, slots=True)
class AnnouncePosition:
    """Tell the waiting caller his place; 1 is next."""

    call: str
    position: int


@dataclass(frozen=True, slots=True)
class RingAgent:
    """Call the agent's phone for this caller. Answers: LegRinging, LegAnswered or LegFailed."""

    call: str
    leg: str
    agent: str
    queue: str
    timeout_s: float


@dataclass(frozen=True, slots=True)
class CancelRing:
    """Stop ringing: the caller is gone or served."""

    call: str
    leg: str


@dataclass(frozen=True, slots=True)
class Join:
    """Bring caller and answered agent into one bridge. Answers: LegJoined, or CallLost."""

    call: str
    leg: str
    record: bool


@dataclass(frozen=True, slots=True)
class HangUpCaller:
    """End the caller's channel, if it is still there."""

    call: str


@dataclass(frozen=True, slots=True)
class HangUpLeg:
    """End the agent's channel, if it is still there."""

    call: str
    leg: str


@dataclass(frozen=True, slots=True)
class Overflow:
    """Give the caller back to the dialplan, at the queue's overflow for `cause`."""

    call: str
    queue: str
    cause: str
    """`max_wait`, `full` or `no_agent`."""


@dataclass(frozen=True, slots=True)
class ShowAgent:
    """The agent's state changed: lamps and the fallback queue's members follow."""

    agent: str


Command: TypeAlias = (
    HoldInQueue
    | AnnouncePosition
    | RingAgent
    | CancelRing
    | Join
    | HangUpCaller
    | HangUpLeg
    | Overflow
    | ShowAgent
    | TalkCommand
)
