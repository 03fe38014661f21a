"""Loads the rows that a batch of facts may touch."""

import json
from collections.abc import Collection, Iterator, Sequence
from collections.abc import Set as AbstractSet
from typing import NamedTuple, TypeVar

from sqlalchemy import ARRAY, ColumnElement, Connection, String, any_, bindparam, func, or_, select
from sqlmodel import SQLModel

from callcenter.acd.facts import AgentChanged, CallQueued
from callcenter.acd.talk_events import root_of
from callcenter.acd.talk_facts import CallbackRequested, CallPlaced
from callcenter.acd.talks.callback import CALLBACK_MARK
from callcenter.records.fold.drafts import (
    AgentInterval,
    Call,
    Callback,
    Consult,
    Hold,
    Owed,
    Rating,
    Recording,
    RecordingHold,
    RingAttempt,
    Segment,
    Transfer,
    VoicemailMessage,
    table_of,
)
from callcenter.records.fold.page import Page
from callcenter.records.journal.facts import CallFolded, JournalFact, OwedAssigned, OwedDone
from callcenter.records.journal.recordings_facts import RecordingsHeld, RecordingsReleased
from callcenter.records.personal.columns import NumberText, numbers_of
from callcenter.records.reading.periods import since
from callcenter.records.tables.columns import ms
from callcenter.terms import AgentState

_Row = TypeVar("_Row", bound=SQLModel)
_Fact = TypeVar("_Fact")
_FEW = 20
"""So many calls are looked for by their names."""
_BETWEEN = 200
"""So many others may lie between new calls that are looked for side by side."""


def load(connection: Connection, facts: Sequence[JournalFact]) -> Page:
    """The page that these facts are folded into."""
    told = _Told(facts)
    begun = _begun(told)
    loading = _Loading(connection, min([*begun.values(), ms(min(fact.at for fact in facts))]))
    loading.duties({fact.agent for fact in told.of(AgentChanged)})
    calls = {root_of(call) for call in {getattr(fact, "call", "") for fact in facts}}
    # A wrap-up that ends in this batch belongs to a call of an earlier one.
    calls |= {d.call_id for d in loading.page.duties.values() if d.state == AgentState.WRAP_UP}
    # A callback that ends is told with the call in which it was asked for.
    calls |= {call.removesuffix(CALLBACK_MARK) for call in calls}
    calls.discard("")
    if calls:
        loading.calls(calls, begun.keys())
        loading.talks()
        loading.files()
    holds = {fact.hold for fact in told.of(RecordingsHeld)}
    loading.recording_holds(holds | {fact.hold for fact in told.of(RecordingsReleased)})
    loading.owed(_parties(told, loading.page))
    return loading.page


class _Told:
    """The facts of a batch by their kind: of ten thousand a question is about few."""

    def __init__(self, facts: Sequence[JournalFact]) -> None:
        self._by_kind: dict[type, list[JournalFact]] = {}
        for fact in facts:
            self._by_kind.setdefault(type(fact), []).append(fact)

    def of(self, kind: type[_Fact]) -> Iterator[_Fact]:
        return iter(self._by_kind.get(kind, ()))  # type: ignore[arg-type]


def among(
    connection: Connection, column: ColumnElement[str], values: Collection[str]
) -> ColumnElement[bool]:
    """That the column has one of these values, however many: one parameter holds all of them."""
    if isinstance(column.type, NumberText):
        numbers = numbers_of(connection.dialect)
        values = [column.type.stored(value, numbers) for value in values]
    if connection.dialect.name == "postgresql":
        return column == any_(bindparam(None, list(values), ARRAY(String)))
    each = func.json_each(json.dumps(list(values))).table_valued("value")
    return column.in_(select(each.c.value))


class _Search(NamedTuple):
    """Calls, and where there may be rows of them."""

    calls: Collection[str]
    since_ms: int | None
    """In months since this time; None: in any."""
    span: tuple[str, str] | None = None
    """From the first to the last of their names; rows of others between them are read too."""


