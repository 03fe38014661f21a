"""What the floor wants done with talks that have more than two parties, or one outside."""

from typing import TypeAlias

from callcenter.acd.target import Target
from callcenter.acd.value import value


@value
class RingOutside:
    """Dial a number outside for this call. Answers as for an agent: LegRinging, LegAnswered ..."""

    call: str
    leg: str
    number: str
    caller_id: str
    """The number shown; empty: the site's main number."""
    timeout_s: float


@value
class DialCaller:
    """Dial the caller of a callback; the new channel's id is the call's. Answers: DialledAnswered
    or DialledFailed."""

    call: str
    number: str
    timeout_s: float


@value
class ParkCaller:
    """The caller hears music by himself, while his agent asks somebody or another is called."""

    call: str


@value
class TurnRound:
    """The two sides of a call change places: the channel of the leg is the caller's side from now
    on, and that of the caller's side the leg. Nothing is moved."""

    call: str
    leg: str
    number: str
    """Of whom the new caller's side is, as agents' phones show it."""


@value
class AdoptLeg:
    """A channel that is there already (pickup, take-over) serves as this leg from now on."""

    call: str
    leg: str
    line: str


@value
class UseLine:
    """The consult's asking side is this channel: the agent's leg, or his second line."""

    consult: str
    line: str


@value
class Rejoin:
    """Caller and leg talk again after a park; no answer is awaited. Channels move, none ends."""

    call: str
    legs: tuple[str, ...]
    """All agents' and outside legs that talk with the caller: two in a three-way."""


@value
class SendCaller:
    """Give the caller to the dialplan at this menu, box or survey."""

    call: str
    to: Target


@value
class TakeLeave:
    """Give the caller to the dialplan, which tells him that he is called back and hangs up."""

    call: str


@value
class AnswerTransfer:
    """Tell the phone that asked for a transfer, or the agent who dialled a code, what came of it.

    A phone whose REFER has succeeded hangs up by itself; the leg is ended all the same.
    """

    call: str
    leg: str
    done: bool
    reason: str = ""
    """Why not: `unknown`, `not_permitted`, `busy`, `signed_out`, `no_consult` ..."""


@value
class HangUpLine:
    """End an agent's second channel."""

    consult: str
    line: str


TalkCommand: TypeAlias = (
    RingOutside
    | DialCaller
    | ParkCaller
    | TurnRound
    | AdoptLeg
    | UseLine
    | Rejoin
    | SendCaller
    | TakeLeave
    | AnswerTransfer
    | HangUpLine
)
