"""Missed callers who are reached again, callers who call again: from rows to reports."""

import json
from pathlib import Path
from typing import Any

import pytest
from callcenter.records.database.engine import connect, migrate
from callcenter.records.tables.calls import Call
from callcenter.records.tables.columns import iso
from callcenter.records.writing.hours import recount
from callcenter.terms import Direction, Outcome
from sqlmodel import Session
from tests.records.test_commands import Run, run, site
from tests.records.test_reading import DAY

__all__ = ["run", "site"]  # fixtures

NINE = DAY.start_ms + 9 * 3_600_000
DAYS = 86_400_000


def call(name: str, number: str, at: int, outcome: str, direction: str = Direction.IN) -> Call:
    inbound = direction == Direction.IN
    answered = at + 5000 if outcome in (Outcome.ANSWERED, Outcome.OUTBOUND) else None
    return Call(
        call_id=name, direction=direction, party_class="citizen", handled_by="controller",
        caller=number if inbound else "1001", called="12345" if inbound else number,
        arrived_at=at, requested_at=at if inbound else None, answered_at=answered,
        left_queue_at=None if answered else at + 60_000, ended_at=at + 90_000, outcome=outcome,
        talk_ms=60_000 if answered else 0,
    )  # fmt: skip


def told(site: Path, run: Run, calls: list[Call], *words: str) -> dict[str, Any]:
    node = site.parent / "node"
    node.mkdir()
    engine = connect(f"sqlite:///{node / 'records.db'}")
    migrate(engine)
    with Session(engine) as session:
        session.add_all(calls)
        session.flush()
        recount(session.connection())
        session.commit()
    engine.dispose()
    result = run("report", *words, "--json")
    assert result.exit_code == 0, result.output
    table: dict[str, Any] = json.loads(result.stdout)["tables"][0]
    return table


def e9() -> list[Call]:
    return [
        *(call(f"a{n}", f"1390000000{n}", NINE, Outcome.ANSWERED) for n in range(8)),
        call("v", "13800000001", NINE, Outcome.VOICEMAIL),
        call("c", "013800000002", NINE, Outcome.CALLBACK_REQUESTED),
        # The line writes the number in another way than the caller's own.
        call("c+cb", "13800000002", NINE + 600_000, Outcome.OUTBOUND, Direction.OUT),
    ]


PERIOD = ("--from", "2025-11-30", "--to", "2025-11-30")


def test_e9_a_message_and_a_kept_callback(site: Path, run: Run) -> None:
    table = told(site, run, e9(), "callbacks", *PERIOD, "--by", "day")
    (day,) = table["rows"]
    assert day == table["total"] | {"window": day["window"]}
    assert (day["requests"], day["answered"], day["missed"], day["reached"]) == (10, 8, 2, 1)
    rates = (day["connection_rate"], day["after_callback"], day["called_back"])
    assert rates == (80.0, 90.0, 50.0)


def test_a_missed_call_tells_when_its_caller_was_reached(site: Path, run: Run) -> None:
    table = told(site, run, e9(), "missed", *PERIOD)
    reached = {row["call"]: row["reached_at"] for row in table["rows"]}
    assert reached == {"v": None, "c": iso(NINE + 605_000)}


def e16() -> list[Call]:
    return [
        call(f"{number}{day}", f"1380000000{n}", NINE + day * DAYS, Outcome.ANSWERED)
        for n, (number, days) in enumerate({"A": (0, 2), "B": (0,), "C": (0, 8)}.items())
        for day in days
    ]


def test_e16_first_call_resolution(site: Path, run: Run) -> None:
    days = ("--from", "2025-11-30", "--to", "2025-12-08")
    total = told(site, run, e16(), "resolution", *days, "--by", "day")["total"]
    assert (total["fcr_solved"], total["fcr_settled"], total["fcr"]) == (4, 5, 80.0)
    assert total["fcr_pending"] == 0


def test_who_calls_again_after_the_period_was_not_served_in_it(site: Path, run: Run) -> None:
    total = told(site, run, e16(), "resolution", *PERIOD, "--by", "day")["total"]
    assert (total["requests"], total["fcr_solved"], total["fcr_settled"]) == (3, 2, 3)


@pytest.mark.parametrize(("minutes", "callers"), [(9, 1), (10, 2)])
def test_one_caller_of_ten_minutes(site: Path, run: Run, minutes: int, callers: int) -> None:
    calls = [
        call("1", "13800000001", NINE, Outcome.ABANDONED_QUEUE),
        call("2", "13800000001", NINE + minutes * 60_000, Outcome.ANSWERED),
    ]
    total = told(site, run, calls, "resolution", *PERIOD)["total"]
    assert (total["unique_callers"], total["unique_rate"]) == (callers, 100.0 / callers)


@pytest.mark.parametrize(("limit", "exit_code"), [(80, 0), (80.1, 2)])
def test_first_call_resolution_against_the_contract(
    site: Path, run: Run, limit: float, exit_code: int
) -> None:
    file = site / "site.yaml"
    text = file.read_text(encoding="utf-8")
    limits = f"  thresholds: {{first_call_resolution: {limit}, "
    file.write_text(text.replace("  thresholds: {", limits), encoding="utf-8")
    words = ("resolution", "--from", "2025-11-30", "--to", "2025-12-20", "--by", "month")
    assert told(site, run, e16(), *words)["total"]["fcr"] == 80.0
    page = site.parent / "page.html"
    result = run("report", *words, "--check", "--lang", "en", "--html", str(page))
    assert result.exit_code == exit_code
    broken = "rule broken: first-call" in page.read_text(encoding="utf-8")
    assert broken is (exit_code == 2)
