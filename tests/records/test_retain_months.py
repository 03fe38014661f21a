"""What is old goes by whole months on PostgreSQL; the rows that stay are those of SQLite."""

from collections.abc import Iterator

import pytest
from callcenter.acd.facts import AgentChanged
from callcenter.records.database.engine import Sealed, connect, migrate
from callcenter.records.database.months import Month, months
from callcenter.records.journal.facts import JournalFact, Rated
from callcenter.records.journal.platform_facts import TrunkUsed
from callcenter.records.journal.recordings_facts import (
    RecordingMade,
    RecordingsHeld,
    RecordingStored,
)
from callcenter.records.personal.numbers import Form
from callcenter.records.personal.retain import Due, Retention, hour_of
from callcenter.records.tables.columns import ms
from callcenter.terms import AgentState, Direction
from sqlalchemy import Engine
from tests.records.rows import Rows, of_database
from tests.records.test_months import at, holds, write
from tests.records.test_number_forms import FORMS
from tests.records.test_writer import answered_call

CUT = at(2026, 2, 10)
EVE = at(2025, 11, 1, 0) + 3
"""Arrives in October, asks and is answered in November."""


def told(*more: JournalFact) -> list[JournalFact]:
    """A call in the middle of each month, and one that ends in the month after its own."""
    times = {f"m{n}": at(2025, 8 + n) for n in (1, 2, 3, 4)} | {"m5": at(2026, 1), "eve": EVE}
    times |= {"cut": at(2026, 2, 9), "young": at(2026, 2, 11)}
    facts: list[JournalFact] = []
    for call, when in times.items():
        facts += answered_call(call, when)
        facts.append(TrunkUsed(when, "line", call, Direction.IN, "answered", 16, when + 63))
    return [
        *facts,
        _state(at(2025, 9), "1001", AgentState.READY),
        _state(at(2025, 10), "1001", AgentState.SIGNED_OUT),
        _state(at(2025, 11), "1002", AgentState.READY),
        _state(CUT + 60, "1002", AgentState.SIGNED_OUT),
        # Told three months after its call.
        Rated(at(2026, 1), "m2", "1001", "short", "q1", "rated", 1, "1"),
        *more,
    ]


def _state(at_s: float, agent: str, state: AgentState) -> AgentChanged:
    return AgentChanged(at_s, agent, state, "", "", at_s, 0)


@pytest.fixture
def engine(database: str) -> Iterator[Engine]:
    made = connect(Sealed(database, FORMS[Form.PLAIN]))
    migrate(made)
    yield made
    made.dispose()


def destroyed(engine: Engine) -> int:
    due = hour_of(ms(CUT))
    url = engine.url.render_as_string(hide_password=False)
    retention = Retention(Sealed(url, FORMS[Form.PLAIN]), Due(due, due, due))
    try:
        return sum(retention.destroy())
    finally:
        retention.close()


def calls(rows: Rows) -> dict[str, set[str]]:
    """Table -> the calls that have rows in it."""
    return {name: {row["call_id"] for row in rows[name]} for name in ("Call", "Segment", "Rating")}


def left(engine: Engine) -> set[Month]:
    with engine.connect() as connection:
        return set(months(connection)) & {Month(2025, n) for n in range(9, 13)} | (
            set(months(connection)) & {Month(2026, 1)}
        )


def test_months_of_which_nothing_is_kept_go_whole(engine: Engine) -> None:
    write(engine, told())
    assert destroyed(engine) == 7
    rows = of_database(engine)
    # The rating of January is of October's call, and nobody's any more.
    assert calls(rows) == {"Call": {"young"}, "Segment": {"young"}, "Rating": set()}
    # States that last, or lasted until after: however old their beginning is.
    assert sorted((row["agent"], row["state"]) for row in rows["AgentInterval"]) == [
        ("1001", "signed_out"), ("1002", "ready"), ("1002", "signed_out")
    ]  # fmt: skip
    assert [row["call_id"] for row in rows["TrunkUse"]] == ["young"]
    assert left(engine) == set()
    assert destroyed(engine) == 0


@pytest.mark.parametrize(
    ("kept", "stay", "months_left"),
    [
        ("m2", {"m2"}, {Month(2025, 10), Month(2026, 1)}),
        ("eve", {"eve"}, {Month(2025, 10), Month(2025, 11)}),
        ("m4", {"m4"}, {Month(2025, 12)}),
    ],
)
@pytest.mark.parametrize("why", ["hold", "recording"])
def test_a_month_with_a_row_of_a_call_that_is_kept_goes_row_by_row(
    engine: Engine, kept: str, stay: set[str], months_left: set[Month], why: str
) -> None:
    at_s = at(2026, 2, 1)
    more: list[JournalFact] = [
        RecordingsHeld(at_s, "court", kept, "", None, None, "9001", "a court")
    ]
    if why == "recording":
        more = [
            RecordingMade(at_s, kept, f"{kept}~1", "1001", "a.raw"),
            RecordingStored(at_s + 1, kept, f"{kept}~1", "a.flac", "flac", 2, 55.0, 9, "ab"),
        ]
    write(engine, told(*more))
    before = of_database(engine)
    assert destroyed(engine) == 6
    rows = of_database(engine)
    assert calls(rows)["Call"] == {"young"} | stay
    for name in ("Segment", "RingAttempt", "Rating"):
        of_kept = [[row for row in some[name] if row["call_id"] == kept] for some in (before, rows)]
        assert of_kept[0] == of_kept[1], name
        assert {row["call_id"] for row in rows[name]} <= {"young"} | stay
    if engine.dialect.name == "postgresql":
        assert left(engine) == months_left


def test_a_month_that_is_read_goes_row_by_row(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("callcenter.records.database.dropping._WITHIN", "50ms")
    engine = connect(Sealed(postgres_url, FORMS[Form.PLAIN]))
    migrate(engine)
    write(engine, told())
    with engine.connect() as reader:
        reader.exec_driver_sql("SELECT * FROM call_2025_10").all()
        assert destroyed(engine) == 7
    assert left(engine) == {Month(2025, 10)}
    assert calls(of_database(engine))["Call"] == {"young"}
    assert holds(engine, "call_2025_10") == holds(engine, "ring_attempt_2025_10") == 0
    engine.dispose()
