"""Floors on which every way of routing is at work, for random histories."""

from dataclasses import replace

from callcenter.acd.matching.pools import needs_of
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
from callcenter.site.needs_text import parse_needs

QUEUES = ("hotline", "spanish", "billing", "vip")
AGENTS = ("ann", "bob", "cyd", "dee")

_TEAMS = {"ann": "day", "bob": "day", "cyd": "day", "dee": "night"}
_RULE = CallbackRule(attempts=2, gap_s=5, expires_s=100, dial_timeout_s=15, confirm_s=0)


def plan(agents: str, misses: int, *queues: QueuePolicy) -> Plan:
    """Agents like `ann: spanish 3, billing 1; bob`."""
    profiles = {}
    for text in agents.split(";"):
        name, _, skills = text.strip().partition(":")
        levels = (pair.split() for pair in skills.split(",") if pair.strip())
        profiles[name] = AgentProfile(
            name, {skill: int(level) for skill, level in levels}, _TEAMS[name]
        )
    policies = {q.name: replace(q, needs=needs_of(q), callback=_RULE) for q in queues}
    return Plan(policies, profiles, MissRule(3, misses))


_STEPS = (
    Relaxation(3, "spanish >= 1", parse_needs({"spanish": 1})),
    Relaxation(6, "priority +2", priority=2, say="sorry"),
    Relaxation(21, "anyone", parse_needs("anyone")),
)

PLANS = {
    "one queue, all serve it": plan("ann; bob", 3, QueuePolicy("hotline", wrap_up_s=0)),
    "one pool for two queues, one before the other": plan(
        "ann; bob; cyd",
        2,
        QueuePolicy("hotline", max_wait_s=60, announce_first_s=4, announce_every_s=7),
        QueuePolicy("vip", priority=1, wrap_up_s=0, max_length=1),
    ),
    "skills with levels": plan(
        "ann: spanish 3; bob: spanish 1, billing 2; cyd: billing 1",
        1,
        QueuePolicy("hotline", max_wait_s=5, overflow_when_empty=True),
        QueuePolicy("spanish", {"spanish": 1}, Strategy.LONGEST_IDLE, wrap_up_s=0),
        QueuePolicy("billing", {"billing": 1}, Strategy.NARROWEST, overflow_when_empty=True),
        QueuePolicy("vip", {"spanish": 2, "billing": 1}, max_wait_s=60),
    ),
    "specialists and one who can all": plan(
        "ann: spanish 1; bob: billing 1; dee: spanish 5, billing 5",
        3,
        QueuePolicy("spanish", {"spanish": 1}, Strategy.NARROWEST, 1, max_length=2),
        QueuePolicy("billing", {"billing": 1}, Strategy.BEST_SKILL, overflow_when_empty=True),
        QueuePolicy("hotline", {"billing": 0}, Strategy.LONGEST_IDLE, announce_first_s=4),
    ),
    "steps, expressions and a closed queue": plan(
        "ann: spanish 3; bob: spanish 1, billing 2; cyd: billing 1; dee: trainee 1",
        3,
        QueuePolicy("spanish", {"spanish": 3}, relax=_STEPS, wrap_up_s=0, max_wait_s=60),
        QueuePolicy(
            "billing",
            parse_needs("(billing >= 2 or spanish >= 3) and not trainee"),
            relax=_STEPS[1:],
            overflow_when_empty=True,
            max_ratio=2,
        ),
        QueuePolicy("hotline", {"spanish": 1}, Strategy.RANKED, ranking=("bob",), priority=1),
        QueuePolicy("vip", emergency=True),
    ),
    "sticky agents who may not all pause": replace(
        plan(
            "ann; bob; cyd: spanish 1",
            2,
            QueuePolicy("hotline", sticky=Sticky(60, 6), wrap_up_s=0, relax=_STEPS[1:]),
            QueuePolicy("spanish", {"spanish": 1}, sticky=Sticky(60, 0), max_wait_s=21),
            QueuePolicy("vip", strategy=Strategy.FEWEST_CALLS, sticky=Sticky(60, 30), priority=1),
        ),
        not_ready_limits=(NotReadyLimit("day", "break", at_most=1), NotReadyLimit("day", share=50)),
    ),
    "figures of the day": plan(
        "ann; bob; cyd",
        3,
        QueuePolicy("hotline", strategy=Strategy.FEWEST_CALLS, wrap_up_s=0),
        QueuePolicy("spanish", strategy=Strategy.LOWEST_OCCUPANCY, wrap_up_s=3),
        QueuePolicy("billing", strategy=Strategy.ROUND_ROBIN, max_estimate_s=300),
        QueuePolicy("vip", strategy=Strategy.RANKED, ranking=("cyd", "ann")),
    ),
    "ring all": plan(
        "ann; bob; cyd: spanish 1",
        3,
        QueuePolicy("hotline", strategy=Strategy.RING_ALL, wrap_up_s=0, max_wait_s=21),
        QueuePolicy("spanish", {"spanish": 1}, Strategy.RING_ALL, overflow_when_none_ready=True),
        QueuePolicy("vip", priority=1, overflow_when_none_ready=True, overflow_when_empty=True),
    ),
}
