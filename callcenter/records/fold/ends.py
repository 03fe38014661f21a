"""The one way a call's rows are closed."""

from callcenter.records.fold.drafts import Call
from callcenter.records.fold.owed import owe
from callcenter.records.fold.page import Page
from callcenter.records.fold.stays import close_stay, end_talk, end_transfers, stay_of
from callcenter.terms import Direction, Outcome

_BY_PEOPLE = ("", "caller", "agent")
"""Causes of an end that was no fault of ours."""


def end_call(page: Page, call: Call, outcome: Outcome, cause: str, at: int) -> None:
    """Close what is still open of a call, and judge it: with any talk at all it is answered."""
    for ring in page.rings.get(call.call_id, {}).values():
        end_talk(page, ring, at)
        ring.ended_at = at if ring.ended_at is None else ring.ended_at
    how = _stays_outcome(page, call.call_id, outcome, cause, at)
    close_stay(page, call.call_id, how, how, at)
    if call.answered_at is not None:
        call.left_queue_at = None
    elif call.requested_at is not None and call.left_queue_at is None:
        call.left_queue_at = at
    call.ended_at = at
    call.outcome = _outcome(call, outcome)
    call.cause = cause or call.cause
    end_transfers(page, call.call_id, how, at)
    for consult in page.consults.values():
        if consult.call_id == call.call_id and consult.ended_at is None:
            consult.ended_at, consult.how = at, "system"
    owe(page, call)


def _outcome(call: Call, told: Outcome) -> Outcome:
    if call.direction != Direction.IN:
        return Outcome.OUTBOUND
    return Outcome.ANSWERED if call.answered_at is not None else told


def _stays_outcome(page: Page, call: str, told: Outcome, cause: str, at: int) -> Outcome:
    """How the last stay ended: of an answered call too it may be one that nobody answered."""
    stay = stay_of(page, call)
    if stay is None or stay.answered_at is not None or told is not Outcome.ANSWERED:
        return told if stay is None or stay.answered_at is None else Outcome.ANSWERED
    if cause.startswith("callback"):
        return Outcome.CALLBACK_REQUESTED
    if cause not in _BY_PEOPLE:
        return Outcome.SYSTEM_FAIL
    rings = page.rings.get(call, {}).values()
    rang = any(ring.segment == stay.number and ring.ended_at == at for ring in rings)
    return Outcome.ABANDONED_RING if rang else Outcome.ABANDONED_QUEUE
