"""The floor as the journal knew it, set up again after a restart; no fact is written for it."""

from callcenter.acd.agents.agent import RESTING, Agent, Wish
from callcenter.acd.agents.duty import wrap_up_of
from callcenter.acd.agents.figures import Figures
from callcenter.acd.calls.call import CALLERS, Call
from callcenter.acd.calls.call_parts import Dialling, Placed
from callcenter.acd.calls.line import stand
from callcenter.acd.calls.ringing import ring_beside
from callcenter.acd.deadlines import Due
from callcenter.acd.events import AgentFound, CallFound, CallKnown
from callcenter.acd.machine import Turn
from callcenter.acd.plan import QueuePolicy
from callcenter.acd.room import Room, queue_apart
from callcenter.acd.talk_events import ConsultAsked, MergeAsked, root_of
from callcenter.acd.talks.consultation import Consult
from callcenter.terms import AgentState, CallKind, CallState


def adopt_agent(room: Room, found: AgentFound) -> None:
    """The agent as he was, with what he asked for."""
    agent = _agent(room, found.agent)
    agent.state, agent.reason, agent.since = found.state, found.reason, found.since
    agent.idle_since, agent.misses, agent.queue = found.idle_since, found.misses, found.queue
    agent.wish = Wish(found.after, found.after_reason)
    agent.figures = Figures(chosen_at=found.chosen_at)
    if found.since >= room.day_starts:
        agent.figures = Figures(found.calls, found.busy_s, found.ready_s, found.chosen_at)
    if found.state is AgentState.WRAP_UP:
        wrap_up_s = wrap_up_of(room, found.queue)
        room.deadlines.set(Due.WRAP_UP, found.agent, found.since + wrap_up_s)
    elif found.state is AgentState.NOT_READY and found.reason == RESTING:
        room.deadlines.set(Due.REST, found.agent, found.since + room.plan.misses.rest_s)


def _agent(room: Room, name: str) -> Agent:
    """The agent, also one whom the plan no longer has: he is signed out in a moment."""
    if name not in room.agents:
        room.agents[name] = Agent(name, room.now)
    return room.agents[name]


def implied(found: CallFound) -> CallKnown:
    """What the journal knew, when nothing else is told: all that is found."""
    if found.joined_at is not None:
        state = CallState.TALKING
    elif found.leg:
        state = CallState.JOINING if found.answered else CallState.RINGING
    else:
        state = CallState.WAITING
    return CallKnown(
        found.entered,
        found.entered.requested_at,
        state,
        found.attempts,
        found.leg,
        found.agent,
        found.joined_at,
    )


def adopt_call(room: Room, known: CallKnown, attempts: int) -> None:
    """One call; a consult comes behind the call that it belongs to, and is nothing without it."""
    name = known.entered.queue
    queue = room.matching.queues.get(name) if name else room.direct
    if queue is None:
        # Gone from the plan, and its old policy with it: any agent may serve its last callers.
        queue = queue_apart(QueuePolicy(name))
    call = Call(known.entered, queue, known.queued_at, max(attempts, known.attempts), known.kind)
    if known.consult is not None and not _adopt_consult(room, call, known):
        return
    call.state, call.joined_at = known.state, known.joined_at
    call.answered_before, call.held = known.talked, known.held
    call.step, call.estimated = known.step, True
    call.place = call.place_in(queue)
    room.calls[call.id] = call
    # A caller who waits does so for his queue, whoever was to be called when the journal was cut.
    waits = known.state is CallState.WAITING
    handed_on = known.kind is CallKind.OUTBOUND and known.placed is None and bool(name)
    call.aim = None if waits and (known.kind in CALLERS or handed_on) else known.aim
    call.handed_by, call.owes_wrap_up = known.handed_by, known.owes_wrap_up
    if known.dialling is not None:
        _adopt_callback(room, call, known)
    if known.placed is not None:
        placer = _agent(room, known.placed.agent)
        call.placed = Placed(placer, known.placed.in_wrap_up)
        _bind(room, placer, call, talking=True)
    if waits:
        stand(room, call, call.pool.line)
    else:
        _adopt_legs(room, call, known)


def _adopt_legs(room: Room, call: Call, known: CallKnown) -> None:
    if known.leg:
        call.leg = known.leg
        room.legs[call.leg] = call
    if known.agent:
        call.agent = _agent(room, known.agent)
        _bind(room, call.agent, call, talking=known.state is CallState.TALKING)
    for other in known.others:
        agent = _agent(room, other.agent)
        ring_beside(call, other.leg, agent)
        room.legs[other.leg] = call
        _bind(room, agent, call, talking=False)


def _bind(room: Room, agent: Agent, call: Call, *, talking: bool) -> None:
    """The agent belongs to the call; a journal that was cut between the two facts is mended."""
    agent.call, agent.queue = call.id, call.queue.policy.name
    if agent.in_call and (agent.state is AgentState.TALKING) == talking:
        return
    agent.state = AgentState.TALKING if talking else AgentState.RESERVED
    agent.since, agent.reason = room.now, ""
    room.note_agent(agent)


def _adopt_callback(room: Room, call: Call, known: CallKnown) -> None:
    told = known.dialling
    assert told is not None  # noqa: S101  the caller looked
    call.dialling = Dialling(
        told.number, told.expires_at, told.attempts, told.reached, told.next_at
    )
    room.callbacks[call.owed_to] = call.id
    if known.state is CallState.POSTPONED and told.next_at is not None:
        room.deadlines.set(Due.AGAIN, call.id, told.next_at)
    if known.state in (CallState.POSTPONED, CallState.WAITING) and call.patient:
        room.deadlines.set(Due.EXPIRE, call.id, told.expires_at)


def _adopt_consult(room: Room, call: Call, known: CallKnown) -> bool:
    """Bind it to the caller's call; False when that one is not there, or has another one."""
    root, told = room.calls.get(root_of(call.id)), known.consult
    assert told is not None  # noqa: S101  the caller looked
    if root is None or root.state is not CallState.TALKING or root.agent is None:
        return False
    if root.consult is not None:
        return False
    consult = root.consult = call.consult = Consult(root, call, told.to, told.line)
    consult.move(ConsultAsked)
    if known.state is CallState.TALKING:
        consult.move(Turn.ANSWERED)
        if told.merged:
            consult.move(MergeAsked)
    return True
