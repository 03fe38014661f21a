"""What is raised where records can't be used."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import SQLAlchemyError


class RecordsError(Exception):
    """The records can't be used as they are; the text tells the remedy."""


@contextmanager
def refusals(what: str = "the database refused") -> Iterator[None]:
    """What the database refuses within is told in one line. Raises RecordsError."""
    try:
        yield
    except SQLAlchemyError as error:
        raise RecordsError(f"{what}: {str(error).splitlines()[0]}") from error
