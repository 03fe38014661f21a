"""After a start or a lost connection: the floor as Asterisk and the journal tell it.

Calls and agents are adopted as the journal knew them, which writes no fact. Then what happened
while nobody looked is told by the usual events, at the best time that can be told; so records say
of such a call what they say of any other. At last all who are free are brought together.
"""

from callcenter.acd.agents.duty import after_talk, after_vain_ring, wrap_up_of
from callcenter.acd.calls import legs
from callcenter.acd.calls.call import Call
from callcenter.acd.calls.callers import call_lost, caller_gone
from callcenter.acd.commands import HangUpLeg, HoldInQueue, Join
from callcenter.acd.deadlines import JOIN_LIMIT_S, OUTSIDE_RING_S, RING_GRACE_S, Due
from callcenter.acd.events import (
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
from callcenter.acd.machine import Turn
from callcenter.acd.replan import dismiss, lay_out, meet
from callcenter.acd.restart.adopting import adopt_agent, adopt_call, implied
from callcenter.acd.restart.resume import resume_consult
from callcenter.acd.room import Room
from callcenter.acd.talk_commands import ParkCaller
from callcenter.acd.talk_events import DialledFailed, LineGone
from callcenter.acd.talks import callback
from callcenter.acd.talks.consult import line_gone
from callcenter.acd.talks.handing import nobody_came
from callcenter.terms import AgentState, CallKind, CallState, RingResult, TargetKind

PLATFORM_DOWN = "platform was down"


def restored(room: Room, event: Restored) -> None:
    """Take over what is found; what the floor held before is forgotten."""
    now = room.now
    room.clear(room.plan)
    _adopt(room, event)
    for gone in event.vanished:
        _tell_end(room, gone)
    for found in sorted(event.calls, key=_is_root):
        if found.entered.call in room.calls:
            _tell_change(room, room.calls[found.entered.call], found, now)
    room.now = now
    resume_consult(room, event.calls)
    _free_the_forlorn(room)
    for orphan in event.orphans:
        room.commands.append(HangUpLeg(*orphan))
    lay_out(room, room.plan)
    _show_all(room)
    dismiss(room)
    meet(room)


def _is_root(found: CallFound) -> bool:
    """Consults are told first: whether the consulted party is there decides about the caller."""
    return found.known is None or found.known.consult is None


def _adopt(room: Room, event: Restored) -> None:
    room.handed_over.update(event.handed_over)
    for agent in event.agents:
        adopt_agent(room, agent)
    known: list[tuple[CallKnown, int]] = [
        (found.known or implied(found), found.attempts) for found in event.calls
    ]
    known += [(gone.known, 0) for gone in event.vanished]
    for call, attempts in sorted(known, key=lambda told: told[0].consult is not None):
        adopt_call(room, call, attempts)


def _show_all(room: Room) -> None:
    """Music for all who wait, lamps for all agents: whatever was set may be lost."""
    for call in room.calls.values():
        if call.state not in (CallState.WAITING, CallState.RINGING) or call.patient:
            continue
        if call.aim is None:
            room.commands.append(HoldInQueue(call.id, call.queue.policy.name))
        elif call.outsider:
            room.commands.append(ParkCaller(call.id))
    for agent in room.agents.values():
        room.show(agent)


def _tell_end(room: Room, gone: CallVanished) -> None:
    room.now = gone.at
    name = gone.known.entered.call
    if gone.known.patient:
        # Nobody was on the line: it is still owed.
        _tell_dialled(room, room.calls[name], there=False)
    elif gone.platform:
        call_lost(room, CallLost(name, PLATFORM_DOWN))
    else:
        caller_gone(room, CallerGone(name))


def _tell_dialled(room: Room, call: Call, *, there: bool) -> None:
    """What became of the attempt to dial the caller of a callback; an answer is told apart."""
    if call.state is not CallState.DIALLING:
        return
    rule = call.queue.policy.callback
    limit_s = rule.dial_timeout_s + rule.confirm_s + RING_GRACE_S
    room.deadlines.set(Due.DIAL, call.id, room.now + limit_s)
    if not there:
        callback.dialled_failed(room, DialledFailed(call.id, RingResult.FAILED))


def _tell_change(room: Room, call: Call, found: CallFound, now: float) -> None:
    """What became of the call's leg since the journal's last word."""
    room.now = now
    consult = call.consult if call.kind is CallKind.CONSULT else None
    if consult is not None and consult.line and not found.line_there:
        line_gone(room, LineGone(call.id, consult.line))
        return
    own = {call.leg, *call.also} - {""}
    here = {found.leg, *found.others} - {""}
    for stray in sorted(here - own):
        room.commands.append(HangUpLeg(call.id, stray))
    if call.state is CallState.WAITING:
        if call.in_no_line:
            nobody_came(room, call, Turn.UNREACHED, "system")
    elif call.patient:
        _tell_dialled(room, call, there=found.caller_there)
    else:
        for gone in sorted(own - here):
            legs.over(room, LegGone(call.id, gone))
        if own & here:
            _tell_leg(room, call, found, now)


def _tell_leg(room: Room, call: Call, found: CallFound, now: float) -> None:
    """One of the call's own legs is there."""
    if found.joined_at is not None:
        _tell_joined(room, call, found.leg, found.joined_at)
    elif call.state is CallState.RINGING:
        outside = call.aim is not None and call.aim.kind is TargetKind.OUTSIDE
        ring_s = OUTSIDE_RING_S if outside else call.queue.policy.ring_timeout_s
        room.deadlines.set(Due.RING, call.id, now + ring_s + RING_GRACE_S)
        if found.answered:
            legs.answered(room, LegAnswered(call.id, found.leg))
    elif call.consult is None or call.state is CallState.JOINING:
        # Answered, but apart: what was cut short is done again.
        room.commands.append(Join(call.id, call.leg, call.record))
        if call.state is CallState.JOINING:
            room.deadlines.set(Due.JOIN, call.id, now + JOIN_LIMIT_S)


def _tell_joined(room: Room, call: Call, leg: str, joined_at: float) -> None:
    room.now = joined_at
    if call.state is CallState.RINGING:
        legs.answered(room, LegAnswered(call.id, leg))
    legs.joined(room, LegJoined(call.id, leg))


def _free_the_forlorn(room: Room) -> None:
    """Agents whom the journal left in a call that nobody knows."""
    for agent in list(room.agents.values()):
        if agent.in_call and agent.call not in room.calls:
            if agent.state is AgentState.TALKING:
                after_talk(room, agent, wrap_up_of(room, agent.queue))
            else:
                after_vain_ring(room, agent)
