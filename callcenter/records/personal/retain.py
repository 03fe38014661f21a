"""Rows whose keep time is over are destroyed; the counts of their hours stay.

On PostgreSQL months go whole where nothing in them is kept; the rest goes block by block.

What a legal hold covers stays, and so does a call whose recording still exists: the recording's
own rule comes first.
"""

import logging
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Engine,
    Select,
    Table,
    and_,
    delete,
    func,
    or_,
    select,
)
from sqlmodel import Session, col

from callcenter.records.database.dropping import drop_months, tables_of_calls
from callcenter.records.database.engine import Sealed, open_for_reading
from callcenter.records.database.errors import refusals
from callcenter.records.database.state import note_calls_since
from callcenter.records.personal.columns import DutyText, numbers_of
from callcenter.records.personal.numbers import Form, replaced
from callcenter.records.personal.rows import change_rows
from callcenter.records.reading.parties import party
from callcenter.records.reading.recordings import Recordings
from callcenter.records.tables.calls import (
    Act,
    AgentInterval,
    Call,
    Callback,
    Downtime,
    KnownNumber,
    Owed,
    Recording,
    RecordingHold,
    TrunkUse,
    VoicemailMessage,
)

_log = logging.getLogger(__name__)

_BLOCK = 1000
_HOUR_MS = 3_600_000
_LONGEST_CALL_MS = 24 * _HOUR_MS
"""A call's last stay in a queue is counted no later than so long after it came."""


@dataclass(frozen=True, slots=True)
class Due:
    """What a night destroys: rows of before these times (ms since 1970)."""

    calls_ms: int
    audit_ms: int
    messages_ms: int


