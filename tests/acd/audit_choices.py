"""A second opinion on choices: nobody better was there, worked out without indexes."""

from collections.abc import Mapping
from dataclasses import dataclass

from callcenter.acd.agents.agent import Agent
from callcenter.acd.agents.figures import Figures
from callcenter.acd.calls.call import Call
from callcenter.acd.facts import RingStarted
from callcenter.acd.floor import Floor
from callcenter.acd.plan import Plan, QueuePolicy, Strategy
from callcenter.acd.room import Step
from callcenter.acd.talk_facts import CallbackDialled, CallRelaxed
from callcenter.site.needs import Needs
from callcenter.terms import AgentState, CallState
from tests.acd.audit import able, awaited, place


@dataclass(frozen=True)
class Before:
    """What must be known of the time before a step."""

    waited: set[str]
    """Calls that stood in line."""
    alone: set[str]
    """Of these, who waited for one agent."""
    ready: set[str]
    figures: dict[str, Figures]
    day: float


def snapshot(floor: Floor) -> Before:
    """The floor as it is now."""
    room = floor._room
    waiting = [call for call in room.calls.values() if call.state is CallState.WAITING]
    return Before(
        {call.id for call in waiting},
        {call.id for call in waiting if awaited(floor, call) is not None},
        {agent.name for agent in room.agents.values() if agent.state is AgentState.READY},
        {name: _copy(agent.figures) for name, agent in room.agents.items()},
        room.day_ends,
    )


def _copy(told: Figures) -> Figures:
    return Figures(told.calls, told.busy_s, told.ready_s, told.chosen_at)


def check_choices(floor: Floor, before: Before, step: Step) -> None:
    """No choice of a queue passed over someone better who was there before and still is.

    Who asked for less in this step did so at a time of his own in it, and is not compared; nor is
    who waited for one agent alone until some time in it.
    """
    room = floor._room
    relaxed = {fact.call for fact in step.facts if isinstance(fact, CallRelaxed)}
    for fact in step.facts:
        if isinstance(fact, RingStarted) and fact.why["chose"] in {"agent", "call"}:
            call = room.calls.get(fact.call)
            if call is None or call.leg != fact.leg:
                continue
            chosen = room.agents[fact.agent]
            for other in _still_waiting(floor, before, relaxed):
                alone = awaited(floor, other) is not None or other.id in before.alone
                if not alone and _serves(floor, chosen, other):
                    assert place(call) < place(other)
            if fact.why["key"] != "sticky" and before.day == room.day_ends:
                _check_agent(floor, before, call, chosen)
        elif isinstance(fact, CallbackDialled):
            _check_turn(floor, before, fact, relaxed)


def _still_waiting(floor: Floor, before: Before, relaxed: set[str]) -> list[Call]:
    return [
        call
        for call in floor._room.calls.values()
        if call.state is CallState.WAITING and call.id in before.waited and call.id not in relaxed
    ]


def _serves(floor: Floor, agent: Agent, call: Call) -> bool:
    return able(floor.plan, agent.name, call.queue.policy, call.step)


def _check_agent(floor: Floor, before: Before, call: Call, chosen: Agent) -> None:
    policy, plan = call.queue.policy, floor.plan
    for agent in floor._room.agents.values():
        still = agent.state is AgentState.READY and agent.name in before.ready
        if still and able(plan, agent.name, policy, call.step):
            assert policy.strategy is not Strategy.RING_ALL, "all who are free ring"
            needs = call.pool.needs
            keys = [standing(plan, who, policy, needs, before) for who in (chosen, agent)]
            assert keys[0] < keys[1]


def _check_turn(floor: Floor, before: Before, fact: CallbackDialled, relaxed: set[str]) -> None:
    """No callback is dialled before a caller who asked earlier and whom its agent could serve."""
    call, agent = floor._room.calls.get(fact.call), floor._room.agents.get(fact.agent)
    if call is None or agent is None or call.state is not CallState.DIALLING:
        return
    for other in _still_waiting(floor, before, relaxed):
        alone = awaited(floor, other) is not None or other.id in before.alone
        assert alone or not _serves(floor, agent, other) or place(call) < place(other)


def standing(
    plan: Plan, agent: Agent, policy: QueuePolicy, needs: Needs, before: Before
) -> tuple[float, float, str]:
    """His key as it was before the step: being chosen changes his figures."""
    skills, figures = plan.agents[agent.name].skills, before.figures[agent.name]
    busy_s, whole_s = figures.busy_s, figures.busy_s + figures.ready_s
    ranking = policy.ranking
    merit = {
        Strategy.LONGEST_IDLE: 0,
        Strategy.RING_ALL: 0,
        Strategy.BEST_SKILL: -_best_levels(needs, skills),
        Strategy.NARROWEST: len(skills),
        Strategy.FEWEST_CALLS: figures.calls,
        Strategy.LOWEST_OCCUPANCY: round(100 * busy_s / whole_s, 1) if whole_s else 0.0,
        Strategy.ROUND_ROBIN: figures.chosen_at,
        Strategy.RANKED: (*ranking, agent.name).index(agent.name),
    }
    return (merit[policy.strategy], agent.idle_since, agent.name)


def _best_levels(needs: Needs, skills: Mapping[str, int]) -> int:
    """The sum of his levels in what one way of serving asks for, the best way for him."""
    sums = []
    for way in needs.ways:
        levels = {bound: skills.get(bound.skill, 0) for bound in way}
        if all(bound.lowest <= level <= bound.highest for bound, level in levels.items()):
            sums.append(sum(level for bound, level in levels.items() if bound.lowest > 0))
    return max(sums)
