"""The connection-rate report: one line for each window, each from its own calls."""

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import tzinfo

from callcenter.kpi.calls import CallRow, Standing
from callcenter.kpi.tally import Rules, Tally
from callcenter.kpi.windows import Grain, Window, windows_between

SMALL_SAMPLE = 10
"""Below so many requests one lost call breaks a threshold; the line says so (样本不足)."""
SETTLED_AFTER_MS = 24 * 3600 * 1000
"""A window stays provisional so long after its end: records may still be completed."""


@dataclass(frozen=True, slots=True)
class Line:
    """One window of the report."""

    window: Window
    tally: Tally
    threshold: float | None
    """Percent that the contract asks for; None where it asks for nothing."""
    provisional: bool

    @property
    def breach(self) -> bool:
        """True when the connection rate is below the threshold."""
        return self.threshold is not None and not self.tally.connection_rate.meets(self.threshold)

    @property
    def small_sample(self) -> bool:
        """True when there were requests, but few."""
        return 0 < self.tally.requests < SMALL_SAMPLE


@dataclass(frozen=True, slots=True)
class Terms:
    """What a report is made by."""

    zone: tzinfo
    rules: Rules = field(default_factory=Rules)
    thresholds: Mapping[Grain, float] | None = None
    """The contract's thresholds in percent; None tests nothing."""


def connection_rate(
    rows: Iterable[CallRow], grain: Grain, period: Window, terms: Terms, now_ms: int
) -> list[Line]:
    """A line for each window of the period, also for those without calls.

    Rows may come in any order; those outside the period are left out. Windows at the edges of the
    period hold only what of them lies in it.
    """
    windows = list(windows_between(period.start_ms, period.end_ms, grain, terms.zone))
    starts = [window.start_ms for window in windows]
    tallies = [Tally() for _ in windows]
    for row in rows:
        at_ms = row.window_ms
        if period.start_ms <= at_ms < period.end_ms:
            tallies[bisect_right(starts, at_ms) - 1].add(row, terms.rules)
    threshold = (terms.thresholds or {}).get(grain)
    return [
        Line(window, tally, threshold, _is_provisional(window, tally, now_ms))
        for window, tally in zip(windows, tallies, strict=True)
    ]


def pooled(lines: Iterable[Line]) -> Tally:
    """All windows together, from their counts."""
    total = Tally()
    for line in lines:
        total += line.tally
    return total


def _is_provisional(window: Window, tally: Tally, now_ms: int) -> bool:
    return tally.standing[Standing.OPEN] > 0 or now_ms < window.end_ms + SETTLED_AFTER_MS
