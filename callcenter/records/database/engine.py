"""The database behind the records: SQLite beside the node, or PostgreSQL by URL."""

import json
import re
import sqlite3
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, TypeAlias

from pydantic_core import from_json
from sqlalchemy import Connection, Engine, create_engine, event, inspect, make_url, text
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.pool import ConnectionPoolEntry

from callcenter.records.database.errors import RecordsError, refusals
from callcenter.records.personal.columns import set_numbers
from callcenter.records.personal.form import check_form, settle_form
from callcenter.records.personal.numbers import PLAIN, Numbers
from callcenter.records.writing.hours import recount

_BUSY_S = 10
"""A reader of SQLite may hold the file for a moment; the writer waits for it."""
_COUNTED_BY = "0007"
"""The revision since which calls are counted by hour as they are now."""

_TABLE = "alembic_version"
_VERSION = re.compile(r"v(\d{4})_\w+\.py\Z")
"""File of a migration; its number is the revision."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """A database, and how numbers are stored in it."""

    url: str
    numbers: Numbers = field(repr=False)


Url: TypeAlias = str | Sealed
"""Where records are; a URL alone means that numbers are stored as they are."""


__all__ = [
    "RecordsError", "Sealed", "Url", "connect", "database_url", "head", "migrate", "migrate_url",
    "numbers_at", "open_for_reading", "plain_url", "revision",
]  # fmt: skip


def database_url(url: str, node: Path, password: str | None = None) -> str:
    """The URL to connect to: as the site writes it, by default SQLite in the node's folder.

    Raises RecordsError where it is no URL, or one of another database.
    """
    if not url:
        return f"sqlite:///{node / 'records.db'}"
    try:
        parsed = make_url(url)
    except ArgumentError as wrong:
        raise RecordsError(f"storage.database is no URL: {wrong}") from wrong
    if parsed.drivername not in ("sqlite", "postgresql+psycopg"):
        raise RecordsError(
            f"storage.database begins with {parsed.drivername}; "
            "write postgresql+psycopg://… or sqlite:///…"
        )
    if password is not None:
        parsed = parsed.set(password=password)
    return parsed.render_as_string(hide_password=False)


def plain_url(url: Url) -> str:
    """The URL alone."""
    return url.url if isinstance(url, Sealed) else url


def numbers_at(url: Url) -> Numbers:
    """How numbers are stored there."""
    return url.numbers if isinstance(url, Sealed) else PLAIN


def connect(url: Url) -> Engine:
    """An engine of that database; connects when it is first used."""
    engine = _engine(plain_url(url))
    if isinstance(url, Sealed):
        set_numbers(engine.dialect, url.numbers)
    return engine


def _engine(url: str) -> Engine:
    if make_url(url).get_backend_name() != "sqlite":
        # A server that was away: the pool's old connections are tried before use.
        return create_engine(
            url,
            pool_pre_ping=True,
            connect_args={"connect_timeout": 5},
            json_deserializer=_from_json,
        )
    engine = create_engine(url, connect_args={"timeout": _BUSY_S}, json_deserializer=_from_json)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _from_json(document: str) -> Any:
    # Years of hours are tens of thousands of documents, which this reads in a third of the time.
    try:
        return from_json(document)
    except ValueError:
        # A lone surrogate, which only the library's own parser takes.
        return json.loads(document)


def migrate(engine: Engine, *, form: bool = True) -> str:
    """Bring the tables to this version's shape; returns the revision they then have.

    Raises RecordsError for tables of a newer version and, with `form`, where numbers are not
    stored as this engine stores them.
    """
    _keep_private(engine)
    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            # Two processes that start at once: the second waits, then finds nothing to do.
            connection.exec_driver_sql("SELECT pg_advisory_xact_lock(712345)")
        before = _revision(connection) or ""
        if before != head():
            # Here, since Alembic is a tenth of a program's start.
            from callcenter.records.database.migrating import upgrade

            upgrade(connection)
        if before < _COUNTED_BY:
            # When all columns are there: the rows are read as this version knows them.
            recount(connection)
        reached = _revision(connection) or ""
    if form:
        with engine.begin() as connection:
            settle_form(connection)
    return reached


def migrate_url(url: Url) -> str:
    """`migrate` for whoever has no engine. Raises RecordsError when the database refuses."""
    engine = connect(url)
    try:
        with refusals():
            return migrate(engine)
    finally:
        engine.dispose()


def revision(engine: Engine) -> str | None:
    """The revision the tables have; None where there are none."""
    with engine.connect() as connection:
        return _revision(connection)


@cache
def head() -> str:
    """The revision that this version of the program needs: that of its newest migration."""
    versions = (files("callcenter.records") / "migrations" / "versions").iterdir()
    return max(found[1] for path in versions if (found := _VERSION.match(path.name)))


def open_for_reading(url: Url) -> Engine:
    """An engine of records that exist, have this version's shape, and hold numbers as the site
    says; else RecordsError."""
    parsed = make_url(plain_url(url))
    if parsed.get_backend_name() == "sqlite" and not Path(parsed.database or "").is_file():
        raise RecordsError(f"there are no records yet ({parsed.database}); start the controller")
    engine = connect(url)
    try:
        found = revision(engine)
    except SQLAlchemyError:
        engine.dispose()
        raise
    if found != head():
        engine.dispose()
        raise RecordsError(
            f"the records have revision {found or 'none'}, this program needs {head()}; "
            "run `callcenter records migrate`"
        )
    try:
        with engine.connect() as connection:
            check_form(connection)
    except BaseException:
        engine.dispose()
        raise
    return engine


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table(_TABLE):
        return None
    found = connection.scalar(text(f"SELECT version_num FROM {_TABLE}"))  # noqa: S608  ours
    return None if found is None else str(found)


def _keep_private(engine: Engine) -> None:
    """The file of SQLite holds callers' numbers: not for every user of the machine."""
    if engine.dialect.name == "sqlite" and engine.url.database:
        file = Path(engine.url.database)
        if file.parent.is_dir():
            file.touch(mode=0o640)


def _prepare_sqlite(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    assert isinstance(connection, sqlite3.Connection)  # noqa: S101  this engine's driver
    # The driver would begin transactions by itself, and too late for DDL.
    connection.isolation_level = None
    # Readers do not block the writer, and the other way round.
    connection.execute("PRAGMA journal_mode=WAL")
    # A power failure may take the last transactions, rows and position together; the journal
    # still has their facts.
    connection.execute("PRAGMA synchronous=NORMAL")
    # Indexes of millions of calls are written at random places: the same page is then brought to
    # the file once for many batches. 64 MB each.
    connection.execute("PRAGMA cache_size=-64000")
    connection.execute("PRAGMA wal_autocheckpoint=16000")


def _begin_sqlite(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN")
