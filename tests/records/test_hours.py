"""Calls counted by hour: at every commit what the rows say, and the same figures."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise

import pytest
from callcenter.kpi.tally import Rules, Tally
from callcenter.kpi.windows import Window
from callcenter.records import hours
from callcenter.records.database import connect, migrate
from callcenter.records.facts import JournalFact
from callcenter.records.hours import HOUR_MS, differences, recount, tallies
from callcenter.records.journal_files import Entry
from callcenter.records.reading import Records
from callcenter.records.tables import METADATA, HourCount
from callcenter.records.writer import write_entries
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, delete
from sqlmodel import Session, select
from tests.records.strategies import histories

IN_MEMORY = "sqlite://"
ALL = Window(0, 4_000_000_000_000)


@contextmanager
def records(url: str) -> Iterator[Engine]:
    engine = connect(url)
    try:
        if url == IN_MEMORY:
            METADATA.create_all(engine)
        else:
            migrate(engine)
        yield engine
    finally:
        engine.dispose()


def write(engine: Engine, facts: list[JournalFact], cuts: list[int]) -> None:
    """In batches that end at these facts."""
    edges = sorted({0, len(facts), *(cut % (len(facts) + 1) for cut in cuts)})
    for first, end in pairwise(edges):
        entries = [Entry(n + 1, facts[n]) for n in range(first, end)]
        if entries:
            write_entries(engine, "j", entries)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(facts=histories(), cuts=st.lists(st.integers(0, 1000), max_size=6))
def test_whatever_happens_in_whatever_batches(facts: list[JournalFact], cuts: list[int]) -> None:
    with records(IN_MEMORY) as engine:
        write(engine, facts, cuts)
        with Session(engine) as session:
            assert differences(session) == []


@settings(max_examples=3, deadline=None, suppress_health_check=list(HealthCheck))
@given(facts=histories(), cuts=st.lists(st.integers(0, 1000), max_size=6))
def test_on_both_databases_the_figures_are_those_of_the_calls(
    facts: list[JournalFact], cuts: list[int], database: str
) -> None:
    with records(database) as engine:
        with engine.begin() as connection:
            for table in METADATA.sorted_tables:
                connection.execute(delete(table))
        write(engine, facts, cuts)
        with Session(engine) as session:
            assert differences(session) == []
            by_hour: dict[int, Tally] = {}
            for row in Records(session).call_rows(ALL):
                hour = row.window_ms - row.window_ms % HOUR_MS
                by_hour.setdefault(hour, Tally()).add(row, Rules())
            assert dict(tallies(session, ALL, Rules())) == by_hour
            queue = Tally()
            for row in Records(session).queue_rows("q1", ALL):
                queue.add(row, Rules())
            pooled = Tally()
            for _, tally in tallies(session, ALL, Rules(), "q1"):
                pooled += tally
            assert pooled == queue


@given(facts=histories())
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_what_was_lost_is_told_and_can_be_made_anew(facts: list[JournalFact]) -> None:
    with records(IN_MEMORY) as engine:
        write(engine, facts, [])
        with Session(engine) as session:
            kept = session.exec(select(HourCount)).all()
            if not kept:
                return
            session.delete(kept[0])
            session.flush()
            ((_, before, after),) = differences(session)
            assert +Counter(before) == Counter()
            assert +Counter(after) == Counter(kept[0].counts)
            session.execute(delete(HourCount))
            recount(session.connection())
            session.expire_all()
            assert differences(session) == []


@settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck))
@given(facts=histories(calls=8))
def test_more_calls_than_are_read_at_once(
    facts: list[JournalFact], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hours, "_BATCH", 2)
    with records(IN_MEMORY) as engine:
        write(engine, facts, [])
        with Session(engine) as session:
            assert differences(session) == []


def test_only_the_hours_of_the_period_are_read() -> None:
    with records(IN_MEMORY) as engine, Session(engine) as session:
        for hour in range(4):
            session.add(HourCount(hour=hour * HOUR_MS, queue="", counts={"is:request": hour}))
        session.flush()
        found = list(tallies(session, Window(HOUR_MS, 3 * HOUR_MS), Rules()))
        assert [(hour // HOUR_MS, tally.requests) for hour, tally in found] == [(1, 1), (2, 2)]


@pytest.mark.parametrize("queue", ["", "q1"])
def test_an_empty_database_has_no_hours(queue: str) -> None:
    with records(IN_MEMORY) as engine, Session(engine) as session:
        assert list(tallies(session, ALL, Rules(), queue)) == []
        assert recount(session.connection()) == 0
