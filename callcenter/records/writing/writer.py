"""Brings the journal into the tables, on its own thread, each fact exactly once.

Rows and the position up to which the journal is folded are written in one transaction. When the
database is away the journal goes on growing, and the writer tries again.
"""

import gc
import logging
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import contextmanager

from sqlalchemy import Connection, Engine, Table, insert, select, update
from sqlalchemy.exc import SQLAlchemyError

from callcenter.records.database.checkpoints import Checkpoints
from callcenter.records.database.engine import RecordsError, Url, connect, migrate
from callcenter.records.fold.facts import fold
from callcenter.records.journal.files import Entry, JournalError, JournalReader
from callcenter.records.journal.journal import Journal
from callcenter.records.personal.form import hold_form
from callcenter.records.tables.calls import JournalPosition
from callcenter.records.writing.hours import counted, keep
from callcenter.records.writing.loading import load
from callcenter.records.writing.saving import save

BATCH = 40_000
"""Facts in one transaction at most; a backlog comes in by such blocks, else what is there."""
FIRST_RETRY_S = 0.5
LAST_RETRY_S = 30.0
_REFUSALS = (SQLAlchemyError, JournalError, OSError, RecordsError)

_log = logging.getLogger(__name__)


class Writer:
    """Folds a journal into a database until it is closed."""

    def __init__(self, journal: Journal, url: Url) -> None:
        self.trouble = ""
        """Why the database does not take rows now; empty when it does."""
        self.place = url
        self._journal = journal
        self._engine = connect(url)
        self._checkpoints = Checkpoints(self._engine)
        self._position = 0
        self._closing = threading.Event()
        self._folded = threading.Condition()
        self._thread = threading.Thread(target=self._run, name="records-writer", daemon=True)

    @property
    def position(self) -> int:
        """Number of the last fact that is in the tables."""
        return self._position

    def start(self) -> None:
        """Begin; returns at once, whether the database is there or not."""
        self._thread.start()

    def wait_folded(self, position: int, timeout_s: float) -> bool:
        """Wait until the facts up to `position` are in the tables; False when time is over."""
        with self._folded:
            return self._folded.wait_for(lambda: self._position >= position, timeout_s)

    def close(self, timeout_s: float = 10.0) -> bool:
        """Fold what is on the disk, then end. False when the database did not take all of it."""
        self._closing.set()
        self._thread.join(timeout_s)
        self._engine.dispose()
        return self._position >= self._journal.durable

    def _run(self) -> None:
        retry_s = FIRST_RETRY_S
        while True:
            try:
                migrate(self._engine)
                self._follow()
                return
            except _REFUSALS as error:
                # Whatever was refused, the journal keeps it: nothing is lost by waiting.
                retry_s = min(2 * retry_s, LAST_RETRY_S) if self.trouble else FIRST_RETRY_S
                self.trouble = str(error).splitlines()[0]
                _log.error("records: %s; trying again in %.1f s", self.trouble, retry_s)
            if self._closing.wait(retry_s):
                return

    def _follow(self) -> None:
        """Fold until closed and up to date. Raises SQLAlchemyError when the database fails."""
        # Asked anew after each failure: a commit whose answer was lost may have happened.
        self._reached(self._stored_position())
        reader = self._journal.read(self._position)
        with ThreadPoolExecutor(2, "records-beside") as beside:
            while True:
                done = self._closing.is_set()
                entries = reader.read(BATCH, upto=self._journal.durable)
                while len(entries) == BATCH:
                    with _uncollected():
                        entries = self._write_and_read(entries, reader, beside)
                if entries:
                    self._write(entries, beside)
                elif done:
                    return
                elif not self._journal.wait_durable(reader.position, timeout_s=0.2):
                    # At once where the disk refuses the journal: not to be asked without a pause.
                    self._closing.wait(0.05)

    def _stored_position(self) -> int:
        mine = _POSITIONS.c.journal == self._journal.id
        with self._engine.connect() as connection:
            return connection.scalar(select(_POSITIONS.c.position).where(mine)) or 0

    def _write_and_read(
        self, entries: list[Entry], reader: JournalReader, beside: Executor
    ) -> list[Entry]:
        """Of a backlog the next block is read while the database takes this one."""
        following: list[Future[list[Entry]]] = []

        def read() -> None:
            following.append(beside.submit(reader.read, BATCH, self._journal.durable))

        self._write(entries, beside, read)
        return following[0].result()

    def _write(
        self, entries: list[Entry], beside: Executor, meanwhile: Callable[[], None] | None = None
    ) -> None:
        write_entries(self._engine, self._journal.id, entries, meanwhile)
        self._checkpoints.committed(len(entries), beside)
        self.trouble = ""
        self._reached(entries[-1].n)

    def _reached(self, position: int) -> None:
        with self._folded:
            self._position = position
            self._folded.notify_all()


@contextmanager
def _uncollected() -> Iterator[None]:
    """For as long as a block takes: its facts and rows, a hundred thousand, hold each other in no
    circles, and a collection would walk all of them for nothing."""
    automatic = gc.isenabled()  # not in the controller: see live/health/garbage.py
    gc.disable()
    try:
        yield
    finally:
        if automatic:
            gc.enable()


def write_entries(
    engine: Engine,
    journal: str,
    entries: list[Entry],
    meanwhile: Callable[[], None] | None = None,
) -> None:
    """One transaction: the rows of these facts, and how far the journal is folded.

    `meanwhile` is called when all is folded and what is left is mostly the database's work.
    """
    with engine.begin() as connection:
        hold_form(connection)
        page = load(connection, [entry.fact for entry in entries])
        before = counted(page)
        for entry in entries:
            fold(entry.fact, page)
        after = counted(page)
        if meanwhile is not None:
            meanwhile()
        save(connection, page)
        keep(connection, before, after)
        _set_position(connection, journal, entries[-1].n)


def _set_position(connection: Connection, journal: str, position: int) -> None:
    mine = _POSITIONS.c.journal == journal
    if not connection.execute(update(_POSITIONS).where(mine).values(position=position)).rowcount:
        connection.execute(insert(_POSITIONS).values(journal=journal, position=position))


_POSITIONS: Table = JournalPosition.__table__  # type: ignore[attr-defined]
