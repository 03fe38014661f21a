"""Callers of closed cases who are called back: from calls and a file of cases to the report."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from callcenter.kpi.numbers import Ratio
from callcenter.kpi.outcomes import DAY_MS, Contact
from callcenter.kpi.visits import by_window, not_in_time, visit
from callcenter.kpi.windows import Grain, Window
from callcenter.records.database.engine import Sealed, connect, migrate
from callcenter.records.personal.numbers import Form
from callcenter.records.reading.reports import Reports
from callcenter.records.tables.calls import Call
from callcenter.terms import Direction, Outcome
from sqlalchemy import Engine
from sqlmodel import Session
from tests.records.test_commands import PERIOD, Run, run, site
from tests.records.test_followup import NINE, call, told
from tests.records.test_number_forms import FORMS

__all__ = ["run", "site"]  # fixtures

HOUR_MS = 3_600_000


def out(name: str, number: str, at: int, *, reached: bool) -> Call:
    found = call(name, number, at, Outcome.OUTBOUND, Direction.OUT)
    if not reached:
        found.answered_at, found.talk_ms = None, 0
    return found


def calls() -> list[Call]:
    return [
        out("1", "+8613800000001", NINE + HOUR_MS, reached=False),
        out("2", "013800000001", NINE + 2 * HOUR_MS, reached=True),
        *(out(f"3{n}", "13800000003", NINE + n * HOUR_MS, reached=False) for n in (1, 2, 3)),
        out("4", "13800000004", NINE + 30 * HOUR_MS, reached=True),
        out("5", "13800000005", NINE - HOUR_MS, reached=True),  # of before
        call("6", "13800000005", NINE + HOUR_MS, Outcome.ANSWERED),  # he called himself
    ]


CASES = """number,closed,message
13800000001,2025-11-30 09:00,
13800000003,2025-11-30 09:00,2025-11-30 15:00
13800000004,2025-11-30 09:00,
13800000005,2025-11-30 09:00,2025-11-30 15:00
13800000009,2025-11-29 09:00,
"""


def test_cases_are_held_against_the_calls_to_their_callers(site: Path, run: Run) -> None:
    file = site.parent / "cases.csv"
    file.write_text(CASES, encoding="utf-8")
    words = ("visits", *PERIOD, "--by", "day", "--cases", str(file))
    table = told(site, run, calls(), *words)
    (day,) = table["rows"]
    assert (day["cases"], day["visit_due"], day["visit_pending"], day["visited"]) == (4, 4, 0, 3)
    rates = (day["visited_rate"], day["on_time_rate"], day["reached_rate"], day["met"])
    assert rates == (75.0, 50.0, 25.0, "breach")
    late = json.loads(run("report", *words, "--json").stdout)["tables"][1]["rows"]
    assert [(row["caller"], row["tries"]) for row in late] == [
        ("138****0004", 1), ("138****0005", 0)
    ]  # fmt: skip
    assert run("report", *words, "--check").exit_code == 2


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("closed\n", ":1: no column 'number'"),
        ("number,closed\n13800000001,soon\n", ":2: 'soon' is no time"),
        ("number,closed\nann,2025-11-30 09:00\n", ":2: 'ann' is no number"),
    ],
)
@pytest.mark.usefixtures("filled_by_nobody")
def test_a_fault_in_the_file_is_told_by_its_line(
    site: Path, run: Run, text: str, told: str
) -> None:
    file = site.parent / "cases.csv"
    file.write_text(text, encoding="utf-8")
    result = run("report", "visits", *PERIOD, "--cases", str(file))
    assert result.exit_code == 1
    assert told in result.output
    assert "--cases FILE.csv" in run("report", "visits", *PERIOD).output


@pytest.fixture
def filled_by_nobody(site: Path) -> None:
    node = site.parent / "node"
    node.mkdir()
    engine = connect(f"sqlite:///{node / 'records.db'}")
    migrate(engine)
    engine.dispose()


@pytest.fixture(params=list(Form))
def engine(database: str, request: pytest.FixtureRequest) -> Iterator[Engine]:
    made = connect(Sealed(database, FORMS[request.param]))
    migrate(made)
    yield made
    made.dispose()


def test_calls_are_found_however_numbers_are_written_and_stored(engine: Engine) -> None:
    with Session(engine) as session:
        session.add_all(calls())
        session.commit()
        later = Window(NINE, NINE + 9 * HOUR_MS)
        found = list(Reports(session).tries("138 0000 0001", later))
    assert sorted((each.at_ms, each.answered) for each in found) == [
        (NINE + HOUR_MS, False), (NINE + 2 * HOUR_MS + 5000, True)
    ]  # fmt: skip


def test_who_may_still_be_visited_is_pending() -> None:
    cases = [visit("1", 0, [], None), visit("2", 0, [Contact("2", HOUR_MS, answered=True)], None)]
    windows = [Window(0, DAY_MS)]
    for now_ms, due in ((DAY_MS - 1, 1), (DAY_MS, 2)):
        table = by_window(windows, cases, Grain.DAY, 100.0, now_ms)
        row = dict(zip(table.columns, table.rows[0], strict=True))
        assert (row["visit_pending"], row["on_time_rate"]) == (2 - due, Ratio(1, due))
        assert bool(table.breaches) is (due == 2)
        assert len(not_in_time(cases, now_ms).rows) == due - 1


def test_calls_after_the_message_are_no_tries_before_it() -> None:
    tries = [Contact("1", n * HOUR_MS, answered=False) for n in (1, 2, 5)]
    assert visit("1", 0, tries, 3 * HOUR_MS).done_ms is None
    assert visit("1", 0, tries, 6 * HOUR_MS).done_ms == 6 * HOUR_MS
