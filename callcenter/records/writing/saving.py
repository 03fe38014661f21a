"""Saves a page: what was added goes in as one block for each table, what was changed by its key."""

import itertools
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import JSON, Column, Connection, Table, bindparam, update
from sqlalchemy.dialects import postgresql
from sqlalchemy.engine import Dialect
from sqlalchemy.exc import OperationalError
from sqlmodel import SQLModel

from callcenter.records.database.months import MONTHLY, make_months
from callcenter.records.fold.drafts import Call, table_of, values_of
from callcenter.records.fold.page import Page
from callcenter.records.personal.columns import NumberText, NumberWhy, numbers_of
from callcenter.records.personal.numbers import Form, Numbers
from callcenter.records.tables.columns import UtcMs, iso
from callcenter.terms import Direction

_Values = Sequence[Any]
_PLAIN = frozenset({str, int, bool, type(None)})
_POSTGRESQL: Dialect = postgresql.dialect()  # type: ignore[no-untyped-call]
_SIZES = (512, 64, 8, 1)
"""Rows in one statement of SQLite."""
_MOST_VALUES = 32_766
"""SQLite takes so many in one statement."""
_NOT_YET = "id"
"""Key that the database gives; rows are never saved with it before they are there."""


def save(connection: Connection, page: Page) -> None:
    """Bring the rows of a page to the database. Raises SQLAlchemyError."""
    save_added(connection, page)
    know_numbers(connection, page.calls.values())
    for kind, rows in _by_kind(_changed(page)).items():
        _update(connection, table_of(kind), list(map(values_of(kind), rows)))


def save_added(connection: Connection, page: Page) -> None:
    """Only the new rows. Raises SQLAlchemyError."""
    for kind, rows in _by_kind(page.added).items():
        insert_rows(connection, table_of(kind), list(map(values_of(kind), rows)))


def insert_rows(connection: Connection, table: Table, rows: Sequence[_Values]) -> None:
    """Add rows, each with a value for every column; the database gives the key `id`.

    Raises SQLAlchemyError.
    """
    if not rows:
        return
    if table.name in MONTHLY:
        month_by = table.columns.keys().index(MONTHLY[table.name])
        make_months(connection, table.name, [row[month_by] for row in rows])
    stored = _stored(connection, table, rows)
    stored.pop(_NOT_YET, None)
    if connection.dialect.name == "postgresql":
        names = ", ".join(f'"{name}"' for name in stored)
        copy = f"COPY {table.name} ({names}) FROM STDIN"
        _copy(connection, copy, zip(*stored.values(), strict=True))
    else:
        _insert(connection, table.name, stored)


def _insert(connection: Connection, table: str, stored: Mapping[str, _Values]) -> None:
    """Many rows with one statement: while SQLite takes them, Python has time for other threads,
    which between the rows of `executemany` it would have to wait for each time."""
    width, begun = len(stored), 0
    values = list(itertools.chain.from_iterable(zip(*stored.values(), strict=True)))
    for size in _SIZES:
        # As a prepared statement is kept for each of its texts, there are few of them.
        while len(values) - begun >= (length := size * width) and length <= _MOST_VALUES:
            statement = _insert_of(table, tuple(stored), size)
            connection.exec_driver_sql(statement, tuple(values[begun : begun + length]))
            begun += length


@cache
def _insert_of(table: str, columns: Sequence[str], size: int) -> str:
    names = ", ".join(f'"{name}"' for name in columns)
    row = f"({', '.join('?' * len(columns))})"
    # A refusal ends the transaction in any case: SQLite need not note how to undo the statement.
    return f"INSERT OR FAIL INTO {table} ({names}) VALUES {', '.join([row] * size)}"  # noqa: S608


def know_numbers(connection: Connection, calls: Iterable[Call]) -> None:
    """Note the numbers outside of these calls, so that a part of one can be looked for."""
    stored = numbers_of(connection.dialect).stored
    numbers = sorted({stored(outside(call)) for call in calls} - {""})
    if not numbers:
        return
    source: tuple[str, Any] = ("SELECT value FROM json_each(?)", json.dumps(numbers))
    if connection.dialect.name == "postgresql":
        source = ("SELECT unnest(%s::text[])", numbers)
    statement = f"INSERT INTO known_number {source[0]} WHERE true ON CONFLICT DO NOTHING"
    connection.exec_driver_sql(statement, (source[1],))


def outside(call: Call) -> str:
    """The number of whom a call was with; empty for a call among agents."""
    if call.direction == Direction.INTERNAL:
        return ""
    return call.caller if call.direction == Direction.IN else call.called


