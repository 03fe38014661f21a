"""Sessions with the records, which tell in one line what the database refuses."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine
from sqlmodel import Session

from callcenter.records.database.engine import Url, connect, open_for_reading
from callcenter.records.database.errors import refusals

__all__ = ["Session", "reading_at", "session_at"]


@contextmanager
def reading_at(url: Url) -> Iterator[Session]:
    """A session with records that exist and have this version's shape.

    Raises RecordsError, also for what fails while they are read.
    """
    with refusals(), _session(open_for_reading(url)) as session:
        yield session


@contextmanager
def session_at(url: Url) -> Iterator[Session]:
    """A session with the records at that URL, for those who measure them from outside.

    Raises RecordsError.
    """
    with refusals(), _session(connect(url)) as session:
        yield session


@contextmanager
def _session(engine: Engine) -> Iterator[Session]:
    try:
        with Session(engine) as session:
            yield session
    finally:
        engine.dispose()
