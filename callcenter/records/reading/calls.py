"""Reads the records: calls for listings, rows for measures. Nothing here changes them.

Rows come in batches from the database, so that a year's report needs no more memory than an hour's.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Select, or_, union_all
from sqlalchemy import select as columns
from sqlmodel import Session, SQLModel, col, func, select

from callcenter.kpi.calls import CallRow, RingRow
from callcenter.kpi.spans import Span
from callcenter.kpi.windows import Window
from callcenter.records.database.engine import Url
from callcenter.records.database.sessions import reading_at
from callcenter.records.reading.dossier import Dossier, read_dossier
from callcenter.records.reading.filters import Belongings as Belongings
from callcenter.records.reading.filters import CallFilter as CallFilter
from callcenter.records.reading.filters import conditions
from callcenter.records.reading.filters import of_tenant as of_tenant
from callcenter.records.reading.finding import Text, find_calls
from callcenter.records.reading.periods import about, call_in_window, within
from callcenter.records.tables.calls import (
    METADATA,
    OVER_A_DAY,
    AgentInterval,
    Call,
    JournalPosition,
    Recording,
    RingAttempt,
    Segment,
    VoicemailMessage,
)
from callcenter.records.tables.columns import iso
from callcenter.terms import Direction, Outcome, PartyClass, RingResult

BATCH = 2000
_DAY_MS = 86_400_000
_MEASURED: tuple[Any, ...] = (
    Call.arrived_at,
    Call.requested_at,
    Call.answered_at,
    Call.left_queue_at,
    Call.outcome,
    Call.direction,
    Call.party_class,
    Call.talk_ms,
    Call.hold_ms,
    Call.wrap_ms,
)
"""What measures need of a call; see `_call_row`."""


class Records:
    """The records of a site, open for reading."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def calls(self, wanted: CallFilter) -> list[Call]:
        """The newest calls first."""
        query = select(Call).order_by(col(Call.arrived_at).desc(), col(Call.call_id).desc())
        query = query.where(*conditions(wanted)).limit(wanted.limit)
        return list(self._session.exec(query))

    def find(self, wanted: CallFilter, text: Text | None) -> list[Call]:
        """The newest calls that pass the filter and fit the text, if one is given."""
        return find_calls(self._session, wanted, text)

    def dossier(self, call_id: str) -> Dossier | None:
        """One call with everything that belongs to it; None where there is no such call."""
        return read_dossier(self._session, call_id)

    def messages(self, period: Window | None, box: str, limit: int) -> list[VoicemailMessage]:
        """Messages that callers left, the newest first."""
        query = select(VoicemailMessage).order_by(col(VoicemailMessage.left_at).desc())
        if box:
            query = query.where(VoicemailMessage.box == box)
        if period is not None:
            query = query.where(within(col(VoicemailMessage.left_at), period))
        return list(self._session.exec(query.limit(limit)))

    def call_rows(self, period: Window, tenant: Belongings | None = None) -> Iterator[CallRow]:
        """The calls whose request, or else arrival, lies in the period; of all tenants, or one."""
        query: Select[tuple[object, ...]] = select(*_MEASURED).where(
            call_in_window(period), *of_tenant(tenant)
        )
        return self._call_rows(query)

    def queue_rows(self, queue: str, period: Window) -> Iterator[CallRow]:
        """The stays in one queue whose request lies in the period, as a queue is measured."""
        query: Select[tuple[object, ...]] = (
            select(  # type: ignore[call-overload]
                Segment.requested_at,
                Segment.requested_at,
                Segment.answered_at,
                Segment.ended_at,
                Segment.outcome,
                Call.direction,
                Call.party_class,
                Segment.talk_ms,
                Segment.hold_ms,
                Segment.wrap_ms,
            )
            .join(Call, col(Call.call_id) == col(Segment.call_id))
            .where(Segment.queue == queue, within(col(Segment.requested_at), period))
            .where(about(col(Call.arrived_at), period))
            # A stay that a supervisor ended by moving the call on is none; see writing/hours.py.
            .where(or_(col(Segment.ended_at).is_(None), col(Segment.outcome).is_not(None)))
        )
        return self._call_rows(query)

    def first_rows(self, period: Window) -> Iterator[tuple[str, CallRow]]:
        """Requests of the period with the queue that was asked for first, one for each call."""
        query: Select[tuple[object, ...]] = select(Call.queue, *_MEASURED).where(
            within(col(Call.requested_at), period), about(col(Call.arrived_at), period)
        )
        for queue, *row in self._session.execute(query.execution_options(yield_per=BATCH)):
            yield str(queue), _call_row(row)

    def duties(self, period: Window) -> Iterator[tuple[str, str, Span]]:
        """Agents' states that touch the period: agent, reason and the state's time, uncut.

        A state that lasts yet ends, for this purpose, with the period.
        """
        duty = METADATA.tables[str(AgentInterval.__tablename__)].c
        over_a_day = OVER_A_DAY[self._session.get_bind().dialect.name]
        near = period.start_ms - _DAY_MS
        state = columns(duty.agent, duty.reason, duty.state, duty.started_at, duty.ended_at)
        before, since = duty.started_at < period.end_ms, duty.ended_at > period.start_ms
        # One question would go through all the years before: what began then might last yet.
        parts = (
            state.where(duty.started_at >= near, before, since),
            state.where(duty.started_at < near, since, over_a_day),
            state.where(duty.ended_at.is_(None), before),
        )
        query = union_all(*parts).order_by("agent", "started_at")
        found = self._session.execute(query.execution_options(yield_per=BATCH))
        for agent, reason, name, start, end in found:
            yield agent, reason, Span(start, period.end_ms if end is None else end, name)

    def ring_rows(self, period: Window) -> Iterator[RingRow]:
        """The rings at agents' phones that began in the period."""
        query = select(RingAttempt.agent, RingAttempt.started_at, RingAttempt.result).where(
            within(col(RingAttempt.started_at), period),
            col(RingAttempt.agent) != "",
        )
        for agent, started, result in self._session.exec(query.execution_options(yield_per=BATCH)):
            yield RingRow(agent, started, RingResult(result) if result else None)

    def counts(self) -> dict[str, int]:
        """Rows of each table."""
        tables = (Call, Segment, RingAttempt, Recording, VoicemailMessage)
        return {
            str(table.__tablename__): self._session.exec(
                select(func.count()).select_from(table)
            ).one()
            for table in tables
        }

    def positions(self) -> dict[str, int]:
        """Journal -> number of its last fact that is in the tables."""
        rows = self._session.exec(select(JournalPosition))
        return {row.journal: row.position for row in rows}

    def _call_rows(self, query: Select[tuple[object, ...]]) -> Iterator[CallRow]:
        rows = self._session.execute(query.execution_options(yield_per=BATCH))
        return map(_call_row, rows)


def _call_row(row: Sequence[Any]) -> CallRow:
    arrived, requested, answered, left, outcome, direction, party, *lengths = row
    return CallRow(
        arrived,
        requested,
        answered,
        left,
        Outcome(outcome) if outcome else None,
        Direction(direction),
        PartyClass(party),
        *lengths,
    )


def plain(row: SQLModel) -> dict[str, Any]:
    """A row for JSON: times as ISO 8601 in UTC, with milliseconds."""
    return {
        name: iso(value) if name.endswith("_at") and value is not None else value
        for name, value in row.model_dump().items()
    }


@contextmanager
def open_records(url: Url) -> Iterator[Records]:
    """The records at that URL. Raises RecordsError, also for what fails while they are read."""
    with reading_at(url) as session:
        yield Records(session)
