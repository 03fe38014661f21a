"""A second opinion on choices: nobody better was there, worked out without indexes."""

from copy import copy

from callcenter.acd.facts import RingStarted
from callcenter.acd.floor import Floor
from callcenter.acd.merit import MOVING_MERIT, STANDING_MERIT
from callcenter.acd.plan import Plan, QueuePolicy, Strategy
from callcenter.acd.room import Step
from callcenter.acd.talk_facts import CallRelaxed
from callcenter.acd.views import AgentView
from callcenter.site.needs import Needs
from callcenter.terms import AgentState, CallState
from tests.acd.audit import able, awaited, place, policies, steps_of


def check_choices(floor: Floor, before: dict[object, object], step: Step) -> None:
    """No choice passed over someone better who was there before and still is.

    Who asked for less in this step did so at a time of his own in it, and is not compared; nor is
    who waited for one agent alone until some time in it.
    """
    rings = [fact for fact in step.facts if isinstance(fact, RingStarted)]
    if not rings:
        return
    queues = policies(floor)
    waiting = [
        call
        for call in floor.calls()
        if call.state is CallState.WAITING and before.get(call.call) is CallState.WAITING
    ]
    ready = [
        agent
        for agent in floor.agents()
        if agent.state is AgentState.READY and before.get(agent.agent) is AgentState.READY
    ]
    relaxed = {fact.call for fact in step.facts if isinstance(fact, CallRelaxed)}
    for fact in rings:
        call = floor.call(fact.call)
        if call is None or call.leg != fact.leg:
            continue
        chosen = floor.agent(fact.agent)
        assert chosen is not None
        policy = queues[fact.queue]
        for other in waiting:
            alone = awaited(floor, other) or before["alone", other.call]
            theirs = queues[other.queue], steps_of(floor, other)
            if other.call not in relaxed and not alone and able(floor.plan, chosen, *theirs):
                assert place(call) < place(other)
        if fact.why["key"] == "sticky" or before["day"] != floor._room.day_ends:
            continue
        needs = floor._room.calls[fact.call].pool.needs
        for agent in ready:
            if able(floor.plan, agent, policy, steps_of(floor, call)):
                assert policy.strategy is not Strategy.RING_ALL, "all who are free ring"
                keys = [standing(floor.plan, who, policy, needs, before) for who in (chosen, agent)]
                assert keys[0] < keys[1]


def standing(
    plan: Plan, agent: AgentView, policy: QueuePolicy, needs: Needs, before: dict[object, object]
) -> tuple[float, float, str]:
    """His key as it was before the step: being chosen changes his figures."""
    merit: float = 0
    if policy.strategy in STANDING_MERIT:
        merit = STANDING_MERIT[policy.strategy](plan.agents[agent.agent].skills, needs)
    elif policy.strategy in MOVING_MERIT:
        figures = before["figures", agent.agent]
        ranks = {name: rank for rank, name in enumerate(policy.ranking)}
        merit = MOVING_MERIT[policy.strategy](agent.agent, figures, ranks)
    return (merit, agent.idle_since, agent.agent)


def snapshot(floor: Floor) -> dict[object, object]:
    """What `check_choices` must know of the time before a step."""
    before: dict[object, object] = {call.call: call.state for call in floor.calls()}
    before |= {agent.agent: agent.state for agent in floor.agents()}
    agents = floor._room.agents.values()
    own = {id(agent.own) for agent in agents if agent.own is not None}
    before |= {("alone", call.id): id(call.line) in own for call in floor._room.calls.values()}
    before |= {("figures", agent.name): copy(agent.figures) for agent in agents}
    return before | {"day": floor._room.day_ends}
