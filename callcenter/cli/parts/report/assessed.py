"""The connection rate before and after exemptions, and what shortfalls cost."""

import click

from callcenter.cli.parts.common.options import Refused
from callcenter.cli.parts.report.asked import Asked
from callcenter.kpi import traffic
from callcenter.kpi.assessed import assess_hours, assessed_rates, needed_rows
from callcenter.kpi.calls import CallRow
from callcenter.kpi.exempt import Assessment, ExemptRules, Granularity
from callcenter.kpi.numbers import Ratio
from callcenter.kpi.penalty import Month, Points, assessed_year, points
from callcenter.kpi.report import judged
from callcenter.kpi.rolling import needed, rolling, rolling_rates
from callcenter.kpi.table import Table
from callcenter.kpi.traffic import Hours
from callcenter.kpi.windows import Grain, Window, as_local, window_of
from callcenter.records.reading.reports import Selection
from callcenter.site.staff import Penalty

_FAIRLY = 2
"""1 is satisfied (满意), 2 fairly (比较满意)."""


ROLLING = click.Option(
    ["--rolling"],
    is_flag=True,
    help="连续24小时: at each full hour the 24 hours before, instead of windows of --by.",
)
"""Of the connection rate alone: windows that overlap."""


def connection_rate(asked: Asked) -> list[Table]:
    """接通率: of the whole hotline raw and assessed; else raw, as no threshold holds for a part."""
    if asked.rolling:
        return [_rolling(asked)]
    if asked.wanted != Selection():
        hours = asked.reports.hours(asked.period, asked.rules, asked.zone, asked.wanted)
        lines = judged(hours.by_window(asked.grain, asked.period), asked.threshold, asked.now_ms)
        return [traffic.rate_by_window(lines, asked.grain)]
    found = _assessed(asked, asked.grain, asked.period)
    return [assessed_rates(found, asked.grain, asked.threshold, asked.now_ms)]


def _rolling(asked: Asked) -> Table:
    """连续24小时接通率; of a part of the hotline raw, as no threshold holds for it."""
    if asked.grain is not Grain.HOUR:
        raise Refused(
            f"--rolling looks back 24 hours at each full hour; leave out --by {asked.grain}"
        )
    period = needed(asked.period)
    hours = asked.reports.hours(period, asked.rules, asked.zone, asked.wanted)
    exempt = _rules(asked, period) if asked.wanted == Selection() else ExemptRules()
    rows = _partly(asked, hours, exempt)
    found = rolling(hours, rows, asked.period, exempt, asked.rules)
    return rolling_rates(found, asked.threshold, asked.now_ms)


def _assessed(asked: Asked, grain: Grain, period: Window) -> list[Assessment]:
    hours = asked.reports.hours(period, asked.rules, asked.zone, Selection())
    exempt = _rules(asked, period)
    rows = _partly(asked, hours, exempt)
    return assess_hours(hours, rows, grain, period, exempt, asked.rules)


def _partly(asked: Asked, hours: Hours, exempt: ExemptRules) -> dict[int, list[CallRow]]:
    """Start -> calls of the hours that are exempt in part."""
    return {
        hour.start_ms: list(asked.reports.records.call_rows(hour))
        for hour in needed_rows(hours.tallies, exempt)
    }


def _rules(asked: Asked, period: Window) -> ExemptRules:
    switches, contract = asked.site.measures.exemptions, asked.reports.contract
    first = window_of(period.start_ms, Grain.DAY, asked.zone)
    last = window_of(period.end_ms - 1, Grain.DAY, asked.zone)
    return ExemptRules(
        contract.exemptions(period),
        contract.forecasts(Window(first.start_ms, last.end_ms)),
        switches.over_percent,
        switches.propagate,
        Granularity(switches.granularity),
    )


def penalties(asked: Asked) -> list[Table]:
    """考核扣款: each of the site's penalties, for the month or year in which the period begins."""
    rows = []
    breaches = set()
    for n, (name, rule) in enumerate(asked.site.measures.penalties.items()):
        grain = Grain(rule.per)
        window = window_of(asked.period.start_ms, grain, asked.zone)
        ratio, left_out = _measured(asked, rule, grain, window)
        lost = {part: points(ratio, rule.threshold, part) for part in Points}
        pays = lost[Points(rule.part)]
        if not ratio.meets(rule.threshold):
            breaches.add(n)
        rows.append(
            (
                name, window.start_ms, ratio.part, ratio.whole, ratio, rule.threshold,
                lost[Points.UP], lost[Points.DOWN], pays, f"{pays * rule.percent_of_fee:g} %",
                left_out,
            )
        )  # fmt: skip
    return [
        Table(
            "report_penalties",
            (
                "penalty", "window", "part", "whole", "rate", "threshold", "points_up",
                "points_down", "points", "fee", "left_out",
            ),
            rows,
            breaches=frozenset(breaches),
        )
    ]  # fmt: skip


def _measured(asked: Asked, rule: Penalty, grain: Grain, window: Window) -> tuple[Ratio, str]:
    """What is assessed, and the months that are left out of it."""
    if rule.measure == "satisfaction":
        given = [r.rating for r in asked.reports.ratings(window) if r.rating is not None]
        return Ratio(sum(rating <= _FAIRLY for rating in given), len(given)), ""
    if rule.surge_answered is None or grain is Grain.MONTH:
        (whole,) = _assessed(asked, grain, window)
        tally = whole.assessed
        rate = tally.connection_rate if rule.measure == "connection_rate" else tally.service_level_a
        return rate, ""
    emergencies = asked.reports.contract.emergencies()
    months = _assessed(asked, Grain.MONTH, window)
    year = assessed_year(
        (
            Month(
                each.assessed.requests,
                each.assessed.answered,
                each.assessed.in_time
                if rule.measure == "service_level"
                else each.assessed.answered,
                any(emergency.touches(each.window) for emergency in emergencies),
            )
            for each in months
        ),
        rule.surge_answered,
    )
    return year.service_level, " ".join(
        str(as_local(months[n].window.start_ms, asked.zone).month) for n in year.left_out
    )
