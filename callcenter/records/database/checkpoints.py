"""SQLite's log of commits, brought into its file beside the writing of rows.

SQLite would do it itself, in the commit that makes the log long enough: the writer then waits for
the disk, and the next block with it.
"""

import sqlite3
from concurrent.futures import Executor, Future
from contextlib import closing, suppress

from sqlalchemy import Engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry

_PAGES = 16_000
"""Pages of 4 kB in the log, about, when they are brought into the file."""
_MOST_PAGES = 64_000
"""With so many SQLite does it itself: while commit follows commit, the log is never read out whole,
and would grow for as long."""
_OF_A_COMMIT = 20
"""Pages that a commit changes, however small."""
_FACTS_A_PAGE = 6


class Checkpoints:
    """When to do it, for the one who writes with this engine; does nothing on PostgreSQL."""

    def __init__(self, engine: Engine) -> None:
        self._file = engine.url.database if engine.dialect.name == "sqlite" else None
        self._pages = 0
        self._running: Future[None] | None = None
        if self._file is not None:
            event.listen(engine, "connect", _leave_to_us)

    def committed(self, facts: int, beside: Executor) -> None:
        """The rows of so many facts were committed; `beside` has a thread for what is due."""
        self._pages += _OF_A_COMMIT + facts // _FACTS_A_PAGE
        if self._file is None or self._pages < _PAGES:
            return
        if self._running is None or self._running.done():
            self._pages = 0
            self._running = beside.submit(_bring, self._file)


def _bring(file: str) -> None:
    # What the disk refuses here it refuses the writer too, who tells it.
    with suppress(sqlite3.Error), closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA wal_checkpoint(PASSIVE)")


def _leave_to_us(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    assert isinstance(connection, sqlite3.Connection)  # noqa: S101  this engine's driver
    connection.execute(f"PRAGMA wal_autocheckpoint={_MOST_PAGES}")
