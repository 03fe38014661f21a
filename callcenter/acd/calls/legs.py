"""What happens on legs: phones ring, are picked up, are joined with the caller, and hang up."""

from collections.abc import Callable, Mapping
from typing import TypeAlias

from callcenter.acd.agents.agent import Agent
from callcenter.acd.agents.duty import after_miss, after_vain_ring
from callcenter.acd.calls.call import CALLERS, Call
from callcenter.acd.calls.ending import AGENT, CALLER, SYSTEM, end
from callcenter.acd.calls.line import serve
from callcenter.acd.calls.ringing import lead, stop_others
from callcenter.acd.commands import (
    CancelRing,
    Command,
    HangUpCaller,
    HangUpLeg,
    HoldInQueue,
    Join,
)
from callcenter.acd.deadlines import JOIN_LIMIT_S, Due
from callcenter.acd.events import (
    CallerGone,
    CallLost,
    LegAnswered,
    LegFailed,
    LegGone,
    LegJoined,
    LegRinging,
)
from callcenter.acd.facts import RingEnded, TalkStarted
from callcenter.acd.machine import Stay, Trigger, Turn
from callcenter.acd.room import Room
from callcenter.acd.talk_commands import SendCaller
from callcenter.acd.talks.callback import called_again
from callcenter.acd.talks.handing import back_to_caller, complete, nobody_came
from callcenter.acd.target import Target
from callcenter.terms import CallKind, CallState, RingResult, TargetKind

# Members that every call asks for; see machine.py.
_LATE, _TALKING, _INBOUND = Stay.LATE, CallState.TALKING, CallKind.INBOUND
_RING, _JOIN, _ANSWERED = Due.RING, Due.JOIN, RingResult.ANSWERED

LegEvent: TypeAlias = LegRinging | LegAnswered | LegJoined | LegFailed | LegGone

STRAY_LEG: Mapping[type[LegEvent], Callable[[str, str], Command] | Stay] = {
    LegRinging: CancelRing,
    LegAnswered: HangUpLeg,
    LegJoined: HangUpLeg,
    LegFailed: Stay.LATE,
    LegGone: Stay.LATE,
}
"""What is done about a leg whose call is gone or has another leg by now: an agent who picks up
just when the caller hangs up, say."""


def rings(room: Room, event: LegRinging) -> None:
    """The agent's phone rings."""
    call = room.legs.get(event.leg)
    if call is None:
        _clean_up(room, event)
    else:
        agent = call.also.get(event.leg, call.agent)
        if call.move(LegRinging) is not _LATE and agent is not None:
            room.move_agent(agent, LegRinging)


def answered(room: Room, event: LegAnswered) -> None:
    """The first phone that is picked up has the call."""
    call = room.legs.get(event.leg)
    if call is None:
        _clean_up(room, event)
    else:
        _answered(room, call, event.leg)


def joined(room: Room, event: LegJoined) -> None:
    """The talk begins."""
    call = room.legs.get(event.leg)
    if call is None:
        _clean_up(room, event)
    # A consulted party that has got the caller meanwhile was joined with the agent only.
    elif event.call == call.id:
        _joined(room, call)


def over(room: Room, event: LegFailed | LegGone) -> None:
    """A ring attempt ended, or a talk."""
    call = room.legs.get(event.leg)
    if call is None:
        _clean_up(room, event)
    elif call.state is _TALKING:
        _talk_over(room, call, event)
    else:
        _attempt_over(room, call, event)


def ring_overdue(room: Room, name: str) -> None:
    """Deadline RING: Asterisk should have ended this ring long ago."""
    call = room.calls[name]
    for leg in (call.leg, *call.also):
        room.commands.append(CancelRing(name, leg))
    while call.also:
        _drop_out(room, call, next(iter(call.also)), RingResult.FAILED, 0)
    _missed(room, call, Due.RING)


def join_overdue(room: Room, name: str) -> None:
    """Deadline JOIN: once more with a new leg; the second time the platform has lost the call."""
    call = room.calls[name]
    agent, leg = call.agent, call.leg
    call.failed_joins += 1
    if call.failed_joins > 1:
        lost(room, call, "join timed out twice")
        return
    room.commands.append(HangUpLeg(name, leg))
    _go_on(room, call, Due.JOIN, "join timed out")
    if agent is not None:
        after_vain_ring(room, agent)


def lost(room: Room, call: Call, reason: str) -> None:
    """The platform cannot go on with the call; a consult's agent still has his caller."""
    if call.kind is CallKind.CONSULT and call.consult is not None:
        back_to_caller(room, call.consult, CallLost, SYSTEM)
    else:
        end(room, call, CallLost, SYSTEM, reason, room.now)


def _clean_up(room: Room, event: LegEvent) -> None:
    """What is left of a leg that is no call's now."""
    clean_up = STRAY_LEG[type(event)]
    if not isinstance(clean_up, Stay):
        room.commands.append(clean_up(event.call, event.leg))


