"""Ratings, and what people note by hand about messages and callers owed a call."""

from collections.abc import Callable, Mapping
from typing import Any

from callcenter.records.fold.drafts import Rating
from callcenter.records.fold.owed import settle
from callcenter.records.fold.page import Page
from callcenter.records.journal.facts import (
    MessageAssigned,
    MessageDone,
    OwedAssigned,
    OwedDone,
    Rated,
    SurveyInvited,
)
from callcenter.records.tables.columns import ms

BY_HAND = "by_hand"


def _invited(fact: SurveyInvited, page: Page) -> None:
    call = page.calls.get(fact.call)
    if call is not None:
        call.rating_invited = True


def _rated(fact: Rated, page: Page) -> None:
    call, key = page.calls.get(fact.call), (fact.call, fact.survey, fact.question)
    if key in page.ratings:
        return
    page.ratings[key] = page.add(
        Rating(
            call_id=fact.call,
            survey=fact.survey,
            question=fact.question,
            agent=fact.agent or (call.agent if call is not None else ""),
            at=ms(fact.at),
            result=fact.result,
            rating=fact.rating,
            key=fact.key,
        )
    )
    if call is not None:
        call.rating_invited = True
        call.rating = fact.rating if call.rating is None else call.rating


def _message_assigned(fact: MessageAssigned, page: Page) -> None:
    message = page.messages.get((fact.call, fact.message))
    if message is not None and message.done_at is None:
        message.assigned_to, message.assigned_at = fact.to, ms(fact.at)


def _message_done(fact: MessageDone, page: Page) -> None:
    message, at = page.messages.get((fact.call, fact.message)), ms(fact.at)
    if message is None or message.done_at is not None:
        return
    message.done_at, message.done_by, message.note = at, fact.by, fact.note
    call = page.calls.get(fact.call)
    who = (page.party(call.caller) if call is not None else "") or f"call:{fact.call}"
    owed = page.owed.get(who)
    # A later call of his without an answer is still owed.
    if owed is not None and owed.call_id == fact.call:
        settle(page, who, BY_HAND, fact.by, at, note=fact.note)


def _owed_assigned(fact: OwedAssigned, page: Page) -> None:
    owed = page.owed.get(_whose(fact.party, page))
    if owed is not None:
        owed.assigned_to, owed.assigned_at = fact.to, ms(fact.at)


def _owed_done(fact: OwedDone, page: Page) -> None:
    settle(page, _whose(fact.party, page), BY_HAND, fact.by, ms(fact.at), note=fact.note)


def _whose(told: str, page: Page) -> str:
    """`call:ID` is nobody's number."""
    return page.party(told) or told


FOLDS: Mapping[type, Callable[[Any, Page], None]] = {
    SurveyInvited: _invited,
    Rated: _rated,
    MessageAssigned: _message_assigned,
    MessageDone: _message_done,
    OwedAssigned: _owed_assigned,
    OwedDone: _owed_done,
}
