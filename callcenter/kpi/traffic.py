"""Reports of calls by window, hour of the day and queue: pure tables of counted calls."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo

from callcenter.kpi import counts
from callcenter.kpi.calls import CallRow
from callcenter.kpi.measures import LOST, MEASURES
from callcenter.kpi.numbers import Ratio
from callcenter.kpi.report import Line
from callcenter.kpi.table import Chart, Table, Value
from callcenter.kpi.tally import Rules, Tally
from callcenter.kpi.windows import Grain, Window, as_local, window_of, windows_between

BUCKETS = (0, 3, 5, 10, 15, 20, 30, 60)
"""Edges of the waits by which abandons are told, in seconds."""

OPERATION = (
    "inbound", "ivr_end", "blacklisted", "requests", "answered", "connection_rate", "sl_a", "asa",
    "abandoned", "abandon_rate", "voicemail", "callback_requested", "aht",
)  # fmt: skip
TRAFFIC = (
    "inbound", "ivr_end", "blacklisted", "test", "short_abandons", "requests", "answered",
    *map(str, LOST), "lost", "loss_rate", "gross_rate",
)  # fmt: skip
BY_HOUR = ("inbound", "requests", "answered", "connection_rate", "sl_a", "asa", "mean_wait", "aht")
RATE = (
    "inbound", "requests", "answered", "connection_rate", "sl_a", "asa", "abandon_rate", "open",
)  # fmt: skip
LEVEL = (
    "requests",
    "answered",
    "sl_a",
    "sl_b",
    "sl_c",
    "sl_d",
    "sl_15",
    "sl_20",
    "asa",
    "mean_wait",
)
QUEUES = (
    "requests", "answered", "connection_rate", "sl_a", "asa", "abandoned", "timeout", "voicemail",
    "refused_full", "refused_noagent", "mean_abandon_wait", "aht",
)  # fmt: skip

_REMARKS = ("remark_requests", "remark_answered")


def by_hour(rows: Iterable[CallRow], rules: Rules, zone: tzinfo) -> "Hours":
    """Calls counted by hour."""
    found: dict[int, Tally] = {}
    for row in rows:
        hour = window_of(row.window_ms, Grain.HOUR, zone).start_ms
        found.setdefault(hour, Tally()).add(row, rules)
    return Hours(found, zone)


@dataclass(frozen=True, slots=True)
class Hours:
    """Counted calls of each hour, from rows or from what was counted before."""

    tallies: Mapping[int, Tally]
    """By the hour's start, in milliseconds since 1970 (UTC)."""
    zone: tzinfo

    def by_window(self, grain: Grain, period: Window) -> list[tuple[Window, Tally]]:
        """Pooled into windows of at least an hour, all of the period, also empty ones."""
        windows = list(windows_between(period.start_ms, period.end_ms, grain, self.zone))
        hours: list[list[int]] = [[] for _ in windows]
        n = 0
        for hour_ms in sorted(self.tallies):
            while n < len(windows) and windows[n].end_ms <= hour_ms:
                n += 1
            if n < len(windows) and windows[n].start_ms <= hour_ms:
                hours[n].append(hour_ms)
        return [(w, counts.pooled(self.tallies, h)) for w, h in zip(windows, hours, strict=True)]

    def by_hour_of_day(self) -> list[tuple[int, Tally]]:
        """Pooled over all days."""
        hours: list[list[int]] = [[] for _ in range(24)]
        for hour_ms in self.tallies:
            hours[as_local(hour_ms, self.zone).hour].append(hour_ms)
        found = [counts.pooled(self.tallies, each) for each in hours]
        return list(enumerate(found))


def by_window(
    name: str,
    lines: Sequence[tuple[Window, Tally]],
    measures: Sequence[str],
    grain: Grain,
    charts: Sequence[Chart] = (),
) -> Table:
    """One row for each window, and all together."""
    rows = [(window.start_ms, *_values(tally, measures)) for window, tally in lines]
    total = pooled(tally for _, tally in lines)
    return Table(
        name,
        ("window", *measures),
        rows,
        ("", *_values(total, measures)),
        remarks=_REMARKS,
        charts=charts,
        grain=grain,
    )


