"""Calls of PostgreSQL stand in one partition a month; on both databases the rows are the same."""

import itertools
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from callcenter.kpi.windows import Window
from callcenter.records.database.dropping import drop_months
from callcenter.records.database.engine import connect, migrate
from callcenter.records.database.migrating import upgrade
from callcenter.records.database.months import (
    MONTHLY,
    ZONE,
    Month,
    make_months,
    month_of,
    months,
)
from callcenter.records.journal.contract_facts import CallCorrected
from callcenter.records.journal.facts import JournalFact, Rated
from callcenter.records.journal.files import Entry
from callcenter.records.journal.platform_facts import TrunkUsed
from callcenter.records.reading.calls import Records
from callcenter.records.reading.reports import LOST, Reports, Selection
from callcenter.records.tables.calls import METADATA, Call, Segment
from callcenter.records.writing.hours import differences
from callcenter.records.writing.writer import write_entries
from callcenter.terms import Direction
from sqlalchemy import Engine, event, func, select, text
from sqlmodel import Session, col
from tests.records.rows import folded, of_database, of_page
from tests.records.test_writer import answered_call

DAY_S = 86_400


def at(year: int, month: int, day: int = 15, hour: int = 12) -> float:
    return datetime(year, month, day, hour, tzinfo=ZONE).timestamp()


TIMES = [at(2025, 9), at(2025, 10), at(2025, 11, 1, 0), at(2025, 11), at(2025, 12), at(2026, 1)]
STRAY = [at(1970, 1, 2), at(2160, 5)]


@pytest.fixture
def engine(database: str) -> Iterator[Engine]:
    made = connect(database)
    migrate(made)
    yield made
    made.dispose()


@pytest.fixture
def postgres(postgres_url: str) -> Iterator[Engine]:
    made = connect(postgres_url)
    migrate(made)
    yield made
    made.dispose()


def lives(times: list[float]) -> list[list[JournalFact]]:
    """Of calls that arrive in the seconds before these times, and ask at them."""
    return [
        [
            *answered_call(f"c{n}", when),
            TrunkUsed(when, "line", f"c{n}", Direction.IN, "answered", 16, when + 63),
            Rated(when + 70, f"c{n}", "", "short", "q1", "rated", 1, "1"),
        ]
        for n, when in enumerate(times)
    ]


def write(engine: Engine, facts: list[JournalFact], size: int = 4) -> None:
    for n in range(0, len(facts), size):
        some = enumerate(facts[n : n + size], n + 1)
        write_entries(engine, "j", [Entry(number, fact) for number, fact in some])


def holds(engine: Engine, table: str) -> int:
    with engine.connect() as connection:
        return connection.scalar(text(f"SELECT count(*) FROM {table}")) or 0  # noqa: S608


def test_months_begin_at_midnight_of_the_zone() -> None:
    first = round(at(2025, 12, 1, 0) * 1000)
    assert month_of(first) == Month(2025, 12) == Month(2025, 11).next
    assert month_of(first - 1) == Month(2025, 11)
    assert Month(2025, 12).start_ms == first
    assert Month(2025, 12).next == Month(2026, 1)
    assert str(Month(2025, 9)) == "2025-09"


def test_calls_of_any_time_get_the_same_rows(engine: Engine) -> None:
    """Told in turns, so that batches hold facts of years at once."""
    facts = list(itertools.chain.from_iterable(zip(*lives(TIMES + STRAY), strict=True)))
    write(engine, facts)
    assert of_database(engine) == of_page(folded(facts))
    with Session(engine) as session:
        assert differences(session) == []


def test_what_is_told_years_later_finds_its_call(engine: Engine) -> None:
    facts = list(itertools.chain.from_iterable(lives(TIMES)))
    late: list[JournalFact] = [
        CallCorrected(at(2028, 3), "c1", "party_class", "test", "a probe", "9001"),
        Rated(at(2028, 4), "c2", "", "short", "q1", "rated", 3, "3"),
        # Of a call that nobody told of: the second finds the first one's row.
        Rated(at(2028, 4), "unknown", "1001", "short", "q1", "rated", 1, "1"),
        Rated(at(2028, 7), "unknown", "1001", "short", "q1", "rated", 3, "3"),
    ]
    write(engine, facts)
    for n, fact in enumerate(late):
        write_entries(engine, "late", [Entry(n + 1, fact)])
    assert of_database(engine) == of_page(folded([*facts, *late]))


