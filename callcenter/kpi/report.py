"""Windows against the contract: a line for each, judged by its own calls."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from callcenter.kpi.calls import Standing
from callcenter.kpi.numbers import Ratio
from callcenter.kpi.tally import Tally
from callcenter.kpi.windows import Window

SMALL_SAMPLE = 10
"""Below so many requests one lost call breaks a threshold; the line says so (样本不足)."""
SETTLED_AFTER_MS = 24 * 3600 * 1000
"""A window stays provisional so long after its end: records may still be completed."""


def _connection_rate(tally: Tally) -> Ratio:
    return tally.connection_rate


@dataclass(frozen=True, slots=True)
class Line:
    """One window of the report."""

    window: Window
    tally: Tally
    threshold: float | None
    """Percent that the contract asks for; None where it asks for nothing."""
    rate: Ratio
    """What the threshold is for."""
    provisional: bool

    @property
    def breach(self) -> bool:
        """True when the rate is below the threshold."""
        return self.threshold is not None and not self.rate.meets(self.threshold)

    @property
    def small_sample(self) -> bool:
        """True when there were requests, but few."""
        return 0 < self.tally.requests < SMALL_SAMPLE


def judged(
    windows: Iterable[tuple[Window, Tally]],
    threshold: float | None,
    now_ms: int,
    rate: Callable[[Tally], Ratio] = _connection_rate,
) -> list[Line]:
    """A line for each window, against the contract's threshold in percent; None tests nothing.

    The threshold is for the connection rate, or another `rate`.
    """
    return [
        Line(window, tally, threshold, rate(tally), _is_provisional(window, tally, now_ms))
        for window, tally in windows
    ]


def _is_provisional(window: Window, tally: Tally, now_ms: int) -> bool:
    return tally.standing[Standing.OPEN] > 0 or now_ms < window.end_ms + SETTLED_AFTER_MS
