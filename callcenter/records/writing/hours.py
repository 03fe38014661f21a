"""Calls counted by hour, in the same transaction as their rows: reports of years read these.

What a batch of facts changes is taken out as it was before and put in as it is after, so that
the counts are those of the rows at every commit; `recount` proves it, or makes them anew.
"""

import itertools
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    Table,
    bindparam,
    delete,
    insert,
    update,
)
from sqlmodel import Session, col, select

from callcenter.kpi.calls import CallRow
from callcenter.kpi.counts import count, tally_of
from callcenter.kpi.tally import Rules, Tally
from callcenter.kpi.windows import Window
from callcenter.records.database.state import calls_since
from callcenter.records.fold.page import Page
from callcenter.records.reading.periods import SLACK_MS
from callcenter.records.tables.calls import Call, Segment
from callcenter.records.tables.hours import HourCount
from callcenter.terms import Direction, Outcome, PartyClass

HOUR_MS = 3_600_000
HOTLINE = ""
_BATCH = 2000
_HOURS: Table = HourCount.__table__  # type: ignore[attr-defined]

# A word is found faster so than by asking its enumeration.
_OUTCOMES: Mapping[str, Outcome | None] = {"": None, **{word: word for word in Outcome}}
_DIRECTIONS: Mapping[str, Direction] = {word: word for word in Direction}
_PARTIES: Mapping[str, PartyClass] = {word: word for word in PartyClass}

_AT: BindParameter[int] = bindparam("at")
_OF: BindParameter[str] = bindparam("of")

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
        _OUTCOMES[call.outcome or ""],
        _DIRECTIONS[call.direction],
        _PARTIES[call.party_class],
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
        _OUTCOMES[stay.outcome or ""],
        _DIRECTIONS[call.direction],
        _PARTIES[call.party_class],
        stay.talk_ms,
        stay.hold_ms,
        stay.wrap_ms,
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
    counts = found.get(place)
    if counts is None:
        counts = found[place] = Counter()
    count(counts, row)


def keep(connection: Connection, before: Counts, after: Counts) -> None:
    """Bring the hours from what they held of these calls to what they shall hold."""
    changed = {place for place in {*before, *after} if before.get(place) != after.get(place)}
    stored = _stored(connection, changed)
    told: dict[bool, list[dict[str, object]]] = {True: [], False: []}
    for place in sorted(changed):
        counts = Counter(stored.get(place, {}))
        counts.update(after.get(place, {}))
        counts.subtract(before.get(place, {}))
        row = {"at": place[0], "of": place[1], "counts": _told(counts)}
        told[place in stored].append(row)
    if told[True]:
        here = (_HOURS.c.hour == _AT, _HOURS.c.queue == _OF)
        connection.execute(update(_HOURS).where(*here), told[True])
    if told[False]:
        connection.execute(insert(_HOURS).values(hour=_AT, queue=_OF), told[False])


def _told(counts: Mapping[str, int]) -> dict[str, int]:
    """Counts as they are kept: a sum of times may be below 0, where a clock was set back."""
    return {name: n for name, n in sorted(counts.items()) if n}


def _stored(connection: Connection, places: Iterable[Place]) -> dict[Place, Mapping[str, int]]:
    """What is kept of these hours now; another writer has to wait until we are done."""
    found: dict[Place, Mapping[str, int]] = {}
    by_queue: dict[str, list[int]] = {}
    for hour, queue in places:
        by_queue.setdefault(queue, []).append(hour)
    for queue, hours in sorted(by_queue.items()):
        query = _HOURS.select().where(_HOURS.c.queue == queue, _HOURS.c.hour.in_(hours))
        for hour, _, counts in connection.execute(query.with_for_update()):
            found[hour, queue] = counts
    return found


def tallies(
    session: Session, period: Window, rules: Rules, queue: str = HOTLINE
) -> Iterator[tuple[int, Tally]]:
    """Hour's start and its calls, for the hours that lie in the period, in order.

    `rules` must fit counts, see kpi.counts.fits.
    """
    for hour, kept in counts(session, period, queue):
        yield hour, tally_of(kept, rules)


def counts(
    session: Session, period: Window, queue: str = HOTLINE
) -> Iterator[tuple[int, Mapping[str, int]]]:
    """The same, as it is kept."""
    query = (
        select(HourCount.hour, HourCount.counts)
        .where(
            HourCount.queue == queue,
            col(HourCount.hour) >= period.start_ms,
            col(HourCount.hour) < period.end_ms,
        )
        .order_by(col(HourCount.hour))
    )
    yield from session.exec(query.execution_options(yield_per=_BATCH))


def recounted(session: Session) -> Counts:
    """All hours of which the calls are kept, counted from the rows."""
    since = calls_since(session.connection())
    found: Counts = {}
    calls = select(Call).execution_options(yield_per=_BATCH)
    for some in session.exec(calls).partitions(_BATCH):
        page = Page(calls={call.call_id: call for call in some})
        stays = select(Segment).where(col(Segment.call_id).in_(page.calls), *_in_time(some))
        for stay in session.exec(stays):
            page.segments.setdefault(stay.call_id, []).append(stay)
        for place, counts in counted(page).items():
            if place[0] >= since:
                found.setdefault(place, Counter()).update(counts)
        # One by one: dropping all of the session's rows at once would break the reading of more.
        for row in (*some, *itertools.chain.from_iterable(page.segments.values())):
            session.expunge(row)
    return found


def _in_time(calls: Sequence[Call]) -> list[ColumnElement[bool]]:
    """That a stay is of the time in which these calls were: other months hold none of theirs."""
    asked = col(Segment.requested_at)
    found = [asked >= min(call.arrived_at for call in calls) - SLACK_MS]
    ends = [call.ended_at for call in calls if call.ended_at is not None]
    if len(ends) == len(calls):
        found.append(asked < max(ends) + SLACK_MS)
    return found


def differences(session: Session) -> Sequence[tuple[Place, Mapping[str, int], Mapping[str, int]]]:
    """Hours whose counts are not those of the rows: place, kept, counted; empty proves them."""
    kept = {
        (hour, queue): Counter(counts)
        for hour, queue, counts in session.exec(
            select(HourCount.hour, HourCount.queue, HourCount.counts).where(
                col(HourCount.hour) >= calls_since(session.connection())
            )
        )
    }
    rows = recounted(session)
    return [
        (place, kept.get(place, Counter()), rows.get(place, Counter()))
        for place in sorted({*kept, *rows})
        if _told(kept.get(place, {})) != _told(rows.get(place, {}))
    ]


def recount(connection: Connection) -> int:
    """Make all hours anew from the rows; how many there are. Those whose calls were destroyed
    after their keep time stay."""
    with Session(connection) as session:
        found = recounted(session)
    connection.execute(delete(HourCount).where(_HOURS.c.hour >= calls_since(connection)))
    rows = [
        {"hour": hour, "queue": queue, "counts": _told(counts)}
        for (hour, queue), counts in sorted(found.items())
    ]
    for n in range(0, len(rows), _BATCH):
        connection.execute(insert(HourCount), rows[n : n + _BATCH])
    return len(rows)
