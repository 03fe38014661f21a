"""From a site to the floor's plan."""

from callcenter.acd.plan import AgentProfile, MissRule, Plan, QueuePolicy, Strategy
from callcenter.site.model import Queue, Site


def plan_of(site: Site) -> Plan:
    """The part of a site that the floor needs."""
    return Plan(
        queues={
            name: _policy(name, queue, site.recording.enabled)
            for name, queue in site.queues.items()
        },
        agents={name: AgentProfile(name, agent.skills) for name, agent in site.agents.items()},
        misses=MissRule(site.misses.rest, site.misses.limit),
    )


def _policy(name: str, queue: Queue, recording: bool) -> QueuePolicy:
    announce = queue.announce
    return QueuePolicy(
        name=name,
        needs=queue.needs,
        strategy=Strategy(queue.strategy),
        priority=queue.priority,
        ring_timeout_s=queue.ring_timeout,
        wrap_up_s=queue.wrap_up,
        max_wait_s=queue.max_wait,
        max_length=queue.max_length,
        overflow_when_empty=queue.when_empty == "overflow",
        announce_first_s=announce.first if announce is not None else None,
        announce_every_s=announce.every if announce is not None else None,
        record=recording and queue.record,
    )
