"""What parties of a talk ask for: hold, transfer, consult, three-way, and calls of agents' own.

`leg` is always the channel id of the agent who asks. A consult is a call of its own on the floor,
named CALL^1, CALL^2 ... after the call that it belongs to; its legs are CALL^1~1 and so on.
"""

from dataclasses import dataclass
from typing import TypeAlias

from callcenter.acd.known import CallEntered
from callcenter.acd.target import Target
from callcenter.terms import RingResult


@dataclass(frozen=True, slots=True)
class LegHeld:
    """The agent has put the other side on hold, who hears music."""

    call: str
    leg: str


@dataclass(frozen=True, slots=True)
class LegRetrieved:
    """The agent is back from hold."""

    call: str
    leg: str


@dataclass(frozen=True, slots=True)
class TransferAsked:
    """Blind transfer: the agent hands the caller on and is free."""

    call: str
    leg: str
    to: Target


@dataclass(frozen=True, slots=True)
class ConsultAsked:
    """The agent wants to ask somebody while his caller hears music."""

    call: str
    leg: str
    to: Target
    line: str = ""
    """The agent's second channel, when his phone placed the consult as a call of its own; empty:
    he asks over the leg that he talks on."""


@dataclass(frozen=True, slots=True)
class SwapAsked:
    """Between caller and consulted party, to the one he does not talk to now."""

    call: str
    leg: str


@dataclass(frozen=True, slots=True)
class ConsultCompleted:
    """Attended transfer: caller and consulted party are joined, the agent is free."""

    call: str
    leg: str


@dataclass(frozen=True, slots=True)
class ConsultReturned:
    """The consulted party is let go, the agent is back with his caller."""

    call: str
    leg: str


@dataclass(frozen=True, slots=True)
class MergeAsked:
    """Three-way: caller, agent and consulted party talk together."""

    call: str
    leg: str


@dataclass(frozen=True, slots=True)
class LineGone:
    """The agent's second channel has ended without a transfer."""

    consult: str
    line: str


@dataclass(frozen=True, slots=True)
class AgentCalls:
    """An agent's phone places a call; `call` is its channel id."""

    call: str
    agent: str
    to: Target
    called: str
    """As he dialled it."""
    caller_id: str
    """The number that is shown outside."""


@dataclass(frozen=True, slots=True)
class PickupAsked:
    """An agent takes a call that rings at a team-mate; `line` is his phone's channel."""

    agent: str
    line: str


@dataclass(frozen=True, slots=True)
class TakeOverAsked:
    """A supervisor takes a talk from its agent; `line` is his phone's channel."""

    agent: str
    line: str
    call: str


@dataclass(frozen=True, slots=True)
class MarkAsked:
    """The agent marks the caller, as malicious for one."""

    call: str
    leg: str
    mark: str


@dataclass(frozen=True, slots=True)
class CallMoved:
    """A supervisor moves a waiting call to another queue; its place in time is kept."""

    call: str
    queue: str
    by: str


@dataclass(frozen=True, slots=True)
class HangUpAsked:
    """A supervisor ends a call."""

    call: str
    by: str


@dataclass(frozen=True, slots=True)
class KeyChosen:
    """A waiting caller pressed a key that leads him elsewhere."""

    call: str
    key: str


@dataclass(frozen=True, slots=True)
class CallbackAsked:
    """A waiting caller gives up the line for a callback at this number, keeping his place."""

    call: str
    number: str
    entered: CallEntered | None = None
    """Of a caller who is not on the floor, because he has overflowed: his request."""


@dataclass(frozen=True, slots=True)
class CallbackWithdrawn:
    """A callback is no longer wanted: by a person, or because the caller called again."""

    call: str
    by: str


@dataclass(frozen=True, slots=True)
class DialledAnswered:
    """The outside party whom we dialled for a callback picked up; `call` is its channel id."""

    call: str


@dataclass(frozen=True, slots=True)
class DialledFailed:
    """The outside party whom we dialled for a callback could not be reached."""

    call: str
    result: RingResult
    sip_code: int = 0


TalkEvent: TypeAlias = (
    LegHeld
    | LegRetrieved
    | TransferAsked
    | ConsultAsked
    | SwapAsked
    | ConsultCompleted
    | ConsultReturned
    | MergeAsked
    | LineGone
    | AgentCalls
    | PickupAsked
    | TakeOverAsked
    | MarkAsked
    | CallMoved
    | HangUpAsked
    | KeyChosen
    | CallbackAsked
    | CallbackWithdrawn
    | DialledAnswered
    | DialledFailed
)

CONSULT_MARK = "^"


def root_of(call: str) -> str:
    """The caller's call that a consult belongs to; a call that is no consult is its own root."""
    return call.partition(CONSULT_MARK)[0]
