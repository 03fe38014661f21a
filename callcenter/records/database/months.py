"""Months of PostgreSQL: tables that grow with calls are kept in one partition for each month.

An insert never waits for a partition and never fails for the want of one: what no month takes goes
to the table's rest (`call_rest`), and moves when its month is made. SQLite has no partitions.
"""

import logging
import re
from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, datetime, timedelta, timezone
from typing import NamedTuple

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from callcenter.records.tables.columns import iso

MONTHLY: Mapping[str, str] = {
    "call": "arrived_at",
    "segment": "requested_at",
    "ring_attempt": "started_at",
    "agent_state": "started_at",
    "hold": "started_at",
    "transfer": "at",
    "consult": "started_at",
    "relaxation": "at",
    "rating": "at",
    "trunk_use": "at",
}
"""Table -> the time that tells a row's month: given when the row is made and never changed. In
PostgreSQL it is a part of the key. What outlives its call (recordings, messages, callers owed a
call, the audit, hours counted) is not kept by months."""
ZONE = timezone(timedelta(hours=8))
"""Where months begin. A site in another zone reads some hours of a neighbour month, by index."""
REST = "rest"
"""Ends the name of the partition of rows that no month takes."""
_YEARS = range(2000, 2100)
"""A wrong clock makes no months; its rows stay in the rest."""
_PARTITION = re.compile(rf"(?P<table>\w+)_((?P<year>\d{{4}})_(?P<month>\d\d)|{REST})")
_LOCK = 712346
_MAKE_WITHIN = "500ms"

_log = logging.getLogger(__name__)


class Month(NamedTuple):
    """A month of the calendar, in ZONE."""

    year: int
    month: int

    def __str__(self) -> str:
        return f"{self.year:04}-{self.month:02}"

    @property
    def start_ms(self) -> int:
        """Its first moment, in milliseconds since 1970."""
        return round(datetime(self.year, self.month, 1, tzinfo=ZONE).timestamp() * 1000)

    @property
    def next(self) -> "Month":
        return Month(self.year + self.month // 12, self.month % 12 + 1)

    def partition(self, table: str) -> str:
        """The name of that table's part of this month."""
        return f"{table}_{self.year:04}_{self.month:02}"


def month_of(at_ms: int) -> Month:
    """The month of a moment, milliseconds since 1970."""
    local = datetime.fromtimestamp(at_ms // 1000, UTC).astimezone(ZONE)
    return Month(local.year, local.month)


def is_partition(name: str) -> bool:
    """True for the name of a partition made here."""
    found = _PARTITION.fullmatch(name)
    return found is not None and found["table"] in MONTHLY


def make_months(connection: Connection, table: str, times: Collection[int]) -> None:
    """Have the months of these moments, and the month after each, before rows are inserted.

    Where a long reading forbids it for now, the rows go to the rest; the next insert tries again.
    Does nothing for other tables and on SQLite.
    """
    if connection.dialect.name != "postgresql" or table not in MONTHLY or not times:
        return
    missing = _missing(connection, table, _wanted(times))
    if not missing:
        return
    try:
        with connection.begin_nested():
            connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{_MAKE_WITHIN}'")
            connection.exec_driver_sql("SELECT pg_advisory_xact_lock(%s)", (_LOCK,))
            # Another writer may have been faster.
            for month in _missing(connection, table, missing):
                make_month(connection, table, month)
            connection.exec_driver_sql("SET LOCAL lock_timeout = DEFAULT")
    except DBAPIError as error:
        if error.connection_invalidated:
            raise
        told = str(error.orig).splitlines()[0]
        _log.warning("no month %s of %s yet: %s", missing[0], table, told)


def make_month(connection: Connection, table: str, month: Month) -> None:
    """Make a partition that is not there, with what the rest has of it.

    Raises SQLAlchemyError.
    """
    name, rest, time = month.partition(table), f"{table}_{REST}", MONTHLY[table]
    start, end = iso(month.start_ms), iso(month.next.start_ms)
    for statement in (
        # Attached when it is filled: this locks the rest for a moment, and no other month.
        f"CREATE TABLE {name} (LIKE {table} INCLUDING DEFAULTS)",
        f"WITH moved AS (DELETE FROM {rest} WHERE {time} >= '{start}' AND {time} < '{end}'"  # noqa: S608
        f" RETURNING *) INSERT INTO {name} SELECT * FROM moved",
        f"ALTER TABLE {table} ATTACH PARTITION {name} FOR VALUES FROM ('{start}') TO ('{end}')",
    ):
        connection.exec_driver_sql(statement)


def months(connection: Connection) -> list[Month]:
    """The months that have partitions, in order; none on SQLite."""
    if connection.dialect.name != "postgresql":
        return []
    query = (
        "SELECT DISTINCT relname FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid"
        " WHERE inhparent = ANY (%s::regclass[])"
    )
    found = (
        _PARTITION.fullmatch(name)
        for (name,) in connection.exec_driver_sql(query, (list(MONTHLY),))
    )
    return sorted({Month(int(m["year"]), int(m["month"])) for m in found if m and m["year"]})


def _wanted(times: Collection[int]) -> list[Month]:
    first, last = month_of(min(times)), month_of(max(times))
    seen = {first} if first == last else set(map(month_of, times))
    wanted = seen | {month.next for month in seen}
    return sorted(month for month in wanted if month.year in _YEARS)


def _missing(connection: Connection, table: str, wanted: Iterable[Month]) -> list[Month]:
    by_name = {month.partition(table): month for month in wanted}
    query = "SELECT name FROM unnest(%s::text[]) AS name WHERE to_regclass(name) IS NULL"
    return sorted(by_name[name] for (name,) in connection.exec_driver_sql(query, (list(by_name),)))
