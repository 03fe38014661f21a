"""The two sides of a call that an agent placed change places, so that he can hand it on.

What is handed on, or hears music, is always a call's caller's side. Of a call that an agent placed
that is he himself; so whom he called takes his place, and he has the leg. From there on it is a
talk like a caller's, in the same record, and still a call out or inside.
"""

from callcenter.acd.calls.call import Call
from callcenter.acd.calls.call_parts import Placed
from callcenter.acd.calls.ending import end_hold
from callcenter.acd.room import Room
from callcenter.acd.talk_commands import TurnRound
from callcenter.acd.talk_facts import CallTurned
from callcenter.acd.target import Target
from callcenter.acd.value import changed
from callcenter.terms import TargetKind


def turn(room: Room, call: Call) -> None:
    """Of a TALKING call that has an agent on its caller's side."""
    placed, called, aim = call.placed, call.agent, call.aim
    assert placed is not None  # noqa: S101  the caller looked
    end_hold(room, call, room.now)
    name = called.name if called is not None else ""
    number = name or (aim.name if aim is not None else "")
    room.facts.append(CallTurned(room.now, call.id, call.leg, placed.agent.name, name, number))
    room.commands.append(TurnRound(call.id, call.leg, number))
    if placed.in_wrap_up:
        call.owes_wrap_up = placed.agent.name
    call.placed = Placed(called) if called is not None else None
    call.agent, call.aim = placed.agent, Target(TargetKind.AGENT, placed.agent.name)
    call.entered = changed(call.entered, caller=number, requested_at=room.now)
