"""The floor as others see it: values for snapshots, lamps and the fallback queue's members."""

from callcenter.acd.agents.agent import Agent
from callcenter.acd.calls.call import Call
from callcenter.acd.matching.pools import Queue
from callcenter.acd.target import Target
from callcenter.acd.value import value
from callcenter.terms import AgentState, CallKind, CallState, ConsultState, TargetKind


@value
class ConsultView:
    """What an agent asks somebody about his caller, now."""

    consult: str
    """The consult's own call, which is on the floor as well."""
    state: ConsultState
    to: Target
    line: str
    """The agent's second channel; empty: he asks over his leg."""
    agent: str
    """The consulted agent who rings or talks; empty: none yet, or a party outside."""


@value
class CallbackView:
    """When a caller is called back who is not on the line. Times are epoch seconds."""

    attempts: int
    next_at: float | None
    """He is not dialled before; None: as soon as it is his turn, or he is dialled now."""
    expires_at: float


@value
class CallView:
    """One call, now. Times are epoch seconds."""

    call: str
    queue: str
    state: CallState
    caller: str
    called: str
    language: str
    test: bool
    arrived_at: float
    requested_at: float
    queued_at: float
    priority: int
    """The queue's and its own together."""
    attempts: int
    position: int | None
    """1 is next; None when he does not wait."""
    leg: str
    agent: str
    joined_at: float | None
    kind: CallKind = CallKind.INBOUND
    held: bool = False
    """The other side hears music."""
    outside: str = ""
    """The number outside that it talks with, or that is called for it."""
    rings: tuple[str, ...] = ()
    """Agents whose phones ring for it beside `agent`."""
    placed_by: str = ""
    """The agent who placed it."""
    consult: ConsultView | None = None
    """Of a caller's call: the consult about it."""
    callback: CallbackView | None = None
    """Of a callback whose caller is not on the line."""


@value
class AgentView:
    """One agent, now. Times are epoch seconds."""

    agent: str
    state: AgentState
    reason: str
    since: float
    idle_since: float
    misses: int
    call: str
    """The call that has him, or that he wraps up."""
    queue: str
    """The queue of his last call."""
    queues: tuple[str, ...]
    """The queues he can serve: his memberships in the fallback."""
    kind: CallKind | None = None
    """Of the call that has him; None when none has him."""
    held: bool = False
    """He has put the other side of his talk on hold, or is held."""
    consult: ConsultState | None = None
    """He asks somebody about his caller, or is asked; None when neither."""


@value
class QueueView:
    """One queue, now."""

    queue: str
    waiting: tuple[str, ...]
    """Calls in the order in which they are served."""
    longest_since: float | None
    """When the one who waits longest asked for a human."""
    ready: int
    signed_in: int
    """Agents who can serve this queue."""


def view_call(call: Call) -> CallView:
    """The call as others see it."""
    waits = call.state is CallState.WAITING
    return CallView(
        call=call.id,
        queue=call.queue.policy.name,
        state=call.state,
        caller=call.entered.caller,
        called=call.entered.called,
        language=call.entered.language,
        test=call.entered.test,
        arrived_at=call.entered.arrived_at,
        requested_at=call.entered.requested_at,
        queued_at=call.queued_at,
        priority=-call.place[0],
        attempts=call.attempts,
        position=call.queue.position(call.place) if waits else None,
        leg=call.leg,
        agent=call.agent.name if call.agent is not None else "",
        joined_at=call.joined_at,
        kind=call.kind,
        held=bool(call.held),
        outside=_outside(call),
        rings=tuple(agent.name for agent in call.also.values()),
        placed_by=call.placed.agent.name if call.placed is not None else "",
        consult=_consult(call),
        callback=_callback(call),
    )


def _callback(call: Call) -> CallbackView | None:
    dialling = call.dialling
    if dialling is None or dialling.reached:
        return None
    next_at = dialling.next_at if call.state is CallState.POSTPONED else None
    return CallbackView(dialling.attempts, next_at, dialling.expires_at)


def _outside(call: Call) -> str:
    aim = call.aim
    return aim.name if aim is not None and aim.kind is TargetKind.OUTSIDE else ""


def _consult(call: Call) -> ConsultView | None:
    consult = call.consult
    if consult is None or consult.call is call:
        return None
    agent = consult.call.agent
    return ConsultView(
        consult.call.id,
        consult.state,
        consult.to,
        consult.line,
        agent.name if agent is not None else "",
    )


def view_agent(agent: Agent, call: Call | None = None) -> AgentView:
    """The agent as others see him; `call` is the one that has him."""
    consult = call.consult if call is not None else None
    return AgentView(
        agent=agent.name,
        state=agent.state,
        reason=agent.reason,
        since=agent.since,
        idle_since=agent.idle_since,
        misses=agent.misses,
        call=agent.call,
        queue=agent.queue,
        queues=tuple(
            queue.policy.name
            for seat in agent.seats
            for queue in seat.pool.queues
            if queue.pool is seat.pool
        ),
        kind=call.kind if call is not None else None,
        held=call is not None and bool(call.held),
        consult=consult.state if consult is not None else None,
    )


def view_queue(queue: Queue) -> QueueView:
    """The queue as others see it."""
    return QueueView(
        queue=queue.policy.name,
        waiting=tuple(place[2] for place in queue.order),
        longest_since=min((place[1] for place in queue.order), default=None),
        ready=len(queue.pool.idle),
        signed_in=queue.pool.signed_in,
    )
