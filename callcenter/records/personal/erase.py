"""A person's numbers taken out of the tables; every figure stays what it was.

One random name takes the place of all of the person's numbers, so that calls of one caller stay
calls of one caller: who called twice, who was called back, whose call was the last.
"""

import secrets
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import Column, ColumnElement, Connection, Engine, func, or_
from sqlmodel import Session, col, select

from callcenter.records.database.engine import RecordsError, Sealed, open_for_reading
from callcenter.records.database.errors import refusals
from callcenter.records.database.state import read_state, write_state
from callcenter.records.personal.columns import DutyText, numbers_of
from callcenter.records.personal.erasing import Erasure
from callcenter.records.personal.numbers import ERASED, Form
from callcenter.records.personal.rows import Change, change_known, change_rows, number_tables
from callcenter.records.reading.parties import party, written
from callcenter.records.reading.recordings import Recorded, Recordings
from callcenter.records.tables.calls import (
    Call,
    Callback,
    KnownNumber,
    Owed,
    RingAttempt,
    Segment,
    VoicemailMessage,
)

_STATE = "erasing"
"""Note of an erasure that has begun: the name, and the number as the site stores it."""
_TAIL = 6
Tell = Callable[[str, int], None]
"""Told as it goes on: the table, and how many more rows were looked at."""


@dataclass(frozen=True, slots=True)
class Found:
    """What the records hold of a person."""

    erasure: Erasure
    forms: Collection[str]
    """How his number stands in calls."""
    calls: int
    refusals: Sequence[str] = ()
    """Why nothing may be erased now; empty where it may."""
    recordings: Sequence[Recorded] = ()
    """Files that still exist."""
    messages: Sequence[VoicemailMessage] = ()


class Eraser:
    """The records of one site, open to take a person out of them."""

    def __init__(self, url: Sealed) -> None:
        """Raises RecordsError."""
        self._engine: Engine = open_for_reading(url)

    def close(self) -> None:
        """Let go of the database."""
        self._engine.dispose()

    def find(self, number: str) -> Found:
        """What there is of whose number this is. Raises RecordsError, also for what is none."""
        who = party(number)
        if not who:
            raise RecordsError(f"{number!r} is no number")
        with Session(self._engine) as session:
            erasure = Erasure(who, self._name(session, who), numbers_of(self._engine.dialect))
            forms = _forms(session, erasure)
            theirs = _of(forms)
            recordings = [
                each for each in Recordings(session).of_calls(theirs) if each.recording.stored_at
            ]
            of_calls = col(VoicemailMessage.call_id).in_(select(Call.call_id).where(theirs))
            found = Found(
                erasure, forms,
                session.exec(select(func.count()).select_from(Call).where(theirs)).one(),
                [*_duties(session, erasure, forms), *_held(session, erasure, recordings)],
                recordings,
                list(session.exec(select(VoicemailMessage).where(of_calls))),
            )  # fmt: skip
            session.expunge_all()
            return found

    def begin(self, found: Found) -> None:
        """Note it, so that who is stopped goes on with the same name."""
        with self._engine.begin() as connection:
            number = numbers_of(connection.dialect).stored(found.erasure.party)
            write_state(connection, _STATE, f"{found.erasure.name} {number}")

    def erase(self, found: Found, tell: Tell) -> dict[str, int]:
        """Replace the number in all tables; how many rows were changed in each."""
        change = _change(found.erasure)
        rows: dict[str, int] = {}
        with refusals():
            for table in number_tables():
                where = _where(table.name, found.forms)
                blocks = change_rows(self._engine, table, change, where=where)
                for looked_at, changed in blocks:
                    tell(table.name, looked_at)
                    rows[table.name] = rows.get(table.name, 0) + changed
            with self._engine.begin() as connection:
                change_known(connection, change)
                write_state(connection, _STATE, None)
        return {table: n for table, n in rows.items() if n}

    def _name(self, session: Session, who: str) -> str:
        begun = read_state(session.connection(), _STATE)
        if begun is None:
            return ERASED + secrets.token_urlsafe(9)
        name, _, number = begun.partition(" ")
        if number != numbers_of(self._engine.dialect).stored(who):
            raise RecordsError(
                "another number's erasure was stopped; run that one to its end first"
            )
        return name


def _change(erasure: Erasure) -> Change:
    numbers = erasure.numbers

    def change(column: Column[str], text: str) -> str:
        renamed = erasure.opened(text)
        if renamed is None:
            return text
        return (
            numbers.kept(renamed) if isinstance(column.type, DutyText) else numbers.stored(renamed)
        )

    return change


def journal_change(erasure: Erasure) -> Callable[[str], str]:
    """What becomes of a text in the journal."""

    def change(text: str) -> str:
        renamed = erasure.opened(text)
        return text if renamed is None else erasure.numbers.kept(renamed)

    return change


def _forms(session: Session, erasure: Erasure) -> set[str]:
    known, found = col(KnownNumber.number), written(erasure.party)
    query = select(KnownNumber.number)
    if erasure.numbers.form is Form.PLAIN:
        query = query.where(known.contains(erasure.party[-_TAIL:], autoescape=True))
    numbers = session.exec(query.execution_options(yield_per=10_000))
    found |= {number for number in numbers if party(number) == erasure.party}
    if erasure.numbers.key_id:
        found.add(erasure.numbers.hashed(erasure.party))
    return found


def _of(forms: Collection[str]) -> ColumnElement[bool]:
    return or_(col(Call.caller).in_(forms), col(Call.called).in_(forms))


def _where(table: str, forms: Collection[str]) -> Sequence[ColumnElement[bool]]:
    """Where rows are millions, those that can hold the number; all of the others are read."""
    match table:
        case "call":
            return (_of(forms),)
        case "segment":
            return (col(Segment.target).in_(forms),)
        case "ring_attempt":
            return (col(RingAttempt.agent) == "",)
    return ()


def _duties(session: Session, erasure: Erasure, forms: Collection[str]) -> list[str]:
    """What is still to be done for this person with his number."""
    found = []
    if session.exec(select(Call).where(_of(forms), col(Call.ended_at).is_(None))).first():
        found.append("a call of this number goes on")
    open_owed = select(Owed).where(
        col(Owed.settled_at).is_(None), Owed.party == _party(session.connection(), erasure)
    )
    if session.exec(open_owed).first():
        found.append("a call is still owed to it: `callcenter owed done` first")
    waiting = session.exec(select(Callback).where(col(Callback.result).is_(None)))
    if any(party(each.number) == erasure.party for each in waiting):
        found.append("a callback to it waits: let it end, or `callcenter callbacks` withdraws it")
    return found


def _party(connection: Connection, erasure: Erasure) -> str:
    hashed = numbers_of(connection.dialect).form is Form.HASHED
    return erasure.numbers.hashed(erasure.party) if hashed else erasure.party


def _held(session: Session, erasure: Erasure, recordings: Sequence[Recorded]) -> list[str]:
    holds = {hold.hold for each in recordings for hold in each.holds}
    holds |= {
        hold.hold
        for hold in Recordings(session).holds()
        if hold.number and erasure.opened(hold.number)
    }
    return [f"legal hold {hold} keeps what it covers: nothing is erased" for hold in sorted(holds)]
