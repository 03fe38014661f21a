"""Reads what people look after: messages in boxes, callers owed a call, the audit."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, or_
from sqlalchemy.orm import Mapped
from sqlmodel import Session, col, select

from callcenter.kpi.windows import Window
from callcenter.records.database.engine import Url
from callcenter.records.database.sessions import reading_at
from callcenter.records.tables.calls import Act, Call, Owed, VoicemailMessage


@dataclass(frozen=True, slots=True)
class MessageFilter:
    """Which messages are meant; empty fields let all pass."""

    period: Window | None = None
    boxes: Collection[str] | None = None
    """Only of these boxes."""
    open_only: bool = False
    """Only those that nobody has handled."""
    limit: int = 50


@dataclass(frozen=True, slots=True)
class OwedFilter:
    """Which callers are meant; empty fields let all pass."""

    queue: str = ""
    tenant: str = ""
    assigned_to: str = ""
    settled: Window | None = None
    """Those who were settled in this period, instead of those who are owed a call now."""
    limit: int = 50


class Care:
    """The records of a site, for those who look after callers."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def messages(self, wanted: MessageFilter) -> list[tuple[VoicemailMessage, str]]:
        """Messages, the newest first, each with its caller's number."""
        query = (
            select(VoicemailMessage, Call.caller)
            .join(Call, col(Call.call_id) == col(VoicemailMessage.call_id), isouter=True)
            .order_by(col(VoicemailMessage.left_at).desc())
        )
        if wanted.period is not None:
            query = query.where(*_within(col(VoicemailMessage.left_at), wanted.period))
        if wanted.boxes is not None:
            query = query.where(col(VoicemailMessage.box).in_(wanted.boxes))
        if wanted.open_only:
            query = query.where(col(VoicemailMessage.done_at).is_(None))
        return [
            (row, caller or "") for row, caller in self._session.exec(query.limit(wanted.limit))
        ]

    def message(self, name: str) -> VoicemailMessage | None:
        """The message with this id, or the one that this call left; None where there is none."""
        named = or_(col(VoicemailMessage.message_id) == name, col(VoicemailMessage.call_id) == name)
        found = self._session.exec(select(VoicemailMessage).where(named).limit(2)).all()
        return found[0] if len(found) == 1 else None

    def owed(self, wanted: OwedFilter) -> list[Owed]:
        """Callers who are owed a call, the longest first; or those of before, the newest first."""
        query = select(Owed).where(*_owed_conditions(wanted))
        if wanted.settled is None:
            query = query.where(col(Owed.settled_at).is_(None)).order_by(col(Owed.first_at))
        else:
            query = query.where(*_within(col(Owed.settled_at), wanted.settled))
            query = query.order_by(col(Owed.settled_at).desc())
        return list(self._session.exec(query.limit(wanted.limit)))

    def owed_party(self, party: str) -> Owed | None:
        """The open row of a party; None where nothing is owed to it."""
        of_party = (Owed.party == party, col(Owed.settled_at).is_(None))
        return self._session.exec(select(Owed).where(*of_party)).first()

    def owed_row(self, row: int) -> Owed | None:
        """A row by its number in the list, open or not."""
        return self._session.get(Owed, row)

    def acts(self, period: Window, limit: int, **wanted: str) -> list[Act]:
        """The audit, the newest first; of who, act, target and result those that are named."""
        query = select(Act).where(*_within(col(Act.at), period)).order_by(col(Act.at).desc())
        for column, value in wanted.items():
            if value:
                query = query.where(getattr(Act, column) == value)
        return list(self._session.exec(query.limit(limit)))


@contextmanager
def open_care(url: Url) -> Iterator[Care]:
    """The records at that URL. Raises RecordsError, also for what fails while they are read."""
    with reading_at(url) as session:
        yield Care(session)


def _owed_conditions(wanted: OwedFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.queue:
        conditions.append(col(Owed.queue) == wanted.queue)
    if wanted.tenant:
        of_tenant = f"{wanted.tenant}."
        conditions.append(
            or_(
                col(Owed.queue).startswith(of_tenant, autoescape=True),
                col(Owed.box).startswith(of_tenant, autoescape=True),
            )
        )
    if wanted.assigned_to:
        conditions.append(col(Owed.assigned_to) == wanted.assigned_to)
    return conditions


def _within(column: Mapped[Any], period: Window) -> tuple[ColumnElement[bool], ...]:
    return column >= period.start_ms, column < period.end_ms