class _Loading:
    """Fills a page.

    Where tables are kept by months, rows are first looked for in those since `since_ms`, the time
    of the earliest fact; what must be there and is not, in all.
    """

    def __init__(self, connection: Connection, since_ms: int) -> None:
        self.page = Page(numbers_of(connection.dialect))
        self._connection = connection
        self._since_ms = since_ms if connection.dialect.name == "postgresql" else None
        self._searches: list[_Search] = []

    def duties(self, agents: Collection[str]) -> None:
        """The states that these agents are in."""
        self._duties(agents, self._since_ms)
        if self._since_ms is not None and (resting := set(agents) - self.page.duties.keys()):
            self._duties(resting, None)

    def _duties(self, agents: Collection[str], since_ms: int | None) -> None:
        duties = table_of(AgentInterval).c
        open_ones = (self._among(duties.agent, agents), duties.ended_at.is_(None))
        for duty in self._rows(AgentInterval, *open_ones, since_ms=since_ms):
            self.page.duties[duty.agent] = duty

    def calls(self, calls: AbstractSet[str], begun: AbstractSet[str]) -> None:
        """The calls, where they were, whom they rang. No fact before told of those begun."""
        page = self.page
        # Hardly any of those begun is there, and their names rise with time: one look in each
        # index tells it of all of them.
        span = self._span(calls & begun)
        if span:
            self._find(_Search(begun, self._since_ms, span))
        new = calls & begun - page.calls.keys() if span else set()
        told = calls - new
        self._find(_Search(told - page.calls.keys(), self._since_ms))
        if self._since_ms is None:
            self._searches = [_Search(told, None), _Search(new, None, span)]
        else:
            earlier = told - page.calls.keys() - begun
            self._find(_Search(earlier, None))
            untold = earlier - page.calls.keys()
            since_ms = min([self._since_ms, *(call.arrived_at for call in page.calls.values())])
            self._searches = [
                _Search(told - untold, since_ms),
                _Search(untold, None),
                _Search(new, since_ms, span),
            ]
        for segment in self._of(Segment, "number"):
            page.segments.setdefault(segment.call_id, []).append(segment)
        for ring in self._of(RingAttempt, "started_at", "leg"):
            page.rings.setdefault(ring.call_id, {})[ring.leg] = ring

    def _span(self, calls: Collection[str]) -> tuple[str, str] | None:
        """First and last of these names; None where it is quicker to look for each of them."""
        if len(calls) < _FEW:
            return None
        low, high = min(calls), max(calls)
        if self._connection.dialect.name == "postgresql":
            # By the order of its indexes, which need not be Python's.
            names = "SELECT min(name), max(name) FROM unnest(%s::text[]) AS name"
            low, high = self._connection.exec_driver_sql(names, (list(calls),)).one()
        table = table_of(Call)
        between = select(table.c.call_id).where(table.c.call_id.between(low, high))
        if self._since_ms is not None:
            between = between.where(*since(table, self._since_ms))
        found = between.limit(len(calls) + _BETWEEN + 1).subquery()
        count = self._connection.scalar(select(func.count()).select_from(found))
        return None if count is None or count > len(calls) + _BETWEEN else (low, high)

    def _find(self, search: _Search) -> None:
        if search.calls:
            named = self._named(table_of(Call).c.call_id, search)
            for call in self._rows(Call, named, since_ms=search.since_ms):
                self.page.calls[call.call_id] = call

    def talks(self) -> None:
        """What happens in talks; callbacks and ratings."""
        page, callbacks = self.page, table_of(Callback).c
        for hold in self._of(Hold, only=table_of(Hold).c.ended_at.is_(None)):
            page.holds[hold.leg] = hold
        for transfer in self._of(Transfer, "number"):
            page.transfers.setdefault(transfer.call_id, []).append(transfer)
        for consult in self._of(Consult):
            page.consults[consult.consult] = consult
        for search in self._searches:
            if search.calls:
                named = (self._named(c, search) for c in (callbacks.call_id, callbacks.callback))
                for callback in self._rows(Callback, or_(*named)):
                    page.callbacks[callback.callback] = callback
        for rating in self._of(Rating):
            page.ratings[rating.call_id, rating.survey, rating.question] = rating

    def files(self) -> None:
        """Recordings and messages."""
        for recording in self._of(Recording):
            self.page.recordings[recording.leg] = recording
        for message in self._of(VoicemailMessage):
            self.page.messages[message.call_id, message.message_id] = message

    def recording_holds(self, names: Collection[str]) -> None:
        """What must not be destroyed, by these names."""
        if names:
            named = self._among(table_of(RecordingHold).c.hold, names)
            for hold in self._rows(RecordingHold, named):
                self.page.recording_holds[hold.hold] = hold

    def owed(self, parties: Collection[str]) -> None:
        """What these parties are owed."""
        owed = table_of(Owed).c
        open_ones = owed.settled_at.is_(None)
        for row in self._rows(Owed, self._among(owed.party, parties), open_ones):
            self.page.owed[row.party] = row

    def _of(
        self, kind: type[_Row], *order: str, only: ColumnElement[bool] | None = None
    ) -> Iterator[_Row]:
        """All rows of the calls."""
        for search in self._searches:
            if search.calls:
                conditions = [self._named(table_of(kind).c.call_id, search)]
                conditions += [] if only is None else [only]
                yield from self._rows(kind, *conditions, order=order, since_ms=search.since_ms)

    def _named(self, column: ColumnElement[str], search: _Search) -> ColumnElement[bool]:
        return (
            column.between(*search.span)
            if search.span
            else among(self._connection, column, search.calls)
        )

    def _among(self, column: ColumnElement[str], values: Collection[str]) -> ColumnElement[bool]:
        return among(self._connection, column, values)

    def _rows(
        self,
        kind: type[_Row],
        *conditions: ColumnElement[bool],
        order: Sequence[str] = (),
        since_ms: int | None = None,
    ) -> Iterator[_Row]:
        table = table_of(kind)
        query = select(table).where(*conditions).order_by(*(table.c[name] for name in order))
        if since_ms is not None:
            query = query.where(*since(table, since_ms))
        names = table.columns.keys()
        for values in self._connection.execute(query):
            row = kind(**dict(zip(names, values, strict=True)))
            self.page.loaded.append((row, tuple(values)))
            yield row


