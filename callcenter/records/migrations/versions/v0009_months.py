"""PostgreSQL: tables that grow with calls in one partition a month; SQLite stays as it is.

All rows are copied, in one transaction: the database needs room for them twice until it is done.
"""

from collections.abc import Mapping

import sqlalchemy as sa
from alembic import op

from callcenter.records.database.months import REST, make_months
from callcenter.records.tables.columns import UtcMs

revision = "0009"
down_revision = "0008"

_KEYS: Mapping[str, tuple[str, ...]] = {
    "call": ("call_id", "arrived_at"),
    "segment": ("call_id", "number", "requested_at"),
    "ring_attempt": ("leg", "started_at"),
    "agent_state": ("id", "started_at"),
    "hold": ("leg", "started_at"),
    "transfer": ("call_id", "number", "at"),
    "consult": ("consult", "started_at"),
    "relaxation": ("id", "at"),
    "rating": ("call_id", "survey", "question", "at"),
    "trunk_use": ("id", "at"),
}
"""Table -> its key; the last column is the time that tells the month, which a key must hold."""


def upgrade() -> None:
    """Make each table anew with its rows, then its indexes."""
    if op.get_bind().dialect.name != "postgresql":
        return
    for table, key in _KEYS.items():
        before, indexes = f"{table}_before", _indexes(table)
        op.rename_table(table, before)
        op.execute(
            f"CREATE TABLE {table} (LIKE {before} INCLUDING DEFAULTS)"
            f" PARTITION BY RANGE ({key[-1]})"
        )
        op.execute(f"CREATE TABLE {table}_{REST} PARTITION OF {table} DEFAULT")
        make_months(op.get_bind(), table, _times(before, key[-1]))
        op.execute(f"INSERT INTO {table} SELECT * FROM {before}")  # noqa: S608
        if "id" in key:
            op.execute(f"ALTER SEQUENCE {table}_id_seq OWNED BY {table}.id")
        op.drop_table(before)
        op.execute(f"ALTER TABLE {table} ADD PRIMARY KEY ({', '.join(key)})")
        for index in indexes:
            op.execute(index)
        op.execute(f"ANALYZE {table}")


def _indexes(table: str) -> list[str]:
    """What makes the table's indexes, but for that of its key."""
    query = sa.text(
        "SELECT pg_get_indexdef(indexrelid) FROM pg_index"
        " WHERE indrelid = CAST(:name AS regclass) AND NOT indisprimary"
    )
    return list(op.get_bind().scalars(query, {"name": table}))


def _times(table: str, time: str) -> list[int]:
    """A moment of each hour that has rows."""
    hour = sa.func.date_trunc("hour", sa.column(time, UtcMs), type_=UtcMs)
    return list(op.get_bind().scalars(sa.select(hour).distinct().select_from(sa.table(table))))
