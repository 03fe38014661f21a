"""Reports of what came after the calls: missed callers, and callers who call again."""

from callcenter.cli.parts.report.asked import Asked
from callcenter.kpi import followup
from callcenter.kpi.outcomes import DAY_MS, Contact, reached_again, resolutions
from callcenter.kpi.table import Table, Value
from callcenter.kpi.windows import Window, windows_between
from callcenter.records.reading.parties import party
from callcenter.records.reading.reports import LOST, Selection

_WEEK_MS = 7 * DAY_MS


def callbacks(asked: Asked) -> list[Table]:
    """漏话回拨率."""
    requests = asked.reports.requests(asked.period, asked.wanted)
    reached = asked.reports.reached(_longer(asked.period, DAY_MS))
    return [followup.callbacks(_windows(asked), requests, reached, asked.grain, asked.now_ms)]


def resolution(asked: Asked) -> list[Table]:
    """首次解决率. Who called again is asked of all calls, also later than the period."""
    requests = asked.reports.requests(asked.period, asked.wanted)
    mine = {(call.number, call.at_ms) for call in requests}
    later = _longer(asked.period, _WEEK_MS)
    calls = asked.reports.requests(later, Selection(tenant=asked.wanted.tenant))
    found = [each for each in resolutions(calls, asked.now_ms) if (each.number, each.at_ms) in mine]
    limit = asked.limit("first_call_resolution")
    return [followup.resolution(_windows(asked), requests, found, asked.grain, limit)]


def missed(asked: Asked) -> list[Table]:
    """未接来电."""
    calls = list(asked.reports.calls(asked.period, asked.wanted, LOST))
    contacts = [
        Contact(party(call.caller), call.requested_at or 0, answered=False) for call in calls
    ]
    again = reached_again(contacts, asked.reports.reached(_longer(asked.period, DAY_MS)))
    rows: list[tuple[Value, ...]] = [
        (call.call_id, call.requested_at, call.caller, call.called, call.queue, call.outcome,
         (call.left_queue_at or call.ended_at or 0) - (call.requested_at or 0), at)
        for call, at in zip(calls, again, strict=True)
    ]  # fmt: skip
    columns = ("call", "at", "caller", "called", "queue", "outcome", "length", "reached_at")
    return [Table("report_missed", columns, rows, remarks=("remark_reached",))]


def _windows(asked: Asked) -> list[Window]:
    period = asked.period
    return list(windows_between(period.start_ms, period.end_ms, asked.grain, asked.zone))


def _longer(period: Window, by_ms: int) -> Window:
    return Window(period.start_ms, period.end_ms + by_ms)
