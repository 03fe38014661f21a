"""All that is recorded of one call."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy.orm import Mapped
from sqlmodel import Session, SQLModel, col, or_, select

from callcenter.records.reading.periods import since
from callcenter.records.tables.calls import (
    Call,
    Callback,
    Consult,
    Hold,
    Mark,
    Rating,
    Recording,
    Relaxation,
    RingAttempt,
    Segment,
    Transfer,
    VoicemailMessage,
)

_Row = TypeVar("_Row", bound=SQLModel)


@dataclass(frozen=True, slots=True)
class Dossier:
    """One call with everything that belongs to it, each kind in the order of time."""

    call: Call
    segments: Sequence[Segment]
    rings: Sequence[RingAttempt]
    recordings: Sequence[Recording]
    messages: Sequence[VoicemailMessage]
    transfers: Sequence[Transfer] = ()
    consults: Sequence[Consult] = ()
    holds: Sequence[Hold] = ()
    marks: Sequence[Mark] = ()
    relaxations: Sequence[Relaxation] = ()
    ratings: Sequence[Rating] = ()
    callbacks: Sequence[Callback] = ()
    """Those asked for in this call, or the one that this call is."""


def read_dossier(session: Session, call_id: str) -> Dossier | None:
    """The dossier of a call; None where there is no such call."""
    call = session.get(Call, call_id)
    if call is None:
        return None
    arrived_at = call.arrived_at

    def rows(table: type[_Row], order: Mapped[Any]) -> Sequence[_Row]:
        of_call = select(table).where(col(table.call_id) == call_id)  # type: ignore[attr-defined]
        # Nothing of a call is before it: older months need not be looked into.
        of_call = of_call.where(*since(table.__table__, arrived_at))  # type: ignore[attr-defined]
        return session.exec(of_call.order_by(order)).all()

    callbacks = select(Callback).where(
        or_(col(Callback.call_id) == call_id, col(Callback.callback) == call_id)
    )
    return Dossier(
        call,
        rows(Segment, col(Segment.number)),
        rows(RingAttempt, col(RingAttempt.started_at)),
        rows(Recording, col(Recording.started_at)),
        rows(VoicemailMessage, col(VoicemailMessage.left_at)),
        rows(Transfer, col(Transfer.number)),
        rows(Consult, col(Consult.started_at)),
        rows(Hold, col(Hold.started_at)),
        rows(Mark, col(Mark.at)),
        rows(Relaxation, col(Relaxation.at)),
        rows(Rating, col(Rating.at)),
        session.exec(callbacks.order_by(col(Callback.asked_at))).all(),
    )
