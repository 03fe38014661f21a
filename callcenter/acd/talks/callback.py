"""Virtual-hold callbacks: a caller gives up the line, keeps his place, and is dialled in his turn.

A callback stands in line with the first request of its caller, so it never passes who asked for
a human before him. When an agent is free for it he is reserved, the caller is dialled, and once he
is there he is a caller like others.
"""

from callcenter.acd.agents.duty import after_vain_ring
from callcenter.acd.calls.call import Call
from callcenter.acd.calls.call_parts import Dialling
from callcenter.acd.calls.ending import SYSTEM, end
from callcenter.acd.calls.line import serve, stand
from callcenter.acd.calls.ringing import ring_reserved
from callcenter.acd.commands import HangUpCaller, HoldInQueue, Say
from callcenter.acd.deadlines import Due
from callcenter.acd.events import CallEntered
from callcenter.acd.machine import Trigger, Turn
from callcenter.acd.room import Room
from callcenter.acd.talk_commands import TakeLeave
from callcenter.acd.talk_events import (
    CallbackAsked,
    CallbackWithdrawn,
    DialledAnswered,
    DialledFailed,
)
from callcenter.acd.talk_facts import CallbackMissed, CallbackRequested
from callcenter.acd.talks.handing import queued
from callcenter.terms import CallKind, CallState, RingResult

CALLBACK_MARK = "+cb"
"""Behind the name of the call that asked: the callback's name, and its channel's id."""

EXPIRED, NOT_REACHED, WITHDRAWN = "expired", "not_reached", "withdrawn"


def asked(room: Room, event: CallbackAsked) -> None:
    """The waiting caller is called back: his own call ends, the callback stands in line.

    Who is owed a callback in this tenant already has that one; his first place is the better.
    Whoever is not waiting, because a phone rings for him, is served now.
    """
    call = room.calls.get(event.call)
    if call is None:
        call = _overflowed(room, event.entered) if event.entered is not None else None
        if call is None and event.entered is not None:
            room.commands.append(HangUpCaller(event.call))
    if call is None or call.state is not CallState.WAITING or call.kind is not CallKind.INBOUND:
        return
    callback = _made(room, call, event.number)
    leave = TakeLeave(call.id)
    if callback.owed_to in room.callbacks:
        before = "callback asked before"
        end(room, call, CallbackAsked, SYSTEM, before, room.now, then=leave)
        return
    room.facts.append(_requested(callback, call.id, room.now))
    end(room, call, CallbackAsked, SYSTEM, "callback", room.now, then=leave)
    callback.move(CallEntered)
    room.calls[callback.id] = callback
    room.callbacks[callback.owed_to] = callback.id
    _wait(room, callback)


def _overflowed(room: Room, told: CallEntered) -> Call | None:
    """A caller who has left his queue stands there again, for as long as it takes to say this."""
    queue = room.matching.queues.get(told.queue)
    if queue is None or queue.closed:
        return None
    call = Call(told, queue, room.now, room.handed_over.pop(told.call, 0))
    call.move(CallEntered)
    room.calls[call.id] = call
    room.facts.append(queued(told, room.now))
    call.estimated = True  # he is told no wait
    stand(room, call, call.pool.line)
    return call


def _made(room: Room, call: Call, number: str) -> Call:
    """The callback of a waiting caller, with his place."""
    told, queue = call.entered, call.queue
    entered = CallEntered(
        told.call + CALLBACK_MARK,
        told.queue,
        number,
        told.called,
        room.now,
        told.requested_at,
        told.language,
        told.priority,
        told.test,
    )
    callback = Call(entered, queue, room.now, 0, CallKind.CALLBACK)
    callback.dialling = Dialling(number, room.now + queue.policy.callback.expires_s)
    return callback


def _requested(call: Call, asked_by: str, at: float) -> CallbackRequested:
    dialling, entered = call.dialling, call.entered
    assert dialling is not None  # noqa: S101  only of callbacks
    return CallbackRequested(
        at,
        asked_by,
        call.id,
        dialling.number,
        entered.queue,
        entered.priority,
        entered.requested_at,
        entered.called,
        entered.language,
        entered.test,
        dialling.expires_at,
    )


