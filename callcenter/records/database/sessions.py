"""Sessions for those who measure the records from outside."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from callcenter.records.database.engine import RecordsError, Url, connect

__all__ = ["Session", "session_at"]


@contextmanager
def session_at(url: Url) -> Iterator[Session]:
    """A session with the records at that URL. Raises RecordsError."""
    engine = connect(url)
    try:
        with Session(engine) as session:
            yield session
    except SQLAlchemyError as error:
        raise RecordsError(f"the database refused: {str(error).splitlines()[0]}") from error
    finally:
        engine.dispose()
