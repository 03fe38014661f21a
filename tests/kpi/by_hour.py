"""Calls counted by hour and assessed so, as the reports do it."""

from callcenter.kpi.assessed import assess_hours, needed_rows
from callcenter.kpi.calls import CallRow
from callcenter.kpi.exempt import Assessment, ExemptRules
from callcenter.kpi.tally import Rules, Tally
from callcenter.kpi.traffic import Hours
from callcenter.kpi.windows import Grain, Window, window_of
from tests.kpi.rows import SHANGHAI

RULES = Rules()


def counted(rows: list[CallRow]) -> Hours:
    tallies: dict[int, Tally] = {}
    for row in rows:
        start = window_of(row.window_ms, Grain.HOUR, SHANGHAI).start_ms
        tallies.setdefault(start, Tally()).add(row, RULES)
    return Hours(tallies, SHANGHAI)


def assessed(
    rows: list[CallRow], grain: Grain, period: Window, exempt: ExemptRules
) -> list[Assessment]:
    """With the rows of those hours only that are exempt in part."""
    hours = counted(rows)
    needed = {
        hour.start_ms: [row for row in rows if hour.start_ms <= row.window_ms < hour.end_ms]
        for hour in needed_rows(hours.tallies, exempt)
    }
    return assess_hours(hours, needed, grain, period, exempt, RULES)
