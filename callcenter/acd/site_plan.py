"""From a site to the floor's plan."""

from collections.abc import Iterator, Mapping

from callcenter.acd.plan import (
    AgentProfile,
    CallbackRule,
    MissRule,
    NotReadyLimit,
    Plan,
    QueuePolicy,
    Relaxation,
    Sticky,
    Strategy,
)
from callcenter.site.model import Agent, Callback, Queue, Site
from callcenter.site.needs import Bound, Needs, either, every


def plan_of(site: Site) -> Plan:
    """The part of a site that the floor needs."""
    return Plan(
        queues={name: _policy(site, name, queue) for name, queue in site.queues.items()},
        agents={
            name: AgentProfile(name, _skills(site, agent), agent.team or "", agent.tenant)
            for name, agent in site.agents.items()
        },
        misses=MissRule(site.misses.rest, site.misses.limit),
        not_ready_limits=tuple(
            NotReadyLimit(team, limit.reason or "", limit.at_most, limit.share)
            for team, limits in site.not_ready_limits.items()
            for limit in limits
        ),
        timezone=site.timezone,
    )


GREETING = "callback-greeting"
"""What tells somebody who is called back who calls."""
MEMBER = "@"
"""Begins a skill that no site can write: to be of a tenant, so that no call crosses to another."""


def _skills(site: Site, agent: Agent) -> Mapping[str, int]:
    """The agent's skills; where there are tenants, with the one of being of his."""
    return {**agent.skills, MEMBER + agent.tenant: 1} if site.tenants else agent.skills


def _of_tenant(site: Site, queue: Queue, needs: Needs) -> Needs:
    """What a queue asks for, of its own tenant's agents only."""
    if not site.tenants:
        return needs
    member = Bound(MEMBER + queue.tenant, 1)
    return either(every([*way, member]) for way in needs.ways)


def _policy(site: Site, name: str, queue: Queue) -> QueuePolicy:
    announce, sticky = queue.announce, queue.sticky
    return QueuePolicy(
        name=name,
        needs=_of_tenant(site, queue, queue.needs),
        strategy=Strategy(queue.strategy),
        priority=queue.priority,
        ring_timeout_s=queue.ring_timeout,
        wrap_up_s=queue.wrap_up,
        max_wait_s=queue.max_wait,
        max_length=queue.max_length,
        overflow_when_empty=queue.when_empty == "overflow",
        announce_first_s=announce.first if announce is not None else None,
        announce_every_s=announce.every if announce is not None else None,
        record=site.recording.enabled and queue.record,
        ranking=queue.ranking,
        relax=tuple(_steps(site, queue)),
        sticky=None if sticky is None else Sticky(sticky.within, sticky.wait),
        max_estimate_s=queue.max_estimate,
        max_ratio=queue.max_ratio,
        overflow_when_none_ready=queue.when_none_ready == "overflow",
        tell_position=announce is not None and announce.position,
        tell_estimate=announce is not None and announce.estimated_wait,
        comfort=announce.comfort if announce is not None else (),
        callback=_callback(queue.callback),
        survey=queue.survey or "",
    )


def _callback(rule: Callback) -> CallbackRule:
    greeting = "" if rule.confirm else GREETING
    return CallbackRule(rule.attempts, rule.gap, rule.expires, rule.ring, rule.confirm, greeting)


def _steps(site: Site, queue: Queue) -> Iterator[Relaxation]:
    """The steps in the order of their times; what one asks for holds until the next changes it."""
    needs = queue.needs
    for step in sorted(queue.relax, key=lambda step: step.after):
        before, what = needs, []
        if step.lower:
            needs = needs.lowered(step.lower)
            what += [f"{skill} >= {level}" for skill, level in step.lower.items()]
        if step.add is not None:
            needs = needs | step.add
            what.append(f"or {step.add}")
        for name in step.queues:
            needs = needs | site.queues[name].needs
            what.append(f"queue {name}")
        if step.priority:
            what.append(f"priority {step.priority:+d}")
        if step.say is not None:
            what.append(f"say {step.say}")
        yield Relaxation(
            step.after,
            ", ".join(what),
            _of_tenant(site, queue, needs) if needs != before else None,
            step.priority,
            step.say or "",
        )
