"""What happened, as the journal keeps it: call records and agents' times are a fold of these.

The shell writes a step's facts before it performs the step's commands. Every fact carries its
time in epoch seconds (UTC).
"""

from collections.abc import Mapping
from typing import TypeAlias

from callcenter.acd.talk_facts import TalkFact
from callcenter.acd.value import value
from callcenter.terms import AgentState, Outcome, RingResult


@value
class CallQueued:
    """A caller asked for a human; the row of the call begins here at the latest."""

    at: float
    call: str
    queue: str
    caller: str
    called: str
    arrived_at: float
    requested_at: float
    language: str
    priority: int
    test: bool


@value
class RingStarted:
    """An agent was chosen and is called; `why` tells the decision."""

    at: float
    call: str
    leg: str
    agent: str
    queue: str
    why: Mapping[str, str | int | float]
    """Number of candidates, the sort key and its value, so that a reader can check the choice."""


@value
class RingEnded:
    """The ring attempt ended; `answered` is one of the results."""

    at: float
    call: str
    leg: str
    agent: str
    result: RingResult
    sip_code: int


@value
class TalkStarted:
    """Caller and agent are joined."""

    at: float
    call: str
    leg: str
    agent: str
    queue: str


@value
class TalkEnded:
    """Caller and agent are apart again; `by` is `caller`, `agent` or `system`."""

    at: float
    call: str
    leg: str
    agent: str
    by: str


@value
class CallOverflowed:
    """The caller left the queue for its overflow; the dialplan has him now."""

    at: float
    call: str
    queue: str
    cause: str


@value
class CallEnded:
    """The call ended in our hands, exactly once, with its one outcome."""

    at: float
    call: str
    outcome: Outcome
    cause: str
    survey: str = ""
    """The survey to which the caller is led; empty where he is not."""


@value
class AgentChanged:
    """An agent's state from this time on."""

    at: float
    agent: str
    state: AgentState
    reason: str
    call: str
    """The call that the state belongs to, or empty."""
    idle_since: float
    misses: int
    calls: int = 0
    busy_s: float = 0.0
    ready_s: float = 0.0
    chosen_at: float = 0.0
    """His day's figures; see `figures.Figures`."""


@value
class AgentAsked:
    """In a call, the agent asked for the state that shall follow it; READY takes that back."""

    at: float
    agent: str
    after: AgentState
    """SIGNED_OUT, NOT_READY or READY."""
    reason: str


Fact: TypeAlias = (
    CallQueued
    | RingStarted
    | RingEnded
    | TalkStarted
    | TalkEnded
    | CallOverflowed
    | CallEnded
    | AgentChanged
    | AgentAsked
    | TalkFact
)
