"""A shift plan against agents' states: callcenter report adherence."""

import json
from pathlib import Path

import pytest
from callcenter.records.database.engine import connect, migrate
from callcenter.records.tables.calls import AgentInterval
from callcenter.records.tables.columns import ms
from callcenter.terms import AgentState
from sqlmodel import Session
from tests.records.test_commands import Run, run, site
from tests.records.test_reading import MORNING

__all__ = ["run", "site"]  # fixtures

MINUTE = 60
STATES = [
    (AgentState.READY, "", 10, 200),
    (AgentState.TALKING, "", 200, 240),
    (AgentState.NOT_READY, "break", 240, 255),
    (AgentState.READY, "", 255, 470),
    (AgentState.SIGNED_OUT, "", 470, 600),
]
"""From 09:00 on, in minutes."""


@pytest.fixture
def plan(site: Path) -> Path:
    node = site.parent / "node"
    node.mkdir()
    engine = connect(f"sqlite:///{node / 'records.db'}")
    migrate(engine)
    with Session(engine) as session:
        for state, reason, start, end in STATES:
            begun, ended = (ms(MORNING + minute * MINUTE) for minute in (start, end))
            session.add(
                AgentInterval(
                    agent="1001", state=state, reason=reason, started_at=begun, ended_at=ended
                )
            )
        session.commit()
    engine.dispose()
    return site.parent / "shifts.csv"


def test_planned_time_is_kept_by_work_and_by_the_reason_it_names(plan: Path, run: Run) -> None:
    plan.write_text(
        "agent,from,to,kind\n"
        "1001,2025-11-30 09:00,2025-11-30 13:00,work\n"
        "1001,2025-11-30 13:00,2025-11-30 13:15,break\n"
        "1001,2025-11-30 13:15,2025-11-30 17:00,\n",
        encoding="utf-8",
    )
    words = ("--shifts", str(plan), "--from", "2025-11-30", "--to", "2025-11-30", "--json")
    result = run("report", "adherence", *words)
    assert result.exit_code == 0, result.output
    (row,) = json.loads(result.stdout)["tables"][0]["rows"]
    # 10 minutes late, 10 minutes early away.
    assert (row["planned"], row["kept"]) == (480 * MINUTE, 460 * MINUTE)
    assert row["adherence"] == 95.83


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("agent,from\n", "shifts.csv:1: no column 'to'"),
        ("agent,from,to\n9,2025-11-30 09:00,2025-11-30 10:00\n", "shifts.csv:2: there is no agent"),
        ("agent,from,to\n1001,9:00,10:00\n", "shifts.csv:2: '9:00' is no time"),
        ("agent,from,to\n1001,2025-11-30 10:00,2025-11-30 09:00\n", "ends before it begins"),
    ],
)
def test_a_faulty_plan_is_one_message(plan: Path, run: Run, text: str, told: str) -> None:
    plan.write_text(text, encoding="utf-8")
    result = run("report", "adherence", "--shifts", str(plan))
    assert result.exit_code == 1
    assert told in result.output


def test_no_plan_is_one_message(plan: Path, run: Run) -> None:
    assert "--shifts FILE.csv" in run("report", "adherence").output
