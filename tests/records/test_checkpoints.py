"""SQLite's log of commits comes into its file while rows are written."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from callcenter.records.database import checkpoints
from callcenter.records.journal.journal import Journal
from callcenter.records.writing.writer import Writer
from tests.records.test_writer import DEADLINE_S, calls, until


def in_the_file(database: Path) -> int:
    """Calls that are there without the log."""
    alone = database.with_name("alone.db")
    shutil.copy(database, alone)
    with closing(sqlite3.connect(alone)) as connection:
        try:
            (count,) = connection.execute("SELECT count(*) FROM call").fetchone()
        except sqlite3.DatabaseError:  # not yet, or copied in that moment
            return 0
    return int(count)


def test_the_log_does_not_wait_for_the_writers_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checkpoints, "_PAGES", 1)
    database, facts = tmp_path / "records.db", calls(3)
    with Journal(tmp_path / "journal") as journal:
        writer = Writer(journal, f"sqlite:///{database}")
        writer.start()
        assert writer.wait_folded(journal.append(facts), DEADLINE_S)
        until(lambda: in_the_file(database) > 0)
        assert writer.close()


def test_a_short_log_is_left_alone(tmp_path: Path) -> None:
    database, facts = tmp_path / "records.db", calls(3)
    with Journal(tmp_path / "journal") as journal:
        writer = Writer(journal, f"sqlite:///{database}")
        writer.start()
        assert writer.wait_folded(journal.append(facts), DEADLINE_S)
        assert in_the_file(database) == 0
        assert writer.close()
    assert in_the_file(database) == 3
