"""Reads who called and who was reached, by number: what follow-ups are measured by."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import ColumnElement, Executable
from sqlmodel import Session, col, select

from callcenter.kpi.outcomes import Contact
from callcenter.kpi.windows import Window
from callcenter.records.reading.parties import party, written
from callcenter.records.reading.periods import about, within
from callcenter.records.tables.calls import Call
from callcenter.terms import Direction, Outcome, PartyClass

_BATCH = 2000


def requests(
    session: Session, period: Window, *conditions: ColumnElement[bool]
) -> Iterator[Contact]:
    """R of the period: ended calls from outside that asked for a human; test calls are none."""
    query = select(Call.caller, Call.requested_at, Call.outcome).where(
        within(col(Call.requested_at), period),
        about(col(Call.arrived_at), period),
        Call.direction == Direction.IN,
        Call.party_class != PartyClass.TEST,
        col(Call.outcome).is_not(None),
        col(Call.outcome).not_in((Outcome.IVR_END, Outcome.BLACKLISTED)),
        *conditions,
    )
    for number, at, outcome in _rows(session, query):
        yield Contact(party(number), at, outcome == Outcome.ANSWERED)


def reached(session: Session, period: Window) -> Iterator[Contact]:
    """Everybody outside with whom somebody talked in the period, whoever called whom."""
    query = select(Call.direction, Call.caller, Call.called, Call.answered_at).where(
        # An answered call arrived before: the index holds arrivals, not answers.
        about(col(Call.arrived_at), period),
        within(col(Call.answered_at), period),
        Call.direction != Direction.INTERNAL,
    )
    for direction, caller, called, at in _rows(session, query):
        yield Contact(party(caller if direction == Direction.IN else called), at, answered=True)


def tries(session: Session, number: str, period: Window) -> Iterator[Contact]:
    """Our calls to that number in the period, at their answer or, without one, at their begin."""
    query = select(Call.arrived_at, Call.answered_at).where(
        within(col(Call.arrived_at), period),
        Call.direction == Direction.OUT,
        col(Call.called).in_(written(party(number))),
    )
    for at, answered in _rows(session, query):
        yield Contact(number, at if answered is None else answered, answered is not None)


def _rows(session: Session, query: Executable) -> Iterator[Any]:
    return iter(session.execute(query.execution_options(yield_per=_BATCH)))
