"""What numbers mean that agents dial."""

import pytest
from callcenter.acd.dialling import (
    NOT_PERMITTED,
    UNKNOWN,
    Line,
    line_for,
    shown_number,
    survey_of,
    target_of,
    trunks_for,
)
from callcenter.acd.target import Target
from callcenter.site.model import Site
from callcenter.terms import TargetKind

pytestmark = pytest.mark.pure

SITE = Site.model_validate(
    {
        "site": "x",
        "trunks": {"main": {"host": "10.0.0.1"}, "spare": {"host": "10.0.0.2"}},
        "numbers": {"12345": {"to": "menu:top"}, "12346": {"to": "queue:sales"}},
        "prompts": {"hello": {"text": "x"}},
        "menus": {"top": {"number": "4000", "prompt": "hello", "keys": {"1": "queue:sales"}}},
        "queues": {"sales": {"number": "4001"}},
        "voicemail": {"box": {"number": "800"}},
        "agents": {"1001": {"name": "A", "team": "blue"}, "1002": {"name": "B"}},
        "outbound": {
            "trunks": ["main", "spare"],
            "permit": [
                {"pattern": "1XXXXXXXXXX"},
                {"pattern": "9.", "strip": "1", "teams": ["blue"], "trunks": ["spare"]},
                {"pattern": "0ZX.", "add": "17909"},
            ],
        },
    }
)


@pytest.mark.parametrize(
    ("agent", "dialled", "to"),
    [
        ("1001", "1002", Target(TargetKind.AGENT, "1002")),
        ("1001", "4001", Target(TargetKind.QUEUE, "sales")),
        ("1001", "4000", Target(TargetKind.MENU, "top")),
        ("1001", "800", Target(TargetKind.VOICEMAIL, "box")),
        ("1001", "12345", Target(TargetKind.MENU, "top")),
        ("1001", "12346", Target(TargetKind.QUEUE, "sales")),
        ("1001", "13800138000", Target(TargetKind.OUTSIDE, "13800138000")),
        ("1001", "901088886666", Target(TargetKind.OUTSIDE, "01088886666")),
        ("1002", "901088886666", NOT_PERMITTED),
        ("1002", "01088886666", Target(TargetKind.OUTSIDE, "1790901088886666")),
        ("1002", "02188886666", Target(TargetKind.OUTSIDE, "1790902188886666")),
        ("1001", "138001380001", NOT_PERMITTED),
        ("1001", "", UNKNOWN),
        ("1001", "13800138000&PJSIP/1002", UNKNOWN),
        ("1001", "13800138000@evil", UNKNOWN),
    ],
)
def test_one_map_of_numbers(agent: str, dialled: str, to: Target | str) -> None:
    assert target_of(SITE, agent, dialled) == to


def test_a_star_is_the_caller_s_own_number_where_that_is_permitted() -> None:
    own = Target(TargetKind.OUTSIDE, "13911112222")
    assert target_of(SITE, "1001", "*", "13911112222") == own
    assert target_of(SITE, "1002", "*", "95588") == NOT_PERMITTED
    # A caller who shows an agent's number is still outside.
    assert target_of(SITE, "1001", "*", "1002") == NOT_PERMITTED
    assert target_of(SITE, "1001", "*", "") == UNKNOWN


def test_the_lines_of_a_number_are_found_again_from_what_is_dialled_on_them() -> None:
    assert line_for(SITE, "1001", "901088886666") == Line("01088886666", ("spare",))
    assert trunks_for(SITE, "13800138000") == ("main", "spare")
    assert trunks_for(SITE, "1790901088886666") == ("main", "spare")
    assert trunks_for(SITE, "") == ()


def test_the_number_that_is_shown_outside_is_the_one_named_for_it_else_the_main_one() -> None:
    assert shown_number(SITE) == ""
    site = {"site": "x", "main_number": "12345"}
    assert shown_number(Site.model_validate(site)) == "12345"
    named = {**site, "outbound": {"caller_id": "12300"}}
    assert shown_number(Site.model_validate(named)) == "12300"


def test_a_queue_s_survey_is_its_own_or_the_only_one() -> None:
    queues = {"sales": {"survey": "long"}, "other": {}}
    site = Site.model_validate({"site": "x", "queues": queues, "surveys": {"long": {}}})
    assert survey_of(site, "sales") == survey_of(site, "other") == "long"
    both = {"site": "x", "queues": queues, "surveys": {"long": {}, "short": {}}}
    assert survey_of(Site.model_validate(both), "sales") == "long"
    assert survey_of(Site.model_validate(both), "other") == ""
