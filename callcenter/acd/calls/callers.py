"""What happens to calls as a whole: they enter, hang up, and get lost."""

from callcenter.acd.calls.call import MOVES, Call
from callcenter.acd.calls.ending import CALLER, end
from callcenter.acd.calls.legs import lost
from callcenter.acd.calls.line import enter, leave
from callcenter.acd.calls.overflow import KEY, NO_AGENT, hand_over
from callcenter.acd.commands import HoldInQueue, Overflow
from callcenter.acd.events import CallEntered, CallerGone, CallLost
from callcenter.acd.facts import CallOverflowed
from callcenter.acd.machine import next_state
from callcenter.acd.room import Room
from callcenter.acd.talk_events import KeyChosen
from callcenter.acd.talks import callback
from callcenter.acd.talks.handing import back_to_caller, queued
from callcenter.terms import CallKind, CallState


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
    if call.state is not _GONE:
        # Behind RingAgent: the music may come a millisecond later, the phone should not.
        room.commands.append(HoldInQueue(call.id, event.queue))


def key_chosen(room: Room, event: KeyChosen) -> None:
    """A waiting caller leaves the line by a key. Whoever's agent rings by now is served."""
    call = room.calls.get(event.call)
    if call is None or call.state is not CallState.WAITING or call.kind is not CallKind.INBOUND:
        return
    leave(room, call)
    hand_over(room, call, KeyChosen, KEY + event.key, event.key)


def caller_gone(room: Room, event: CallerGone) -> None:
    """The caller hung up, at any moment."""
    call = _call(room, event)
    if call is None:
        room.handed_over.pop(event.call, None)
    elif call.patient:
        callback.channel_gone(room, call, CallerGone)
    elif call.kind is CallKind.CONSULT and call.consult is not None:
        back_to_caller(room, call.consult, CallerGone, "returned")
    else:
        end(room, call, CallerGone, CALLER, CALLER, room.now)


def call_lost(room: Room, event: CallLost) -> None:
    """The platform cannot go on with the call."""
    call = _call(room, event)
    if call is None:
        return
    if call.patient:
        callback.channel_gone(room, call, CallLost)
    else:
        lost(room, call, event.reason)


# Members that every call asks for; see machine.py.
_GONE = CallState.GONE


def _call(room: Room, event: CallerGone | CallLost) -> Call | None:
    """The call; None when it is gone already, for which the table has the last word."""
    call = room.calls.get(event.call)
    if call is None:
        next_state(MOVES, CallState.GONE, type(event), f"call {event.call}")
    return call
