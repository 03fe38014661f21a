"""Exemptions from calls that are counted by hour: the same as going through call by call.

A report of years reads no rows but those of hours that an approved record covers in part.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from callcenter.kpi.calls import CallRow, Standing
from callcenter.kpi.counts import pooled
from callcenter.kpi.exempt import (
    FORECAST,
    Assessment,
    Exemption,
    ExemptRules,
    Granularity,
    tested_for,
)
from callcenter.kpi.report import judged
from callcenter.kpi.table import Table
from callcenter.kpi.tally import Rules, Tally
from callcenter.kpi.traffic import Hours, rate_by_window
from callcenter.kpi.windows import Grain, Window, window_of

_HOUR_MS = 3_600_000
_ASSESSED = ("assessed_requests", "assessed_rate", "exempted", "rule", "threshold", "met")
_LEFT_OUT = ("threshold", "met")
"""Columns of the raw table that stand at this one's end."""
_MEASURES = ("requests", "connection_rate")


def needed_rows(hours: Iterable[int], exempt: ExemptRules) -> list[Window]:
    """The hours of which only a part of the calls is exempt, so that their rows are needed."""
    return [hour for hour in map(_hour, hours) if _whole(hour, exempt) is None]


def assess_hours(
    hours: Hours,
    rows: Mapping[int, Sequence[CallRow]],
    grain: Grain,
    period: Window,
    exempt: ExemptRules,
    rules: Rules,
    tested: Iterable[Grain] | None = None,
) -> list[Assessment]:
    """An assessment for each window of the period, also for those without calls.

    `rows`: by the start of each hour that `needed_rows` told, its calls. `tested`: the sizes whose
    surges are left out; default: as the contract has it for windows of this size.
    """
    zone = hours.zone
    sizes = tested_for(grain, exempt) if tested is None else tested
    over = {size: _over(hours, size, exempt) for size in sizes}
    raw = hours.by_window(grain, period)
    if not exempt.exemptions and not any(over.values()):
        return [Assessment(window, tally, tally, ()) for window, tally in raw]
    kept: dict[Window, list[int]] = {window: [] for window, _ in raw}
    parts = {window: Tally() for window in kept}
    reasons: dict[Window, dict[str, None]] = {window: {} for window in kept}
    for hour_ms in hours.tallies:
        window = window_of(hour_ms, grain, zone)
        surge = any(window_of(hour_ms, g, zone).start_ms in starts for g, starts in over.items())
        reason = FORECAST if surge else _whole(_hour(hour_ms), exempt)
        if reason:
            reasons[window][reason] = None
        elif reason is not None:
            kept[window].append(hour_ms)
        else:
            left, why = _left(rows.get(hour_ms, ()), exempt.exemptions, rules)
            parts[window] += left
            reasons[window] |= why
    for window, whole in kept.items():
        parts[window] += pooled(hours.tallies, whole)
    return [Assessment(w, tally, parts[w], tuple(reasons[w])) for w, tally in raw]


def _hour(hour_ms: int) -> Window:
    return Window(hour_ms, hour_ms + _HOUR_MS)


def _whole(hour: Window, exempt: ExemptRules) -> str | None:
    """Why all of an hour is left out; empty where none of it is; None for a part."""
    touching = [record for record in exempt.exemptions if record.touches(hour)]
    if not touching:
        return ""
    first = touching[0]
    covers = first.start_ms <= hour.start_ms and hour.end_ms <= first.end_ms
    return first.kind if covers or exempt.granularity is Granularity.WINDOW else None


def _left(
    rows: Iterable[CallRow], records: Sequence[Exemption], rules: Rules
) -> tuple[Tally, dict[str, None]]:
    """What counts of an hour that is exempt in part, and why the rest does not."""
    tally, reasons = Tally(), dict[str, None]()
    for row in rows:
        reason = next((r.kind for r in records if r.covers(row.window_ms)), "")
        if reason:
            reasons[reason] = None
        else:
            tally.add(row, rules)
    return tally, reasons


def _over(hours: Hours, grain: Grain, exempt: ExemptRules) -> frozenset[int]:
    """Starts of the windows of this size whose volume is above the forecast."""
    requests: Counter[Window] = Counter()
    if not exempt.forecasts:
        return frozenset()
    for hour_ms, tally in hours.tallies.items():
        requests[window_of(hour_ms, grain, hours.zone)] += tally.standing[Standing.REQUEST]
    return frozenset(w.start_ms for w, count in requests.items() if exempt.over_forecast(w, count))


def assessed_rates(
    found: Sequence[Assessment],
    grain: Grain,
    threshold: float | None,
    now_ms: int,
    size: str = "",
) -> Table:
    """接通率: raw and assessed side by side, and the rule that a window breaks.

    A window is judged by what is left after exemptions. `size` is its name in the rule, where it
    is not the grain's.
    """
    raw = rate_by_window(judged(((a.window, a.raw) for a in found), None, now_ms), grain)
    left = rate_by_window(judged(((a.window, a.assessed) for a in found), threshold, now_ms), grain)
    kept = [n for n, name in enumerate(raw.columns) if name not in _LEFT_OUT]
    places = [left.columns.index(name) for name in _MEASURES]
    rule = f"{size or grain} ≥ {threshold:g} %" if threshold is not None else ""
    rows = [
        (
            *(before[place] for place in kept),
            *(after[place] for place in places),
            " ".join(one.reasons),
            rule if n in left.breaches else "",
            threshold,
            str(after[-1]).replace("n/a", "exempt" if one.exempt else "n/a"),
        )
        for n, (one, before, after) in enumerate(zip(found, raw.rows, left.rows, strict=True))
    ]
    before, after = raw.total or (), left.total or ()
    total = (*(before[p] for p in kept), *(after[p] for p in places), "", "", None, "")
    return replace(
        left,
        columns=(*(raw.columns[place] for place in kept), *_ASSESSED),
        rows=rows,
        total=total,
    )
