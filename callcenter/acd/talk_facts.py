"""What happened in talks and callbacks, beyond ringing and joining, as the journal keeps it.

`call` is always the caller's own call (see `talk_events.root_of`), also where a consult is told
of; ring attempts and talks of a consult carry the consult's name in `RingStarted` and others.
Times are epoch seconds (UTC).
"""

from typing import TypeAlias

from callcenter.acd.value import value
from callcenter.terms import CallKind, RingResult, TargetKind


@value
class CallPlaced:
    """An agent placed a call; the row of the call begins here."""

    at: float
    call: str
    kind: CallKind
    """OUTBOUND or INTERNAL."""
    agent: str
    to_kind: TargetKind
    to: str
    called: str
    caller_id: str


@value
class CallTurned:
    """Whom an agent called is the call's caller's side from now on, so that he can be handed on
    or wait; the agent who placed the call has its leg."""

    at: float
    call: str
    leg: str
    """That of whom he called; both channels change places."""
    agent: str
    """Who placed it."""
    called: str
    """The agent who was called; empty for a number outside."""
    number: str


@value
class HoldStarted:
    """The agent put the other side on hold."""

    at: float
    call: str
    leg: str
    agent: str


@value
class HoldEnded:
    """The agent is back; also when the talk ends during the hold."""

    at: float
    call: str
    leg: str
    agent: str


@value
class CallTransferred:
    """The caller was handed on. How it went on is told by the facts that follow."""

    at: float
    call: str
    leg: str
    """The leg of the agent who handed on."""
    agent: str
    to_kind: TargetKind
    to: str
    how: str
    """`blind`, `attended`, `take_over` or `moved` (by a supervisor, before any talk)."""


@value
class TransferRefused:
    """A transfer or consult that was asked for and not begun; the talk went on."""

    at: float
    call: str
    leg: str
    agent: str
    to_kind: TargetKind
    to: str
    reason: str


@value
class ConsultStarted:
    """An agent asks somebody while his caller hears music."""

    at: float
    call: str
    consult: str
    agent: str
    to_kind: TargetKind
    to: str
    line: str
    """The agent's second channel; empty when he asks over his leg."""


@value
class ConsultMerged:
    """Three-way: the consulted party talks with caller and agent."""

    at: float
    call: str
    consult: str


@value
class ConsultEnded:
    """The consult is over, exactly once."""

    at: float
    call: str
    consult: str
    how: str
    """`completed` (transferred), `returned`, `failed` (nobody there), `left` (a party of a
    three-way left), `caller_gone`, `agent_gone` or `system`."""


@value
class CallMarked:
    """An agent marked the caller."""

    at: float
    call: str
    agent: str
    mark: str


@value
class CallSent:
    """The caller was given to the dialplan by a transfer or for a survey."""

    at: float
    call: str
    to_kind: TargetKind
    to: str


@value
class CallbackRequested:
    """A waiting caller gave up the line; the callback keeps his place. His own call ends here
    with the outcome `callback_requested`, told by its CallEnded."""

    at: float
    call: str
    """The caller's call, which ended."""
    callback: str
    """The callback's own name, under which it waits and is dialled."""
    number: str
    queue: str
    priority: int
    requested_at: float
    """His first request for a human: the place in line."""
    called: str
    language: str
    test: bool
    expires_at: float


@value
class CallbackDialled:
    """The callback's turn has come: an agent is reserved and the caller is dialled."""

    at: float
    call: str
    """The callback's name."""
    agent: str
    attempt: int


@value
class CallbackMissed:
    """The caller was dialled and not reached."""

    at: float
    call: str
    agent: str
    attempt: int
    result: RingResult
    sip_code: int
    next_at: float | None
    """When he is dialled again at the earliest; None: no more."""


@value
class CallRelaxed:
    """A waiting call's needs were relaxed by a step of its queue."""

    at: float
    call: str
    step: int
    """1 is the queue's first step."""
    what: str
    """What changed, in words of the site: `english 3->1`, `priority +5`, `queue general`."""


@value
class WaitEstimated:
    """The wait that was foretold when the call entered its queue; its error is measured."""

    at: float
    call: str
    queue: str
    estimate_s: float


@value
class NotReadyRefused:
    """An agent wanted to be not ready, and too many of his team were already."""

    at: float
    agent: str
    reason: str
    team: str


TalkFact: TypeAlias = (
    CallPlaced
    | CallTurned
    | HoldStarted
    | HoldEnded
    | CallTransferred
    | TransferRefused
    | ConsultStarted
    | ConsultMerged
    | ConsultEnded
    | CallMarked
    | CallSent
    | CallbackRequested
    | CallbackDialled
    | CallbackMissed
    | CallRelaxed
    | WaitEstimated
    | NotReadyRefused
)