def rate_by_window(lines: Sequence[Line], grain: Grain) -> Table:
    """接通率: by window, each against the contract's threshold in percent."""
    charts = (
        Chart("connection_rate", ("connection_rate", "sl_a"), limit=_limit(lines)),
        Chart("report_traffic", ("answered", "requests")),
    )
    return _judged("report_connection_rate", lines, RATE, grain, charts, f"rule_{grain}")


def level_by_window(lines: Sequence[Line], grain: Grain) -> Table:
    """坐席服务水平: by window, all variants; the contract's threshold is for the first one."""
    charts = (Chart("sl_a", ("sl_a", "sl_20"), limit=_limit(lines)),)
    return _judged("report_service_level", lines, LEVEL, grain, charts, "rule_level")


def _limit(lines: Sequence[Line]) -> float | None:
    return lines[0].threshold if lines else None


def _judged(
    name: str,
    lines: Sequence[Line],
    measures: Sequence[str],
    grain: Grain,
    charts: Sequence[Chart],
    rule: str,
) -> Table:
    """With the threshold and, where a window breaks it, the term that tells the rule."""
    rows = [
        (line.window.start_ms, *_values(line.tally, measures), line.threshold, _verdict(line))
        for line in lines
    ]  # fmt: skip
    total = pooled(line.tally for line in lines)
    remarks = [*_REMARKS]
    remarks += [rule] * any(line.breach for line in lines)
    remarks += ["remark_provisional"] * any(line.provisional for line in lines)
    remarks += ["remark_few"] * any(line.small_sample and line.breach for line in lines)
    return Table(
        name,
        ("window", *measures, "threshold", "met"),
        rows,
        ("", *_values(total, measures), None, ""),
        breaches=frozenset(n for n, line in enumerate(lines) if line.breach),
        remarks=tuple(remarks),
        charts=charts,
        grain=grain,
    )


def _verdict(line: Line) -> str:
    """In words of the records: met or not, on few calls, for the time being."""
    tested = line.tally.requests and line.threshold is not None
    word = "n/a" if not tested else "breach" if line.breach else "ok"
    few = " few" if line.breach and line.small_sample else ""
    return word + few + (" *" if line.provisional else "")


def by_hour_of_day(lines: Sequence[tuple[int, Tally]]) -> Table:
    """分时话务: the hours of the day, all days together."""
    rows = [(f"{hour:02}:00", *_values(tally, BY_HOUR)) for hour, tally in lines]
    total = pooled(tally for _, tally in lines)
    return Table(
        "report_by_hour",
        ("hour_of_day", *BY_HOUR),
        rows,
        ("", *_values(total, BY_HOUR)),
        remarks=_REMARKS,
        charts=(
            Chart("requests", ("requests", "answered")),
            Chart("connection_rate", ("connection_rate",)),
        ),
    )


def by_queue(lines: Iterable[tuple[str, str, Tally]]) -> Table:
    """技能组话务: queue, its name for people, its stays. No total: stays do not add up to calls."""
    rows = [(queue, label, *_values(tally, QUEUES)) for queue, label, tally in lines]
    return Table("report_queues", ("queue", "name", *QUEUES), rows, remarks=("remark_stays",))


def abandoned(tally: Tally) -> Table:
    """放弃: by the wait after which callers hung up."""
    rows: list[tuple[Value, ...]] = []
    for first, end in zip(BUCKETS, (*BUCKETS[1:], None), strict=True):
        count = tally.abandoned_between(first, end)
        span = f"{first}-{end} s" if end is not None else f"≥ {first} s"
        rows.append((span, count, Ratio(count, tally.abandoned)))
    total = (tally.abandoned, Ratio(tally.abandoned, tally.abandoned))
    return Table(
        "report_abandoned",
        ("bucket", "abandoned", "share"),
        rows,
        ("", *total),
        charts=(Chart("abandoned", ("abandoned",), bars=True),),
    )


def pooled(tallies: Iterable[Tally]) -> Tally:
    """All together, from their counts."""
    total = Tally()
    for tally in tallies:
        total += tally
    return total


def _values(tally: Tally, measures: Sequence[str]) -> tuple[Value, ...]:
    return tuple(MEASURES[each](tally) for each in measures)
