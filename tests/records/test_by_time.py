"""Reports of a day read that day's rows, however many years lie before."""

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from callcenter.kpi.windows import Window
from callcenter.records.database.engine import connect, migrate
from callcenter.records.reading.calls import open_records
from callcenter.records.tables.calls import AgentInterval
from sqlalchemy import event
from sqlalchemy.engine import Engine
from sqlmodel import Session
from tests.records.test_commands import PERIOD, Run, filled, run, site

__all__ = ["filled", "run", "site"]

HOUR = 3_600_000
DAY = 24 * HOUR
AT = 1_760_000_000_000
GROWING = ("call", "segment", "ring_attempt", "agent_state", "hold", "rating", "trunk_use")
SMALL = "ix_agent_state_now"
"""One entry an agent."""
OF_A_DAY = (
    "agents", "agent-log", "ring-attempts", "rings", "queues", "service-level", "traffic",
    "estimated-wait", "abandoned", "missed", "survey", "transfers", "trunks", "summary",
)  # fmt: skip
STATES: tuple[tuple[str, int, int | None], ...] = (
    ("a", AT - 2 * HOUR, AT - HOUR),
    ("a", AT - HOUR, AT),
    ("a", AT, AT + HOUR),
    ("a", AT + DAY - HOUR, AT + 3 * DAY),
    ("a", AT + 3 * DAY, None),
    ("b", AT - 40 * DAY, AT - DAY + 1),
    ("b", AT - DAY + 1, AT + 1),
    ("b", AT + 1, AT + DAY),
    ("c", AT - DAY - 1, AT + 1),
    ("d", AT - 400 * DAY, AT + 400 * DAY),
    ("e", AT - 400 * DAY, None),
    ("f", AT + DAY, AT + DAY + HOUR),
)


def test_states_that_touch_a_day_are_found_however_long_they_last(database: str) -> None:
    engine = connect(database)
    migrate(engine)
    with Session(engine) as session:
        session.add_all(
            AgentInterval(agent=agent, state="ready", started_at=start, ended_at=end)
            for agent, start, end in STATES
        )
        session.commit()
    engine.dispose()
    day = Window(AT, AT + DAY)
    with open_records(database) as records:
        found = [(agent, span.start_ms, span.end_ms) for agent, _, span in records.duties(day)]
    assert found == [
        (agent, start, day.end_ms if end is None else end)
        for agent, start, end in sorted(STATES, key=lambda state: state[:2])
        if start < day.end_ms and (end is None or end > day.start_ms)
    ]


@pytest.mark.parametrize("report", OF_A_DAY)
def test_a_report_of_a_day_goes_through_no_table_that_grows(
    run: Run, filled: Path, report: str
) -> None:
    with plans() as found:
        result = run("report", report, *PERIOD)
    assert result.exit_code == 0, result.output
    whole = [(plan, asked) for plan, asked in found if SMALL not in plan and goes_through(plan)]
    assert found
    assert whole == []


def goes_through(plan: str) -> bool:
    """A whole table, or all of it until a time."""
    begins = tuple(f"SCAN {table}" for table in GROWING)
    return plan.startswith(begins) or plan.endswith(
        ("(started_at<?)", "(arrived_at<?)", "(requested_at<?)")
    )


@contextlib.contextmanager
def plans() -> Iterator[list[tuple[str, str]]]:
    """What SQLite says of how it will find what is asked, and the question."""
    found: list[tuple[str, str]] = []

    def note(_: object, cursor: sqlite3.Cursor, asked: str, values: Any, *_more: object) -> None:
        if asked.startswith("SELECT"):
            rows = cursor.connection.execute(f"EXPLAIN QUERY PLAN {asked}", values)
            found.extend((row[3], asked) for row in rows)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(Engine, "before_cursor_execute", note)
