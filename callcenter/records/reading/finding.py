"""Finds calls by what somebody remembers: a number or part of one, an agent's or a queue's name."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import ColumnElement, case
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from callcenter.records.database.errors import RecordsError
from callcenter.records.personal.columns import numbers_of
from callcenter.records.personal.numbers import Form
from callcenter.records.reading.filters import CallFilter, conditions
from callcenter.records.tables.calls import Call, KnownNumber

_BATCH = 10_000
MANY = 3000
"""More numbers than these are found faster among the newest calls than one after the other."""


@dataclass(frozen=True, slots=True)
class Text:
    """What a text may mean; a call that fits any of these is found."""

    part: str = ""
    """Part of a number outside."""
    agents: Collection[str] = ()
    queues: Collection[str] = ()


def find_calls(session: Session, wanted: CallFilter, text: Text | None = None) -> list[Call]:
    """The newest calls that pass the filter, and fit the text if there is one."""
    if text is None:
        return list(_newest(session, wanted))
    found: dict[str, Call] = {}
    for calls in _meanings(session, wanted, text):
        found |= {call.call_id: call for call in calls}
    ordered = sorted(found.values(), key=lambda call: (call.arrived_at, call.call_id), reverse=True)
    return ordered[: wanted.limit]


def _meanings(session: Session, wanted: CallFilter, text: Text) -> Iterator[Iterable[Call]]:
    # One by one: each has an index in the order of time, of which the newest are read.
    for agent in text.agents:
        if wanted.agent in ("", agent):
            yield _newest(session, replace(wanted, agent=agent))
    for queue in text.queues:
        if wanted.queue in ("", queue):
            yield _newest(session, replace(wanted, queue=queue))
    if text.part:
        yield from _by_part(session, wanted, text.part)


def _by_part(session: Session, wanted: CallFilter, part: str) -> Iterator[Iterable[Call]]:
    match numbers_of(session.get_bind().dialect).form:
        case Form.ENCRYPTED:
            yield from _by_opened(session, wanted, part)
            return
        case Form.HASHED:
            # Only whole numbers have a hash to look for.
            for column in (col(Call.caller), col(Call.called)):
                yield _newest(session, wanted, column == part)
            return
    known = col(KnownNumber.number)
    query = select(KnownNumber.number).where(known.contains(part, autoescape=True))
    numbers = session.exec(query.limit(MANY + 1)).all()
    caller, called, inbound = col(Call.caller), col(Call.called), col(Call.direction) == "in"
    if len(numbers) > MANY:
        fits = [column.contains(part, autoescape=True) for column in (caller, called)]
        yield _newest(session, wanted, case((inbound, fits[0]), else_=fits[1]))
    elif numbers:
        yield from _of_numbers(session, wanted, numbers)


def _by_opened(session: Session, wanted: CallFilter, part: str) -> Iterator[Iterable[Call]]:
    """All known numbers are opened, one after the other: about 5 s for a million of them."""
    query = select(KnownNumber.number).execution_options(yield_per=_BATCH)
    numbers = [number for number in session.exec(query) if part in number]
    if len(numbers) > MANY:
        raise RecordsError(
            f"{len(numbers)} numbers hold {part!r}, and the records are encrypted: "
            "give more digits, or the whole number with --caller or --called"
        )
    yield from _of_numbers(session, wanted, numbers)


def _of_numbers(
    session: Session, wanted: CallFilter, numbers: Sequence[str]
) -> Iterator[Iterable[Call]]:
    yield _newest(session, wanted, col(Call.caller).in_(numbers))
    yield _of_called(session, wanted, numbers)


def _of_called(session: Session, wanted: CallFilter, numbers: Sequence[str]) -> Iterable[Call]:
    """Those that were placed to these numbers, which are few among all.

    PostgreSQL would go back through the arrivals of all years until it has enough of them; so they
    are gathered by their numbers first.
    """
    fits = select(Call).where(*conditions(wanted), col(Call.called).in_(numbers)).cte("fits")
    call = aliased(Call, fits.prefix_with("MATERIALIZED", dialect="postgresql"))
    query = select(call).order_by(col(call.arrived_at).desc(), col(call.call_id).desc())
    return session.exec(query.limit(wanted.limit))


def _newest(session: Session, wanted: CallFilter, *more: ColumnElement[bool]) -> Iterable[Call]:
    query = select(Call).where(*conditions(wanted), *more).limit(wanted.limit)
    return session.exec(query.order_by(col(Call.arrived_at).desc(), col(Call.call_id).desc()))
