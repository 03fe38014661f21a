"""Will the day's connection rate hold: counted so far, expected of the rest, how many may be lost.

A rate that falls below its threshold at noon can often be saved; one whose losses are used up can
not. So the forecast counts losses: those that the threshold allows of all calls of the day, those
that were made, and when the rest is used up at the present pace.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from math import floor


class Verdict(StrEnum):
    """How the day stands against its threshold."""

    HOLDS = "holds"
    AT_RISK = "at_risk"
    """At the present pace it will be broken."""
    LOST = "lost"
    """More calls are lost already than the threshold allows of all that are expected."""
    NOTHING = "nothing"
    """No calls so far and none expected, or no threshold."""


@dataclass(frozen=True, slots=True)
class Forecast:
    """The day as it will be, if it goes on like this. Numbers of calls."""

    verdict: Verdict
    expected: int
    """Requests of the whole day, those so far included."""
    allowed: int
    """So many of them may be lost."""
    left: int
    """So many more may be lost; negative: too many are."""
    rate: Fraction | None
    """The day's connection rate at its end, at the present pace; None without calls."""
    broken_at_ms: int | None
    """When the losses allowed are used up at the present pace; None: not today."""


@dataclass(frozen=True, slots=True)
class Pace:
    """Calls of the last while, by which the next are judged."""

    requests: int
    lost: int

    @property
    def share(self) -> Fraction:
        """Share of calls that are lost."""
        return Fraction(self.lost, self.requests) if self.requests else Fraction(0)


def forecast(
    requests: int,
    answered: int,
    pace: Pace,
    rest: Sequence[tuple[int, int]],
    threshold: float | None,
) -> Forecast:
    """The day's forecast.

    `rest`: the spans of time that are left, each by its end in milliseconds and the requests that
    are expected in it; `threshold` in percent.
    """
    coming = sum(count for _, count in rest)
    expected = requests + coming
    lost = requests - answered
    if not expected or threshold is None:
        return Forecast(Verdict.NOTHING, expected, 0, 0, None, None)
    allowed = floor((1 - Fraction(str(threshold)) / 100) * expected)
    left = allowed - lost
    rate = 1 - (lost + pace.share * coming) / expected
    broken_at = _broken_at(left, pace, rest)
    verdict = Verdict.HOLDS if broken_at is None else Verdict.AT_RISK
    if left < 0:
        verdict = Verdict.LOST
    return Forecast(verdict, expected, allowed, left, rate, broken_at)


def _broken_at(left: int, pace: Pace, rest: Sequence[tuple[int, int]]) -> int | None:
    """The end of the span in which one more is lost than may be."""
    if left < 0:
        return None
    gone = Fraction(0)
    for end_ms, count in rest:
        gone += pace.share * count
        if gone > left:
            return end_ms
    return None
