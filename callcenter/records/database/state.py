"""What the records know about themselves, read and written."""

from sqlalchemy import Connection, Table, delete, insert, select

from callcenter.records.tables.state import RecordsState

STATE: Table = RecordsState.__table__  # type: ignore[attr-defined]
_CALLS_SINCE = "kept_since.calls"


def read_state(connection: Connection, name: str) -> str | None:
    """What the records know by that name."""
    return connection.scalar(select(STATE.c.value).where(STATE.c.name == name))


def write_state(connection: Connection, name: str, value: str | None) -> None:
    """Note it, or with None forget it."""
    connection.execute(delete(STATE).where(STATE.c.name == name))
    if value is not None:
        connection.execute(insert(STATE), {"name": name, "value": value})


def calls_since(connection: Connection) -> int:
    """From this moment on (ms) all calls are there; earlier ones were destroyed after their keep
    time, and only the counts of their hours are left. 0: none were."""
    return int(read_state(connection, _CALLS_SINCE) or 0)


def note_calls_since(connection: Connection, since_ms: int) -> None:
    """Calls from before are destroyed, or about to be."""
    write_state(connection, _CALLS_SINCE, str(max(since_ms, calls_since(connection))))
