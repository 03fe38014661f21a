"""The connection rate of any 24 hours (连续24小时): at each full hour, of the 24 before it.

GB/T 33358-2016 asks for it. These windows overlap: they have no total, and their sums do not add
up to a day's.
"""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import replace

from callcenter.kpi.assessed import assess_hours, assessed_rates
from callcenter.kpi.calls import CallRow
from callcenter.kpi.exempt import FORECAST, Assessment, ExemptRules
from callcenter.kpi.table import Table
from callcenter.kpi.tally import Rules, Tally
from callcenter.kpi.traffic import Hours, pooled
from callcenter.kpi.windows import Grain, Window, windows_between

SPAN_MS = 24 * 3_600_000
NAME = "24h"
"""The window in the rule that it breaks."""


def needed(period: Window) -> Window:
    """The period with the hours before it that its first window reaches back to."""
    return Window(period.start_ms - SPAN_MS, period.end_ms)


def rolling(
    hours: Hours,
    rows: Mapping[int, Sequence[CallRow]],
    period: Window,
    exempt: ExemptRules,
    rules: Rules,
) -> list[Assessment]:
    """An assessment of the 24 hours up to the end of each hour of the period.

    `hours` and `rows` are of `needed(period)`, `rows` as `assess_hours` takes them. What an hour or
    a block of four leaves out by its own volume leaves the 24 hours too, where the contract has it
    so; and the 24 hours are tested on their own sum, as a day is.
    """
    smaller = (Grain.HOUR, Grain.FOUR_HOURS) if exempt.propagate else ()
    each = assess_hours(hours, rows, Grain.HOUR, needed(period), exempt, rules, smaller)
    starts = [hour.window.start_ms for hour in each]
    found = []
    for hour in windows_between(period.start_ms, period.end_ms, Grain.HOUR, hours.zone):
        window = Window(hour.end_ms - SPAN_MS, hour.end_ms)
        first, end = (bisect_left(starts, at) for at in (window.start_ms, window.end_ms))
        found.append(_together(window, each[first:end], exempt))
    return found


def _together(window: Window, hours: Sequence[Assessment], exempt: ExemptRules) -> Assessment:
    raw = pooled(hour.raw for hour in hours)
    if exempt.over_forecast(window, raw.requests):
        return Assessment(window, raw, Tally(), (FORECAST,))
    reasons = dict.fromkeys(reason for hour in hours for reason in hour.reasons)
    left = pooled(hour.assessed for hour in hours) if reasons else raw
    return Assessment(window, raw, left, tuple(reasons))


def rolling_rates(found: Sequence[Assessment], threshold: float | None, now_ms: int) -> Table:
    """连续24小时接通率: raw and assessed, each 24 hours against the threshold in percent."""
    table = assessed_rates(found, Grain.HOUR, threshold, now_ms, NAME)
    remarks = [each.replace("rule_hour", "rule_24h") for each in table.remarks]
    return replace(table, total=None, remarks=("remark_rolling", *remarks))
