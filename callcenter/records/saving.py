"""Saves a page: what was added goes in as one block for each table, what was changed by its key."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import JSON, Column, Connection, Table, bindparam, update
from sqlalchemy.exc import OperationalError
from sqlmodel import SQLModel

from callcenter.records.columns import UtcMs, iso
from callcenter.records.drafts import Call, table_of, values_of
from callcenter.records.months import MONTHLY, make_months
from callcenter.records.number_column import NumberText, NumberWhy, numbers_of
from callcenter.records.numbers import Form, Numbers
from callcenter.records.page import Page
from callcenter.terms import Direction

_Values = Sequence[Any]
_PLAIN = frozenset({str, int, bool, type(None)})
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
    numbers = numbers_of(connection.dialect)
    if table.name in MONTHLY:
        month_by = table.columns.keys().index(MONTHLY[table.name])
        make_months(connection, table.name, [row[month_by] for row in rows])
    stored = {
        column.name: _form(column, numbers)(values)
        for column, values in zip(table.columns, zip(*rows, strict=True), strict=True)
        if column.name != _NOT_YET
    }
    names = ", ".join(f'"{name}"' for name in stored)
    if connection.dialect.name == "postgresql":
        copy = f"COPY {table.name} ({names}) FROM STDIN"
        _copy(connection, copy, zip(*stored.values(), strict=True))
    else:
        marks = ", ".join("?" * len(stored))
        statement = f"INSERT INTO {table.name} ({names}) VALUES ({marks})"  # noqa: S608
        connection.exec_driver_sql(statement, list(zip(*stored.values(), strict=True)))


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
    # Names of parameters must not be those of columns.
    names = [f"new_{column.name}" for column in table.columns]
    connection.execute(_update_of(table), [dict(zip(names, row, strict=True)) for row in rows])


@cache
def _update_of(table: Table) -> Any:
    names = set(table.columns.keys())
    # Without the time of its month a row would be looked for in all of them.
    known = names & {*table.primary_key.columns.keys(), MONTHLY.get(table.name)}
    keys = [table.c[name] == bindparam(f"new_{name}") for name in sorted(known)]
    values: dict[str, Any] = {name: bindparam(f"new_{name}") for name in sorted(names - known)}
    return update(table).where(*keys).values(values)


def _form(column: Column[Any], numbers: Numbers) -> Callable[[_Values], _Values]:
    """How the values of a column are given to the driver, which wants plain ones."""
    kind = column.type
    if isinstance(kind, UtcMs):
        return _times
    if isinstance(kind, NumberWhy):
        return lambda values: _documents([kind.stored(value, numbers) for value in values])
    if isinstance(kind, NumberText) and numbers.form is not Form.PLAIN:
        return lambda values: [kind.stored(str(value), numbers) for value in values]
    return _documents if isinstance(column.type, JSON) else _plain


def _times(values: _Values) -> _Values:
    return [None if value is None else iso(value) for value in values]


def _documents(values: _Values) -> _Values:
    return [json.dumps(value) for value in values]


def _plain(values: _Values) -> _Values:
    if _PLAIN.issuperset(map(type, values)):
        return values
    # A word of terms.py is more than a text to a driver, which would look for its adapter.
    return [str(value) if isinstance(value, str) else value for value in values]
