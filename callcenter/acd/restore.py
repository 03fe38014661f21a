"""After a start or a lost connection: the floor as Asterisk and the journal tell it.

Calls and agents are adopted as the journal knew them, which writes no fact. Then what happened
while nobody looked is told by the usual events, at the best time that can be told; so records say
of such a call what they say of any other. At last all who are free are brought together.
"""

from callcenter.acd.agent import RESTING, Agent, Wish
from callcenter.acd.call import Call
from callcenter.acd.calls import call_lost, caller_gone
from callcenter.acd.commands import HangUpLeg, HoldInQueue, Join
from callcenter.acd.deadlines import JOIN_LIMIT_S, RING_GRACE_S, Due
from callcenter.acd.duty import after_talk, after_vain_ring
from callcenter.acd.events import (
    AgentFound,
    CallerGone,
    CallFound,
    CallKnown,
    CallLost,
    CallVanished,
    LegAnswered,
    LegGone,
    LegJoined,
    Restored,
)
from callcenter.acd.legs import leg_event
from callcenter.acd.line import stand
from callcenter.acd.matching import Pool, Queue
from callcenter.acd.plan import QueuePolicy, Strategy
from callcenter.acd.replan import dismiss, lay_out, meet
from callcenter.acd.room import Room
from callcenter.site.needs import Needs
from callcenter.terms import AgentState, CallState

PLATFORM_DOWN = "platform was down"


def restored(room: Room, event: Restored) -> None:
    """Take over what is found; what the floor held before is forgotten."""
    now = room.now
    room.clear(room.plan)
    _adopt(room, event)
    for gone in event.vanished:
        _tell_end(room, gone)
    for found in event.calls:
        _tell_change(room, found, now)
    room.now = now
    _free_the_forlorn(room)
    for orphan in event.orphans:
        room.commands.append(HangUpLeg(*orphan))
    lay_out(room, room.plan)
    _show_all(room)
    dismiss(room)
    meet(room)


def _adopt(room: Room, event: Restored) -> None:
    room.handed_over.update(event.handed_over)
    for agent in event.agents:
        _adopt_agent(room, agent)
    for found in event.calls:
        _adopt_call(room, found.known or _implied(found), found.attempts)
    for gone in event.vanished:
        _adopt_call(room, gone.known, 0)


def _show_all(room: Room) -> None:
    """Music for all who wait, lamps for all agents: whatever was set may be lost."""
    for call in room.calls.values():
        if call.state in (CallState.WAITING, CallState.RINGING):
            room.commands.append(HoldInQueue(call.id, call.queue.policy.name))
    for agent in room.agents.values():
        room.show(agent)


def _adopt_agent(room: Room, found: AgentFound) -> None:
    agent = _agent(room, found.agent)
    agent.state, agent.reason, agent.since = found.state, found.reason, found.since
    agent.idle_since, agent.misses, agent.queue = found.idle_since, found.misses, found.queue
    agent.wish = Wish(found.after, found.after_reason)
    if found.state is AgentState.WRAP_UP:
        policy = room.plan.queues.get(found.queue)
        wrap_up_s = policy.wrap_up_s if policy is not None else 0.0
        room.deadlines.set(Due.WRAP_UP, found.agent, found.since + wrap_up_s)
    elif found.state is AgentState.NOT_READY and found.reason == RESTING:
        room.deadlines.set(Due.REST, found.agent, found.since + room.plan.misses.rest_s)


def _agent(room: Room, name: str) -> Agent:
    """The agent, also one whom the plan no longer has: he is signed out in a moment."""
    if name not in room.agents:
        room.agents[name] = Agent(name, room.now)
    return room.agents[name]


def _implied(found: CallFound) -> CallKnown:
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


def _adopt_call(room: Room, known: CallKnown, attempts: int) -> None:
    name = known.entered.queue
    queue = room.matching.queues.get(name)
    if queue is None:
        # Gone from the plan, and its old policy with it: any agent may serve its last callers.
        queue = Queue(QueuePolicy(name), Pool(Needs(), Strategy.LONGEST_IDLE), closed=True)
    call = Call(known.entered, queue, known.queued_at, max(attempts, known.attempts))
    call.state, call.joined_at = known.state, known.joined_at
    room.calls[call.id] = call
    if known.state is CallState.WAITING:
        stand(room, call)
    else:
        call.leg = known.leg
        room.legs[call.leg] = call
        call.agent = _agent(room, known.agent)
        _bind(room, call.agent, call)


def _bind(room: Room, agent: Agent, call: Call) -> None:
    """The agent belongs to the call; a journal that was cut between the two facts is mended."""
    agent.call, agent.queue = call.id, call.queue.policy.name
    talking = call.state is CallState.TALKING
    if agent.in_call and (agent.state is AgentState.TALKING) == talking:
        return
    agent.state = AgentState.TALKING if talking else AgentState.RESERVED
    agent.since, agent.reason = room.now, ""
    room.note_agent(agent)


def _tell_end(room: Room, gone: CallVanished) -> None:
    room.now = gone.at
    name = gone.known.entered.call
    if gone.platform:
        call_lost(room, CallLost(name, PLATFORM_DOWN))
    else:
        caller_gone(room, CallerGone(name))


def _tell_change(room: Room, found: CallFound, now: float) -> None:
    """What became of the call's leg since the journal's last word."""
    room.now = now
    call = room.calls[found.entered.call]
    if found.leg and found.leg != call.leg:
        room.commands.append(HangUpLeg(call.id, found.leg))
    here = bool(found.leg) and found.leg == call.leg
    if call.state is CallState.WAITING:
        return
    if not here:
        leg_event(room, LegGone(call.id, call.leg))
    elif found.joined_at is not None:
        _tell_joined(room, call, found.joined_at)
    elif call.state is CallState.RINGING:
        ring_s = call.queue.policy.ring_timeout_s + RING_GRACE_S
        room.deadlines.set(Due.RING, call.id, now + ring_s)
        if found.answered:
            leg_event(room, LegAnswered(call.id, call.leg))
    else:
        # Answered, but apart: what was cut short is done again.
        room.commands.append(Join(call.id, call.leg, call.queue.policy.record))
        if call.state is CallState.JOINING:
            room.deadlines.set(Due.JOIN, call.id, now + JOIN_LIMIT_S)


def _tell_joined(room: Room, call: Call, joined_at: float) -> None:
    room.now = joined_at
    if call.state is CallState.RINGING:
        leg_event(room, LegAnswered(call.id, call.leg))
    leg_event(room, LegJoined(call.id, call.leg))


def _free_the_forlorn(room: Room) -> None:
    """Agents whom the journal left in a call that nobody knows."""
    for agent in list(room.agents.values()):
        if agent.in_call and agent.call not in room.calls:
            if agent.state is AgentState.TALKING:
                policy = room.plan.queues.get(agent.queue)
                after_talk(room, agent, policy.wrap_up_s if policy is not None else 0.0)
            else:
                after_vain_ring(room, agent)
