"""A caller goes from one hand into the next: back into a line, or to whom the consult asked.

Nobody from outside is lost on the way: who is not taken waits in his queue, with his first place.
"""

from callcenter.acd.agents.agent import Agent
from callcenter.acd.calls.call import CALLERS, Call
from callcenter.acd.calls.ending import (
    AGENT,
    SYSTEM,
    end,
    end_consult,
    end_hold,
    end_talk,
    leave_talk,
)
from callcenter.acd.calls.line import leave, serve
from callcenter.acd.commands import HangUpLeg, HoldInQueue, Join
from callcenter.acd.deadlines import JOIN_LIMIT_S, OUTSIDE_RING_S, RING_GRACE_S, Due
from callcenter.acd.events import CallEntered, LegAnswered, LegFailed, LegGone
from callcenter.acd.facts import CallQueued, TalkStarted
from callcenter.acd.machine import Trigger, Turn
from callcenter.acd.matching.pools import Queue
from callcenter.acd.room import Room
from callcenter.acd.talk_commands import AnswerTransfer, HangUpLine, Rejoin
from callcenter.acd.talk_facts import CallTransferred, ConsultEnded
from callcenter.acd.talks.consultation import Consult
from callcenter.acd.talks.party import ring_party
from callcenter.acd.target import Target
from callcenter.terms import CallState, TargetKind

BLIND, ATTENDED, TAKE_OVER, MOVED = "blind", "attended", "take_over", "moved"
"""How a caller was handed on, as the journal tells it."""


def queued(event: CallEntered, at: float) -> CallQueued:
    """The fact that opens a call's record, or its stay in another queue."""
    return CallQueued(
        at,
        event.call,
        event.queue,
        event.caller,
        event.called,
        event.arrived_at,
        event.requested_at,
        event.language,
        event.priority,
        event.test,
    )


def stand_anew(room: Room, call: Call, queue: Queue) -> None:
    """Into that queue's line with his first request for a human; he has no leg now."""
    call.aim = None
    call.enqueue(queue, room.now)
    room.facts.append(queued(call.entered, room.now))
    serve(room, call)
    if call.state is not CallState.GONE and not call.patient:
        room.commands.append(HoldInQueue(call.id, queue.policy.name))


def nobody_came(room: Room, call: Call, trigger: Trigger, cause: str) -> None:
    """The only place that was called did not answer: callers go back to their queue, and who has
    none to the agent who handed them on."""
    back_to = _handed_by(room, call)
    if call.kind in CALLERS or (call.outsider and call.queue.policy.name):
        call.move(trigger)
        stand_anew(room, call, call.queue)
    elif call.consult is not None:
        root = call.consult.root
        room.commands.append(AnswerTransfer(root.id, root.leg, done=False, reason=cause))
        back_to_caller(room, call.consult, Turn.PARTY_LEFT, "failed")
    elif back_to is not None:
        call.move(trigger)
        ring_party(room, call, Target(TargetKind.AGENT, back_to.name))
    else:
        end(room, call, Turn.UNREACHED, SYSTEM, cause, room.now)


def _handed_by(room: Room, call: Call) -> Agent | None:
    """Who handed on somebody from outside, and can be called for him; None when nobody can."""
    agent = room.agents.get(call.handed_by)
    if agent is None or not call.outsider or call.state is CallState.WAITING:
        return None
    failed = call.aim is not None and call.aim.name == agent.name
    free = agent.signed_in and not agent.in_call and not agent.leaving
    return agent if free and not failed else None


def back_to_caller(room: Room, consult: Consult, trigger: Trigger, how: str) -> None:
    """The consult is over, and its agent talks with his caller."""
    room.commands.append(Rejoin(consult.root.id, (consult.root.leg,)))
    end_hold(room, consult.root, room.now)
    end_consult(room, consult, trigger, how, room.now)