def test_each_row_stands_in_its_month(postgres: Engine) -> None:
    write(postgres, list(itertools.chain.from_iterable(lives(TIMES + STRAY))))
    assert [holds(postgres, f"call_2025_{month}") for month in ("09", 10, 11, 12)] == [1, 2, 1, 1]
    # The first of November's calls came in October.
    assert holds(postgres, "ring_attempt_2025_11") == 2
    assert holds(postgres, "call_rest") == holds(postgres, "segment_rest") == len(STRAY)
    # The next month is there before its first call.
    assert holds(postgres, "call_2026_02") == 0
    assert Month(2160, 5) not in _months(postgres)


def _months(engine: Engine) -> list[Month]:
    with engine.connect() as connection:
        return months(connection)


def test_a_month_that_cannot_be_made_now_is_made_later(postgres: Engine) -> None:
    first, second = lives([at(2025, 11), at(2025, 11, 16)])
    with postgres.connect() as reader:
        reader.execute(select(Call)).all()  # holds every part of the table until it is done
        write(postgres, first, len(first))
        assert holds(postgres, "call_rest") == 1
    write(postgres, second, len(second))
    assert holds(postgres, "call_rest") == 0
    assert holds(postgres, "call_2025_11") == 2


def test_the_tables_of_before_are_converted_with_their_rows(postgres_url: str) -> None:
    engine, facts = connect(postgres_url), lives(TIMES + STRAY)
    page = folded(itertools.chain.from_iterable(facts))
    _upgrade(engine, "0008")
    with engine.begin() as connection:
        for row in page.added:
            table: Any = row.table  # type: ignore[attr-defined]
            names = {column.name for column in table.columns} - {"id"}
            connection.execute(table.insert(), {name: getattr(row, name) for name in names})
    assert _new_state(engine, "1001") == 1
    before, indexes = of_database(engine), _indexes(engine)
    _upgrade(engine, "0009")
    assert _indexes(engine) == indexes
    migrate(engine)
    assert of_database(engine) == before
    assert ("agent_state", "(agent) WHERE (ended_at IS NULL)") in _indexes(engine)
    assert holds(engine, "agent_state_2025_11") == 1
    assert holds(engine, "segment_2025_11") == 2
    assert holds(engine, "call_rest") == len(STRAY)
    assert {month_of(round(when * 1000)) for when in TIMES} <= set(_months(engine))
    assert _new_state(engine, "1002") == 2
    engine.dispose()


def _new_state(engine: Engine, agent: str) -> int:
    """The key that the database gives to a row of 2025-11-01 00:30 in the zone."""
    statement = text(
        "INSERT INTO agent_state (agent, state, reason, call_id, started_at)"
        " VALUES (:agent, 'ready', '', '', '2025-10-31 16:30Z') RETURNING id"
    )
    with engine.begin() as connection:
        return int(connection.execute(statement, {"agent": agent}).scalar_one())


def _upgrade(engine: Engine, revision: str) -> None:
    with engine.begin() as connection:
        upgrade(connection, revision)


def _indexes(engine: Engine) -> set[tuple[str, str]]:
    """Table and columns."""
    query = text(
        "SELECT tablename, substring(indexdef from '\\(.*\\)') FROM pg_indexes"
        " WHERE tablename = ANY (:tables) AND indexname NOT LIKE '%_pkey'"
    )
    with engine.connect() as connection:
        return {(table, on) for table, on in connection.execute(query, {"tables": list(MONTHLY)})}


