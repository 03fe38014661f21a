"""From the site's YAML model to the floor's plan."""

import pytest
from callcenter.acd.plan import AgentProfile, MissRule, QueuePolicy, Strategy
from callcenter.acd.site_plan import plan_of
from callcenter.site.model import Site
from callcenter.site.needs import Needs

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
