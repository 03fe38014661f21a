"""The tables made anew from the journal, in one transaction: readers see the old rows or the new.

The facts are first folded into a database beside the journal; only when all of them are read do
its rows take the place of the old ones. Where old journal files were removed after their keep
time, rows that only those told of are kept as they stand.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, Table, bindparam, delete, func, insert, select, text

from callcenter.records.database.engine import Sealed, Url, connect, migrate
from callcenter.records.database.errors import refusals
from callcenter.records.database.months import MONTHLY, make_months
from callcenter.records.database.state import calls_since
from callcenter.records.journal.files import Entry, JournalError, first_of, read_head, segments
from callcenter.records.journal.journal import Journal
from callcenter.records.personal.columns import numbers_of
from callcenter.records.personal.numbers import Numbers
from callcenter.records.tables.calls import METADATA, Call, JournalPosition
from callcenter.records.writing.hours import recount
from callcenter.records.writing.writer import BATCH, write_entries

_ROWS = 500
"""Rows in one statement: SQLite takes 32,766 values."""
_BESIDE = "rebuild.db"

Tell = Callable[[int, int], None]
"""Told as it goes on: how much is done, of how much."""


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What was done."""

    facts: int
    """Facts that were folded."""
    first: int
    """Number of the first fact that the journal still has; 1 where it is complete."""
    kept_calls: int
    """Calls whose facts stood in removed files: their rows were left as they stood."""
    calls: int
    """Calls in the tables now."""


@refusals()
def rebuild(journal: Journal, folder: Path, url: Url, tell: Tell) -> Rebuilt:
    """Make all rows anew. Holding the journal, nobody else writes meanwhile.

    `folder` is the journal's. Raises JournalError where facts are damaged, missing in the middle,
    or where the database holds rows of other journals too; RecordsError when it refuses.
    """
    first = _first(folder)
    live, beside = connect(url), folder / _BESIDE
    try:
        migrate(live)
        position = _position(live, journal)
        if first > 1 and position:
            _fold(live, journal, position, tell)
        with _fresh(beside, numbers_of(live.dialect)) as shadow:
            _fold(shadow, journal, first - 1, tell)
            with live.begin() as new, shadow.connect() as made:
                before = () if first == 1 else _begun_before(folder)
                # Counts of hours whose calls were destroyed stand in no fact.
                kept = _swap(made, new, before, first == 1 and not calls_since(new))
                _settle(new, journal)
                calls = new.scalar(select(func.count()).select_from(_table(Call))) or 0
        return Rebuilt(journal.position - first + 1, first, kept, calls)
    finally:
        live.dispose()


@contextmanager
def _fresh(path: Path, numbers: Numbers) -> Any:
    """An empty database in a file that only lives as long as this."""
    _remove(path)
    engine = connect(Sealed(f"sqlite:///{path}", numbers))
    try:
        migrate(engine)
        yield engine
    finally:
        engine.dispose()
        _remove(path)


def _remove(path: Path) -> None:
    for each in (path, path.with_name(f"{path.name}-wal"), path.with_name(f"{path.name}-shm")):
        each.unlink(missing_ok=True)


def _first(folder: Path) -> int:
    files = segments(folder)
    return first_of(files[0]) if files else 1


def _position(live: Engine, journal: Journal) -> int:
    """How far the tables are. Raises JournalError where others fold into them too."""
    with live.connect() as connection:
        found = {row.journal: row.position for row in connection.execute(select(_POSITIONS))}
    if others := found.keys() - {journal.id}:
        raise JournalError(
            f"the database holds rows of {len(others)} other journals too, which this one can't "
            "make anew; give each node a database of its own"
        )
    return int(found.get(journal.id, 0))


def _fold(engine: Engine, journal: Journal, after: int, tell: Tell) -> None:
    """Fold the facts after that number. Raises JournalError where some are missing."""
    reader, begun = journal.read(after), after
    while reader.position < journal.position:
        entries = reader.read(BATCH, upto=journal.position)
        if not entries or entries[0].n != after + 1 or _broken(entries):
            found = entries[0].n if entries else None
            raise JournalError(
                f"facts are missing in the journal: {after + 1} follows {after}, but the next one "
                f"found is {found}; put the missing file back from a copy"
            )
        write_entries(engine, journal.id, entries)
        after = entries[-1].n
        tell(after - begun, journal.position - begun)


def _broken(entries: Sequence[Entry]) -> bool:
    return entries[-1].n - entries[0].n != len(entries) - 1


def _begun_before(folder: Path) -> Collection[str]:
    """Calls that were going on, or not settled, when the oldest file was begun."""
    state = read_head(segments(folder)[0]).state
    return {family(c) for c in (*state.calls, *state.handed_over, *state.released, *state.ended)}


def family(call: str) -> str:
    """The call that a callback belongs to; other calls are their own."""
    return call.partition("+")[0]


def _swap(made: Connection, new: Connection, before: Collection[str], whole: bool) -> int:
    """Put the rows that were made in the place of the old ones; how many calls were kept."""
    if whole:
        for table in METADATA.sorted_tables:
            if table.name == _ITSELF:
                continue
            new.execute(delete(table))
            _copy(made, new, table, keep_ids=True)
        return 0
    before = {*before, *_ended_before(made, new)}
    _drop_remade(made, new, before)
    kept = new.scalar(select(func.count()).select_from(_table(Call))) or 0
    for table in METADATA.sorted_tables:
        if table.name in _OF_CALLS:
            _copy(made, new, table, of_calls=lambda some: _remade(made, some, before))
        elif table.name in _BY_TIME:
            _replace_by_time(made, new, table)
        elif table.name not in _LEFT:
            _replace_by_key(made, new, table)
    recount(new)
    return kept


