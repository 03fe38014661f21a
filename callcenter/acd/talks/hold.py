"""What an agent does within a talk that moves nobody: hold, retrieve, mark the caller."""

from callcenter.acd.calls.call import Call
from callcenter.acd.calls.ending import begin_hold, end_hold
from callcenter.acd.room import Room
from callcenter.acd.talk_events import LegHeld, LegRetrieved, MarkAsked, root_of
from callcenter.acd.talk_facts import CallMarked
from callcenter.terms import CallState


def leg_held(room: Room, event: LegHeld) -> None:
    """The other side hears music. A talk has one hold at a time, the first one."""
    call = _call(room, event.leg)
    if call is not None and call.state is CallState.TALKING:
        begin_hold(room, call, event.leg)


def leg_retrieved(room: Room, event: LegRetrieved) -> None:
    """Back from hold."""
    call = _call(room, event.leg)
    if call is not None and call.held == event.leg:
        end_hold(room, call, room.now)


def mark_asked(room: Room, event: MarkAsked) -> None:
    """The caller is marked, with the agent who did it."""
    call = _call(room, event.leg)
    if call is not None:
        name = call.name_of(event.leg)
        room.facts.append(CallMarked(room.now, root_of(call.id), name, event.mark))


def _call(room: Room, leg: str) -> Call | None:
    """The call of an agent's leg, or the one that he placed over this channel."""
    return room.legs.get(leg) or room.calls.get(leg)
