"""Keys in a talk as codes."""

import pytest
from callcenter.live.talks.codes import Keyed, Pressed, TalkCodes
from callcenter.site.phones import InTalk

pytestmark = pytest.mark.pure


def keyed(keys: str, pause_s: float = 0.5, codes: TalkCodes | None = None) -> list[Keyed]:
    reader = codes or TalkCodes(InTalk())
    told = [reader.press("c", key, 100.0 + n * pause_s).code for n, key in enumerate(keys)]
    return [each for each in told if each is not None]


def own(keys: str, pause_s: float = 0.5) -> str:
    """What goes to the other side, with what is left after a long pause."""
    reader = TalkCodes(InTalk())
    told = [reader.press("c", key, 100.0 + n * pause_s).own for n, key in enumerate(keys)]
    return "".join(told) + reader.release("c", 1000.0)


@pytest.mark.parametrize(
    ("keys", "told"),
    [
        ("*20", [Keyed("hold")]),
        ("*20*20", [Keyed("hold"), Keyed("hold")]),
        ("*211002#", [Keyed("transfer", "1002")]),
        ("*21*#", [Keyed("transfer", "*")]),
        ("*22913800138000#*24", [Keyed("consult", "913800138000"), Keyed("complete")]),
        ("12#*9", []),
        ("5*29", [Keyed("malicious")]),
        ("**26", [Keyed("three_way")]),
        ("*2*27", [Keyed("survey")]),
        ("*21" + "1" * 40 + "#", []),
    ],
)
def test_codes_are_read_key_by_key(keys: str, told: list[Keyed]) -> None:
    assert keyed(keys) == told


@pytest.mark.parametrize(
    ("keys", "passed"),
    [
        ("*20", ""),
        ("*211002#", ""),
        ("12#*9", "12#*9"),
        ("5*29", "5"),
        ("**26", "*"),
        ("*2*27", "*2"),
        ("*", "*"),
        ("*2", "*2"),
        ("*211002", ""),
        ("#", "#"),
    ],
)
def test_keys_that_are_no_code_are_the_talk_s_own(keys: str, passed: str) -> None:
    assert own(keys) == passed


def test_keys_of_before_a_long_pause_are_the_talk_s_own() -> None:
    assert own("*20", pause_s=6.0) == "*20"


def test_a_pause_that_is_too_long_begins_anew() -> None:
    assert keyed("*20", pause_s=6.0) == []


def test_phones_are_read_apart() -> None:
    codes = TalkCodes(InTalk())
    for channel in ("a", "b"):
        assert codes.press(channel, "*", 1.0) == Pressed()
        assert codes.press(channel, "2", 1.0) == Pressed()
    assert codes.press("a", "3", 1.0) == Pressed(Keyed("swap"))
    assert codes.press("b", "6", 1.0) == Pressed(Keyed("three_way"))
    assert not codes.has_begun("a")


def test_where_a_site_wants_none_there_are_none() -> None:
    assert keyed("*20", codes=TalkCodes(InTalk(enabled=False))) == []


def test_what_was_keyed_is_shown_nowhere() -> None:
    assert "1002" not in repr(Keyed("transfer", "1002"))
