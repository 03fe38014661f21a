"""Old months of PostgreSQL go whole, without looking at their rows one by one."""

import logging
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, Engine, Select, Table, column, delete, func, or_, select, table
from sqlalchemy.exc import DBAPIError

from callcenter.records.database.errors import refusals
from callcenter.records.database.months import MONTHLY, Month, months
from callcenter.records.tables.calls import METADATA
from callcenter.records.tables.columns import iso

OF_THEIR_OWN = frozenset({"owed", "recording_hold", "agent_state", "trunk_use"})
"""Tables that name a call and whose rows have a time of their own: they do not go with it."""
_WITHIN = "10s"
_STATES = "agent_state"

_log = logging.getLogger(__name__)


def tables_of_calls() -> list[Table]:
    """The calls, and all whose rows go with their call."""
    return [t for t in METADATA.sorted_tables if "call_id" in t.c and t.name not in OF_THEIR_OWN]


def drop_months(
    engine: Engine, before_ms: int, kept: Sequence[Select[Any]] = ()
) -> Iterator[tuple[Month, int]]:
    """Remove the months that ended before a moment; yields each with the number of its calls.

    What goes are the calls that came in the month, with all that is theirs wherever it stands, and
    the use of trunks and the agents' states of the month; a state that lasted beyond the moment
    stays. Hours counted stay, so figures of years do. `kept` select the names of calls that must
    stay: a month that has a row of one is left as it is, and so is one that a long reading keeps
    busy: their rows are for the caller to delete. A month goes whole or not at all. SQLite has no
    months. Raises RecordsError.
    """
    with refusals(), engine.connect() as connection:
        old = [month for month in months(connection) if month.next.start_ms <= before_ms]
    for month in old:
        try:
            with refusals(f"the month {month} stays"), engine.begin() as connection:
                count = _dropped(connection, month, before_ms, kept)
        except _Busy as busy:
            _log.warning("the month %s goes row by row: %s", month, busy)
            continue
        if count is not None:
            yield month, count


class _Busy(Exception):
    """Others read the month."""


def _dropped(
    connection: Connection, month: Month, before_ms: int, kept: Sequence[Select[Any]]
) -> int | None:
    """How many calls went; None where one has to stay."""
    parts = _parts(connection, month)
    if any(_holds(connection, month, part, kept) for part in parts):
        return None
    try:
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{_WITHIN}'")
        count = 0
        if "call" in parts:
            count = connection.scalar(select(func.count()).select_from(_part(month, "call"))) or 0
            _forget_elsewhere(connection, month)
        _drop(connection, month, parts, before_ms)
    except DBAPIError as error:
        if error.connection_invalidated:
            raise
        raise _Busy(str(error.orig).splitlines()[0]) from error
    return count


def _parts(connection: Connection, month: Month) -> list[str]:
    """The tables that have a partition of the month."""
    query = "SELECT to_regclass(%s) IS NOT NULL"
    return [
        name
        for name in MONTHLY
        if connection.exec_driver_sql(query, (month.partition(name),)).scalar()
    ]


def _part(month: Month, name: str) -> Any:
    return table(month.partition(name), column("call_id"))


def _holds(connection: Connection, month: Month, name: str, kept: Sequence[Select[Any]]) -> bool:
    """Whether a call that has to stay has rows in the month's part of that table."""
    if name in OF_THEIR_OWN:
        return False
    part = _part(month, name)
    return any(
        connection.scalar(select(part.c.call_id).where(part.c.call_id.in_(some)).limit(1))
        is not None
        for some in kept
    )


def _forget_elsewhere(connection: Connection, month: Month) -> None:
    """What calls of the month left in other months, such as a talk after midnight, and in tables
    without months."""
    calls = select(_part(month, "call").c.call_id)
    for each in tables_of_calls():
        gone = delete(each).where(each.c.call_id.in_(calls))
        if each.name == "call":
            continue
        if (name := MONTHLY.get(each.name)) is not None:
            at = each.c[name]
            gone = gone.where(or_(at < month.start_ms, at >= month.next.start_ms))
        connection.execute(gone)


def _drop(connection: Connection, month: Month, parts: Sequence[str], before_ms: int) -> None:
    """States that last yet are put into the table's rest, which holds what no month takes."""
    columns = ", ".join(METADATA.tables[_STATES].c.keys())
    if _STATES in parts:
        connection.exec_driver_sql(
            f"CREATE TEMP TABLE lasting ON COMMIT DROP AS SELECT {columns}"  # noqa: S608  our names
            f" FROM {month.partition(_STATES)}"
            f" WHERE ended_at IS NULL OR ended_at >= '{iso(before_ms)}'"
        )
    names = ", ".join(month.partition(name) for name in parts)
    connection.exec_driver_sql(f"DROP TABLE {names}")
    if _STATES in parts:
        connection.exec_driver_sql(
            f"INSERT INTO {_STATES} ({columns}) SELECT {columns} FROM lasting"  # noqa: S608
        )
