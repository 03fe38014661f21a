"""A waiting call asks for less, step by step, as its queue says.

A step moves the call into the line of another pool of agents, or raises its priority, which is
how a wait can count for more than the place in time alone. Steps are taken by the clock of the
queue, also while a phone rings for the call: they show when it stands in line again.
"""

from callcenter.acd.calls.call import Call
from callcenter.acd.commands import Say
from callcenter.acd.room import Room
from callcenter.acd.talk_facts import CallRelaxed


def relax(room: Room, call: Call) -> None:
    """Take every step whose time has come; told of a call that stands in no line."""
    steps, taken = call.queue.policy.relax, call.step
    while (at := next_step_at(call)) is not None and at <= room.now:
        step = steps[call.step]
        call.step += 1
        room.facts.append(CallRelaxed(room.now, call.id, call.step, step.what))
        if step.say and not call.patient:
            room.commands.append(Say(call.id, step.say))
    if call.step != taken:
        call.place = call.place_in(call.queue)


def next_step_at(call: Call) -> float | None:
    """When the next step is due; None when there is none."""
    steps = call.queue.policy.relax
    if not call.outsider or call.step >= len(steps):
        return None
    return call.queued_at + steps[call.step].after_s
