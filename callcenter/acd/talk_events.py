"""What parties of a talk ask for: hold, transfer, consult, three-way, and calls of agents' own.

`leg` is always the channel id of the agent who asks. A consult is a call of its own on the floor,
named CALL^1, CALL^2 ... after the call that it belongs to; its legs are CALL^1~1 and so on.
"""

from typing import TypeAlias

from callcenter.acd.known import CallEntered
from callcenter.acd.target import Target
from callcenter.acd.value import value
from callcenter.terms import RingResult


@value
class LegHeld:
    """The agent has put the other side on hold, who hears music."""

    call: str
    leg: str


@value
class LegRetrieved:
    """The agent is back from hold."""

    call: str
    leg: str


@value
class TransferAsked:
    """Blind transfer: the agent hands the caller on and is free."""

    call: str
    leg: str
    to: Target


@value
class ConsultAsked:
    """The agent wants to ask somebody while his caller hears music."""

    call: str
    leg: str
    to: Target
    line: str = ""
    """The agent's second channel, when his phone placed the consult as a call of its own; empty:
    he asks over the leg that he talks on."""


@value
class SwapAsked:
    """Between caller and consulted party, to the one he does not talk to now."""

    call: str
    leg: str


@value
class ConsultCompleted:
    """Attended transfer: caller and consulted party are joined, the agent is free."""

    call: str
    leg: str


@value
class ConsultReturned:
    """The consulted party is let go, the agent is back with his caller."""

    call: str
    leg: str


@value
class MergeAsked:
    """Three-way: caller, agent and consulted party talk together."""

    call: str
    leg: str


@value
class LineGone:
    """The agent's second channel has ended without a transfer."""

    consult: str
    line: str


@value
class AgentCalls:
    """An agent's phone places a call; `call` is its channel id."""

    call: str
    agent: str
    to: Target
    called: str
    """As he dialled it."""
    caller_id: str
    """The number that is shown outside."""


@value
class PickupAsked:
    """An agent takes a call that rings at a team-mate; `line` is his phone's channel."""

    agent: str
    line: str


@value
class TakeOverAsked:
    """A supervisor takes a talk from its agent; `line` is his phone's channel."""

    agent: str
    line: str
    call: str


@value
class MarkAsked:
    """The agent marks the caller, as malicious for one."""

    call: str
    leg: str
    mark: str


@value
class CallMoved:
    """A supervisor moves a waiting call to another queue; its place in time is kept."""

    call: str
    queue: str
    by: str


@value
class HangUpAsked:
    """A supervisor ends a call."""

    call: str
    by: str


@value
class KeyChosen:
    """A waiting caller pressed a key that leads him elsewhere."""

    call: str
    key: str


@value
class CallbackAsked:
    """A waiting caller gives up the line for a callback at this number, keeping his place."""

    call: str
    number: str
    entered: CallEntered | None = None
    """Of a caller who is not on the floor, because he has overflowed: his request."""


@value
class CallbackWithdrawn:
    """A callback is no longer wanted: by a person, or because the caller called again."""

    call: str
    by: str


@value
class DialledAnswered:
    """The outside party whom we dialled for a callback picked up; `call` is its channel id."""

    call: str


@value
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
