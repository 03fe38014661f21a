"""The waiting line: who stands in it, who leaves it for an agent, who for the overflow."""

from callcenter.acd.agent import Agent
from callcenter.acd.call import Call, note_attempts
from callcenter.acd.commands import AnnouncePosition, Overflow
from callcenter.acd.deadlines import Due
from callcenter.acd.facts import CallOverflowed
from callcenter.acd.machine import Trigger, Turn
from callcenter.acd.matching import Pool, best_call, seat_idle
from callcenter.acd.ringing import ring
from callcenter.acd.room import Room

MAX_WAIT = "max_wait"
FULL = "full"
NO_AGENT = "no_agent"
"""Causes of an overflow, as the dialplan and the records know them."""


def enter(room: Room, call: Call) -> None:
    """A new caller: served, or handed over at once where the queue is full."""
    limit = call.queue.policy.max_length
    if limit is not None and len(call.queue.order) >= limit:
        _hand_over(room, call, Turn.TURNED_AWAY, FULL)
    else:
        serve(room, call)


def serve(room: Room, call: Call) -> None:
    """Ring the best idle agent for a waiting call; with none, the call stands in line.

    A phone that rings at `max_wait` may ring out, since an answer may be a breath away; when it
    was in vain, the caller overflows here.
    """
    policy, pool = call.queue.policy, call.queue.pool
    if not room.seated:
        stand(room, call)
    elif (limit := _limit(call)) is not None and room.now >= call.queued_at + limit:
        _hand_over(room, call, Due.MAX_WAIT, MAX_WAIT)
    elif (best := pool.best_agent(room.now)) is not None:
        name, why = best
        ring(room, call, room.agents[name], why)
    elif policy.overflow_when_empty and not pool.signed_in and not call.stays:
        _hand_over(room, call, Turn.TURNED_AWAY, NO_AGENT)
    else:
        stand(room, call)


def stand(room: Room, call: Call) -> None:
    """Into the line, with the deadlines that run there."""
    call.queue.enter(call.place)
    limit = _limit(call)
    if limit is not None:
        room.deadlines.set(Due.MAX_WAIT, call.id, call.queued_at + limit)
    if call.announce_at is not None and not call.patient:
        room.deadlines.set(Due.ANNOUNCE, call.id, call.announce_at)


def offer(room: Room, agent: Agent) -> None:
    """Give a READY agent the best call in line; with none, he can be chosen from now on."""
    best = best_call(agent.seats, room.now)
    if best is None:
        seat_idle(agent.seats, agent.name, agent.idle_since)
        return
    call = room.calls[best[0]]
    leave(room, call)
    ring(room, call, agent, best[1])


def leave(room: Room, call: Call) -> None:
    """Out of the line, with the deadlines that run there."""
    call.queue.leave(call.place)
    room.deadlines.cancel(Due.MAX_WAIT, call.id)
    room.deadlines.cancel(Due.ANNOUNCE, call.id)


def empty_out(room: Room, pool: Pool) -> None:
    """The last agent has signed out: calls of queues that do not wait for none overflow."""
    for queue in pool.queues:
        if queue.policy.overflow_when_empty:
            for _, _, name in list(queue.order):
                call = room.calls[name]
                if not call.stays:
                    leave(room, call)
                    _hand_over(room, call, Turn.TURNED_AWAY, NO_AGENT)


def max_wait_over(room: Room, name: str) -> None:
    """Deadline MAX_WAIT."""
    call = room.calls[name]
    leave(room, call)
    _hand_over(room, call, Due.MAX_WAIT, MAX_WAIT)


def announce(room: Room, name: str) -> None:
    """Deadline ANNOUNCE."""
    call = room.calls[name]
    call.move(Due.ANNOUNCE)
    room.commands.append(AnnouncePosition(name, call.queue.position(call.place)))
    every = call.queue.policy.announce_every_s
    call.announce_at = room.now + every if every else None
    if call.announce_at is not None:
        room.deadlines.set(Due.ANNOUNCE, name, call.announce_at)


def _hand_over(room: Room, call: Call, trigger: Trigger, cause: str) -> None:
    """The other way a call leaves the floor, beside `calls.end`: the dialplan has it now."""
    call.move(trigger)
    room.forget(call)
    queue = call.queue.policy.name
    room.facts.append(CallOverflowed(room.now, call.id, queue, cause))
    room.commands.append(Overflow(call.id, queue, cause))
    note_attempts(room.handed_over, call.id, call.attempts)


def _limit(call: Call) -> float | None:
    """How long it may wait, in seconds."""
    return None if call.stays else call.queue.policy.max_wait_s