def complete(room: Room, consult: Consult, trigger: Trigger) -> None:
    """The caller goes to the consulted party, answered or not; the agent is free.

    Where the consulted party still rings, the ringing goes on for the caller; where the agent
    still waited in a queue, the caller waits there.
    """
    root, call, asker, leg = consult.root, consult.call, consult.asker, consult.root.leg
    wrap_up_s, was = root.queue.policy.wrap_up_s, call.state
    end_talk(room, root, AGENT, room.now)
    how = BLIND if was is CallState.WAITING else ATTENDED
    to = consult.to
    room.facts.append(CallTransferred(room.now, root.id, leg, asker.name, to.kind, to.name, how))
    del room.legs[leg], room.calls[call.id]
    root.unseat()
    root.handed_by = asker.name
    consult.move(trigger)
    root.consult = None
    _TAKE_ON[was](room, root, consult)
    call.move(Turn.CONSULT_OVER)
    if trigger not in (LegGone, LegFailed):
        room.commands += AnswerTransfer(root.id, leg, done=True), HangUpLeg(root.id, leg)
    if consult.line:
        room.commands.append(HangUpLine(call.id, consult.line))
    leave_talk(room, root, asker, wrap_up_s)


def _enter_stay(room: Room, root: Call, consult: Consult) -> None:
    """Who was asked for in a queue belongs to that queue."""
    if consult.to.kind is TargetKind.QUEUE:
        root.enqueue(consult.call.queue, room.now)
        room.facts.append(queued(root.entered, room.now))


def _close(room: Room, consult: Consult) -> None:
    end = ConsultEnded(room.now, consult.root.id, consult.call.id, "completed")
    room.facts.append(end)


def _take_talk(room: Room, root: Call, consult: Consult) -> None:
    call = consult.call
    _enter_stay(room, root, consult)
    end_talk(room, call, AGENT, room.now)
    _close(room, consult)
    root.move(Turn.TOOK_ON)
    root.aim = call.aim
    _take_leg(room, root, call)
    root.joined_at = room.now
    name, queue = root.name_of(root.leg), root.queue.policy.name
    room.facts.append(TalkStarted(room.now, root.id, root.leg, name, queue))
    room.commands.append(Rejoin(root.id, (root.leg,)))


def _take_ring(room: Room, root: Call, consult: Consult) -> None:
    call = consult.call
    _enter_stay(room, root, consult)
    _close(room, consult)
    root.move(Turn.HANDED_ON)
    root.move(Turn.CHOSEN)
    root.aim = call.aim
    room.deadlines.cancel(Due.RING, call.id)
    outside = root.aim is not None and root.aim.kind is TargetKind.OUTSIDE
    ring_s = OUTSIDE_RING_S if outside else call.queue.policy.ring_timeout_s
    room.deadlines.set(Due.RING, root.id, room.now + ring_s + RING_GRACE_S)
    _take_leg(room, root, call)
    if root.aim is None:
        room.commands.append(HoldInQueue(root.id, root.queue.policy.name))


def _take_join(room: Room, root: Call, consult: Consult) -> None:
    _enter_stay(room, root, consult)
    _close(room, consult)
    root.move(Turn.HANDED_ON)
    root.move(Turn.CHOSEN)
    root.move(LegAnswered)
    root.aim = consult.call.aim
    _take_leg(room, root, consult.call)
    room.deadlines.cancel(Due.JOIN, consult.call.id)
    room.deadlines.set(Due.JOIN, root.id, room.now + JOIN_LIMIT_S)
    room.commands.append(Join(root.id, root.leg, root.record))


def _take_place(room: Room, root: Call, consult: Consult) -> None:
    leave(room, consult.call)
    _close(room, consult)
    root.move(Turn.HANDED_ON)
    stand_anew(room, root, consult.call.queue)


_TAKE_ON = {
    CallState.TALKING: _take_talk,
    CallState.RINGING: _take_ring,
    CallState.JOINING: _take_join,
    CallState.WAITING: _take_place,
}
"""What the caller takes on, by the state of the consult's own call."""


def _take_leg(room: Room, root: Call, call: Call) -> None:
    root.leg, root.agent, root.also = call.leg, call.agent, call.also
    for leg in (root.leg, *root.also):
        room.legs[leg] = root
    for agent in root.agents():
        room.move_agent(agent, Turn.TOOK_ON, agent.reason, root)
