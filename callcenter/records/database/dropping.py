"""Old months of PostgreSQL go whole, without looking at a row."""

from collections.abc import Sequence

from sqlalchemy import Engine

from callcenter.records.database.errors import refusals
from callcenter.records.database.months import MONTHLY, Month, months

_WITHIN = "10s"


def drop_months(engine: Engine, before_ms: int) -> Sequence[Month]:
    """Remove the months that ended before a moment: one statement each, no row is looked at.

    What goes are calls with their stays, rings, talks, ratings, agents' states and use of trunks
    (MONTHLY). Hours counted stay, so figures of years do, and so does what is not kept by months;
    whoever removes by an exact age deletes the rows of the last month, and those of SQLite, which
    has no months, after this. Legal holds and calls whose recordings are kept are not asked about:
    that is for the caller to know. Returns the months that went, the oldest first; a month goes
    whole or not at all. Raises RecordsError, when a long reading keeps a month busy for one.
    """
    with refusals(), engine.connect() as connection:
        old = [month for month in months(connection) if month.next.start_ms <= before_ms]
    for month in old:
        names = ", ".join(month.partition(table) for table in MONTHLY)
        with refusals(f"the month {month} stays"), engine.begin() as connection:
            connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{_WITHIN}'")
            connection.exec_driver_sql(f"DROP TABLE IF EXISTS {names}")
    return old
