"""What is changed at once, as the floor and the dialplan have it."""

import pytest
from callcenter.acd.site_plan import plan_of
from callcenter.live.supervision.overrides import plan_in_force, rows
from callcenter.site.load import load
from callcenter.site.overrides import BY_THE_SITE, Kind, Override, overridden

pytestmark = pytest.mark.pure

SITE = load(
    {
        "site.yaml": """\
site: demo
numbers: {"100": {to: "queue:desk"}}
prompts: {sorry: {text: Sorry}}
queues: {desk: {}, other: {}}
voicemail: {box: {}}
"""
    },
    "site.yaml",
)


def test_only_closed_queues_are_closed() -> None:
    assert plan_in_force(SITE, []) == plan_of(SITE)
    held = [
        Override(Kind.EMERGENCY, "desk", BY_THE_SITE),
        Override(Kind.OVERFLOW, "other", "hangup"),
    ]
    plan = plan_in_force(overridden(SITE, held), held)
    assert {name: queue.emergency for name, queue in plan.queues.items()} == {
        "desk": True,
        "other": False,
    }


def test_the_dialplan_is_told_places() -> None:
    held = [
        Override(Kind.EMERGENCY, "desk", BY_THE_SITE),
        Override(Kind.EMERGENCY, "other", "play:sorry"),
        Override(Kind.OVERFLOW, "desk", "voicemail:box"),
        Override(Kind.OVERFLOW, "other", "hangup"),
        Override(Kind.SKILLS, "1001", "tax=3"),
    ]
    assert dict(rows(held)) == {
        ("cc-closed", "desk"): "site",
        ("cc-closed", "other"): "cc-blocked|sorry|1",
        ("cc-overflow", "desk"): "cc-voicemail|box|1",
        ("cc-overflow", "other"): "cc-play|all-agents-busy|1",
    }
