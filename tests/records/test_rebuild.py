"""The tables made anew are the tables, on both databases, whatever happened or is gone."""

import math
import tempfile
from pathlib import Path

import pytest
from callcenter.acd.facts import AgentChanged, CallEnded, CallQueued
from callcenter.records.database.engine import connect, migrate
from callcenter.records.journal import state as journal_state
from callcenter.records.journal.facts import ActDone, JournalFact
from callcenter.records.journal.files import segments
from callcenter.records.journal.journal import Journal, JournalBusy, JournalError
from callcenter.records.tables.calls import METADATA, Act, Call, HourCount, JournalPosition
from callcenter.records.writing.hours import differences
from callcenter.records.writing.rebuild import _BY_TIME, _LEFT, _OF_CALLS, Rebuilt, rebuild
from callcenter.records.writing.writer import Writer
from callcenter.terms import AgentState, Outcome
from hypothesis import HealthCheck, given, settings
from sqlalchemy import Engine, delete, update
from sqlmodel import Session, col, select
from tests.records.rows import Rows, of_database
from tests.records.strategies import histories
from tests.records.test_writer import answered_call, calls

SMALL = 3000


def fill(folder: Path, url: str, facts: list[JournalFact], segment_bytes: int = SMALL) -> None:
    """A journal of many files, and its tables."""
    with Journal(folder, segment_bytes=segment_bytes) as journal:
        for fact in facts:
            journal.append([fact])
        writer = Writer(journal, url)
        writer.start()
        assert writer.wait_folded(len(facts), 60), writer.trouble
        assert writer.close()


def make_anew(folder: Path, url: str) -> Rebuilt:
    with Journal(folder) as journal:
        return rebuild(journal, folder, url, lambda done, of: None)


def clear(engine: Engine) -> None:
    with engine.begin() as connection:
        for table in METADATA.sorted_tables:
            connection.execute(delete(table))


def hours_hold(engine: Engine) -> bool:
    with Session(engine) as session:
        return differences(session) == []


@settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck))
@given(facts=histories(calls=6))
def test_the_same_rows_whatever_became_of_them(facts: list[JournalFact], database: str) -> None:
    engine = connect(database)
    migrate(engine)
    clear(engine)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "journal"
        fill(folder, database, facts)
        before = of_database(engine)
        with engine.begin() as connection:
            connection.execute(update(Call).values(outcome="ivr_end", caller="damaged"))
            connection.execute(delete(HourCount))
            connection.execute(delete(JournalPosition))
        done = make_anew(folder, database)
        assert (done.first, done.facts, done.kept_calls) == (1, len(facts), 0)
        assert of_database(engine) == before
        assert hours_hold(engine)
        with Journal(folder) as journal:
            # Nothing is folded a second time afterwards.
            writer = Writer(journal, database)
            writer.start()
            assert writer.wait_folded(len(facts), 60)
            assert writer.close()
        assert of_database(engine) == before
    engine.dispose()


def duties(count: int) -> list[JournalFact]:
    states = (AgentState.READY, AgentState.NOT_READY)
    return [
        fact
        for n in range(count)
        for fact in (
            AgentChanged(1000.0 + n, "1001", states[n % 2], "", "", 0.0, 0),
            ActDone(1000.5 + n, "9001", "listen", f"c{n}", "", "done"),
        )
    ]


def one_by_one(count: int) -> list[JournalFact]:
    """Calls that do not meet."""
    return [fact for n in range(count) for fact in answered_call(f"c{n}", 1000.0 + 100 * n)]


def mixed(count: int) -> list[JournalFact]:
    """Calls, duties and acts, a second apart each, in the order of their times."""
    facts = [*calls(count), *duties(2 * count)]
    return sorted(facts, key=lambda fact: fact.at)


