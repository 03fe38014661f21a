"""The writer folds each fact exactly once, whatever stops it, and never makes the journal wait."""

import itertools
import time
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
from callcenter.acd.facts import (
    CallEnded,
    CallQueued,
    RingEnded,
    RingStarted,
    TalkEnded,
    TalkStarted,
)
from callcenter.records.database.engine import connect
from callcenter.records.journal.facts import JournalFact
from callcenter.records.journal.files import segments
from callcenter.records.journal.journal import Journal
from callcenter.records.writing.writer import Writer
from callcenter.terms import Outcome, RingResult
from tests.records.rows import folded, of_database, of_page

DEADLINE_S = 30.0


def answered_call(call: str, at: float) -> list[JournalFact]:
    leg = f"{call}~1"
    return [
        CallQueued(at, call, "q", "13800000001", "12345", at - 9, at, "zh", 0, False),
        RingStarted(at, call, leg, "1001", "q", {"candidates": 1}),
        RingEnded(at + 3, call, leg, "1001", RingResult.ANSWERED, 200),
        TalkStarted(at + 3, call, leg, "1001", "q"),
        TalkEnded(at + 63, call, leg, "1001", "caller"),
        CallEnded(at + 63, call, Outcome.ANSWERED, ""),
    ]


def calls(count: int) -> list[JournalFact]:
    """Interleaved, so that a cut finds several calls open."""
    lives = [answered_call(f"c{n}", 1000.0 + n) for n in range(count)]
    return list(itertools.chain.from_iterable(zip(*lives, strict=True)))


def until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + DEADLINE_S
    while not true():
        assert time.monotonic() < deadline, "not in time"
        time.sleep(0.02)


def run_to_end(journal: Journal, url: str) -> None:
    writer = Writer(journal, url)
    writer.start()
    assert writer.wait_folded(journal.position, DEADLINE_S), writer.trouble
    assert writer.close()


def test_stopped_after_any_prefix_the_rows_end_the_same(tmp_path: Path, database: str) -> None:
    facts = calls(3)
    journal_folder = tmp_path / "journal"
    for n in range(len(facts)):
        with Journal(journal_folder) as journal:
            journal.append(facts[n : n + 1])
            if n % 3 == 0:
                run_to_end(journal, database)
    with Journal(journal_folder) as journal:
        run_to_end(journal, database)
        run_to_end(journal, database)
    engine = connect(database)
    assert of_database(engine) == of_page(folded(facts))
    engine.dispose()


def test_a_database_that_comes_late_gets_everything(tmp_path: Path) -> None:
    facts, folder = calls(2), tmp_path / "not-yet"
    url = f"sqlite:///{folder / 'records.db'}"
    with Journal(tmp_path / "journal") as journal:
        writer = Writer(journal, url)
        writer.start()
        journal.append(facts)
        until(lambda: bool(writer.trouble))
        assert writer.position == 0
        folder.mkdir()
        assert writer.wait_folded(len(facts), DEADLINE_S)
        assert writer.trouble == ""
        assert writer.close()
    engine = connect(url)
    assert of_database(engine) == of_page(folded(facts))
    engine.dispose()


@pytest.mark.db
def test_a_server_that_vanishes_and_returns_loses_and_doubles_nothing(
    tmp_path: Path, postgres_server: Path, postgres_url: str
) -> None:
    facts = calls(4)
    admin = psycopg.connect(
        f"host={postgres_server} user=callcenter dbname=postgres", autocommit=True
    )
    name = postgres_url.partition("@/")[2].partition("?")[0]
    with admin, Journal(tmp_path / "journal") as journal:
        writer = Writer(journal, postgres_url)
        writer.start()
        journal.append(facts[:9])
        assert writer.wait_folded(9, DEADLINE_S)
        admin.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false".encode())
        admin.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name]
        )
        journal.append(facts[9:])  # would never end if it waited for the server
        until(lambda: bool(writer.trouble))
        admin.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true".encode())
        assert writer.wait_folded(len(facts), DEADLINE_S)
        assert writer.close()
    engine = connect(postgres_url)
    assert of_database(engine) == of_page(folded(facts))
    engine.dispose()


def test_two_journals_may_share_a_database(tmp_path: Path, database: str) -> None:
    first, second = answered_call("a.1", 1000.0), answered_call("b.1", 2000.0)
    for name, facts in (("a", first), ("b", second)):
        with Journal(tmp_path / name) as journal:
            journal.append(facts)
            run_to_end(journal, database)
    engine = connect(database)
    assert of_database(engine) == of_page(folded([*first, *second]))
    engine.dispose()


def test_folded_journal_files_can_be_removed_but_the_last_ones_stay(tmp_path: Path) -> None:
    with Journal(tmp_path / "journal", segment_bytes=1500) as journal:
        for fact in calls(15):
            journal.append([fact])
        before = len(segments(tmp_path / "journal"))
        run_to_end(journal, f"sqlite:///{tmp_path / 'records.db'}")
        assert journal.forget(journal.position) == before - 7 > 0
        assert len(segments(tmp_path / "journal")) == 7
