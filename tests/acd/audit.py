"""A second opinion on the floor: what must be true after each step, worked out without indexes."""

from collections.abc import Iterator
from functools import cache

from callcenter.acd.agents.agent import RESTING, Agent
from callcenter.acd.calls.call import Call
from callcenter.acd.deadlines import Due
from callcenter.acd.floor import Floor
from callcenter.acd.matching.pools import needs_of
from callcenter.acd.plan import Plan, QueuePolicy
from callcenter.acd.talk_events import root_of
from callcenter.site.needs import Needs
from callcenter.terms import AgentState, CallKind, CallState, ConsultState
from tests.acd.audit_journal import IN_CALL


def check(floor: Floor) -> None:
    """All of it."""
    check_people(floor)
    check_consults(floor)
    check_legs(floor)
    check_nobody_waits_for_nothing(floor)
    check_queues(floor)
    check_deadlines(floor)


def check_people(floor: Floor) -> None:
    """Every agent in a call is in one call, in one part, and both say the same."""
    room = floor._room
    parts = [(call, agent) for call in room.calls.values() for agent in call.agents()]
    assert len({agent.name for _, agent in parts}) == len(parts)
    for call, agent in parts:
        assert agent.call == call.id
        assert room.agents[agent.name] is agent
        assert not call.also or call.state is CallState.RINGING
        placed = call.placed is not None and call.placed.agent is agent
        talks = placed or (call.state is CallState.TALKING and call.agent is agent)
        assert (agent.state is AgentState.TALKING) == talks
    busy = {agent.name for agent in room.agents.values() if agent.state in IN_CALL}
    assert busy == {agent.name for _, agent in parts}


def check_consults(floor: Floor) -> None:
    """A consult belongs to one talk; its state and its own call's agree."""
    calls = floor._room.calls
    for call in calls.values():
        if call.kind is CallKind.CONSULT:
            consult, root = call.consult, calls[root_of(call.id)]
            assert consult is not None
            assert root.consult is consult
            assert consult.call is call
            assert consult.root is root
            assert root.state is CallState.TALKING
            answered = call.state is CallState.TALKING
            assert (consult.state is ConsultState.ASKING) != answered
        elif call.consult is not None:
            assert calls[call.consult.call.id] is call.consult.call


def check_legs(floor: Floor) -> None:
    """The index of legs is what the calls have."""
    room = floor._room
    told = {leg: call for call in room.calls.values() for leg in (call.leg, *call.also)}
    told.pop("", None)
    assert room.legs == told
    owed = [call for call in room.calls.values() if call.dialling is not None]
    assert room.callbacks == {call.owed_to: call.id for call in owed}
    for call in room.calls.values():
        if call.state in (CallState.RINGING, CallState.JOINING, CallState.TALKING):
            assert call.leg


def able(plan: Plan, agent: str, policy: QueuePolicy, steps: int = 0) -> bool:
    """Whether he can serve a call of the queue that has taken so many steps."""
    profile = plan.agents.get(agent)
    needs = needs_of(policy)
    for step in policy.relax[:steps]:
        needs = step.needs or needs
    return profile is not None and _met(needs, tuple(profile.skills.items()))


@cache
def _met(needs: Needs, skills: tuple[tuple[str, int], ...]) -> bool:
    return needs.met_by(dict(skills))


def awaited(floor: Floor, call: Call) -> Agent | None:
    """The agent for whom alone the caller waits."""
    line = call.line
    (agent,) = [a for a in floor._room.agents.values() if a.own is line and line is not None] or [
        None
    ]
    return agent


def place(call: Call) -> tuple[int, float, str]:
    """When he is served, by what he asked for and when."""
    policy = call.queue.policy
    steps = sum(step.priority for step in policy.relax[: call.step])
    return (
        -(policy.priority + steps + call.entered.priority),
        call.entered.requested_at,
        call.id,
    )


def waiting(floor: Floor) -> list[Call]:
    return [call for call in floor._room.calls.values() if call.state is CallState.WAITING]


def check_nobody_waits_for_nothing(floor: Floor) -> None:
    """Nobody is ready who could serve a waiting call."""
    room = floor._room
    ready = [agent.name for agent in room.agents.values() if agent.state is AgentState.READY]
    for call in waiting(floor):
        alone = awaited(floor, call)
        if alone is not None:
            assert alone.state in IN_CALL | {AgentState.WRAP_UP}
            continue
        assert not [a for a in ready if able(floor.plan, a, call.queue.policy, call.step)]


def check_queues(floor: Floor) -> None:
    """Positions are 1..n in order of place; counts are what counting gives."""
    room, plan = floor._room, floor.plan
    here = [agent for agent in room.agents.values() if agent.signed_in]
    by_queue: dict[str, list[Call]] = {}
    for call in waiting(floor):
        by_queue.setdefault(call.queue.policy.name, []).append(call)
    for name, queue in room.matching.queues.items():
        policy, view = queue.policy, floor.queue_view(name)
        line = sorted(by_queue.get(name, ()), key=place)
        assert view.waiting == tuple(call.id for call in line)
        assert [floor.position(call.id) for call in line] == list(range(1, len(line) + 1))
        can = [agent for agent in here if able(plan, agent.name, policy)]
        assert view.signed_in == len(can)
        assert view.ready == sum(agent.state is AgentState.READY for agent in can)
        steps = len(policy.relax)
        widest = [a for a in here if able(plan, a.name, policy, steps)] if steps else can
        paused = [a for a in widest if a.state is AgentState.NOT_READY and a.reason != RESTING]
        leave = [call for call in line if not call.stays]
        if policy.emergency or (policy.overflow_when_empty and not widest):
            assert not leave
        if policy.overflow_when_none_ready and widest and len(paused) == len(widest):
            assert not leave


def check_deadlines(floor: Floor) -> None:
    """Whatever waits on the outside or the clock has its deadline, and no other runs."""
    room = floor._room
    expected = {(_BY_STATE[c.state], c.id) for c in room.calls.values() if c.state in _BY_STATE}
    for call in room.calls.values():
        if call.patient and call.state in (CallState.WAITING, CallState.POSTPONED):
            expected.add((Due.EXPIRE, call.id))
    for call in waiting(floor):
        expected |= {(due, call.id) for due in _in_line(floor, call)}
    for agent in room.agents.values():
        if agent.state is AgentState.WRAP_UP:
            expected.add((Due.WRAP_UP, agent.name))
        if agent.state is AgentState.NOT_READY and agent.reason == RESTING:
            expected.add((Due.REST, agent.name))
    assert set(room.deadlines._ranking) == expected


_BY_STATE = {
    CallState.RINGING: Due.RING,
    CallState.JOINING: Due.JOIN,
    CallState.DIALLING: Due.DIAL,
    CallState.POSTPONED: Due.AGAIN,
}


def _in_line(floor: Floor, call: Call) -> Iterator[Due]:
    policy = call.queue.policy
    if policy.max_wait_s is not None and not call.stays:
        yield Due.MAX_WAIT
    if call.step < len(policy.relax) and call.outsider:
        yield Due.RELAX
    if awaited(floor, call) is not None:
        yield Due.STICKY
    if call.announce_at is not None and not call.patient:
        yield Due.ANNOUNCE
