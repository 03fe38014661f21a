"""An agent's own figures of the day, as words that are spoken. Pure.

Numbers are put together from prompts of our own, in Chinese and English: Asterisk has no Chinese
numbers, and its English ones are another voice.
"""

from collections.abc import Iterator
from dataclasses import dataclass

_TEN, _HUNDRED, _THOUSAND, _MYRIAD, _MILLION = 10, 100, 1000, 10_000, 1_000_000


@dataclass(frozen=True, slots=True)
class DayFigures:
    """What one agent has done today."""

    answered: int
    talk_s: float

    @property
    def average_s(self) -> float:
        """Talk time of a call; 0 without one."""
        return self.talk_s / self.answered if self.answered else 0.0


def spoken(figures: DayFigures, language: str) -> list[str]:
    """Names of prompts that tell the figures: calls, talk time in minutes, average in seconds."""
    return [
        "today-answered",
        *_so_many(figures.answered, "unit-call", language),
        "talk-time",
        *_so_many(round(figures.talk_s / 60), "unit-minute", language),
        "average-talk",
        *_so_many(round(figures.average_s), "unit-second", language),
    ]


def number(value: int, language: str) -> list[str]:
    """Names of prompts that speak a number from 0 to 99,999,999, before what it counts."""
    value = min(value, _MYRIAD * _MYRIAD - 1)
    words = _chinese(value) if language == "zh" else _english(value)
    return [f"n-{word}" for word in words] or ["n-0"]


def digits(number: str) -> list[str]:
    """Names of prompts that spell a telephone number; its one is 幺 in Chinese."""
    return ["digit-1" if digit == "1" else f"n-{digit}" for digit in number]


def _so_many(value: int, unit: str, language: str) -> list[str]:
    return [*number(value, language), unit if value == 1 else f"{unit}s"]


def _chinese(value: int) -> Iterator[str]:
    """By groups of four digits. Two of something, two thousand and twenty thousand are 两."""
    if value == 2:
        yield "both"
        return
    high, low = divmod(value, _MYRIAD)
    if high:
        yield from _chinese(high)
        yield "myriad"
    yield from _group(low, said=bool(high))


def _group(value: int, *, said: bool) -> Iterator[str]:
    """Up to four digits; a gap of zeros is said once, ten is 十 and not 一十 where it begins."""
    gap = False
    for unit, name in ((_THOUSAND, "thousand"), (_HUNDRED, "hundred"), (_TEN, "ten"), (1, "")):
        digit = value // unit % _TEN
        if not digit:
            gap = said
            continue
        if gap:
            yield "0"
        if digit == 2 and unit == _THOUSAND:
            yield "both"
        elif said or unit != _TEN or digit != 1:
            yield str(digit)
        if name:
            yield name
        said, gap = True, False


def _english(value: int) -> Iterator[str]:
    if value >= _MILLION:
        yield from _english(value // _MILLION)
        yield "million"
        value %= _MILLION
    if value >= _THOUSAND:
        yield from _english(value // _THOUSAND)
        yield "thousand"
        value %= _THOUSAND
    if value >= _HUNDRED:
        yield str(value // _HUNDRED)
        yield "hundred"
        value %= _HUNDRED
    if value > 2 * _TEN:
        yield str(value // _TEN * _TEN)
        value %= _TEN
    if value:
        yield str(value)
