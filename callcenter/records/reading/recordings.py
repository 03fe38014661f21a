"""Reads what is known of recordings: rows with their calls, legs that talked, and holds."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, and_, or_
from sqlalchemy.orm import Mapped
from sqlmodel import Session, col, select

from callcenter.kpi.windows import Window
from callcenter.records.database.engine import Url
from callcenter.records.database.sessions import reading_at
from callcenter.records.reading.periods import about, within
from callcenter.records.tables.calls import Call, RingAttempt
from callcenter.records.tables.recordings import Recording, RecordingHold

BATCH = 1000


@dataclass(frozen=True, slots=True)
class RecordingFilter:
    """Which recordings are meant; empty fields let all pass."""

    period: Window | None = None
    """When the talk began."""
    call: str = ""
    agent: str = ""
    queue: str = ""
    number: str = ""
    """Caller's or called number, as the call's record has it."""
    tenant: str = ""
    tenant_agents: Sequence[str] = ()
    destroyed: bool = False
    """Also those that were destroyed."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """A recording, its call, and the holds that keep it from being destroyed."""

    recording: Recording
    call: Call | None
    """None where the call's own facts have not come yet."""
    holds: Sequence[RecordingHold] = field(default=())

    @property
    def held(self) -> bool:
        """True when it must not be destroyed."""
        return bool(self.holds)


@dataclass(frozen=True, slots=True)
class TalkedLeg:
    """A leg whose talk is over."""

    leg: str
    call: str
    agent: str
    queue: str
    direction: str
    joined_at: int
    left_at: int
    hold_ms: int = 0
    """While he held the caller his phone may have been silent, and nothing was written."""


class Recordings:
    """What is recorded, open for reading."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def holds(self, *, released: bool = False) -> list[RecordingHold]:
        """Holds by the time they were placed; those in force, or all."""
        query = select(RecordingHold).order_by(col(RecordingHold.placed_at))
        if not released:
            query = query.where(col(RecordingHold.released_at).is_(None))
        return list(self._session.exec(query))

    def find(self, wanted: RecordingFilter, limit: int | None = None) -> Iterator[Recorded]:
        """Recordings by time: the oldest first, or with a limit the newest ones."""
        holds = self.holds()
        order = col(Recording.started_at)
        query = (
            select(Recording, Call)
            .join(Call, _call_of(col(Recording.call_id), wanted.period), isouter=True)
            .where(*_conditions(wanted))
            .order_by(order if limit is None else order.desc(), col(Recording.leg))
        )
        if limit is not None:
            query = query.limit(limit)
        for recording, call in self._session.exec(query.execution_options(yield_per=BATCH)):
            kept = [hold for hold in holds if holds_back(hold, recording, call)]
            yield Recorded(recording, call, kept)

    def of_calls(self, which: ColumnElement[bool]) -> list[Recorded]:
        """Recordings, not destroyed, of the calls for which that holds; by time."""
        holds = self.holds()
        query = (
            select(Recording, Call)
            .join(Call, col(Call.call_id) == col(Recording.call_id))
            .where(which, col(Recording.destroyed_at).is_(None))
            .order_by(col(Recording.started_at), col(Recording.leg))
        )
        return [
            Recorded(recording, call, [h for h in holds if holds_back(h, recording, call)])
            for recording, call in self._session.exec(query)
        ]

    def legs(self, period: Window | None) -> Iterator[TalkedLeg]:
        """Legs whose talk began in the period and has ended."""
        query = (
            select(RingAttempt, Call.direction)
            .join(Call, _call_of(col(RingAttempt.call_id), period), isouter=True)
            .where(col(RingAttempt.joined_at).is_not(None), col(RingAttempt.left_at).is_not(None))
            .order_by(col(RingAttempt.joined_at))
        )
        if period is not None:
            began = col(RingAttempt.joined_at)
            # Who talks was rung before.
            query = query.where(within(began, period), about(col(RingAttempt.started_at), period))
        for ring, direction in self._session.exec(query.execution_options(yield_per=BATCH)):
            if ring.joined_at is not None and ring.left_at is not None:
                yield TalkedLeg(
                    ring.leg, ring.call_id, ring.agent, ring.queue, direction or "in",
                    ring.joined_at, ring.left_at, ring.hold_ms,
                )  # fmt: skip


def holds_back(hold: RecordingHold, recording: Recording, call: Call | None) -> bool:
    """True when this hold, if it is in force, forbids to destroy the recording."""
    numbers = (call.caller, call.called) if call is not None else ()
    return (
        hold.call_id in ("", recording.call_id)
        and (not hold.number or hold.number in numbers)
        and (hold.since is None or recording.started_at >= hold.since)
        and (hold.until is None or recording.started_at < hold.until)
    )


@contextmanager
def open_recordings(url: Url) -> Iterator[Recordings]:
    """The recordings at that URL. Raises RecordsError, also for what fails while they are read."""
    with reading_at(url) as session:
        yield Recordings(session)


def _call_of(name: Mapped[str], period: Window | None) -> ColumnElement[bool]:
    same = col(Call.call_id) == name
    return same if period is None else and_(same, about(col(Call.arrived_at), period))


def _conditions(wanted: RecordingFilter) -> list[ColumnElement[bool]]:
    row = Recording
    conditions: list[ColumnElement[bool]] = []
    if wanted.period is not None:
        began = col(row.started_at)
        conditions.append(within(began, wanted.period))
    for column, value in (
        (row.call_id, wanted.call),
        (row.agent, wanted.agent),
        (row.queue, wanted.queue),
    ):
        if value:
            conditions.append(col(column) == value)
    if wanted.number:
        number = wanted.number
        conditions.append(or_(col(Call.caller) == number, col(Call.called) == number))
    if wanted.tenant:
        of_queue = col(row.queue).startswith(f"{wanted.tenant}.", autoescape=True)
        conditions.append(or_(of_queue, col(row.agent).in_(wanted.tenant_agents)))
    if not wanted.destroyed:
        conditions.append(col(row.destroyed_at).is_(None))
    return conditions
