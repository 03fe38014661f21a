"""Callback-visits (回访): callers of closed cases called, by what the calls out tell.

Times are milliseconds since 1970 (UTC).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from callcenter.kpi.numbers import Ratio
from callcenter.kpi.outcomes import DAY_MS, Contact
from callcenter.kpi.table import Table, Value
from callcenter.kpi.windows import Grain, Window

TRIES = 3
"""So many tries in vain, then a message, stand for a visit."""
COLUMNS = (
    "window", "cases", "visit_pending", "visit_due", "visited", "visited_rate", "on_time_rate",
    "reached_rate", "threshold", "met",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Visit:
    """A closed case, and the tries to reach its caller."""

    closed_ms: int
    reached_ms: int | None = None
    """When somebody talked with him."""
    tries: int = 0
    message_ms: int | None = None
    """When an SMS went out, after the tries."""
    number: str = ""

    @property
    def done_ms(self) -> int | None:
        """When he was reached, or had his message after three tries in vain."""
        if self.reached_ms is None and self.tries >= TRIES:
            return self.message_ms
        return self.reached_ms

    def in_time(self, limit_ms: int = DAY_MS) -> bool:
        """Visited within the limit, which runs from the end of the case."""
        return self.done_ms is not None and self.done_ms <= self.closed_ms + limit_ms

    def pending(self, now_ms: int, limit_ms: int = DAY_MS) -> bool:
        """Not visited, but there is time yet."""
        return self.done_ms is None and now_ms < self.closed_ms + limit_ms


@dataclass(frozen=True, slots=True)
class Visits:
    """Rates of visits."""

    visited: Ratio
    """回访率: reached, or three tries and a message / due."""
    on_time: Ratio
    """按时回访率: the same, within the limit."""
    reached_on_time: Ratio
    """Reached within the limit; messages do not count."""


def visit(number: str, closed_ms: int, calls: Sequence[Contact], message_ms: int | None) -> Visit:
    """A case by the calls out to its caller since it was closed; those after the message are no
    tries before it."""
    reached = min((call.at_ms for call in calls if call.answered), default=None)
    tries = sum(message_ms is None or call.at_ms <= message_ms for call in calls)
    return Visit(closed_ms, reached, tries, message_ms, number)


def visits(cases: Iterable[Visit]) -> Visits:
    """Rates of all cases that are due."""
    due = list(cases)
    return Visits(
        Ratio(sum(case.done_ms is not None for case in due), len(due)),
        Ratio(sum(case.in_time() for case in due), len(due)),
        Ratio(sum(case.in_time() and case.reached_ms is not None for case in due), len(due)),
    )


def by_window(
    windows: Sequence[Window], cases: Sequence[Visit], grain: Grain, threshold: float, now_ms: int
) -> Table:
    """By the end of the cases, each window against the contract's threshold in percent: of all
    cases that are due, those visited in time."""
    rows, breaches = [], set()
    for n, window in enumerate(windows):
        inside = [c for c in cases if window.start_ms <= c.closed_ms < window.end_ms]
        values, rates = _values(inside, now_ms)
        met = rates.on_time.meets(threshold)
        breaches |= set() if met else {n}
        word = "n/a" if not rates.on_time.whole else "ok" if met else "breach"
        rows.append((window.start_ms, *values, threshold, word))
    return Table(
        "report_visits",
        COLUMNS,
        rows,
        ("", *_values(cases, now_ms)[0], None, ""),
        breaches=frozenset(breaches),
        remarks=("remark_visits", *["rule_visits"] * bool(breaches)),
        grain=grain,
    )


def not_in_time(cases: Iterable[Visit], now_ms: int) -> Table:
    """The cases whose callers were not visited, or late: whom to call."""
    rows: list[tuple[Value, ...]] = [
        (case.number, case.closed_ms, case.tries, case.message_ms, case.done_ms)
        for case in sorted(cases, key=lambda each: each.closed_ms)
        if not case.in_time() and not case.pending(now_ms)
    ]
    columns = ("caller", "closed_at", "tries", "message_at", "visited_at")
    return Table("report_visits_late", columns, rows)


def _values(cases: Sequence[Visit], now_ms: int) -> tuple[tuple[Value, ...], Visits]:
    due = [case for case in cases if not case.pending(now_ms)]
    rates = visits(due)
    values = (
        len(cases), len(cases) - len(due), len(due), rates.visited.part, rates.visited,
        rates.on_time, rates.reached_on_time,
    )  # fmt: skip
    return values, rates
