"""The one path on which calls end, whoever ended them and whatever went on."""

from callcenter.acd.agent import Agent
from callcenter.acd.call import Call
from callcenter.acd.commands import CancelRing, HangUpCaller, HangUpLeg
from callcenter.acd.deadlines import Due
from callcenter.acd.duty import after_talk, after_vain_ring
from callcenter.acd.facts import CallEnded, RingEnded, TalkEnded
from callcenter.acd.line import leave
from callcenter.acd.machine import Trigger
from callcenter.acd.room import Room
from callcenter.terms import CallState, Outcome, RingResult

CALLER, AGENT, SYSTEM = "caller", "agent", "system"
"""Who ended a call or a talk."""


def end(room: Room, call: Call, trigger: Trigger, by: str, cause: str, at: float) -> None:
    """End the call: its record is closed, what is left of it is hung up, its agent moves on.

    `at` is when it ended, in epoch seconds: now, but for calls that ended while nobody looked.
    """
    was = call.state
    outcome = outcome_of(call, by, at)
    call.move(trigger)
    del room.calls[call.id]
    if call.agent is None:
        leave(room, call)
    else:
        _part(room, call, was, call.agent, by, at)
    room.facts.append(CallEnded(at, call.id, outcome, cause))
    if by != CALLER:
        room.commands.append(HangUpCaller(call.id))
    if call.agent is not None:
        _release(room, call, was, call.agent)


def outcome_of(call: Call, by: str, at: float) -> Outcome:
    """How a call that ends now has ended; any talk at all makes it an answered one."""
    if call.talked(at):
        return Outcome.ANSWERED
    if by == SYSTEM:
        return Outcome.SYSTEM_FAIL
    if call.state is CallState.WAITING:
        return Outcome.ABANDONED_QUEUE
    return Outcome.ABANDONED_RING


def _part(room: Room, call: Call, was: CallState, agent: Agent, by: str, at: float) -> None:
    """Close the leg: its record and, unless the agent did so, its channel."""
    if was is CallState.RINGING:
        room.facts.append(
            RingEnded(at, call.id, call.leg, agent.name, RingResult.CALLER_GONE, sip_code=0)
        )
        room.commands.append(CancelRing(call.id, call.leg))
        room.deadlines.cancel(Due.RING, call.id)
        return
    if was is CallState.JOINING:
        room.deadlines.cancel(Due.JOIN, call.id)
    else:
        room.facts.append(TalkEnded(at, call.id, call.leg, agent.name, by))
    if by != AGENT:
        room.commands.append(HangUpLeg(call.id, call.leg))


def _release(room: Room, call: Call, was: CallState, agent: Agent) -> None:
    if was is CallState.TALKING:
        after_talk(room, agent, call.queue.policy.wrap_up_s)
    else:
        after_vain_ring(room, agent)
