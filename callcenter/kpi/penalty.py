"""What a shortfall costs: whole percentage points, and a year that leaves surge months out."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from math import ceil, floor

from callcenter.kpi.numbers import Ratio


class Points(StrEnum):
    """How a part of a percentage point counts."""

    UP = "up"
    """As a whole one (不足1的按1个百分点计)."""
    DOWN = "down"
    """Not at all."""


def points(ratio: Ratio, threshold: float, part: Points) -> int:
    """Percentage points below the threshold, compared exactly; 0 of nothing, or when it is met."""
    if ratio.whole == 0 or ratio.meets(threshold):
        return 0
    shortfall = Fraction(str(threshold)) - Fraction(100 * ratio.part, ratio.whole)
    return ceil(shortfall) if part is Points.UP else floor(shortfall)


@dataclass(frozen=True, slots=True)
class Month:
    """What a year's assessment needs of a month."""

    requests: int
    answered: int
    in_time: int
    """Answered within T."""
    emergency: bool = False
    """A surge by an emergency was declared (突发事件)."""


@dataclass(frozen=True, slots=True)
class Year:
    """Service level A of a period of months, pooled."""

    service_level: Ratio
    left_out: tuple[int, ...]
    """Positions of the months that were exempt, from 0."""


def assessed_year(months: Iterable[Month], surge_answered: int) -> Year:
    """Pool the months, without those of a declared emergency in which at least `surge_answered`
    calls were answered: an emergency alone excuses nothing, and neither does volume alone.
    """
    in_time = requests = 0
    left_out = []
    for n, month in enumerate(months):
        if month.emergency and month.answered >= surge_answered:
            left_out.append(n)
        else:
            in_time += month.in_time
            requests += month.requests
    return Year(Ratio(in_time, requests), tuple(left_out))