def forget_some(folder: Path) -> int:
    files = segments(folder)
    for old in files[: len(files) // 2]:
        old.unlink()
    return int(segments(folder)[0].stem.removeprefix("journal-"))


def test_what_removed_files_told_is_kept_and_the_rest_made_anew(
    tmp_path: Path, database: str
) -> None:
    folder, facts = tmp_path / "journal", mixed(30)
    fill(folder, database, facts)
    engine = connect(database)
    before = of_database(engine)
    first = forget_some(folder)
    with engine.begin() as connection:
        newest = f"c{29}"
        connection.execute(delete(Call).where(col(Call.call_id) == newest))
        connection.execute(delete(Act).where(col(Act.at) > 1_060_000))
    assert of_database(engine) != before
    done = make_anew(folder, database)
    assert done.first == first > 1
    assert 0 < done.kept_calls < 30
    assert of_database(engine) == before
    assert hours_hold(engine)
    engine.dispose()


@settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck))
@given(facts=histories(calls=8))
def test_a_part_of_a_journal_changes_no_row_that_was_right(
    facts: list[JournalFact], database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The facts are of 1970; the journal would take their calls for forgotten ones.
    monkeypatch.setattr(journal_state, "FORGET_AFTER_S", math.inf)
    engine = connect(database)
    migrate(engine)
    clear(engine)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "journal"
        fill(folder, database, facts, segment_bytes=1500)
        before = of_database(engine)
        forget_some(folder)
        make_anew(folder, database)
        assert of_database(engine) == before
        assert hours_hold(engine)
    engine.dispose()


def test_what_the_tables_had_not_yet_is_folded_too(tmp_path: Path, database: str) -> None:
    folder, facts = tmp_path / "journal", mixed(30)
    fill(folder, database, facts[:-9])
    with Journal(folder, segment_bytes=SMALL) as journal:
        journal.append(facts[-9:])
    forget_some(folder)
    make_anew(folder, database)
    engine = connect(database)
    found = of_database(engine)
    engine.dispose()
    whole = f"sqlite:///{tmp_path / 'whole.db'}"
    fill(tmp_path / "whole", whole, facts)
    engine = connect(whole)
    assert of_database(engine) == found
    engine.dispose()


def test_new_rows_go_on_after_it(tmp_path: Path, database: str) -> None:
    folder, facts = tmp_path / "journal", mixed(5)
    fill(folder, database, facts)
    make_anew(folder, database)
    more = [
        AgentChanged(9000.0, "1002", AgentState.READY, "", "", 0.0, 0),
        *answered_call("x", 9000.0),
    ]
    with Journal(folder) as journal:
        journal.append(more)
        writer = Writer(journal, database)
        writer.start()
        assert writer.wait_folded(len(facts) + len(more), 60), writer.trouble
        assert writer.close()
    engine = connect(database)
    assert len(of_database(engine)["Call"]) == 6
    assert hours_hold(engine)
    engine.dispose()


def untouched(url: str) -> Rows:
    engine = connect(url)
    found = of_database(engine)
    engine.dispose()
    return found


def test_refused_while_a_controller_writes(tmp_path: Path) -> None:
    folder, url = tmp_path / "journal", f"sqlite:///{tmp_path / 'r.db'}"
    fill(folder, url, calls(2))
    with Journal(folder), pytest.raises(JournalBusy, match="stop that controller"):
        make_anew(folder, url)


def test_refused_with_rows_of_another_journal(tmp_path: Path, database: str) -> None:
    fill(tmp_path / "a", database, answered_call("a.1", 1000.0))
    fill(tmp_path / "b", database, answered_call("b.1", 1000.0))
    before = untouched(database)
    with pytest.raises(JournalError, match="1 other journals"):
        make_anew(tmp_path / "a", database)
    assert untouched(database) == before


def test_a_damaged_line_is_named_and_the_tables_stay(tmp_path: Path, database: str) -> None:
    folder = tmp_path / "journal"
    fill(folder, database, one_by_one(20))
    before = untouched(database)
    closed = segments(folder)[1]
    lines = closed.read_bytes().splitlines(keepends=True)
    lines[2] = lines[2].replace(b"call", b"cull", 1)
    closed.write_bytes(b"".join(lines))
    with pytest.raises(JournalError, match=rf"{closed.name}, line 3 is damaged"):
        make_anew(folder, database)
    assert untouched(database) == before
    assert not list(folder.glob("rebuild.db*"))


def test_a_file_that_is_missing_in_the_middle_is_told(tmp_path: Path, database: str) -> None:
    folder = tmp_path / "journal"
    fill(folder, database, one_by_one(20))
    before = untouched(database)
    segments(folder)[2].unlink()
    with pytest.raises(JournalError, match="facts are missing"):
        make_anew(folder, database)
    assert untouched(database) == before


def test_a_torn_last_line_is_cut_and_told(tmp_path: Path) -> None:
    folder, url = tmp_path / "journal", f"sqlite:///{tmp_path / 'r.db'}"
    fill(folder, url, calls(3))
    before = untouched(url)
    with segments(folder)[-1].open("ab") as file:
        file.write(b'0123abcd {"n":99,"ty')
    with Journal(folder) as journal:
        assert journal.cut_bytes == 20
        rebuild(journal, folder, url, lambda done, of: None)
    assert untouched(url) == before


def test_progress_is_told_to_the_end(tmp_path: Path) -> None:
    folder, url = tmp_path / "journal", f"sqlite:///{tmp_path / 'r.db'}"
    facts = calls(3)
    fill(folder, url, facts)
    told: list[tuple[int, int]] = []
    with Journal(folder) as journal:
        rebuild(journal, folder, url, lambda done, of: told.append((done, of)))
    assert told[-1] == (len(facts), len(facts))


def test_a_call_without_its_beginning_gets_no_row(tmp_path: Path) -> None:
    """An empty database, and a journal whose beginning is gone."""
    folder, url = tmp_path / "journal", f"sqlite:///{tmp_path / 'r.db'}"
    facts: list[JournalFact] = [
        CallQueued(1000.0, "old", "q", "138", "12345", 990.0, 1000.0, "zh", 0, False),
        *one_by_one(20),
        CallEnded(9000.0, "old", Outcome.ABANDONED_QUEUE, ""),
    ]
    fill(folder, url, facts)
    forget_some(folder)
    engine = connect(url)
    clear(engine)
    make_anew(folder, url)
    with Session(engine) as session:
        assert session.get(Call, "old") is None
        assert session.exec(select(Call)).all()
    assert hours_hold(engine)
    engine.dispose()


def test_every_table_has_a_rule_for_a_part_of_a_journal() -> None:
    """A table of one key is made anew row by row; one whose key the database gives, by time."""
    for table in METADATA.sorted_tables:
        rules = [table.name in names for names in (_OF_CALLS, _BY_TIME, _LEFT)]
        by_key = "id" not in table.c and len(table.primary_key.columns) == 1
        assert sum(rules) == 1 or (sum(rules) == 0 and by_key), table.name
