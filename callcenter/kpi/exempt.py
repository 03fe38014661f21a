"""Exemptions (豁免): calls that the contract leaves out, and both rates, raw and assessed.

Nothing is exempt by itself but volume above a forecast that was frozen before its hour; all else
is an approved record. Raw figures are always shown beside the assessed ones.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import tzinfo
from enum import StrEnum

from callcenter.kpi.calls import CallRow, Standing
from callcenter.kpi.tally import Rules, Tally
from callcenter.kpi.windows import Grain, Window, window_of, windows_between

_HOUR_MS = 3_600_000
FORECAST = "forecast"
"""Reason of an exemption for volume above the forecast; others carry the kind of their record."""


@dataclass(frozen=True, slots=True)
class Exemption:
    """An approved record: force majeure, an outage, a change of policy (不可抗力, 故障, 政策)."""

    kind: str
    start_ms: int
    end_ms: int
    """End of the aftermath (后续影响时段), or of the event where none was approved."""

    def covers(self, at_ms: int) -> bool:
        """True for a request at that time."""
        return self.start_ms <= at_ms < self.end_ms

    def touches(self, window: Window) -> bool:
        """True when any part of the window is exempt."""
        return self.start_ms < window.end_ms and window.start_ms < self.end_ms


@dataclass(frozen=True, slots=True)
class Forecast:
    """Requests expected of one hour, for the whole floor (全台)."""

    hour_ms: int
    requests: int
    frozen_ms: int
    """When it was fixed; a forecast that was fixed in its hour or later exempts nothing."""

    @property
    def holds(self) -> bool:
        """True when it was frozen before the hour began."""
        return self.frozen_ms < self.hour_ms


class Granularity(StrEnum):
    """What an approved record takes out."""

    CALL = "call"
    """The calls whose request lies in it."""
    WINDOW = "window"
    """Every hour that it touches, as a whole."""


@dataclass(frozen=True, slots=True)
class ExemptRules:
    """What the contract exempts, and how."""

    exemptions: Sequence[Exemption] = ()
    forecasts: Mapping[int, Forecast] = field(default_factory=dict)
    """By the start of the hour, in milliseconds."""
    over_percent: int = 10
    """Volume up to this much above the forecast has to be carried; more is exempt."""
    propagate: bool = True
    """Calls that are exempt in a small window leave the larger ones too."""
    granularity: Granularity = Granularity.CALL

    def over_forecast(self, window: Window, requests: int) -> bool:
        """True when the window's volume is above its forecast by more than the contract's part.

        Compared as integers; a window with an hour without a forecast is never exempt.
        """
        hours = range(window.start_ms, window.end_ms, _HOUR_MS)
        expected = 0
        for hour in hours:
            forecast = self.forecasts.get(hour)
            if forecast is None or not forecast.holds:
                return False
            expected += forecast.requests
        return 100 * requests > (100 + self.over_percent) * expected


@dataclass(frozen=True, slots=True)
class Assessment:
    """One window, with and without what is exempt."""

    window: Window
    raw: Tally
    assessed: Tally
    reasons: tuple[str, ...]
    """Why calls were left out, each once; empty where none was."""

    @property
    def partial(self) -> bool:
        """True when a part of the window is exempt."""
        return bool(self.reasons) and self.assessed.requests > 0

    @property
    def exempt(self) -> bool:
        """True when nothing of the window is assessed (整段豁免)."""
        return bool(self.reasons) and self.assessed.requests == 0


_TESTED = (Grain.HOUR, Grain.FOUR_HOURS, Grain.DAY)
"""Windows whose own volume is tested against the forecast, the smaller first."""


def assess(
    rows: Iterable[CallRow],
    grain: Grain,
    period: Window,
    zone: tzinfo,
    exempt: ExemptRules,
    rules: Rules,
) -> list[Assessment]:
    """An assessment for each window of the period, also for those without calls.

    `rows` are the whole floor's; those outside the period are left out.
    """
    inside = [row for row in rows if period.start_ms <= row.window_ms < period.end_ms]
    windows = list(windows_between(period.start_ms, period.end_ms, grain, zone))
    starts = [window.start_ms for window in windows]
    raw, assessed = [Tally() for _ in windows], [Tally() for _ in windows]
    reasons: list[dict[str, None]] = [{} for _ in windows]
    over = {each: _over(inside, each, zone, exempt) for each in tested_for(grain, exempt)}
    for row in inside:
        n = bisect_right(starts, row.window_ms) - 1
        raw[n].add(row, rules)
        reason = _reason(row.window_ms, zone, exempt, over)
        if reason:
            reasons[n][reason] = None
        else:
            assessed[n].add(row, rules)
    return [
        Assessment(window, raw[n], assessed[n], tuple(reasons[n]))
        for n, window in enumerate(windows)
    ]


def tested_for(grain: Grain, exempt: ExemptRules) -> Iterable[Grain]:
    """The sizes whose surges leave windows of this size: its own and, propagated, the smaller."""
    if grain not in _TESTED:
        return _TESTED if exempt.propagate else ()
    own = _TESTED.index(grain)
    return _TESTED[: own + 1] if exempt.propagate else (grain,)


def _over(
    rows: Iterable[CallRow], grain: Grain, zone: tzinfo, exempt: ExemptRules
) -> frozenset[int]:
    """Starts of the windows of this size whose volume is above the forecast."""
    requests = Counter(
        window_of(row.window_ms, grain, zone) for row in rows if row.standing is Standing.REQUEST
    )
    return frozenset(
        window.start_ms for window, count in requests.items() if exempt.over_forecast(window, count)
    )


def _reason(
    at_ms: int, zone: tzinfo, exempt: ExemptRules, over: Mapping[Grain, frozenset[int]]
) -> str:
    """Why a request at that time is exempt; empty when it counts."""
    if any(window_of(at_ms, grain, zone).start_ms in starts for grain, starts in over.items()):
        return FORECAST
    hour = window_of(at_ms, Grain.HOUR, zone)
    for record in exempt.exemptions:
        if exempt.granularity is Granularity.WINDOW and record.touches(hour):
            return record.kind
        if record.covers(at_ms):
            return record.kind
    return ""
