"""Facts on their way to a journal whose disk is full for a while."""

from collections.abc import Sequence

import pytest
from callcenter.acd.facts import CallEnded
from callcenter.live.ledger import Ledger
from callcenter.records.journal.facts import JournalFact
from callcenter.records.journal.journal import JournalError
from callcenter.terms import Outcome

pytestmark = pytest.mark.pure


class FullDisk:
    """A journal that refuses until there is room."""

    def __init__(self) -> None:
        self.full = True
        self.facts: list[JournalFact] = []

    def append(self, facts: Sequence[JournalFact]) -> int:
        if self.full:
            raise JournalError("no space left")
        self.facts.extend(facts)
        return len(self.facts)


def fact(n: int) -> CallEnded:
    return CallEnded(float(n), f"n-1.{n}", Outcome.ANSWERED, "")


def test_facts_that_the_disk_refused_are_written_first_when_it_has_room() -> None:
    disk = FullDisk()
    ledger = Ledger(disk)  # type: ignore[arg-type]
    ledger.write([fact(1)])
    ledger.write([fact(2), fact(3)])
    disk.full = False
    ledger.write([fact(4)])
    ledger.write([fact(5)])
    assert disk.facts == [fact(n) for n in range(1, 6)]
