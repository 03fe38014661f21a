"""Facts to rows: no database, no clock; the same facts always give the same rows.

A fact that is told again, or late, changes nothing that is settled: a call's first end stands.
"""

from collections.abc import Callable, Mapping
from typing import Any

from callcenter.records.fold import agents as fold_agents
from callcenter.records.fold import callbacks as fold_callbacks
from callcenter.records.fold import calls as fold_calls
from callcenter.records.fold import care as fold_care
from callcenter.records.fold import contract as fold_contract
from callcenter.records.fold import files as fold_files
from callcenter.records.fold import platform as fold_platform
from callcenter.records.fold import recordings as recordings_fold
from callcenter.records.fold import talks as fold_talks
from callcenter.records.fold.page import Page
from callcenter.records.journal.facts import JournalFact

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
