"""What happens to calls: they enter, agents' legs come and go, and each call ends exactly once."""

from collections.abc import Callable, Mapping
from typing import TypeAlias

from callcenter.acd.agent import Agent
from callcenter.acd.call import MOVES, Call
from callcenter.acd.commands import (
    CancelRing,
    Command,
    HangUpCaller,
    HangUpLeg,
    HoldInQueue,
    Join,
    Overflow,
)
from callcenter.acd.deadlines import JOIN_LIMIT_S, Due
from callcenter.acd.duty import after_miss, after_vain_ring
from callcenter.acd.ending import AGENT, CALLER, SYSTEM, end
from callcenter.acd.events import (
    CallEntered,
    CallerGone,
    CallLost,
    LegAnswered,
    LegFailed,
    LegGone,
    LegJoined,
    LegRinging,
)
from callcenter.acd.facts import (
    CallOverflowed,
    CallQueued,
    RingEnded,
    TalkStarted,
)
from callcenter.acd.line import NO_AGENT, enter, serve
from callcenter.acd.machine import Stay, Trigger, next_state
from callcenter.acd.room import Room
from callcenter.terms import CallState, RingResult

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


def call_entered(room: Room, event: CallEntered) -> None:
    """A caller asks for a human: the best idle agent, else a place in line, else the overflow."""
    if event.call in room.calls:
        room.calls[event.call].move(CallEntered)
        return
    room.facts.append(queued(event, room.now))
    queue = room.matching.queues.get(event.queue)
    if queue is None or queue.closed:
        # The dialplan is a deployment ahead of the plan, or behind it; it knows an overflow.
        room.facts.append(CallOverflowed(room.now, event.call, event.queue, NO_AGENT))
        room.commands.append(Overflow(event.call, event.queue, NO_AGENT))
        return
    call = Call(event, queue, room.now, room.handed_over.pop(event.call, 0))
    call.move(CallEntered)
    room.calls[call.id] = call
    enter(room, call)
    if call.state is not CallState.GONE:
        # Behind RingAgent: the music may come a millisecond later, the phone should not.
        room.commands.append(HoldInQueue(call.id, event.queue))


def queued(event: CallEntered, at: float) -> CallQueued:
    """The fact that opens a call's record."""
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


def caller_gone(room: Room, event: CallerGone) -> None:
    """The caller hung up, at any moment."""
    call = _call(room, event)
    if call is not None:
        end(room, call, CallerGone, CALLER, CALLER, room.now)
    else:
        room.handed_over.pop(event.call, None)


def call_lost(room: Room, event: CallLost) -> None:
    """The platform cannot go on with the call."""
    call = _call(room, event)
    if call is not None:
        end(room, call, CallLost, SYSTEM, event.reason, room.now)


def _call(room: Room, event: CallerGone | CallLost) -> Call | None:
    """The call; None when it is gone already, for which the table has the last word."""
    call = room.calls.get(event.call)
    if call is None:
        next_state(MOVES, CallState.GONE, type(event), f"call {event.call}")
    return call


def leg_event(room: Room, event: LegEvent) -> None:
    """Something happened on an agent's leg; only the call's own leg of now moves the call."""
    call = room.calls.get(event.call)
    if call is None or call.leg != event.leg or call.agent is None:
        clean_up = STRAY_LEG[type(event)]
        if not isinstance(clean_up, Stay):
            room.commands.append(clean_up(event.call, event.leg))
    elif isinstance(event, LegRinging):
        if call.move(LegRinging) is not Stay.LATE:
            room.move_agent(call.agent, LegRinging)
    elif isinstance(event, LegAnswered):
        _answered(room, call, call.agent)
    elif isinstance(event, LegJoined):
        _joined(room, call, call.agent)
    else:
        _leg_over(room, call, call.agent, event)


def ring_overdue(room: Room, name: str) -> None:
    """Deadline RING: Asterisk should have ended this ring long ago."""
    call = room.calls[name]
    assert call.agent is not None  # noqa: S101  a RINGING call has its agent
    room.commands.append(CancelRing(name, call.leg))
    _missed(room, call, call.agent, Due.RING)


def join_overdue(room: Room, name: str) -> None:
    """Deadline JOIN: once more with a new leg; the second time the platform has lost the call."""
    call = room.calls[name]
    agent, leg = call.agent, call.leg
    assert agent is not None  # noqa: S101  a JOINING call has its agent
    call.failed_joins += 1
    if call.failed_joins > 1:
        end(room, call, CallLost, SYSTEM, "join timed out twice", room.now)
        return
    room.commands.append(HangUpLeg(name, leg))
    _wait_again(room, call, Due.JOIN)
    after_vain_ring(room, agent)


def _answered(room: Room, call: Call, agent: Agent) -> None:
    if call.move(LegAnswered) is Stay.LATE:
        return
    room.facts.append(
        RingEnded(room.now, call.id, call.leg, agent.name, RingResult.ANSWERED, sip_code=200)
    )
    room.commands.append(Join(call.id, call.leg, call.queue.policy.record))
    room.deadlines.cancel(Due.RING, call.id)
    room.deadlines.set(Due.JOIN, call.id, room.now + JOIN_LIMIT_S)


def _joined(room: Room, call: Call, agent: Agent) -> None:
    if call.move(LegJoined) is Stay.LATE:
        return
    room.deadlines.cancel(Due.JOIN, call.id)
    call.joined_at = room.now
    agent.misses = 0
    queue = call.queue.policy.name
    room.facts.append(TalkStarted(room.now, call.id, call.leg, agent.name, queue))
    room.move_agent(agent, LegJoined)


def _leg_over(room: Room, call: Call, agent: Agent, event: LegFailed | LegGone) -> None:
    if call.state is CallState.TALKING:
        end(room, call, type(event), AGENT, AGENT, room.now)
    elif isinstance(event, LegFailed) and event.result is RingResult.CALLER_GONE:
        # The leg tells it before the caller's own channel does; what is left of him is hung up.
        room.commands.append(HangUpCaller(call.id))
        end(room, call, CallerGone, CALLER, CALLER, room.now)
    elif isinstance(event, LegFailed):
        _missed(room, call, agent, LegFailed, event.result, event.sip_code)
    else:
        _missed(room, call, agent, LegGone)


def _missed(
    room: Room,
    call: Call,
    agent: Agent,
    trigger: Trigger,
    result: RingResult = RingResult.FAILED,
    sip_code: int = 0,
) -> None:
    """Not answered, or dropped before the talk began: the caller goes on, the agent rests."""
    if call.state is CallState.RINGING:
        room.facts.append(RingEnded(room.now, call.id, call.leg, agent.name, result, sip_code))
    _wait_again(room, call, trigger)
    after_miss(room, agent)


def _wait_again(room: Room, call: Call, trigger: Trigger) -> None:
    """Back to his place, or on to the next agent.

    The call stands in line before its last agent moves on, so that it is seen when he is the
    next free one, or the last one to sign out.
    """
    was_joining = call.state is CallState.JOINING
    call.move(trigger)
    room.deadlines.cancel(Due.RING, call.id)
    room.deadlines.cancel(Due.JOIN, call.id)
    call.agent, call.leg = None, ""
    serve(room, call)
    if was_joining and call.state is not CallState.GONE:
        # He may have left the music for the bridge of the talk that did not come.
        room.commands.append(HoldInQueue(call.id, call.queue.policy.name))
