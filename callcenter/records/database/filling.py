"""Fills a database with a history: rows in bulk, indexes when all are there."""

import gc
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, Engine, Index, insert
from sqlmodel import SQLModel

from callcenter.records.database.engine import Url, connect, migrate
from callcenter.records.database.errors import refusals
from callcenter.records.fold.page import Page
from callcenter.records.tables.calls import METADATA, HourCount, KnownNumber
from callcenter.records.writing.hours import Counts, counted
from callcenter.records.writing.saving import save_added

Tell = Callable[[int], None]
"""Told as it goes on: so many more calls are there."""
_OVER_AFTER_MS = 6 * 3_600_000
"""No later call belongs to an hour that began so long before."""
_RARELY = 200_000


@dataclass(frozen=True, slots=True)
class Filled:
    """What it took."""

    calls: int
    rows: int
    seconds: float
    index_seconds: float
    """Of these, for the indexes and the table of numbers."""


@refusals()
def fill(url: Url, pages: Iterable[Page], tell: Tell) -> Filled:
    """Make the tables at that URL, which must be empty, and fill them. Raises RecordsError."""
    began, engine = time.monotonic(), connect(url)
    try:
        migrate(engine)
        indexes = [index for table in METADATA.sorted_tables for index in table.indexes]
        with engine.begin() as connection:
            for index in indexes:
                index.drop(connection)
        calls, rows = _rows(engine, pages, tell)
        loaded = time.monotonic()
        _finish(engine, indexes)
        ended = time.monotonic()
        return Filled(calls, rows, ended - began, ended - loaded)
    finally:
        engine.dispose()


def _rows(engine: Engine, pages: Iterable[Page], tell: Tell) -> tuple[int, int]:
    calls = rows = 0
    hours: Counts = {}
    # Rows come and go by the page and hold each other in no circles.
    gc.set_threshold(_RARELY)
    for page in pages:
        for place, counts in counted(page).items():
            hours.setdefault(place, Counter()).update(counts)
        over = max(hour for hour, _ in hours) - _OVER_AFTER_MS
        with engine.begin() as connection:
            save_added(connection, page)
            _save_hours(connection, hours, over)
        calls, rows = calls + len(page.calls), rows + len(page.added)
        tell(len(page.calls))
    with engine.begin() as connection:
        _save_hours(connection, hours, None)
    return calls, rows


def _save_hours(connection: Connection, hours: Counts, until: int | None) -> None:
    """Write the hours that are over, and forget them: memory stays flat."""
    places = sorted(place for place in hours if until is None or place[0] < until)
    counted = [(place, hours.pop(place)) for place in places]
    rows = [
        {"hour": hour, "queue": queue, "counts": {name: n for name, n in counts.items() if n}}
        for (hour, queue), counts in counted
    ]
    if rows:
        connection.execute(insert(HourCount), rows)


def _finish(engine: Engine, indexes: list[Index]) -> None:
    with engine.begin() as connection:
        for index in indexes:
            index.create(connection)
        connection.exec_driver_sql(
            f"INSERT INTO {_name(KnownNumber)} SELECT DISTINCT caller FROM call"  # noqa: S608
            " WHERE direction = 'in' AND caller <> ''"
        )
    if engine.dialect.name == "postgresql":
        # As its own housekeeping does in the night.
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM ANALYZE")


def _name(kind: type[SQLModel]) -> str:
    return str(kind.__tablename__)