def _answered(room: Room, call: Call, leg: str) -> None:
    if call.move(LegAnswered) is _LATE:
        return
    lead(call, leg)
    name = call.name_of(leg)
    room.facts.append(RingEnded(room.now, call.id, leg, name, _ANSWERED, sip_code=200))
    room.commands.append(Join(call.id, leg, call.record))
    room.deadlines.cancel(_RING, call.id)
    room.deadlines.set(_JOIN, call.id, room.now + JOIN_LIMIT_S)
    if call.also:
        for agent in stop_others(room, call, RingResult.ELSEWHERE, room.now):
            after_vain_ring(room, agent)


def _joined(room: Room, call: Call) -> None:
    if call.move(LegJoined) is _LATE:
        return
    room.deadlines.cancel(_JOIN, call.id)
    call.joined_at = room.now
    agent, queue = call.agent, call.queue.policy.name
    room.facts.append(TalkStarted(room.now, call.id, call.leg, call.name_of(call.leg), queue))
    if agent is not None:
        agent.misses = 0
        room.move_agent(agent, LegJoined)
    if call.kind is _INBOUND:
        called_again(room, call)
    elif call.kind is CallKind.CONSULT and call.consult is not None:
        call.consult.move(Turn.ANSWERED)


def _talk_over(room: Room, call: Call, event: LegFailed | LegGone) -> None:
    """One side of a talk is gone: the agent who asks leaves his caller to whom he asked."""
    consult = call.consult
    if consult is None:
        end(room, call, type(event), AGENT, AGENT, room.now, _survey(call))
    elif consult.call is call:
        back_to_caller(room, consult, Turn.PARTY_LEFT, "left")
    else:
        complete(room, consult, type(event))


def _survey(call: Call) -> SendCaller | None:
    """What a caller is asked whose agent has hung up, and who is still there."""
    survey = call.queue.policy.survey
    if not survey or call.agent is None or call.kind not in CALLERS:
        return None
    return SendCaller(call.id, Target(TargetKind.SURVEY, survey))


def _attempt_over(room: Room, call: Call, event: LegFailed | LegGone) -> None:
    result, sip_code = RingResult.FAILED, 0
    if isinstance(event, LegFailed):
        result, sip_code = event.result, event.sip_code
    if result is RingResult.CALLER_GONE and call.kind is not CallKind.CONSULT:
        # The leg tells it before the caller's own channel does; what is left of him is hung up.
        room.commands.append(HangUpCaller(call.id))
        end(room, call, CallerGone, CALLER, CALLER, room.now)
    elif call.also:
        lead(call, next(leg for leg in (call.leg, *call.also) if leg != event.leg))
        _drop_out(room, call, event.leg, result, sip_code)
    else:
        _missed(room, call, type(event), result, sip_code)


def _drop_out(room: Room, call: Call, leg: str, result: RingResult, sip_code: int) -> None:
    """One phone of several rings no longer."""
    agent = call.also.pop(leg)
    del room.legs[leg]
    room.facts.append(RingEnded(room.now, call.id, leg, agent.name, result, sip_code))
    after_miss(room, agent)


def _missed(
    room: Room,
    call: Call,
    trigger: Trigger,
    result: RingResult = RingResult.FAILED,
    sip_code: int = 0,
) -> None:
    """Not answered, or dropped before the talk began: the caller goes on, the agent rests."""
    agent, aim = call.agent, call.aim
    if call.state is CallState.RINGING:
        name = call.name_of(call.leg)
        room.facts.append(RingEnded(room.now, call.id, call.leg, name, result, sip_code))
    _go_on(room, call, trigger, result)
    if agent is not None:
        _after_attempt(room, call, agent, counts=aim is None)


def _after_attempt(room: Room, call: Call, agent: Agent, *, counts: bool) -> None:
    """Who was called by his number has missed nothing of a queue's."""
    if counts:
        after_miss(room, agent)
    else:
        after_vain_ring(room, agent)


def _go_on(room: Room, call: Call, trigger: Trigger, cause: str) -> None:
    """Back to his place, or on to the next agent.

    The call stands in line before its last agent moves on, so that it is seen when he is the
    next free one, or the last one to sign out.
    """
    was_joining = call.state is CallState.JOINING
    room.deadlines.cancel(Due.RING, call.id)
    room.deadlines.cancel(Due.JOIN, call.id)
    del room.legs[call.leg]
    call.unseat()
    if call.in_no_line:
        nobody_came(room, call, trigger, cause)
        return
    call.move(trigger)
    serve(room, call)
    if was_joining and call.state is not CallState.GONE:
        # He may have left the music for the bridge of the talk that did not come.
        room.commands.append(HoldInQueue(call.id, call.queue.policy.name))
