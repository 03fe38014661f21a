"""Exemptions call by call, as the contract puts them: what the assessment by hours must give."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import tzinfo

from callcenter.kpi.calls import CallRow, Standing
from callcenter.kpi.exempt import FORECAST, Assessment, ExemptRules, Granularity, tested_for
from callcenter.kpi.tally import Rules, Tally
from callcenter.kpi.windows import Grain, Window, window_of, windows_between


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
