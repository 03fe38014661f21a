"""An agent's figures as words."""

import pytest
from callcenter.live.agents.figures import DayFigures, digits, number, spoken
from callcenter.render.builtin import TEXTS

pytestmark = pytest.mark.pure


def said(value: int, language: str) -> str:
    """As it is heard: Chinese without spaces, English with."""
    words = [TEXTS[language][word] for word in number(value, language)]
    return ("" if language == "zh" else " ").join(words)


@pytest.mark.parametrize(
    ("value", "chinese", "english"),
    [
        (0, "零", "0"),
        (1, "一", "1"),
        (2, "两", "2"),
        (10, "十", "10"),
        (11, "十一", "11"),
        (12, "十二", "12"),
        (19, "十九", "19"),
        (20, "二十", "20"),
        (22, "二十二", "20 2"),
        (35, "三十五", "30 5"),
        (100, "一百", "1 hundred"),
        (102, "一百零二", "1 hundred 2"),
        (105, "一百零五", "1 hundred 5"),
        (110, "一百一十", "1 hundred 10"),
        (111, "一百一十一", "1 hundred 11"),
        (200, "二百", "2 hundred"),
        (222, "二百二十二", "2 hundred 20 2"),
        (1000, "一千", "1 thousand"),
        (1001, "一千零一", "1 thousand 1"),
        (1010, "一千零一十", "1 thousand 10"),
        (1100, "一千一百", "1 thousand 1 hundred"),
        (2002, "两千零二", "2 thousand 2"),
        (10_000, "一万", "10 thousand"),
        (10_001, "一万零一", "10 thousand 1"),
        (10_010, "一万零一十", "10 thousand 10"),
        (11_000, "一万一千", "11 thousand"),
        (12_345, "一万两千三百四十五", "12 thousand 3 hundred 40 5"),
        (20_000, "两万", "20 thousand"),
        (120_000, "十二万", "1 hundred 20 thousand"),
        (2_000_300, "二百万零三百", "2 million 3 hundred"),
    ],
)
def test_numbers_are_said_as_people_say_them(value: int, chinese: str, english: str) -> None:
    assert (said(value, "zh"), said(value, "en")) == (chinese, english)


def test_what_is_said_is_the_number() -> None:
    for value in (*range(3000), 9_999, 10_101, 99_999, 1_010_010, 99_999_999):
        assert from_chinese(said(value, "zh")) == value
        assert from_english(said(value, "en")) == value


def from_chinese(text: str) -> int:
    units, digits = (
        {"十": 10, "百": 100, "千": 1000},
        {sign: n for n, sign in enumerate("零一二三四五六七八九")},
    )
    digits["两"] = 2
    whole = group = digit = 0
    for sign in text:
        if sign in digits:
            digit = digits[sign]
        elif sign == "万":
            whole, group, digit = (group + digit) * 10_000, 0, 0
        else:
            group, digit = group + (digit or 1) * units[sign], 0
    return whole + group + digit


def from_english(text: str) -> int:
    whole = group = 0
    for word in text.split():
        if word in ("thousand", "million"):
            whole, group = whole + group * (1000 if word == "thousand" else 1_000_000), 0
        elif word == "hundred":
            group *= 100
        else:
            group += int(word)
    return whole + group


def test_units_follow_their_number() -> None:
    def told(figures: DayFigures, language: str) -> str:
        joint = "" if language == "zh" else " "
        return joint.join(TEXTS[language][word] for word in spoken(figures, language))

    one, two = DayFigures(1, 60.0), DayFigures(2, 120.0)
    assert told(one, "en") == (
        "Today you answered 1 call. You talked for 1 minute, on average 60 seconds a call."
    )
    assert told(DayFigures(60, 60.0), "en").endswith("1 minute, on average 1 second a call.")
    assert told(two, "en").startswith("Today you answered 2 calls. You talked for 2 minutes,")
    assert told(two, "zh") == "您今天接听了两个电话。通话时长两分钟。平均每个六十秒。"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_word_is_a_prompt(language: str) -> None:
    words = {word for value in range(20_000) for word in number(value, language)}
    for calls in (0, 1, 3):
        words |= set(spoken(DayFigures(calls, 60.0 * calls), language))
    words |= set(digits("0123456789"))
    assert words <= TEXTS[language].keys()


def test_an_average_needs_a_call() -> None:
    assert DayFigures(0, 0.0).average_s == 0
    assert DayFigures(4, 100.0).average_s == 25
