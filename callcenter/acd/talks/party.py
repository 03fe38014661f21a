"""Who can be had: whether a target of a transfer, a consult or an agent's own call is there."""

from callcenter.acd.agents.agent import Agent
from callcenter.acd.calls.call import Call
from callcenter.acd.calls.ringing import ring_by_name, ring_outside
from callcenter.acd.plan import AgentProfile
from callcenter.acd.room import Room
from callcenter.acd.target import Target
from callcenter.terms import AgentState, TargetKind

UNKNOWN = "unknown"
BUSY = "busy"
SIGNED_OUT = "signed_out"
QUEUE_FULL = "full"
NOT_PERMITTED = "not_permitted"
"""Why somebody cannot be had, as phones are told and the journal keeps it."""

PEOPLE = frozenset({TargetKind.AGENT, TargetKind.QUEUE, TargetKind.OUTSIDE})
"""Kinds of targets where somebody answers: they can be consulted and called."""


def refusal(room: Room, asker: Agent, to: Target) -> str:
    """Why this agent cannot have that target; empty when he can.

    A colleague who is ready or not ready can be called; one who has a call or wraps it up is busy.
    """
    if to.kind is TargetKind.QUEUE:
        queue = room.matching.queues.get(to.name)
        if queue is None or queue.closed:
            return UNKNOWN
        limit = queue.policy.max_length
        return QUEUE_FULL if limit is not None and len(queue.order) >= limit else ""
    if to.kind is not TargetKind.AGENT:
        return ""
    agent = room.agents.get(to.name)
    if agent is None or agent.leaving or profile(room, agent).tenant != profile(room, asker).tenant:
        return UNKNOWN
    if not agent.signed_in:
        return SIGNED_OUT
    busy = agent.in_call or agent.state is AgentState.WRAP_UP
    return BUSY if busy else ""


def profile(room: Room, agent: Agent) -> AgentProfile:
    """What the plan knows of him; one who is gone from it belongs to nobody."""
    return room.plan.agents.get(agent.name, AgentProfile(agent.name))


def ring_party(room: Room, call: Call, to: Target, caller_id: str = "") -> None:
    """Call the agent or the number outside for a call out of line, and nobody else."""
    call.aim = to
    if to.kind is TargetKind.AGENT:
        ring_by_name(room, call, room.agents[to.name])
    else:
        ring_outside(room, call, to.name, caller_id)
