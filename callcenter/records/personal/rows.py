"""Every text of the tables in which a number may stand, as it is stored, and its replacement.

Rows are read and written in blocks, in the order of their keys, each block in a transaction of its
own: readers and the writer go on meanwhile, and whoever is stopped goes on where he was.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeAlias

from sqlalchemy import (
    JSON,
    Column,
    ColumnElement,
    Connection,
    Engine,
    String,
    Table,
    bindparam,
    delete,
    insert,
    select,
    tuple_,
    type_coerce,
    update,
)

from callcenter.records.personal.columns import NumberText, NumberWhy
from callcenter.records.tables.calls import METADATA, KnownNumber

BLOCK = 2000
KNOWN: Table = KnownNumber.__table__  # type: ignore[attr-defined]
Change: TypeAlias = Callable[[Column[Any], str], str]
"""What a stored text of that column becomes."""
Key: TypeAlias = tuple[Any, ...]


def number_tables() -> list[Table]:
    """The tables with such texts, but for the list of known numbers."""
    return [t for t in METADATA.sorted_tables if number_columns(t) and t is not KNOWN]


def number_columns(table: Table) -> list[Column[Any]]:
    """The columns with such texts."""
    return [c for c in table.columns if isinstance(c.type, NumberText | NumberWhy)]


def change_rows(
    engine: Engine,
    table: Table,
    change: Change,
    *,
    after: Key | None = None,
    where: Sequence[ColumnElement[bool]] = (),
    note: Callable[[Connection, Key], None] = lambda connection, key: None,
) -> Iterator[tuple[int, int]]:
    """Replace the texts of a table; yields for each block how many rows it had, how many changed.

    `note` is called in the block's transaction with its last key; `after` is such a key.
    """
    while True:
        with engine.begin() as connection:
            rows = _block(connection, table, after, where)
            if not rows:
                return
            changed = _changed(table, rows, change)
            if changed:
                connection.execute(_update(table), changed)
            after = tuple(rows[-1][: len(table.primary_key.columns)])
            note(connection, after)
        yield len(rows), len(changed)


def change_known(connection: Connection, change: Change) -> int:
    """The same for the list of known numbers; how many there were."""
    (column,) = KNOWN.columns
    stored = connection.scalars(select(_raw(column))).all()
    new = {change(column, text) for text in stored}
    gone, come = set(stored) - new, new - set(stored)
    for numbers, act in ((gone, _forget), (come, _learn)):
        ordered = sorted(numbers)
        for first in range(0, len(ordered), BLOCK):
            act(connection, ordered[first : first + BLOCK])
    return len(stored)


def _forget(connection: Connection, numbers: Sequence[str]) -> None:
    (column,) = KNOWN.columns
    connection.execute(
        delete(KNOWN).where(_raw(column) == bindparam("old")), _named("old", numbers)
    )


def _learn(connection: Connection, numbers: Sequence[str]) -> None:
    new = bindparam("new", type_=String)
    connection.execute(insert(KNOWN).values(number=new), _named("new", numbers))


def _named(name: str, values: Sequence[str]) -> list[dict[str, str]]:
    return [{name: value} for value in values]


def _block(
    connection: Connection, table: Table, after: Key | None, where: Sequence[ColumnElement[bool]]
) -> Sequence[Sequence[Any]]:
    key = list(table.primary_key.columns)
    query = select(*key, *map(_raw, number_columns(table))).where(*where)
    if after is not None:
        begun = [bindparam(None, value, type_=c.type) for c, value in zip(key, after, strict=True)]
        query = query.where(tuple_(*key) > tuple_(*begun))
    rows: Sequence[Sequence[Any]] = connection.execute(query.order_by(*key).limit(BLOCK)).all()
    return rows


def _raw(column: Column[Any]) -> ColumnElement[Any]:
    """A column as the database holds it."""
    raw = JSON() if isinstance(column.type, NumberWhy) else String()
    return type_coerce(column, raw)


def _changed(table: Table, rows: Sequence[Sequence[Any]], change: Change) -> list[dict[str, Any]]:
    key, columns = list(table.primary_key.columns), number_columns(table)
    found = []
    for row in rows:
        texts = row[len(key) :]
        new = [_new(c, text, change) for c, text in zip(columns, texts, strict=True)]
        if any(one != other for one, other in zip(new, texts, strict=True)):
            names = [*(f"key_{c.name}" for c in key), *(f"new_{c.name}" for c in columns)]
            found.append(dict(zip(names, [*row[: len(key)], *new], strict=True)))
    return found


def _new(column: Column[Any], value: Any, change: Change) -> Any:
    if isinstance(value, dict):
        return {n: change(column, e) if isinstance(e, str) else e for n, e in value.items()}
    return value if value is None else change(column, value)


def _update(table: Table) -> Any:
    here = [c == bindparam(f"key_{c.name}", type_=c.type) for c in table.primary_key.columns]
    new = {
        c.name: bindparam(
            f"new_{c.name}", type_=JSON() if isinstance(c.type, NumberWhy) else String()
        )
        for c in number_columns(table)
    }
    return update(table).where(*here).values(new)
