"""Calls counted by hour, in the same transaction as their rows: reports of years read these.

What a batch of facts changes is taken out as it was before and put in as it is after, so that
the counts are those of the rows at every commit; `recount` proves it, or makes them anew.
"""

import itertools
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias

from sqlalchemy import Connection, and_, delete, insert, or_
from sqlmodel import Session, col, select

from callcenter.kpi.calls import CallRow
from callcenter.kpi.counts import counts_of, tally_of
from callcenter.kpi.tally import Rules, Tally
from callcenter.kpi.windows import Window
from callcenter.records.hour_tables import HourCount
from callcenter.records.page import Page
from callcenter.records.tables import Call, Segment
from callcenter.terms import Direction, Outcome, PartyClass

HOUR_MS = 3_600_000
HOTLINE = ""
_BATCH = 2000

Place: TypeAlias = tuple[int, str]
"""Hour and queue."""
Counts: TypeAlias = dict[Place, Counter[str]]


def call_row(call: Call) -> CallRow:
    """The hotline's view of a call."""
    return CallRow(
        call.arrived_at,
        call.requested_at,
        call.answered_at,
        call.left_queue_at,
        Outcome(call.outcome) if call.outcome else None,
        Direction(call.direction),
        PartyClass(call.party_class),
        call.talk_ms,
        call.hold_ms,
        call.wrap_ms,
    )


def stay_row(stay: Segment, call: Call) -> CallRow:
    """The view of a queue: one stay is one request of it."""
    return CallRow(
        stay.requested_at,
        stay.requested_at,
        stay.answered_at,
        stay.ended_at,
        Outcome(stay.outcome) if stay.outcome else None,
        Direction(call.direction),
        PartyClass(call.party_class),
        stay.talk_ms,
        call.hold_ms,
        call.wrap_ms,
    )


def counts_as(stay: Segment) -> bool:
    """False for stays that are no request of a queue: with an agent, or ended by a supervisor who
    moved the call on."""
    return bool(stay.queue) and not (stay.ended_at is not None and stay.outcome is None)


def counted(page: Page) -> Counts:
    """What the calls of a page add to the hours."""
    found: Counts = {}
    for name, call in page.calls.items():
        _count(found, HOTLINE, call_row(call))
        for stay in page.segments.get(name, ()):
            if counts_as(stay):
                _count(found, stay.queue, stay_row(stay, call))
    return found


def _count(found: Counts, queue: str, row: CallRow) -> None:
    place = (row.window_ms - row.window_ms % HOUR_MS, queue)
    found.setdefault(place, Counter()).update(counts_of(row))


def keep(session: Session, before: Counts, after: Counts) -> None:
    """Bring the hours from what they held of these calls to what they shall hold."""
    changed = {place for place in {*before, *after} if before.get(place) != after.get(place)}
    if not changed:
        return
    stored = {(row.hour, row.queue): row for row in _rows(session, changed)}
    for place in sorted(changed):
        row = stored.get(place)
        if row is None:
            row = HourCount(hour=place[0], queue=place[1])
            session.add(row)
        counts = Counter(row.counts)
        counts.update(after.get(place, {}))
        counts.subtract(before.get(place, {}))
        # A new object: a change within the old one would not be seen.
        row.counts = {name: n for name, n in sorted(counts.items()) if n}


def _rows(session: Session, places: Iterable[Place]) -> Iterator[HourCount]:
    by_queue: dict[str, list[int]] = {}
    for hour, queue in places:
        by_queue.setdefault(queue, []).append(hour)
    conditions = [
        and_(col(HourCount.queue) == queue, col(HourCount.hour).in_(hours))
        for queue, hours in by_queue.items()
    ]
    yield from session.exec(select(HourCount).where(or_(*conditions)))


def tallies(
    session: Session, period: Window, rules: Rules, queue: str = HOTLINE
) -> Iterator[tuple[int, Tally]]:
    """Hour's start and its calls, for the hours that lie in the period, in order.

    `rules` must fit counts, see kpi.counts.fits.
    """
    query = (
        select(HourCount.hour, HourCount.counts)
        .where(
            HourCount.queue == queue,
            col(HourCount.hour) >= period.start_ms,
            col(HourCount.hour) < period.end_ms,
        )
        .order_by(col(HourCount.hour))
    )
    for hour, counts in session.exec(query.execution_options(yield_per=_BATCH)):
        yield hour, tally_of(counts, rules)


def recounted(session: Session) -> Counts:
    """All hours, counted from the rows."""
    found: Counts = {}
    calls = select(Call).execution_options(yield_per=_BATCH)
    for some in session.exec(calls).partitions(_BATCH):
        page = Page(calls={call.call_id: call for call in some})
        for stay in session.exec(select(Segment).where(col(Segment.call_id).in_(page.calls))):
            page.segments.setdefault(stay.call_id, []).append(stay)
        for place, counts in counted(page).items():
            found.setdefault(place, Counter()).update(counts)
        # One by one: dropping all of the session's rows at once would break the reading of more.
        for row in (*some, *itertools.chain.from_iterable(page.segments.values())):
            session.expunge(row)
    return found


def differences(session: Session) -> Sequence[tuple[Place, Mapping[str, int], Mapping[str, int]]]:
    """Hours whose counts are not those of the rows: place, kept, counted; empty proves them."""
    kept = {
        (hour, queue): Counter(counts)
        for hour, queue, counts in session.exec(
            select(HourCount.hour, HourCount.queue, HourCount.counts)
        )
    }
    rows = recounted(session)
    return [
        (place, kept.get(place, Counter()), rows.get(place, Counter()))
        for place in sorted({*kept, *rows})
        if +kept.get(place, Counter()) != +rows.get(place, Counter())
    ]


def recount(connection: Connection) -> int:
    """Make all hours anew from the rows; how many there are."""
    with Session(connection) as session:
        found = recounted(session)
    connection.execute(delete(HourCount))
    rows = [
        {"hour": hour, "queue": queue, "counts": dict(+counts)}
        for (hour, queue), counts in sorted(found.items())
    ]
    for n in range(0, len(rows), _BATCH):
        connection.execute(insert(HourCount), rows[n : n + _BATCH])
    return len(rows)
