"""Facts to rows: no database, no clock; the same facts always give the same rows.

A fact that is told again, or late, changes nothing that is settled: a call's first end stands.
"""

from collections.abc import Callable, Mapping
from typing import Any

from callcenter.records import (
    fold_agents,
    fold_callbacks,
    fold_calls,
    fold_care,
    fold_contract,
    fold_files,
    fold_platform,
    fold_talks,
    recordings_fold,
)
from callcenter.records.facts import JournalFact
from callcenter.records.page import Page

FOLDS: Mapping[type, Callable[[Any, Page], None]] = {
    **fold_calls.FOLDS,
    **fold_talks.FOLDS,
    **fold_callbacks.FOLDS,
    **fold_agents.FOLDS,
    **fold_files.FOLDS,
    **fold_care.FOLDS,
    **fold_contract.FOLDS,
    **fold_platform.FOLDS,
    **recordings_fold.FOLDS,
}
"""What each kind of fact does to the rows."""


def fold(fact: JournalFact, page: Page) -> None:
    """Bring one fact into the rows."""
    FOLDS[type(fact)](fact, page)