def withdrawn(room: Room, event: CallbackWithdrawn) -> None:
    """Not wanted any longer; once the caller is on the line it is too late."""
    call = room.calls.get(event.call)
    if call is not None and call.patient:
        end(room, call, CallbackWithdrawn, SYSTEM, WITHDRAWN, room.now)


def called_again(room: Room, call: Call) -> None:
    """A caller talks to an agent: a callback that he is owed is none any longer."""
    name = room.callbacks.get(call.owed_to, "") if room.callbacks else ""
    if name:
        withdrawn(room, CallbackWithdrawn(name, call.id))


def dialled_answered(room: Room, event: DialledAnswered) -> None:
    """He is there: his reserved agent's phone rings. Who picks up too late is let go."""
    call = room.calls.get(event.call)
    if call is None or (call.patient and call.state is not CallState.DIALLING):
        room.commands.append(HangUpCaller(event.call))
    elif call.patient and call.dialling is not None and call.agent is not None:
        room.deadlines.cancel(Due.DIAL, call.id)
        call.dialling.reached = True
        ring_reserved(room, call, call.agent, DialledAnswered)
        policy = call.queue.policy
        room.commands.append(HoldInQueue(call.id, policy.name))
        if policy.callback.greeting:
            room.commands.append(Say(call.id, policy.callback.greeting))


def dialled_failed(room: Room, event: DialledFailed) -> None:
    """He could not be reached."""
    call = room.calls.get(event.call)
    if call is not None and call.patient and call.state is CallState.DIALLING:
        _missed(room, call, DialledFailed, event.result, event.sip_code)


def channel_gone(room: Room, call: Call, trigger: Trigger) -> None:
    """The dialled channel has ended; outside of an attempt it is the news of an earlier one."""
    if call.state is CallState.DIALLING:
        _missed(room, call, trigger, RingResult.FAILED, 0)


def dial_overdue(room: Room, name: str) -> None:
    """Deadline DIAL: Asterisk should have ended this attempt long ago."""
    room.commands.append(HangUpCaller(name))
    _missed(room, room.calls[name], Due.DIAL, RingResult.FAILED, 0)


def time_to_call_again(room: Room, name: str) -> None:
    """Deadline AGAIN."""
    call = room.calls[name]
    call.move(Due.AGAIN)
    serve(room, call)


def expired(room: Room, name: str) -> None:
    """Deadline EXPIRE."""
    end(room, room.calls[name], Due.EXPIRE, SYSTEM, EXPIRED, room.now)


def _wait(room: Room, call: Call) -> None:
    dialling = call.dialling
    assert dialling is not None  # noqa: S101  only of callbacks
    room.deadlines.set(Due.EXPIRE, call.id, dialling.expires_at)
    serve(room, call)


def _missed(room: Room, call: Call, trigger: Trigger, result: RingResult, sip_code: int) -> None:
    """Again after the queue's gap, or given up; the agent is free either way."""
    dialling, agent, rule = call.dialling, call.agent, call.queue.policy.callback
    assert dialling is not None  # noqa: S101  only of callbacks
    assert agent is not None  # noqa: S101  reserved while the caller is dialled
    next_at: float | None = room.now + rule.gap_s
    if dialling.attempts >= rule.attempts or room.now + rule.gap_s >= dialling.expires_at:
        next_at = None
    room.facts.append(
        CallbackMissed(room.now, call.id, agent.name, dialling.attempts, result, sip_code, next_at)
    )
    room.deadlines.cancel(Due.DIAL, call.id)
    call.agent = None
    dialling.next_at = next_at
    if next_at is None:
        end(room, call, Turn.GIVEN_UP, SYSTEM, NOT_REACHED, room.now)
    else:
        call.move(trigger)
        room.deadlines.set(Due.AGAIN, call.id, next_at)
        room.deadlines.set(Due.EXPIRE, call.id, dialling.expires_at)
    after_vain_ring(room, agent)
