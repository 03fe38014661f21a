"""callcenter report adherence: what agents did against a shift plan in a CSV file."""

from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path

from callcenter.cli.parts.common.options import Refused
from callcenter.cli.parts.report.asked import Asked, report_command
from callcenter.cli.parts.report.given import file_option, rows_of, time_of
from callcenter.kpi.agents import adherence as kept
from callcenter.kpi.numbers import Ratio
from callcenter.kpi.spans import Span, cut
from callcenter.kpi.table import Table, Value
from callcenter.kpi.windows import Window
from callcenter.site.findings import nearest
from callcenter.terms import AgentState

WORK = "work"
_COLUMNS = ("agent", "from", "to")


def by_plan(asked: Asked) -> list[Table]:
    """遵时率: planned time that has passed, and how much of it was kept."""
    if asked.shifts is None:
        raise Refused("give a shift plan: --shifts FILE.csv with the columns agent, from, to, kind")
    start, end = asked.period.start_ms, asked.period.end_ms
    window = Window(start, max(start + 1, min(end, asked.now_ms)))
    done = _done(asked)
    rows: list[tuple[Value, ...]] = []
    total = Ratio(0, 0)
    for agent, spans in sorted(read_shifts(asked.shifts, asked).items()):
        if asked.wanted.agents is not None and agent not in asked.wanted.agents:
            continue
        rate = kept(cut(spans, window), cut(done.get(agent, ()), window))
        total = Ratio(total.part + rate.part, total.whole + rate.whole)
        rows.append((agent, asked.name(agent), rate.whole, rate.part, rate))
    columns = ("agent", "name", "planned", "kept", "adherence")
    last = ("", "", total.whole, total.part, total)
    return [Table("report_adherence", columns, rows, last, remarks=("remark_adherence",))]


def read_shifts(file: Path, asked: Asked) -> Mapping[str, list[Span]]:
    """Agent -> planned spans. Refuses a plan with a fault, told by its line."""
    found: defaultdict[str, list[Span]] = defaultdict(list)
    for place, row in rows_of(file, _COLUMNS, "agent, from, to, kind"):
        found[row["agent"] or ""].append(_span(place, row, asked))
    return found


def _span(place: str, row: Mapping[str, str | None], asked: Asked) -> Span:
    agent = row["agent"] or ""
    if agent not in asked.site.agents:
        raise Refused(f"{place}: there is no agent {agent!r}; {nearest(agent, asked.site.agents)}")
    start, end = (time_of(place, row[name] or "", asked.zone) for name in ("from", "to"))
    if end <= start:
        raise Refused(f"{place}: it ends before it begins")
    return Span(start, end, (row.get("kind") or WORK).strip())


def _done(asked: Asked) -> Mapping[str, list[Span]]:
    """Agent -> what he did in the words of a plan: work, or the reason of a not-ready time."""
    found: defaultdict[str, list[Span]] = defaultdict(list)
    for agent, reason, span in asked.reports.records.duties(asked.period):
        if span.kind != AgentState.SIGNED_OUT:
            kind = (reason or "not_ready") if span.kind == AgentState.NOT_READY else WORK
            found[agent].append(Span(span.start_ms, min(span.end_ms, asked.now_ms), kind))
    return found


adherence = report_command(
    "adherence",
    by_plan,
    "遵时率: agents' time against a shift plan (--shifts FILE.csv).",
    file_option("--shifts", "agent, from, to, and kind: work, or a reason"),
)
