"""What the outside tells the floor. Times are epoch seconds (UTC), with milliseconds.

A `call` is the caller's channel id, which is also Asterisk's linkedid. A `leg` is the channel id
of one ring attempt at one agent; the floor chooses it, so it is known before the phone rings.
"""

from collections.abc import Mapping
from dataclasses import field
from typing import TypeAlias

from callcenter.acd.known import CallEntered as CallEntered
from callcenter.acd.known import CallKnown as CallKnown
from callcenter.acd.plan import Plan
from callcenter.acd.talk_events import TalkEvent
from callcenter.acd.value import value
from callcenter.terms import AgentState, RingResult


@value
class CallerGone:
    """The caller's channel is gone, or has left our control without our wish."""

    call: str
    cause: int = 0
    """Q.850 cause, 0 when Asterisk did not tell."""


@value
class LegRinging:
    """The agent's phone answered 180: it rings."""

    call: str
    leg: str


@value
class LegAnswered:
    """The agent picked up; the two are not joined yet."""

    call: str
    leg: str


@value
class LegJoined:
    """Caller and agent are in one bridge: talk begins."""

    call: str
    leg: str


@value
class LegFailed:
    """A ring attempt ended without an answer."""

    call: str
    leg: str
    result: RingResult
    sip_code: int = 0


@value
class LegGone:
    """The agent's channel is gone after it had answered."""

    call: str
    leg: str
    cause: int = 0


@value
class CallLost:
    """A command of ours failed so that the call cannot go on; the reason is for the record."""

    call: str
    reason: str


@value
class AgentSignedIn:
    """Signs in and becomes ready; a second sign-in is harmless."""

    agent: str


@value
class AgentSignedOut:
    """Signs out; in a call, it takes effect when the call ends."""

    agent: str


@value
class AgentReady:
    """Wants calls; ends wrap-up and not ready. Signed out, it signs in."""

    agent: str


@value
class AgentNotReady:
    """Wants no calls, for a reason; in a call, it takes effect when the call ends."""

    agent: str
    reason: str
    forced: bool = False
    """By a supervisor's order: limits of the team do not count."""


@value
class WrapUpExtended:
    """Needs more time after a call: the queue's wrap-up begins anew. Without one it is harmless."""

    agent: str


@value
class PhoneGone:
    """The agent's phone is not registered: whoever is free can't be called."""

    agent: str


@value
class PhoneBack:
    """The agent's phone is registered again; harmless unless he was unreachable."""

    agent: str


@value
class PlanChanged:
    """A new deployment: policies and agents are replaced, calls stay."""

    plan: Plan


@value
class TimePassed:
    """A deadline may be due; see `Floor.next_deadline`."""


@value
class AgentFound:
    """An agent as the journal knew him when the controller went away."""

    agent: str
    state: AgentState
    reason: str
    since: float
    idle_since: float
    misses: int = 0
    queue: str = ""
    """The queue of the call that the state belongs to; its wrap-up time counts."""
    after: AgentState = AgentState.READY
    """In a call: the state that he asked for after it, SIGNED_OUT or NOT_READY."""
    after_reason: str = ""
    calls: int = 0
    busy_s: float = 0.0
    ready_s: float = 0.0
    chosen_at: float = 0.0
    """His day's figures at `since`; see `figures.Figures`."""


@value
class CallFound:
    """A call that the journal knew and Asterisk still holds after the controller was away.

    `leg` and `agent` are set when an agent's channel was found for it; `joined_at` when the two
    are in one bridge. Without a leg the caller waits and keeps his place by `requested_at`.
    A caller whom the journal does not know is not found but new: `CallEntered` after `Restored`.
    """

    entered: CallEntered
    attempts: int = 0
    """Ring attempts made so far, so that new legs get new names."""
    leg: str = ""
    agent: str = ""
    answered: bool = False
    joined_at: float | None = None
    known: CallKnown | None = None
    """What the journal knew: the facts that lead from there to what is found are made up for.
    None: the journal knew all of what is found."""
    others: tuple[str, ...] = ()
    """Legs beside `leg` that exist: several phones ring at once."""
    caller_there: bool = True
    """Of a callback that is being dialled: its channel exists; `answered`: it is up."""
    line_there: bool = True
    """Of a consult: the agent's second line exists, where he has one."""


@value
class CallVanished:
    """A call that the journal knew and Asterisk no longer holds: it ended while we were away."""

    known: CallKnown
    at: float
    """When it ended, as well as can be told."""
    platform: bool = False
    """True when Asterisk itself had gone down, so that we lost the call."""


@value
class Restored:
    """After a start or a lost connection: what Asterisk holds and what the journal knew.

    The floor forgets what it held and takes this instead.
    """

    agents: tuple[AgentFound, ...]
    calls: tuple[CallFound, ...]
    vanished: tuple[CallVanished, ...] = ()
    orphans: tuple[tuple[str, str], ...] = ()
    """(call, leg) of agents' channels whose caller is gone; they are hung up."""
    handed_over: Mapping[str, int] = field(default_factory=dict)
    """Attempts made for calls that overflowed: should one come back, its legs get new names."""


Event: TypeAlias = (
    CallEntered
    | CallerGone
    | LegRinging
    | LegAnswered
    | LegJoined
    | LegFailed
    | LegGone
    | CallLost
    | AgentSignedIn
    | AgentSignedOut
    | AgentReady
    | AgentNotReady
    | WrapUpExtended
    | PhoneGone
    | PhoneBack
    | PlanChanged
    | TimePassed
    | Restored
    | TalkEvent
)
