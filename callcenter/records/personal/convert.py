"""Brings the numbers that are stored into the form that the site says; what is stopped goes on.

While it works, the tables stand still: readers and the writer are refused by form.py, and
the journal keeps what happens.
"""

import json
from collections.abc import Callable
from typing import Any

from sqlalchemy import Column, Connection, Engine, Table, func, select, update

from callcenter.records.database.engine import RecordsError, Sealed, connect, migrate
from callcenter.records.database.errors import refusals
from callcenter.records.database.state import STATE, read_state, write_state
from callcenter.records.personal.columns import DutyText, numbers_of
from callcenter.records.personal.form import NEXT, NOW, told
from callcenter.records.personal.numbers import Form, Numbers
from callcenter.records.personal.rows import (
    Change,
    Key,
    change_known,
    change_rows,
    number_tables,
)

Tell = Callable[[int, int], None]
"""Told as it goes on: rows looked at, of how many."""


@refusals()
def convert(url: Sealed, old: Numbers, tell: Tell) -> int:
    """Bring the tables into the form of `url.numbers`; how many rows were changed.

    `old` opens what is there. Raises RecordsError where that can't be.
    """
    engine = connect(url)
    try:
        migrate(engine, form=False)
        place = _begin(engine, url.numbers, old)
        if place is None:
            return 0
        changed = _rows(engine, place, old, tell)
        with engine.begin() as connection:
            change_known(connection, _change(url.numbers, old))
            write_state(connection, NOW, told(url.numbers))
            write_state(connection, NEXT, None)
        return changed
    finally:
        engine.dispose()


def journal_change(new: Numbers, old: Numbers) -> Callable[[str], str]:
    """What becomes of a text in the journal."""
    return lambda text: new.kept(old.opened(text))


def _begin(engine: Engine, new: Numbers, old: Numbers) -> dict[str, Any] | None:
    """Where to go on: the table and its last key; None where there is nothing to do."""
    with engine.begin() as connection:
        # Whoever writes rows holds this row until he is done.
        connection.execute(update(STATE).where(STATE.c.name == NOW).values(value=STATE.c.value))
        here = read_state(connection, NOW) or told(Numbers())
        going = read_state(connection, NEXT)
        if going is None and here == told(new):
            return None
        _possible(here, new, old)
        place: dict[str, Any] = json.loads(going) if going else {"to": told(new)}
        if place["to"] != told(new):
            raise RecordsError(
                f"a conversion to {place['to'].partition(' ')[0]} numbers is not finished: let the "
                "site say so again, and run the command to its end"
            )
        if going is None:
            write_state(connection, NOW, here)
            write_state(connection, NEXT, json.dumps(place))
        return place


def _possible(here: str, new: Numbers, old: Numbers) -> None:
    form, _, key = here.partition(" ")
    if form == Form.HASHED:
        raise RecordsError(
            "the records hold hashes, which nobody can turn back into numbers; "
            "let the site say `numbers: hashed`, with the same key"
        )
    if form == Form.ENCRYPTED and key != old.key_id:
        raise RecordsError(
            f"the numbers were encrypted with another key (its mark is {key}); "
            "name the file with that key: --old-key FILE"
        )


def _rows(engine: Engine, place: dict[str, Any], old: Numbers, tell: Tell) -> int:
    tables = number_tables()
    names = [table.name for table in tables]
    first = names.index(place["table"]) if "table" in place else 0
    with engine.connect() as connection:
        total = sum(_count(connection, table) for table in tables[first:])
    seen = changed = 0
    for table in tables[first:]:
        after = tuple(place["key"]) if place.get("table") == table.name else None

        def note(connection: Connection, key: Key, name: str = table.name) -> None:
            so_far = {"to": place["to"], "table": name, "key": key}
            write_state(connection, NEXT, json.dumps(so_far))

        change = _change(numbers_of(engine.dialect), old)
        for rows, new in change_rows(engine, table, change, after=after, note=note):
            seen, changed = seen + rows, changed + new
            tell(seen, total)
    return changed


def _count(connection: Connection, table: Table) -> int:
    return connection.scalar(select(func.count()).select_from(table)) or 0


def _change(new: Numbers, old: Numbers) -> Change:
    def change(column: Column[Any], text: str) -> str:
        opened = old.opened(text)
        return new.kept(opened) if isinstance(column.type, DutyText) else new.stored(opened)

    return change
