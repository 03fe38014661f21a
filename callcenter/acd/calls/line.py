"""The waiting line: who stands in it, who leaves it for an agent, who for the overflow."""

from callcenter.acd.agents.agent import Agent
from callcenter.acd.calls.call import Call
from callcenter.acd.calls.overflow import MAX_WAIT, hand_over, hopeless, refusal, wait_limit
from callcenter.acd.calls.relax import next_step_at, relax
from callcenter.acd.calls.ringing import ring
from callcenter.acd.calls.sticky import his_agent, own_line
from callcenter.acd.commands import AnnouncePosition
from callcenter.acd.deadlines import Due
from callcenter.acd.machine import Turn
from callcenter.acd.matching.order import Order
from callcenter.acd.matching.pools import Pool, best_call
from callcenter.acd.matching.why import Why
from callcenter.acd.plan import Sticky, Strategy
from callcenter.acd.room import Room
from callcenter.acd.talk_facts import WaitEstimated
from callcenter.terms import AgentState, CallKind


def enter(room: Room, call: Call) -> None:
    """A new caller: served, or handed over at once where the queue does not take him."""
    cause = refusal(call)
    if cause:
        hand_over(room, call, Turn.TURNED_AWAY, cause)
    else:
        serve(room, call)


def serve(room: Room, call: Call) -> None:
    """Ring the best idle agent for a waiting call; with none, the call stands in line.

    A phone that rings at `max_wait` may ring out, since an answer may be a breath away; when it
    was in vain, the caller overflows here.
    """
    if not room.seated:
        stand(room, call, call.pool.line)
        return
    policy = call.queue.policy
    if policy.relax:
        relax(room, call)
    limit, cause = wait_limit(call), "" if call.stays else hopeless(call.queue)
    if limit is not None and room.now >= call.queued_at + limit:
        hand_over(room, call, Due.MAX_WAIT, MAX_WAIT)
    elif cause:
        hand_over(room, call, Turn.TURNED_AWAY, cause)
    elif (rule := policy.sticky) and (agent := his_agent(room, call, rule)) is not None:
        _serve_by_his(room, call, agent, rule)
    elif (best := call.pool.best_agent(room.now)) is not None:
        _ring_best(room, call, *best)
    else:
        stand(room, call, call.pool.line)


def stand(room: Room, call: Call, line: Order) -> None:
    """Into a line, with the deadlines that run there."""
    queue = call.queue
    call.line = line
    queue.enter(call.place, line, room.now)
    limit = wait_limit(call)
    if limit is not None:
        _set(room, Due.MAX_WAIT, call, call.queued_at + limit)
    if queue.policy.relax and (step_at := next_step_at(call)) is not None:
        _set(room, Due.RELAX, call, step_at)
    if call.announce_at is not None and not call.patient:
        _set(room, Due.ANNOUNCE, call, call.announce_at)
    if not call.estimated and room.seated and call.kind is _INBOUND:
        call.estimated = True
        estimate_s = _estimate(call)
        if estimate_s is not None:
            room.facts.append(WaitEstimated(room.now, call.id, queue.policy.name, estimate_s))


def offer(room: Room, agent: Agent) -> None:
    """Give a READY agent the best call in line; with none, he can be chosen from now on."""
    best = best_call(agent.lines, room.now, agent.own)
    if best is None:
        agent.take_seats()
        return
    name, why = best
    call = room.calls[name]
    leave(room, call)
    call.queue.estimator.served()
    ring(room, call, agent, why)


def leave(room: Room, call: Call) -> None:
    """Out of the line, with the deadlines that run there."""
    line = call.line
    assert line is not None  # noqa: S101  a WAITING call stands in one
    call.queue.leave(call.place, line, room.now)
    call.line = None
    if call.timed:
        call.timed = False
        for due in _IN_LINE:
            room.deadlines.cancel(due, call.id)


def settle(room: Room) -> None:
    """Agents have left a crew, or pause: who waits for them alone goes on to others, and queues
    that do not wait for none let their callers go."""
    while room.thinned:
        agent = room.thinned.pop()
        if agent.own is not None and agent.state in _AWAY:
            for _, _, name in agent.own:
                _serve_anew(room, room.calls[name])
        for seat in agent.seats:
            _empty_out(room, seat.pool)


def max_wait_over(room: Room, name: str) -> None:
    """Deadline MAX_WAIT."""
    call = room.calls[name]
    leave(room, call)
    hand_over(room, call, Due.MAX_WAIT, MAX_WAIT)


def relax_due(room: Room, name: str) -> None:
    """Deadline RELAX."""
    call = room.calls[name]
    call.move(Due.RELAX)
    _serve_anew(room, call)


def sticky_over(room: Room, name: str) -> None:
    """Deadline STICKY: anyone may serve him now."""
    call = room.calls[name]
    call.move(Due.STICKY)
    _serve_anew(room, call)


def announce(room: Room, name: str) -> None:
    """Deadline ANNOUNCE."""
    call = room.calls[name]
    call.move(Due.ANNOUNCE)
    policy = call.queue.policy
    position = call.queue.position(call.place) if policy.tell_position else None
    estimate_s = _estimate(call) if policy.tell_estimate else None
    prompt = policy.comfort[call.said % len(policy.comfort)] if policy.comfort else ""
    call.said += 1
    if position is not None or estimate_s is not None or prompt:
        room.commands.append(AnnouncePosition(name, position, estimate_s, prompt))
    every = policy.announce_every_s
    call.announce_at = room.now + every if every else None
    if call.announce_at is not None:
        _set(room, Due.ANNOUNCE, call, call.announce_at)


# Members that every call asks for; see machine.py.
_INBOUND, _RING_ALL = CallKind.INBOUND, Strategy.RING_ALL
_AWAY = frozenset({AgentState.NOT_READY, AgentState.SIGNED_OUT})
_IN_LINE = (Due.MAX_WAIT, Due.ANNOUNCE, Due.RELAX, Due.STICKY)
"""The deadlines of those who stand in line."""


def _set(room: Room, due: Due, call: Call, at: float) -> None:
    """A deadline that ends when the call leaves the line."""
    call.timed = True
    room.deadlines.set(due, call.id, at)


def _serve_anew(room: Room, call: Call) -> None:
    leave(room, call)
    serve(room, call)


def _serve_by_his(room: Room, call: Call, agent: Agent, rule: Sticky) -> None:
    if agent.state is not AgentState.READY:
        stand(room, call, own_line(agent))
        _set(room, Due.STICKY, call, call.queued_at + rule.wait_s)
        return
    why: Why = {
        "chose": "agent",
        "candidates": len(call.pool.idle),
        "key": "sticky",
        "value": round(call.entered.last_age_s / 86400.0, 1),
    }
    ring(room, call, agent, why)


def _ring_best(room: Room, call: Call, name: str, why: Why) -> None:
    """The best agent's phone; with ring-all, those of all who are free."""
    others = list(call.pool.idle) if call.pool.strategy is _RING_ALL else []
    ring(room, call, room.agents[name], why)
    if not call.patient:
        for other in others:
            if other != name:
                ring(room, call, room.agents[other], why)


def _empty_out(room: Room, pool: Pool) -> None:
    for queue in pool.queues:
        if hopeless(queue):
            for _, _, name in list(queue.order):
                if not room.calls[name].stays:
                    _serve_anew(room, room.calls[name])


def _estimate(call: Call) -> float | None:
    queue = call.queue
    return queue.estimator.wait_s(queue.position(call.place), queue.pool.at_work)
