"""Facts on their way into the journal: never lost, and never in the way of a call."""

import logging
from collections.abc import Callable, Sequence

from callcenter.live.calls.telling import line
from callcenter.records.journal.facts import JournalFact
from callcenter.records.journal.journal import Journal, JournalError

_log = logging.getLogger("callcenter.calls")


class Ledger:
    """Writes facts to the journal; when the disk refuses, keeps them and goes on with the calls."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._unwritten: list[JournalFact] = []
        self.listeners: list[Callable[[Sequence[JournalFact]], None]] = []
        """Who learns from facts once they are written."""

    def write(self, facts: Sequence[JournalFact]) -> None:
        """Append facts, behind those that could not be written before."""
        if not facts:
            return
        self._unwritten.extend(facts)
        try:
            self._journal.append(self._unwritten)
        except JournalError as error:
            _log.error("%d facts are not in the journal yet: %s", len(self._unwritten), error)
            return
        self._unwritten = []

    def note(self, facts: Sequence[JournalFact]) -> None:
        """Write facts that no command follows, and log them."""
        self.write(facts)
        self.tell(facts)

    def tell(self, facts: Sequence[JournalFact]) -> None:
        """Log them, one line each, and tell who learns from them."""
        for learn in self.listeners:
            learn(facts)
        for fact in facts:
            text = line(fact)
            if text:
                _log.info("%s", text)
