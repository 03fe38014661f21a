"""Callbacks: asked for, dialled, missed, and how they ended."""

from collections.abc import Callable, Mapping
from typing import Any

from callcenter.acd.talk_facts import CallbackDialled, CallbackMissed, CallbackRequested
from callcenter.records.fold.drafts import Call, Callback, RingAttempt
from callcenter.records.fold.owed import owe_party
from callcenter.records.fold.page import Page
from callcenter.records.tables.columns import ms
from callcenter.terms import Direction, HandledBy, PartyClass, RingResult

REACHED, WITHDRAWN, FAILED = "reached", "withdrawn", "failed"
_ENDS = (WITHDRAWN, "expired", "not_reached")
"""Causes that end a callback by rule; any other end has failed."""


def _requested(fact: CallbackRequested, page: Page) -> None:
    if fact.callback not in page.callbacks:
        page.callbacks[fact.callback] = page.add(
            Callback(
                callback=fact.callback,
                call_id=fact.call,
                number=fact.number,
                queue=fact.queue,
                asked_at=ms(fact.at),
                requested_at=ms(fact.requested_at),
                expires_at=ms(fact.expires_at),
            )
        )


def _dialled(fact: CallbackDialled, page: Page) -> None:
    callback, at = page.callbacks.get(fact.call), ms(fact.at)
    if callback is None:
        return
    callback.attempts, callback.last_at, callback.next_at = fact.attempt, at, None
    if fact.call not in page.calls:
        asked = page.calls.get(callback.call_id)
        page.add_call(
            Call(
                call_id=fact.call,
                direction=Direction.OUT,
                party_class=PartyClass(asked.party_class) if asked else PartyClass.CITIZEN,
                handled_by=HandledBy.CONTROLLER,
                caller=asked.called if asked else "",
                called=callback.number,
                language=asked.language if asked else "",
                priority=asked.priority if asked else 0,
                queue=callback.queue,
                arrived_at=at,
                callback_of=callback.call_id,
            )
        )
    page.add_ring(
        RingAttempt(
            leg=_attempt(fact.call, fact.attempt),
            call_id=fact.call,
            agent="",
            queue=callback.queue,
            started_at=at,
            why={"chose": "callback", "attempt": fact.attempt, "for": fact.agent},
        )
    )


def _missed(fact: CallbackMissed, page: Page) -> None:
    callback, at = page.callbacks.get(fact.call), ms(fact.at)
    if callback is None:
        return
    callback.last_result = fact.result
    callback.next_at = None if fact.next_at is None else ms(fact.next_at)
    dial = page.rings.get(fact.call, {}).get(_attempt(fact.call, fact.attempt))
    if dial is not None and dial.ended_at is None:
        dial.ended_at, dial.result, dial.sip_code = at, fact.result, fact.sip_code


def dialled_is_there(page: Page, call: str, at: int) -> None:
    """The caller who was dialled picked up: now the agent's phone rings."""
    if call not in page.callbacks:
        return
    for dial in page.rings.get(call, {}).values():
        if dial.ended_at is None and dial.leg.startswith(f"{call}/"):
            dial.ended_at, dial.result = at, RingResult.ANSWERED


def close_callback(page: Page, name: str, cause: str, at: int) -> None:
    """The callback is over: its caller was reached, or is owed a call again."""
    callback, call = page.callbacks.get(name), page.calls.get(name)
    if callback is None or callback.ended_at is not None:
        return
    reached = call is not None and call.answered_at is not None
    callback.result = REACHED if reached else cause if cause in _ENDS else FAILED
    callback.ended_at, callback.next_at = at, None
    if call is not None:
        callback.agent = call.agent if reached else ""
    asked = page.calls.get(callback.call_id)
    if not reached and callback.result != WITHDRAWN and asked is not None:
        owe_party(page, asked, f"callback_{callback.result}", callback.number)


def _attempt(callback: str, attempt: int) -> str:
    """Name of one attempt to dial, as a leg."""
    return f"{callback}/{attempt}"


FOLDS: Mapping[type, Callable[[Any, Page], None]] = {
    CallbackRequested: _requested,
    CallbackDialled: _dialled,
    CallbackMissed: _missed,
}
