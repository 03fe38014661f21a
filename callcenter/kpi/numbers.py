"""Exact ratios and means: rounded to be shown, never to be compared."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction


def half_up(value: Fraction, places: int) -> Decimal:
    """The value with so many decimals; half is rounded up, as people do on paper."""
    scale = 10**places
    doubled = 2 * value * scale + 1
    return Decimal(doubled.numerator // (2 * doubled.denominator)).scaleb(-places)


@dataclass(frozen=True, slots=True)
class Ratio:
    """Part of a whole, both counted."""

    part: int
    whole: int

    @property
    def percent(self) -> Decimal | None:
        """In percent with two decimals, for people; None (不适用) of nothing."""
        if self.whole == 0:
            return None
        return half_up(Fraction(100 * self.part, self.whole), 2)

    def meets(self, threshold: float) -> bool:
        """True when at least `threshold` percent. Nothing to count breaks no threshold.

        Compared exactly: 98.995 % is shown as 99.00 % and still fails 99.
        """
        return 100 * self.part >= _exact(threshold) * self.whole


@dataclass(frozen=True, slots=True)
class Mean:
    """A sum of milliseconds over so many."""

    total_ms: int
    count: int

    @property
    def seconds(self) -> Decimal | None:
        """In seconds with one decimal; None of nothing."""
        if self.count == 0:
            return None
        return half_up(Fraction(self.total_ms, 1000 * self.count), 1)


def _exact(threshold: float) -> Fraction:
    """The number as it was written: 95.1, not the binary fraction next to it."""
    return Fraction(str(threshold))