_OF_CALLS = frozenset(
    table.name
    for table in METADATA.sorted_tables
    if "call_id" in table.c and table.name not in ("owed", "recording_hold", "agent_state")
)
"""Rows that belong to one call."""
_ITSELF = "records_state"
"""What the tables know about themselves; no fact tells it."""
_LEFT = frozenset({"hour_count", "journal_position", "owed", _ITSELF})
"""Counted anew, set, or, with a part of the journal, left as it stands: who was owed a call then
can't be told from later facts."""
_BY_TIME = {
    table.name: next(name for name in ("started_at", "frozen_at", "at") if name in table.c)
    for table in METADATA.sorted_tables
    if "id" in table.c and table.name not in _OF_CALLS | _LEFT
}
"""Rows that belong to no call -> their time."""
_CHANGE = frozenset({"id", "ended_at"})
"""Columns by which such a row is not known: the database gives one, a later fact the other."""


def _ended_before(made: Connection, new: Connection) -> set[str]:
    """Calls that are told once more by the facts there are, but whose end was told before."""
    table, found = _table(Call), set()
    for some in made.execute(select(table.c.call_id, table.c.ended_at)).partitions(_ROWS):
        ends = {row.call_id: row.ended_at for row in some}
        old = select(table.c.call_id, table.c.ended_at).where(table.c.call_id.in_(ends))
        for call, ended in new.execute(old):
            if ended is not None and (ends[call] is None or ended < ends[call]):
                found.add(family(call))
    return found


def _drop_remade(made: Connection, new: Connection, before: Collection[str]) -> None:
    """Remove what is there of the calls that were made anew."""
    tables = [table for table in METADATA.sorted_tables if table.name in _OF_CALLS]
    for some in made.execute(select(_table(Call).c.call_id)).partitions(_ROWS):
        names = _remade(made, [row.call_id for row in some], before)
        for table in tables:
            new.execute(delete(table).where(table.c.call_id.in_(names)))


def _remade(made: Connection, calls: Iterable[str], before: Collection[str]) -> set[str]:
    """Those of them whose whole course was told by the facts there are."""
    wanted = {call for call in calls if family(call) not in before}
    table = _table(Call)
    query = select(table.c.call_id).where(table.c.call_id.in_({family(c) for c in wanted}))
    whole = set(made.scalars(query))
    return {call for call in wanted if family(call) in whole}


def _copy(
    made: Connection,
    new: Connection,
    table: Table,
    *,
    keep_ids: bool = False,
    of_calls: Callable[[set[str]], set[str]] | None = None,
) -> None:
    query = select(table).order_by(*table.primary_key)
    for some in made.execution_options(yield_per=_ROWS).execute(query).mappings().partitions():
        rows = [dict(row) for row in some]
        if of_calls is not None:
            wanted = of_calls({row["call_id"] for row in rows})
            rows = [row for row in rows if row["call_id"] in wanted]
        _insert(new, table, rows, keep_ids=keep_ids)
    if keep_ids and "id" in table.c and new.dialect.name == "postgresql":
        new.execute(
            text(
                f"SELECT setval(pg_get_serial_sequence('{table.name}', 'id'), "  # noqa: S608
                f"(SELECT coalesce(max(id), 0) + 1 FROM {table.name}), false)"
            )
        )


def _insert(new: Connection, table: Table, rows: list[dict[str, Any]], *, keep_ids: bool) -> None:
    if not keep_ids and "id" in table.c:
        for row in rows:
            del row["id"]
    if rows:
        if table.name in MONTHLY:
            make_months(new, table.name, [row[MONTHLY[table.name]] for row in rows])
        new.execute(insert(table), rows)


def _replace_by_time(made: Connection, new: Connection, table: Table) -> None:
    """Remove the rows that were made anew, known by what they tell; all others stay."""
    at = _BY_TIME[table.name]
    told = [column for column in table.c if column.name not in _CHANGE]
    same = [
        column == bindparam(f"old_{column.name}", type_=column.type)
        if column.name == at
        else column.is_not_distinct_from(bindparam(f"old_{column.name}", type_=column.type))
        for column in told
    ]
    for some in made.execute(select(*told)).mappings().partitions(_ROWS):
        rows = [{f"old_{name}": value for name, value in row.items()} for row in some]
        new.execute(delete(table).where(*same), rows)
    _copy(made, new, table)


def _replace_by_key(made: Connection, new: Connection, table: Table) -> None:
    (key,) = table.primary_key
    for some in made.execute(select(key)).partitions(_ROWS):
        new.execute(delete(table).where(key.in_([row[0] for row in some])))
    _copy(made, new, table, keep_ids=True)


def _settle(new: Connection, journal: Journal) -> None:
    """All facts are in the tables now."""
    new.execute(delete(_POSITIONS))
    new.execute(insert(_POSITIONS), [{"journal": journal.id, "position": journal.position}])


def _table(model: Any) -> Table:
    table: Table = model.__table__
    return table


_POSITIONS = _table(JournalPosition)
