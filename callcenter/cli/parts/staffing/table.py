"""The staffing table as text, CSV and a page with charts."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from rich.box import SIMPLE_HEAD
from rich.table import Table

from callcenter.cli.parts.report import html as _html
from callcenter.cli.parts.report.charts import Series, bar_chart, line_chart
from callcenter.cli.parts.staffing.demand import half_hour
from callcenter.kpi.erlang import rostered
from callcenter.sim.staffing import Estimate, HalfHour

_FIGURES = ("connection_rate_percent", "service_level_percent")
_EDGES = ("mean", "low", "high")


@dataclass(frozen=True, slots=True)
class Row:
    """One half hour as it is shown."""

    line: HalfHour
    shrinkage: float
    """Share of paid time that agents are away."""

    @property
    def roster(self) -> int:
        """Agents on the roster for those who sit there."""
        return rostered(self.line.agents, self.shrinkage)

    def plain(self) -> Mapping[str, object]:
        """For JSON."""
        line = self.line
        return {
            "start": half_hour(line.start_s),
            "calls": round(line.calls, 1),
            "agents": line.agents,
            "roster": self.roster,
            "connection_rate_percent": _rounded(line.connection_rate),
            "service_level_percent": _rounded(line.service_level),
            "reached": line.reached,
        }

    def texts(self) -> list[str]:
        """For tables; `!` marks a goal that more agents do not reach."""
        line = self.line
        return [
            half_hour(line.start_s),
            f"{line.calls:.1f}",
            f"{line.agents}" if line.reached else f"{line.agents} !",
            str(self.roster),
            _interval(line.connection_rate),
            _interval(line.service_level),
        ]


def as_text(rows: Sequence[Row]) -> Table:
    """For the terminal."""
    shown = Table(box=SIMPLE_HEAD)
    for name in (
        "half hour 时段", "calls 话务量", "agents 座席", "roster 排班", "connected 接通率 %",
        "in time 及时接通率 %",
    ):  # fmt: skip
        shown.add_column(name, justify="right")
    for row in rows:
        shown.add_row(*row.texts())
    return shown


def as_csv(rows: Sequence[Row]) -> str:
    """For spreadsheets and rostering software."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    heads = ("start", "calls", "agents", "roster")
    writer.writerow(
        [*heads, *(f"{name}_{edge}" for name in _FIGURES for edge in _EDGES), "reached"]
    )
    for row in rows:
        plain = row.plain()
        found = [
            _rounded(each) or {} for each in (row.line.connection_rate, row.line.service_level)
        ]
        figures = [each.get(edge, "") for each in found for edge in _EDGES]
        writer.writerow([*(plain[name] for name in heads), *figures, plain["reached"]])
    return out.getvalue()


def as_page(rows: Sequence[Row], site: str, goal: float | None) -> str:
    """One HTML file with charts."""
    labels = [half_hour(row.line.start_s) for row in rows]
    agents = Series("座席", [row.line.agents for row in rows])
    rates = [row.line.connection_rate for row in rows]
    rate = Series(
        "接通率",
        [None if found is None else found.mean for found in rates],
        [None if found is None else found.low for found in rates],
        [None if found is None else found.high for found in rates],
    )
    heads = ("时段", "话务量", "座席", "排班", "接通率 % (95 % 置信区间)", "及时接通率 %")
    return _html.page(
        "排班测算 Staffing",
        f"{site}; goal 目标: {goal} %",
        [
            _html.figure(bar_chart("座席 agents", labels, [agents])),
            _html.figure(line_chart("接通率 connection rate", labels, [rate], "%", goal)),
            _html.table(
                heads,
                (row.texts() for row in rows),
                bad=frozenset(n for n, row in enumerate(rows) if not row.line.reached),
            ),
        ],
    )


def _rounded(found: Estimate | None) -> dict[str, float] | None:
    return None if found is None else {key: round(each, 2) for key, each in asdict(found).items()}


def _interval(found: Estimate | None) -> str:
    return "-" if found is None else f"{found.mean:.1f} ({found.low:.1f}-{found.high:.1f})"
