"""The history that speed is measured on is believable, the same each time, and counted right."""

import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import pytest
from callcenter.qa.bench_ingest import ingest
from callcenter.qa.bench_records import prove
from callcenter.qa.history import CALLERS, Plan, caller, pages
from callcenter.records.database.engine import connect
from callcenter.records.database.filling import fill
from callcenter.records.database.own_postgres import own_postgres
from callcenter.records.proof.identities import faults_of
from callcenter.records.tables.calls import METADATA, Call, KnownNumber
from callcenter.records.writing.hours import differences
from callcenter.terms import Outcome
from sqlalchemy import inspect
from sqlmodel import Session, func, select

PLAN = Plan(4000)


def test_the_same_seed_tells_the_same_history() -> None:
    first, second = ([row for page in pages(PLAN) for row in page.calls] for _ in range(2))
    assert first == second
    assert len(first) == PLAN.calls


def test_calls_are_in_order_of_time_and_without_fault() -> None:
    calls = list(chain.from_iterable(page.calls.values() for page in pages(PLAN)))
    times = [call.arrived_at for call in calls]
    assert times == sorted(times)
    assert [fault for call in calls for fault in faults_of(call)] == []
    ends = Counter(call.outcome for call in calls)
    assert 0.5 < ends[Outcome.ANSWERED] / len(calls) < 0.8
    assert {Outcome.IVR_END, Outcome.ABANDONED_QUEUE, Outcome.ABANDONED_RING} <= set(ends)


def test_callers_have_numbers_of_their_own() -> None:
    assert len({caller(rank) for rank in range(50_000)}) == 50_000
    assert caller(3) == caller(3 + CALLERS)


@pytest.fixture
def short() -> Iterator[Path]:
    """A folder that the server's user may enter, with a path short enough for a socket."""
    folder = Path(tempfile.mkdtemp(prefix="cc-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


def test_sqlite_is_filled_as_by_the_fold(tmp_path: Path) -> None:
    _fill_and_check(f"sqlite:///{tmp_path / 'records.db'}")


@pytest.mark.db
def test_a_postgresql_of_our_own_is_filled_as_by_the_fold(short: Path) -> None:
    with own_postgres(short / "pg") as url:
        _fill_and_check(url)


def _fill_and_check(url: str) -> None:
    told: list[int] = []
    filled = fill(url, pages(PLAN), told.append)
    assert filled.calls == sum(told) == PLAN.calls
    engine = connect(url)
    with Session(engine) as session:
        assert differences(session) == []
        callers = session.exec(select(func.count(func.distinct(Call.caller)))).one()
        assert session.exec(select(func.count()).select_from(KnownNumber)).one() == callers
        proved, wrong = prove(session, PLAN)
        assert proved > 0
        assert wrong == 0
        pace = ingest(url, PLAN, 50)
        assert min(pace.by_clock, pace.by_cpu) > 0
        assert differences(session) == []
    there = {index["name"] for index in inspect(engine).get_indexes("call")}
    assert {index.name for index in METADATA.tables["call"].indexes} <= there
    engine.dispose()
