"""Whether a supervisor may do an act: his acts, his teams, his tenant, and nothing beyond."""

from dataclasses import dataclass
from enum import StrEnum

from callcenter.site.model import Agent, Queue, Site
from callcenter.site.staff import can_serve
from callcenter.site.supervisors import Act, Supervisor


class Why(StrEnum):
    """Why an act is refused; the words stand in the audit."""

    NO_SUPERVISOR = "no_supervisor"
    NOT_THIS_ACT = "not_this_act"
    UNKNOWN = "unknown"
    OTHER_TENANT = "other_tenant"
    OTHER_TEAM = "other_team"
    HIMSELF = "himself"


@dataclass(frozen=True, slots=True)
class Target:
    """To what an act is done: an agent, a queue, or both, such as a call of that queue."""

    agent: str = ""
    queue: str = ""


_NOT_TO_HIMSELF = frozenset({"listen", "whisper", "barge", "take_over"})


def may(site: Site, who: str, act: Act, target: Target) -> str:
    """Why this supervisor may not do it; empty when he may.

    A queue is a team's where one of the team could serve it. Whatever is of another tenant is
    refused, and so is what the site does not have.
    """
    supervisor = site.supervisors.get(who)
    if supervisor is None:
        return Why.NO_SUPERVISOR
    if act not in supervisor.may:
        return Why.NOT_THIS_ACT
    if target.agent == who and act in _NOT_TO_HIMSELF:
        return Why.HIMSELF
    if not target.agent and not target.queue:
        return Why.UNKNOWN
    return _agent(site, supervisor, target.agent) or _queue(site, supervisor, target.queue)


def queues_of(site: Site, who: str, act: Act) -> list[str]:
    """The queues to which this supervisor may do it."""
    return [name for name in site.queues if not may(site, who, act, Target(queue=name))]


def supervisors_of(site: Site, agent: str, act: Act) -> list[str]:
    """The supervisors who may do this to an agent."""
    return [who for who in site.supervisors if not may(site, who, act, Target(agent))]


def _agent(site: Site, supervisor: Supervisor, number: str) -> str:
    agent = site.agents.get(number)
    if agent is None:
        return Why.UNKNOWN if number else ""
    if agent.tenant != supervisor.tenant:
        return Why.OTHER_TENANT
    return "" if _is_his(supervisor, agent) else Why.OTHER_TEAM


def _queue(site: Site, supervisor: Supervisor, name: str) -> str:
    queue = site.queues.get(name)
    if queue is None:
        return Why.UNKNOWN if name else ""
    if queue.tenant != supervisor.tenant:
        return Why.OTHER_TENANT
    return "" if _serves(site, supervisor, queue) else Why.OTHER_TEAM


def _is_his(supervisor: Supervisor, agent: Agent) -> bool:
    return not supervisor.teams or agent.team in supervisor.teams


def _serves(site: Site, supervisor: Supervisor, queue: Queue) -> bool:
    return not supervisor.teams or any(
        _is_his(supervisor, agent) and can_serve(agent, queue) for agent in site.agents.values()
    )
