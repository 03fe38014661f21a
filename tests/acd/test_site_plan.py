"""From the site's YAML model to the floor's plan."""

import pytest
from callcenter.acd.matching.pools import needs_of
from callcenter.acd.plan import (
    AgentProfile,
    MissRule,
    NotReadyLimit,
    QueuePolicy,
    Relaxation,
    Sticky,
    Strategy,
)
from callcenter.acd.site_plan import plan_of
from callcenter.site.load import load
from callcenter.site.model import Site
from callcenter.site.needs import Needs
from callcenter.site.needs_text import parse_needs

pytestmark = pytest.mark.pure


def test_a_queue_with_all_its_settings() -> None:
    site = Site.model_validate(
        {
            "site": "test",
            "queues": {
                "spanish": {
                    "needs": {"spanish": 3},
                    "strategy": "narrowest",
                    "priority": 2,
                    "ring_timeout": "20s",
                    "wrap_up": "0s",
                    "max_wait": "5m",
                    "max_length": 7,
                    "when_empty": "overflow",
                    "announce": {"first": "15s", "every": "1m"},
                    "record": False,
                }
            },
        }
    )
    assert plan_of(site).queues == {
        "spanish": QueuePolicy(
            "spanish",
            Needs.of({"spanish": 3}),
            Strategy.NARROWEST,
            priority=2,
            ring_timeout_s=20,
            wrap_up_s=0,
            max_wait_s=300,
            max_length=7,
            overflow_when_empty=True,
            announce_first_s=15,
            announce_every_s=60,
            record=False,
        )
    }


def test_what_a_site_does_not_say_is_as_its_model_says() -> None:
    policy = plan_of(Site.model_validate({"site": "test", "queues": {"all": {}}})).queues["all"]
    assert policy == QueuePolicy("all", Needs(), announce_first_s=10, announce_every_s=30)


def test_no_announcement_and_no_recording() -> None:
    site = Site.model_validate(
        {
            "site": "test",
            "recording": {"enabled": False},
            "queues": {"all": {"announce": None}},
        }
    )
    policy = plan_of(site).queues["all"]
    assert (policy.announce_first_s, policy.announce_every_s, policy.record) == (None, None, False)


def test_agents_and_the_rule_for_misses() -> None:
    site = Site.model_validate(
        {
            "site": "test",
            "agents": {"1001": {"name": "王芳", "skills": {"spanish": 4}}},
            "misses": {"rest": "5s", "limit": 2},
        }
    )
    assert plan_of(site).agents == {"1001": AgentProfile("1001", {"spanish": 4})}
    assert plan_of(site).misses == MissRule(rest_s=5, limit=2)


def test_steps_add_up_in_the_order_of_their_times() -> None:
    site = Site.model_validate(
        {
            "site": "test",
            "queues": {
                "other": {"needs": "tax"},
                "all": {
                    "needs": {"english": 3},
                    "relax": [
                        {"after": "40s", "add": "or general >= 3", "priority": "5"},
                        {"after": "20s", "lower": {"english": 1}},
                        {"after": "60s", "queues": ["other"], "say": "sorry"},
                        {"after": "80s", "say": "sorry"},
                    ],
                },
            },
        }
    )
    first = parse_needs("english")
    second = parse_needs("english or general >= 3")
    assert plan_of(site).queues["all"].relax == (
        Relaxation(20, "english >= 1", first),
        Relaxation(40, "or general >= 3, priority +5", second, priority=5),
        Relaxation(60, "queue other, say sorry", second | parse_needs("tax"), say="sorry"),
        Relaxation(80, "say sorry", None, say="sorry"),
    )


def test_sticky_overflow_and_limits() -> None:
    site = Site.model_validate(
        {
            "site": "test",
            "timezone": "Asia/Tokyo",
            "queues": {
                "all": {
                    "strategy": "ranked",
                    "ranking": ["1001"],
                    "sticky": {"within": "1d", "wait": "5s"},
                    "max_estimate": "10m",
                    "max_ratio": 2.5,
                    "when_none_ready": "overflow",
                    "announce": {"position": False, "estimated_wait": True, "comfort": ["a"]},
                }
            },
            "agents": {"1001": {"name": "Ann", "team": "day"}},
            "not_ready_limits": {"day": [{"at_most": 2}, {"share": 20, "reason": "break"}]},
        }
    )
    plan = plan_of(site)
    policy = plan.queues["all"]
    assert (policy.strategy, policy.ranking) == (Strategy.RANKED, ("1001",))
    assert policy.sticky == Sticky(86_400, 5)
    assert (policy.max_estimate_s, policy.max_ratio) == (600, 2.5)
    assert policy.overflow_when_none_ready
    assert (policy.tell_position, policy.tell_estimate, policy.comfort) == (False, True, ("a",))
    assert plan.agents["1001"].team == "day"
    assert plan.not_ready_limits == (
        NotReadyLimit("day", at_most=2),
        NotReadyLimit("day", "break", share=20),
    )
    assert plan.timezone == "Asia/Tokyo"


def test_agents_serve_the_queues_of_their_own_tenant_only() -> None:
    text = """\
site: test
queues: {desk: {}}
agents: {"1001": {name: Ann}}
tenants:
  east:
    skills: {tax: Tax}
    queues: {desk: {needs: tax}, all: {}}
    agents: {"2001": {name: Bob, skills: {tax: 3}}, "2002": {name: Cai}}
"""
    plan = plan_of(load({"site.yaml": text}, "site.yaml"))
    serves = {
        agent: {
            name for name, queue in plan.queues.items() if needs_of(queue).met_by(profile.skills)
        }
        for agent, profile in plan.agents.items()
    }
    assert serves == {"1001": {"desk"}, "2001": {"east.desk", "east.all"}, "2002": {"east.all"}}
