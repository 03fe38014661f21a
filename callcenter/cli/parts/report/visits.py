"""callcenter report visits: closed cases of a CSV file, and who was called back about them."""

from collections.abc import Iterator
from pathlib import Path

from callcenter.cli.parts.common.options import Refused
from callcenter.cli.parts.report.asked import Asked, report_command
from callcenter.cli.parts.report.given import file_option, rows_of, time_of
from callcenter.kpi import visits as kpi
from callcenter.kpi.table import Table
from callcenter.kpi.windows import Window, windows_between
from callcenter.records.reading.parties import party

_TOLD = "number, closed, and message, when an SMS was sent"


def by_cases(asked: Asked) -> list[Table]:
    """回访率: by window, and the cases that nobody has visited or that were visited late."""
    if asked.cases is None:
        raise Refused(f"give the closed cases: --cases FILE.csv with the columns {_TOLD}")
    period = asked.period
    cases = list(_cases(asked, asked.cases))
    windows = list(windows_between(period.start_ms, period.end_ms, asked.grain, asked.zone))
    threshold = asked.site.measures.thresholds.visits
    return [
        kpi.by_window(windows, cases, asked.grain, threshold, asked.now_ms),
        kpi.not_in_time(cases, asked.now_ms),
    ]


def _cases(asked: Asked, file: Path) -> Iterator[kpi.Visit]:
    """The cases that were closed in the period, and the calls to their callers."""
    for place, row in rows_of(file, ("number", "closed"), _TOLD):
        number = (row["number"] or "").strip()
        if not party(number):
            raise Refused(f"{place}: {number!r} is no number")
        closed = time_of(place, row["closed"] or "", asked.zone)
        sent = (row.get("message") or "").strip()
        message = time_of(place, sent, asked.zone) if sent else None
        if asked.period.start_ms <= closed < asked.period.end_ms:
            calls = asked.reports.tries(number, Window(closed, max(closed + 1, asked.now_ms)))
            yield kpi.visit(number, closed, list(calls), message)


visits = report_command(
    "visits",
    by_cases,
    "回访率: callers of closed cases called back (--cases FILE.csv).",
    file_option("--cases", _TOLD),
)
