"""Lists of numbers as Asterisk's database holds them, and the dialplan that asks it."""

import pytest
from callcenter.render.number_lists import database, family, is_ours
from callcenter.site.listed import Entry, ListKey
from callcenter.site.model import Site
from tests.render.sites import context, files_of, small

pytestmark = pytest.mark.pure

BLACK, VIP = ListKey("blacklist"), ListKey("vip", "east")


def dialplan_of(site: Site) -> str:
    return files_of(site, {"trunks.operator": "x"})["extensions.conf"]


def test_each_kind_of_entry_has_its_rows() -> None:
    rows = database(
        [
            Entry(BLACK, "13800138000", until=100.5, prompt="sorry"),
            Entry(BLACK, "138*"),
            Entry(BLACK, "1390000*"),
            Entry(BLACK, "17XX", prompt="a.sorry"),
            Entry(BLACK, "anonymous"),
            Entry(VIP, "13900139000"),
        ],
        now=100.0,
    )
    assert rows == {
        ("cc-blacklist", "n13800138000"): "101|sorry",
        ("cc-blacklist", "p138"): "0|",
        ("cc-blacklist", "p1390000"): "0|",
        ("cc-blacklist", "lengths"): "7-3",
        ("cc-blacklist", "x17XX"): "0|a.sorry|^17[0-9][0-9]$",
        ("cc-blacklist", "patterns"): "17XX",
        ("cc-blacklist", "n"): "0|",
        ("cc-list.east.vip", "n13900139000"): "0|",
    }


def test_what_has_expired_is_not_there() -> None:
    assert database([Entry(BLACK, "138*", until=99.0)], now=100.0) == {}


def test_families_of_others_are_not_ours() -> None:
    assert is_ours(family(BLACK))
    assert is_ours(family(ListKey("blacklist", "east")))
    assert is_ours(family(VIP))
    assert not is_ours("Queue")
    assert not is_ours("registrar")


def test_listed_callers_get_the_priority_of_their_highest_list() -> None:
    site = small(
        number_lists={
            "vip": {"priority": "10"},
            "known": {"priority": "-5"},
            "old": {"priority": 20},
        }
    )
    dialplan = dialplan_of(site)
    priorities = context(dialplan, "cc-priority")
    asked = [line.partition("(cc-list.")[2] for line in priorities if "cc-listed" in line]
    assert asked == ["old))", "vip))", "known))"]
    assert " same => n,Gosub(cc-priority,s,1)" in context(dialplan, "cc-in")


def test_without_lists_no_call_asks_for_one() -> None:
    assert "Gosub(cc-priority" not in dialplan_of(small())


def test_a_key_s_priority_is_added_to_the_list_s() -> None:
    site = small(
        prompts={"menu": {"text": "Press", "language": "en"}, "hello": {"text": "Hi"}},
        menus={"main": {"prompt": "menu", "keys": {"1": {"to": "queue:sales", "priority": "-3"}}}},
    )
    lines = context(dialplan_of(site), "cc-menu-main")
    assert " same => n,Set(CC_PRIORITY=$[0${CC_LISTED}+(-3)])" in lines


def test_every_prompt_of_the_site_can_be_played_to_a_blocked_caller() -> None:
    lines = context(dialplan_of(small()), "cc-blocked")
    assert [line.split()[2] for line in lines if line.startswith("exten")] == [
        "blocked,1,Answer()",
        "hello,1,Answer()",
    ]
