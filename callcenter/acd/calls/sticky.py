"""A caller who calls again is served by the agent whom he last talked to.

While that agent is busy with a call, the caller waits for him alone, at his place in time: nobody
passes him, and he passes nobody. An agent who is away is not waited for.
"""

from callcenter.acd.agents.agent import Agent
from callcenter.acd.calls.call import Call
from callcenter.acd.matching.order import Order
from callcenter.acd.plan import Sticky
from callcenter.acd.room import Room
from callcenter.terms import AgentState, CallKind


def his_agent(room: Room, call: Call, rule: Sticky) -> Agent | None:
    """The agent whom the caller should get or wait for; None when anyone will do."""
    told = call.entered
    if call.kind is not CallKind.INBOUND or told.last_age_s > rule.within_s:
        return None
    agent = room.agents.get(told.last_agent)
    if agent is None or not any(seat.pool is call.pool for seat in agent.seats):
        return None
    if agent.state is AgentState.READY:
        return agent
    busy = agent.in_call or agent.state is AgentState.WRAP_UP
    return agent if busy and room.now < call.queued_at + rule.wait_s else None


def own_line(agent: Agent) -> Order:
    """The line of the calls that wait for this agent alone."""
    if agent.own is None:
        agent.own = Order()
    return agent.own