def _begun(told: _Told) -> dict[str, int]:
    """Calls that these facts tell from their beginning, and when they arrived.

    A callback is dialled more than once, days later perhaps.
    """
    found = {fact.call: ms(fact.at) for fact in told.of(CallPlaced)}
    found |= {fact.call: ms(fact.arrived_at) for fact in told.of(CallQueued)}
    found |= {fact.call: ms(fact.arrived_at) for fact in told.of(CallFolded)}
    return {call: at for call, at in found.items() if not call.endswith(CALLBACK_MARK)}


def _parties(told: _Told, page: Page) -> set[str]:
    """Everybody whom these facts may serve, or leave unserved."""
    numbers = {number for call in page.calls.values() for number in (call.caller, call.called)}
    numbers |= {callback.number for callback in page.callbacks.values()}
    numbers |= {fact.caller for fact in told.of(CallQueued)}
    numbers |= {fact.caller for fact in told.of(CallFolded)}
    numbers |= {fact.to for fact in told.of(CallPlaced)}
    numbers |= {fact.number for fact in told.of(CallbackRequested)}
    parties = {f"call:{call}" for call in page.calls}
    parties |= {page.party(fact.party) or fact.party for fact in told.of(OwedAssigned)}
    parties |= {page.party(fact.party) or fact.party for fact in told.of(OwedDone)}
    return (parties | {page.party(number) for number in numbers}) - {""}
