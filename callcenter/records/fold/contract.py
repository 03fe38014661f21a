"""Exemptions, forecasts and corrections to rows: added, never changed."""

from collections.abc import Callable, Mapping
from typing import Any

from callcenter.records.fold.drafts import Correction, Exemption, ForecastHour
from callcenter.records.fold.page import Page
from callcenter.records.journal.contract_facts import (
    CallCorrected,
    ExemptionAdded,
    ExemptionWithdrawn,
    ForecastFrozen,
)
from callcenter.records.tables.columns import ms
from callcenter.terms import Outcome, PartyClass

_HOUR_MS = 3_600_000
CORRECTABLE: Mapping[str, Callable[[str], Any]] = {
    "outcome": Outcome,
    "party_class": PartyClass,
    "caller": str,
    "called": str,
    "language": str,
    "agent": str,
    "cause": str,
    "exempt_tag": lambda text: text or None,
}
"""Fields of a call that may be put right -> what makes a value of a text; raises ValueError.

Times and durations are measured, not judged: nobody corrects these by hand.
"""


def _added(fact: ExemptionAdded, page: Page) -> None:
    page.add(
        Exemption(
            exemption=fact.exemption,
            at=ms(fact.at),
            kind=fact.kind,
            since=ms(fact.since),
            until=ms(fact.until),
            aftermath=ms(fact.aftermath),
            approver=fact.approver,
            evidence=fact.evidence,
            by=fact.by,
        )
    )


def _withdrawn(fact: ExemptionWithdrawn, page: Page) -> None:
    at = ms(fact.at)
    page.add(
        Exemption(
            exemption=fact.exemption,
            at=at,
            withdrawn=True,
            kind="",
            since=at,
            until=at,
            aftermath=at,
            approver="",
            evidence=fact.why,
            by=fact.by,
        )
    )


def _frozen(fact: ForecastFrozen, page: Page) -> None:
    first, at = ms(fact.first), ms(fact.at)
    for n, requests in enumerate(fact.requests):
        page.add(
            ForecastHour(
                hour=first + n * _HOUR_MS,
                requests=requests,
                frozen_at=at,
                source=fact.source,
                by=fact.by,
            )
        )


def _corrected(fact: CallCorrected, page: Page) -> None:
    call, make = page.calls.get(fact.call), CORRECTABLE.get(fact.field)
    if call is None or make is None:
        return
    old = getattr(call, fact.field)
    try:
        setattr(call, fact.field, make(fact.value))
    except ValueError:
        return  # no such word: whoever told this was not ours
    page.add(
        Correction(
            call_id=fact.call,
            at=ms(fact.at),
            field=fact.field,
            old="" if old is None else str(old),
            new=fact.value,
            why=fact.why,
            by=fact.by,
        )
    )


FOLDS: Mapping[type, Callable[[Any, Page], None]] = {
    ExemptionAdded: _added,
    ExemptionWithdrawn: _withdrawn,
    ForecastFrozen: _frozen,
    CallCorrected: _corrected,
}