def test_a_report_of_a_month_reads_that_month(postgres: Engine) -> None:
    write(postgres, list(itertools.chain.from_iterable(lives(TIMES))))
    period = Window(Month(2025, 11).start_ms, Month(2025, 12).start_ms)
    with Session(postgres) as session:
        reports, records = Reports(session), Records(session)
        asked = {
            "rings": lambda: list(reports.rings(period)),
            "ratings": lambda: list(reports.ratings(period)),
            "trunks": lambda: reports.trunk_uses(period),
            "answered": lambda: reports.answered(period),
            "placed": lambda: reports.placed(period),
        }
        for name, ask in asked.items():
            assert _read(postgres, ask) == {"2025_11"}, name
        # A call may ask for a human, ring or talk a little after it came.
        with_the_eve = {
            "calls": lambda: list(records.call_rows(period)),
            "queue": lambda: list(records.queue_rows("q", period)),
            "first": lambda: list(records.first_rows(period)),
            "lost": lambda: list(reports.calls(period, Selection(), LOST)),
            "repeated": lambda: reports.requests(period, Selection()),
            "reached": lambda: list(reports.reached(period)),
            "foretold": lambda: list(reports.estimates(period, Selection("q", {"1001"}))),
        }
        for name, ask in with_the_eve.items():
            assert _read(postgres, ask) == {"2025_10", "2025_11"}, name
        assert len(list(records.call_rows(period))) == 2


def _read(engine: Engine, ask: Any) -> set[str]:
    """The partitions that PostgreSQL reads for what is asked."""
    asked: list[tuple[str, Any]] = []

    def note(_: object, __: object, statement: str, values: Any, *___: object) -> None:
        asked.append((statement, values))

    event.listen(engine, "before_cursor_execute", note)
    try:
        ask()
    finally:
        event.remove(engine, "before_cursor_execute", note)
    assert asked
    with engine.connect() as connection:
        plans = [
            connection.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {statement}", values).scalar_one()
            for statement, values in asked
        ]
    return {name[-7:] for (told,) in plans for name in _relations(told["Plan"])}


def _relations(plan: dict[str, Any]) -> Iterator[str]:
    if "Relation Name" in plan:
        yield plan["Relation Name"]
    for part in plan.get("Plans", ()):
        yield from _relations(part)


def test_old_months_go_whole(postgres: Engine) -> None:
    write(postgres, list(itertools.chain.from_iterable(lives(TIMES))))
    hours = holds(postgres, "hour_count")
    gone = list(drop_months(postgres, round(at(2025, 11, 20) * 1000)))
    # The first of November's calls came in October: it goes with its rows in November.
    assert gone == [(Month(2025, 9), 1), (Month(2025, 10), 2)]
    assert _months(postgres)[0] == Month(2025, 11)
    with Session(postgres) as session:
        left = session.scalars(select(col(Call.call_id)).order_by(col(Call.call_id))).all()
        assert left == ["c3", "c4", "c5"]
        assert session.scalar(select(func.count()).select_from(Segment)) == len(left)
    assert holds(postgres, "hour_count") == hours
    assert list(drop_months(postgres, round(at(2025, 11, 20) * 1000))) == []
    # What comes late gets its month again.
    write(postgres, answered_call("late", at(2025, 9)))
    assert _months(postgres)[0] == Month(2025, 9)


def test_a_month_that_is_read_stays(
    postgres: Engine, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("callcenter.records.database.dropping._WITHIN", "50ms")
    write(postgres, list(itertools.chain.from_iterable(lives(TIMES))))
    with postgres.connect() as reader:
        reader.execute(text("SELECT * FROM call_2025_10")).all()
        with caplog.at_level("WARNING"):
            gone = list(drop_months(postgres, round(at(2025, 11, 20) * 1000)))
    assert gone == [(Month(2025, 9), 1)]
    assert "2025-10 goes row by row" in caplog.text
    assert _months(postgres)[0] == Month(2025, 10)
    assert holds(postgres, "ring_attempt_2025_10") == 1


def test_sqlite_has_no_months() -> None:
    engine = connect("sqlite://")
    METADATA.create_all(engine)
    with engine.begin() as connection:
        make_months(connection, "call", [0])
        assert months(connection) == []
    assert list(drop_months(engine, 9_999_999_999_999)) == []