class Retention:
    """The records of a site, open to destroy what is no longer kept."""

    def __init__(self, url: Sealed, due: Due) -> None:
        """Raises RecordsError."""
        self._engine: Engine = open_for_reading(url)
        self._due = due

    def close(self) -> None:
        """Let go of the database."""
        self._engine.dispose()

    def counts(self) -> dict[str, int]:
        """How many rows are due."""
        with Session(self._engine) as session:
            connection = session.connection()
            return {
                "calls": _count(connection, Call, self._old_calls(session)),
                "audit": _count(connection, Act, [col(Act.at) < self._due.audit_ms]),
                "messages": len(self.messages()),
                "held": len(self._held(session)),
            }

    def messages(self) -> list[VoicemailMessage]:
        """Messages whose files are due: handled, and under no hold."""
        with Session(self._engine) as session:
            query = select(VoicemailMessage).where(
                col(VoicemailMessage.left_at) < self._due.messages_ms,
                col(VoicemailMessage.done_at).is_not(None),
                col(VoicemailMessage.file) != "",
            )
            covered = [_covered(hold) for hold in Recordings(session).holds()]
            if covered:
                held = select(col(Call.call_id)).where(or_(*covered))
                query = query.where(col(VoicemailMessage.call_id).not_in(held))
            found = list(session.scalars(query))
            session.expunge_all()
            return found

    def forget_files(self, messages: Sequence[VoicemailMessage]) -> None:
        """These messages' files are gone."""
        table = _table(VoicemailMessage)
        names = [message.message_id for message in messages]
        with self._engine.begin() as connection:
            for first in range(0, len(names), _BLOCK):
                some = table.c.message_id.in_(names[first : first + _BLOCK])
                connection.execute(table.update().where(some).values(file=""))

    def destroy(self) -> Iterator[int]:
        """Destroy due rows; yields how many calls each block had. Raises RecordsError."""
        with refusals():
            with self._engine.begin() as connection:
                # Told first: from now on nobody counts these hours by their rows.
                note_calls_since(connection, self._due.calls_ms + _LONGEST_CALL_MS)
            for month, calls in drop_months(self._engine, self._due.calls_ms, self._kept()):
                _log.info("the month %s went whole, with %d calls", month, calls)
                yield calls
            yield from self._calls()
            with self._engine.begin() as connection:
                for table, at, before in self._by_time():
                    connection.execute(delete(table).where(at < before))
                connection.execute(_UNKNOWN)

    def hash_served(self) -> int:
        """Where numbers are hashed, also those of whom nobody has to dial any more; how many."""
        numbers, count = numbers_of(self._engine.dialect), 0
        if numbers.form is not Form.HASHED:
            return 0

        def hashed(column: Column[Any], text: str) -> str:
            return numbers.hashed_in(text) if isinstance(column.type, DutyText) else text

        for model, served in (
            (Owed, col(Owed.settled_at).is_not(None)),
            (Callback, col(Callback.result).is_not(None)),
        ):
            blocks = change_rows(self._engine, _table(model), hashed, where=(served,))
            count += sum(changed for _, changed in blocks)
        return count

    def journal_change(self) -> Callable[[str], str]:
        """What becomes of a text in a finished journal file: the site's form; where that is a
        hash, numbers stay encrypted that somebody still has to dial."""
        numbers = numbers_of(self._engine.dialect)
        if numbers.form is not Form.HASHED:
            return lambda text: numbers.kept(numbers.opened(text))
        with Session(self._engine) as session:
            open_owed = select(col(Owed.number)).where(col(Owed.settled_at).is_(None))
            waiting = select(col(Callback.number)).where(col(Callback.result).is_(None))
            needed = {party(n) for query in (open_owed, waiting) for n in session.scalars(query)}

        def token(number: str) -> str:
            return numbers.kept(number) if party(number) in needed else numbers.hashed(number)

        return lambda text: replaced(numbers.opened(text), token)

    def _calls(self) -> Iterator[int]:
        tables = tables_of_calls()
        while True:
            with Session(self._engine) as session, session.begin():
                query = select(col(Call.call_id)).where(*self._old_calls(session)).limit(_BLOCK)
                names = list(session.scalars(query))
                for table in tables:
                    session.execute(delete(table).where(table.c.call_id.in_(names)))
            if not names:
                return
            yield len(names)

    def _kept(self) -> list[Select[Any]]:
        """Names of the calls that must stay, however old."""
        with Session(self._engine) as session:
            held = self._holding(session)
        return [_with_files(), *([] if held is None else [held])]

    def _old_calls(self, session: Session) -> list[ColumnElement[bool]]:
        """Those that may go. Of a call that never ended nothing more will come."""
        held = self._held(session)
        return [
            col(Call.arrived_at) < self._due.calls_ms,
            col(Call.call_id).not_in(_with_files()),
            *([col(Call.call_id).not_in(held)] if held else []),
        ]

    def _held(self, session: Session) -> Collection[str]:
        """Old calls that a legal hold covers."""
        query = self._holding(session)
        return () if query is None else list(session.scalars(query))

    def _holding(self, session: Session) -> Select[Any] | None:
        """The same as a question; None where nothing is held."""
        covered = [_covered(hold) for hold in Recordings(session).holds()]
        if not covered:
            return None
        old = col(Call.arrived_at) < self._due.calls_ms
        return select(col(Call.call_id)).where(old, or_(*covered))

    def _by_time(self) -> Iterator[tuple[Table, ColumnElement[bool], int]]:
        for model, column, before in (
            (Act, "at", self._due.audit_ms),
            (Owed, "settled_at", self._due.calls_ms),
            (AgentInterval, "ended_at", self._due.calls_ms),
            (TrunkUse, "at", self._due.calls_ms),
            (Downtime, "until", self._due.calls_ms),
        ):
            yield _table(model), _table(model).c[column], before


def _table(model: Any) -> Table:
    table: Table = model.__table__
    return table


_UNKNOWN = delete(_table(KnownNumber)).where(
    ~select(col(Call.call_id)).where(col(Call.caller) == col(KnownNumber.number)).exists(),
    ~select(col(Call.call_id)).where(col(Call.called) == col(KnownNumber.number)).exists(),
)


def hour_of(at_ms: int) -> int:
    """The start of the hour: hours are destroyed whole."""
    return at_ms - at_ms % _HOUR_MS


def _with_files() -> Select[Any]:
    """Calls whose recording is still there."""
    there = (col(Recording.destroyed_at).is_(None), col(Recording.stored_at).is_not(None))
    return select(col(Recording.call_id)).where(*there)


def _count(connection: Connection, model: type, where: Sequence[ColumnElement[bool]]) -> int:
    return connection.scalar(select(func.count()).select_from(model).where(*where)) or 0


def _covered(hold: RecordingHold) -> ColumnElement[bool]:
    """Calls that a hold covers, as `reading.recordings.holds_back` tells of recordings."""
    conditions: list[ColumnElement[bool]] = [col(Call.call_id) != ""]
    if hold.call_id:
        conditions.append(col(Call.call_id) == hold.call_id)
    if hold.number:
        conditions.append(or_(col(Call.caller) == hold.number, col(Call.called) == hold.number))
    if hold.since is not None:
        conditions.append(col(Call.arrived_at) >= hold.since - _LONGEST_CALL_MS)
    if hold.until is not None:
        conditions.append(col(Call.arrived_at) < hold.until)
    return and_(*conditions)
