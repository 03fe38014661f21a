"""Reports of the platform itself: trunks and availability."""

from callcenter.cli.parts.report.asked import AVAILABILITY, Asked
from callcenter.kpi import availability as kpi
from callcenter.kpi.numbers import Ratio
from callcenter.kpi.spans import Span, cut, length
from callcenter.kpi.table import Chart, Table, Value
from callcenter.kpi.windows import Window, windows_between
from callcenter.terms import RingResult

_PICKED_UP = (RingResult.ANSWERED, RingResult.MACHINE)


_JUDGED = ("threshold", "down_left", "met", "reliability", "reliability_met")
_COLUMNS = ("outages", "down", "availability", "controller_away", *_JUDGED)


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
    bids = asked.reports.bids(asked.period)
    placed = (sum(bids.values()), sum(bids.get(each, 0) for each in _PICKED_UP))
    return [
        Table("report_trunks", columns, rows, remarks=("remark_trunks",)),
        Table(
            "report_bids",
            ("direction", "bids", "answers", "abr"),
            [("out", *placed, Ratio(placed[1], placed[0]))],
            remarks=("remark_bids",),
        ),
    ]


def availability(asked: Asked) -> list[Table]:
    """系统可用率: by window, as far as it has passed."""
    downs = asked.reports.downtimes(asked.period)
    until = max(asked.period.start_ms + 1, min(asked.period.end_ms, asked.now_ms))
    whole = Window(asked.period.start_ms, until)
    rows: list[tuple[Value, ...]] = []
    breaches = set()
    for each in windows_between(whole.start_ms, whole.end_ms, asked.grain, asked.zone):
        window = Window(max(each.start_ms, whole.start_ms), min(each.end_ms, whole.end_ms))
        judged, met = _judged(asked, each, downs)
        breaches |= set() if met else {len(rows)}
        rows.append((each.start_ms, *_available(window, downs), *judged))
    return [
        Table(
            "report_availability",
            ("window", *_COLUMNS),
            rows,
            ("", *_available(whole, downs), *[None] * len(_JUDGED)),
            breaches=frozenset(breaches),
            remarks=("remark_down", *["rule_availability"] * bool(breaches)),
            charts=(Chart("availability", ("availability",)),),
            grain=asked.grain,
        )
    ]


def _judged(asked: Asked, window: Window, downs: list[Span]) -> tuple[tuple[Value, ...], bool]:
    """A month, quarter or year against both of the contract's figures, and whether it meets the
    first. One that goes on yet is lost when no more of it may be down."""
    if asked.grain not in AVAILABILITY:
        return (None,) * len(_JUDGED), True
    limits = asked.site.measures.thresholds
    down = [span for span in downs if span.kind == "asterisk"]
    ratio, lasted = kpi.availability(window, down), length(cut(down, window))
    left = max(0, kpi.budget_ms(window, limits.availability) - lasted)
    met, more = (ratio.meets(each) for each in (limits.availability, limits.reliability))
    words = ("ok" if met else "breach", "ok" if more else "breach")
    return (limits.availability, left, words[0], limits.reliability, words[1]), met


def _available(window: Window, downs: list[Span]) -> tuple[Value, ...]:
    of = {
        what: list(cut((span for span in downs if span.kind == what), window))
        for what in ("asterisk", "controller")
    }
    down = of["asterisk"]
    return len(down), length(down), kpi.availability(window, down), length(of["controller"])
