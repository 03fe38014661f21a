"""Reports of the platform itself: trunks and availability."""

from callcenter.cli.parts.report.asked import Asked
from callcenter.kpi import availability as kpi
from callcenter.kpi.spans import Span, cut, length
from callcenter.kpi.table import Chart, Table, Value
from callcenter.kpi.windows import Window, windows_between


def trunks(asked: Asked) -> list[Table]:
    """中继统计: by trunk and direction."""
    rows: list[tuple[Value, ...]] = []
    for (trunk, direction), count in sorted(asked.reports.trunk_uses(asked.period).items()):
        used = kpi.Seizures(
            answered=count.get("answered", 0),
            user_busy=count.get("busy", 0),
            no_answer=count.get("no_answer", 0),
            rejected=count.get("rejected", 0),
            failed=count.get("failed", 0),
        )
        rows.append(
            (trunk, direction, used.seizures, used.answered, used.user_busy, used.no_answer,
             used.rejected, used.failed, used.answer_seizure_ratio,
             used.network_effectiveness_ratio)
        )  # fmt: skip
    columns = (
        "trunk", "direction", "seizures", "answers", "busy_count", "no_answer_count",
        "rejected_count", "failed_count", "asr", "ner",
    )  # fmt: skip
    return [Table("report_trunks", columns, rows, remarks=("remark_trunks",))]


def availability(asked: Asked) -> list[Table]:
    """系统可用率: by window, as far as it has passed."""
    downs = asked.reports.downtimes(asked.period)
    until = max(asked.period.start_ms + 1, min(asked.period.end_ms, asked.now_ms))
    whole = Window(asked.period.start_ms, until)
    rows = []
    for each in windows_between(whole.start_ms, whole.end_ms, asked.grain, asked.zone):
        window = Window(max(each.start_ms, whole.start_ms), min(each.end_ms, whole.end_ms))
        rows.append((each.start_ms, *_available(window, downs)))
    return [
        Table(
            "report_availability",
            ("window", "outages", "down", "availability", "controller_away"),
            rows,
            ("", *_available(whole, downs)),
            remarks=("remark_down",),
            charts=(Chart("availability", ("availability",)),),
            grain=asked.grain,
        )
    ]


def _available(window: Window, downs: list[Span]) -> tuple[Value, ...]:
    of = {
        what: list(cut((span for span in downs if span.kind == what), window))
        for what in ("asterisk", "controller")
    }
    down = of["asterisk"]
    return len(down), length(down), kpi.availability(window, down), length(of["controller"])
