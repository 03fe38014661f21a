"""How many of a team may be not ready at once."""

from callcenter.acd.agents.agent import MISSED_CALLS, UNREACHABLE, Agent
from callcenter.acd.plan import AgentProfile
from callcenter.acd.room import Room
from callcenter.terms import AgentState


def refused_by(room: Room, agent: Agent, reason: str) -> str:
    """The team whose limits do not let him be not ready for this reason; empty when he may.

    Counted are his team-mates who pause of their own wish, and those who asked for it in a call.
    """
    team = _team(room, agent)
    limits = [
        limit
        for limit in room.plan.not_ready_limits
        if limit.team == team and limit.reason in ("", reason)
    ]
    if not team or not limits or not agent.signed_in:
        return ""
    mates = [mate for mate in room.agents.values() if mate.signed_in and _team(room, mate) == team]
    away = [why for mate in mates if mate is not agent and (why := _pauses_for(mate))]
    for limit in limits:
        pausing = sum(limit.reason in ("", why) for why in away) + 1
        if limit.at_most is not None and pausing > limit.at_most:
            return team
        if limit.share is not None and pausing > max(1, int(len(mates) * limit.share / 100)):
            return team
    return ""


def _team(room: Room, agent: Agent) -> str:
    return room.plan.agents.get(agent.name, AgentProfile(agent.name)).team


def _pauses_for(agent: Agent) -> str:
    """The reason for which he pauses, or will when his call is over; empty when he does not."""
    if agent.paused and agent.reason not in (MISSED_CALLS, UNREACHABLE):
        return agent.reason or "-"
    if agent.wish.state is AgentState.NOT_READY:
        return agent.wish.reason or "-"
    return ""
