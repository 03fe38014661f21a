"""Calls counted by hour: at every commit what the rows say, and the same figures."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from itertools import pairwise

import pytest
from alembic import command
from alembic.config import Config
from callcenter.acd.facts import AgentChanged
from callcenter.acd.talk_facts import HoldEnded, HoldStarted
from callcenter.kpi.tally import Rules, Tally
from callcenter.kpi.windows import Window
from callcenter.records.database.engine import connect, migrate
from callcenter.records.fold.drafts import table_of
from callcenter.records.journal.facts import JournalFact
from callcenter.records.journal.files import Entry
from callcenter.records.reading.calls import Records
from callcenter.records.tables.calls import METADATA, Call, HourCount, Segment
from callcenter.records.writing import hours
from callcenter.records.writing.hours import HOUR_MS, differences, recount, tallies
from callcenter.records.writing.writer import write_entries
from callcenter.terms import AgentState, Outcome, TargetKind
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, column, delete, insert, inspect, table
from sqlmodel import Session, col, select
from tests.records.rows import folded
from tests.records.story import C, ended, queued, talks, transferred
from tests.records.strategies import histories

IN_MEMORY = "sqlite://"
ALL = Window(0, 4_000_000_000_000)


def duty(at: float, agent: str, state: AgentState, call: str = C) -> AgentChanged:
    return AgentChanged(at, agent, state, "", call, 0.0, 0)


HANDED_ON: list[JournalFact] = [
    queued(100.0),
    *talks(1, "1001", 106.0, None),
    HoldStarted(110.0, C, f"{C}~1", "1001"),
    HoldEnded(116.0, C, f"{C}~1", "1001"),
    *transferred(136.0, 1, "1001", TargetKind.QUEUE, "social"),
    duty(136.0, "1001", AgentState.WRAP_UP),
    queued(136.0, "social"),
    duty(146.0, "1001", AgentState.READY, ""),
    *talks(2, "1002", 140.0, 160.0, queue="social"),
    ended(160.0, Outcome.ANSWERED),
    duty(160.0, "1002", AgentState.WRAP_UP),
    duty(175.0, "1002", AgentState.READY, ""),
]
ONE_STAY: list[JournalFact] = [
    queued(100.0, call="later"),
    *talks(1, "1003", 106.0, 126.0, call="later"),
    ended(126.0, Outcome.ANSWERED, call="later"),
    duty(126.0, "1003", AgentState.WRAP_UP, "later"),
    duty(133.0, "1003", AgentState.READY, ""),
]


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


def emptied(engine: Engine) -> None:
    with engine.begin() as connection:
        for each in METADATA.sorted_tables:
            connection.execute(delete(each))


@pytest.fixture(scope="module")
def memory() -> Iterator[Engine]:
    """One for all examples: its statements are compiled once."""
    with records(IN_MEMORY) as engine:
        yield engine


def figures_are_those_of_the_calls(engine: Engine) -> None:
    with Session(engine) as session:
        assert differences(session) == []
        by_hour: dict[int, Tally] = {}
        for row in Records(session).call_rows(ALL):
            hour = row.window_ms - row.window_ms % HOUR_MS
            by_hour.setdefault(hour, Tally()).add(row, Rules())
        assert dict(tallies(session, ALL, Rules())) == by_hour
        for queue in session.exec(select(Segment.queue).distinct()).all():
            stays = Tally()
            for row in Records(session).queue_rows(queue, ALL):
                stays.add(row, Rules())
            pooled = Tally()
            for _, tally in tallies(session, ALL, Rules(), queue):
                pooled += tally
            assert not queue or pooled == stays


def stays_share_the_time_of_their_call(engine: Engine) -> None:
    """What an agent did for a call, he did for at most one of its stays."""
    with Session(engine) as session:
        for call in session.exec(select(Call)):
            stays = session.exec(select(Segment).where(Segment.call_id == call.call_id)).all()
            for name in ("talk_ms", "hold_ms", "wrap_ms"):
                assert sum(getattr(stay, name) for stay in stays) <= getattr(call, name)


@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
@given(facts=histories(), cuts=st.lists(st.integers(0, 1000), max_size=6))
def test_whatever_happens_in_whatever_batches(
    facts: list[JournalFact], cuts: list[int], memory: Engine
) -> None:
    emptied(memory)
    write(memory, facts, cuts)
    figures_are_those_of_the_calls(memory)
    stays_share_the_time_of_their_call(memory)


@settings(max_examples=3, deadline=None, suppress_health_check=list(HealthCheck))
@given(facts=histories(), cuts=st.lists(st.integers(0, 1000), max_size=6))
def test_on_both_databases_the_figures_are_those_of_the_calls(
    facts: list[JournalFact], cuts: list[int], database: str
) -> None:
    with records(database) as engine:
        emptied(engine)
        write(engine, facts, cuts)
        figures_are_those_of_the_calls(engine)


def test_a_queue_handles_a_call_for_as_long_as_its_own_agents_do(memory: Engine) -> None:
    """Held and wrapped up in one queue, handed on, and talked in another: no time counts twice."""
    emptied(memory)
    write(memory, HANDED_ON, [])
    figures_are_those_of_the_calls(memory)
    with Session(memory) as session:
        stays = [(s.queue, s.talk_ms, s.hold_ms, s.wrap_ms) for s in session.exec(select(Segment))]
        (call,) = session.exec(select(Call)).all()
    assert stays == [("general", 24_000, 6_000, 10_000), ("social", 20_000, 0, 15_000)]
    assert (call.talk_ms, call.hold_ms, call.wrap_ms) == (44_000, 6_000, 25_000)


def test_stays_of_before_are_given_their_wrap_up(database: str) -> None:
    engine = connect(database)
    _upgraded(engine, "0006")
    with engine.begin() as connection:
        for row in folded([*HANDED_ON, *ONE_STAY]).added:
            made = table_of(type(row))
            there = {each["name"] for each in inspect(connection).get_columns(made.name)} - {"id"}
            known = [column(c.name, c.type) for c in made.columns if c.name in there]
            values = {c.name: getattr(row, c.name) for c in known}
            connection.execute(insert(table(made.name, *known)), [values])
        connection.execute(insert(HourCount), [{"hour": 0, "queue": "social", "counts": {}}])
    migrate(engine)
    with Session(engine) as session:
        stays = session.exec(select(Segment).order_by(col(Segment.call_id), col(Segment.number)))
        assert [(s.call_id, s.wrap_ms) for s in stays] == [
            (C, 10_000),
            (C, 15_000),
            ("later", 7_000),
        ]
        assert differences(session) == []
    engine.dispose()


def _upgraded(engine: Engine, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(files("callcenter.records") / "migrations"))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)


@given(facts=histories())
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_what_was_lost_is_told_and_can_be_made_anew(facts: list[JournalFact]) -> None:
    with records(IN_MEMORY) as engine:
        write(engine, facts, [])
        with Session(engine) as session:
            # An hour whose calls were all taken away again keeps a row of nothing.
            kept = [row for row in session.exec(select(HourCount)) if row.counts]
            if not kept:
                return
            session.delete(kept[0])
            session.flush()
            ((_, before, after),) = differences(session)
            assert Counter(before) == Counter()
            assert Counter(after) == Counter(kept[0].counts)
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