def _copy(connection: Connection, statement: str, rows: Iterable[_Values]) -> None:
    driver: Any = connection.connection.driver_connection
    try:
        with driver.cursor() as cursor, cursor.copy(statement) as copy:
            for row in rows:
                copy.write_row(row)
    except connection.dialect.loaded_dbapi.Error as error:
        raise OperationalError(statement, None, error) from error


def _by_kind(rows: Iterable[SQLModel]) -> Mapping[type[SQLModel], list[SQLModel]]:
    found: dict[type[SQLModel], list[SQLModel]] = {}
    for row in rows:
        found.setdefault(type(row), []).append(row)
    return found


def _changed(page: Page) -> Iterable[SQLModel]:
    return (row for row, before in page.loaded if values_of(type(row))(row) != before)


def _update(connection: Connection, table: Table, rows: Sequence[_Values]) -> None:
    if connection.dialect.name == "postgresql":
        _update_at_once(connection, table, rows)
        return
    # Names of parameters must not be those of columns.
    names = [f"new_{column.name}" for column in table.columns]
    connection.execute(_update_of(table), [dict(zip(names, row, strict=True)) for row in rows])


@cache
def _update_of(table: Table) -> Any:
    keys = [column == bindparam(f"new_{column.name}") for column in table.primary_key]
    values: dict[str, Any] = {
        column.name: bindparam(f"new_{column.name}")
        for column in table.columns
        if not column.primary_key
    }
    return update(table).where(*keys).values(values)


def _update_at_once(connection: Connection, table: Table, rows: Sequence[_Values]) -> None:
    """One statement for all rows, which come as one array for each column."""
    stored = _stored(connection, table, rows)
    values: list[Any] = [list(each) for each in stored.values()]
    statement, month_by = _update_from_arrays(table)
    if month_by:
        # Without the bounds of their months rows would be looked for in all of them.
        values += [min(stored[month_by]), max(stored[month_by])]
    connection.exec_driver_sql(statement, tuple(values))


@cache
def _update_from_arrays(table: Table) -> tuple[str, str]:
    month_by = MONTHLY.get(table.name, "")
    known = {*table.primary_key.columns.keys(), *filter(None, [month_by])}
    arrays = ", ".join(f"CAST(%s AS {c.type.compile(_POSTGRESQL)}[])" for c in table.columns)
    names = ", ".join(f'"{c.name}"' for c in table.columns)
    change = ", ".join(f'"{c.name}" = new."{c.name}"' for c in table.columns if c.name not in known)
    same = [f'old."{name}" = new."{name}"' for name in sorted(known)]
    if month_by:
        bound = f"CAST(%s AS {table.c[month_by].type.compile(_POSTGRESQL)})"
        same.append(f'old."{month_by}" BETWEEN {bound} AND {bound}')
    statement = (
        f"UPDATE {table.name} AS old SET {change} "  # noqa: S608
        f"FROM unnest({arrays}) AS new ({names}) WHERE {' AND '.join(same)}"
    )
    return statement, month_by


def _stored(
    connection: Connection, table: Table, rows: Sequence[_Values]
) -> dict[str, Sequence[Any]]:
    """Column -> its values as they are given to the driver."""
    numbers = numbers_of(connection.dialect)
    return {
        column.name: _form(column, numbers)(values)
        for column, values in zip(table.columns, zip(*rows, strict=True), strict=True)
    }


def _form(column: Column[Any], numbers: Numbers) -> Callable[[_Values], _Values]:
    """How the values of a column are given to the driver, which wants plain ones."""
    kind = column.type
    if isinstance(kind, UtcMs):
        return _times
    if isinstance(kind, NumberWhy) and numbers.form is not Form.PLAIN:
        return lambda values: _documents([kind.stored(value, numbers) for value in values])
    if isinstance(kind, NumberText) and numbers.form is not Form.PLAIN:
        return lambda values: [kind.stored(str(value), numbers) for value in values]
    return _documents if isinstance(kind, JSON | NumberWhy) else _plain


def _times(values: _Values) -> _Values:
    return [None if value is None else iso(value) for value in values]


def _documents(values: _Values) -> _Values:
    return [json.dumps(value) for value in values]


def _plain(values: _Values) -> _Values:
    if _PLAIN.issuperset(map(type, values)):
        return values
    # A word of terms.py is more than a text to a driver, which would look for its adapter.
    return [str(value) if isinstance(value, str) else value for value in values]
