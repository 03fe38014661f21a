"""An agent's own figures of the day, as words that are spoken. Pure.

Numbers are put together from prompts of our own, in Chinese and English: Asterisk has no Chinese
numbers, and its English ones are another voice.
"""

from collections.abc import Iterator
from dataclasses import dataclass

_TEN, _HUNDRED, _THOUSAND, _MYRIAD = 10, 100, 1000, 10_000


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
        *number(figures.answered, language),
        "unit-calls",
        "talk-time",
        *number(round(figures.talk_s / 60), language),
        "unit-minutes",
        "average-talk",
        *number(round(figures.average_s), language),
        "unit-seconds",
    ]


def number(value: int, language: str) -> list[str]:
    """Names of prompts that speak a number from 0 to 99,999,999."""
    value = min(value, _MYRIAD * _MYRIAD - 1)
    words = _chinese(value) if language == "zh" else _english(value)
    return [f"n-{word}" for word in words] or ["n-0"]


def _chinese(value: int) -> Iterator[str]:
    """By groups of four digits; a gap of zeros is said once, ten is 十 and not 一十."""
    if value >= _MYRIAD:
        yield from _chinese(value // _MYRIAD)
        yield "myriad"
        value %= _MYRIAD
        if 0 < value < _THOUSAND:
            yield "0"
    said, gap = False, False
    for unit, name in ((_THOUSAND, "thousand"), (_HUNDRED, "hundred"), (_TEN, "ten"), (1, "")):
        digit = value // unit % _TEN
        if not digit:
            gap = said
            continue
        if gap:
            yield "0"
        if said or unit != _TEN or digit != 1:
            yield str(digit)
        if name:
            yield name
        said, gap = True, False


def _english(value: int) -> Iterator[str]:
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
