"""Brings the calls that the floor did not end from Asterisk's event file into the journal, once.

How far the file is read stands in the journal itself, behind the facts that were read: whoever
appends `poll`'s facts in one step has them exactly once.
"""

import logging
import time
from collections.abc import Callable, Container
from dataclasses import dataclass, field
from pathlib import Path

from callcenter.records.ingest.cel import LAST, BadRow, CelRow, parse_row
from callcenter.records.ingest.fold import asked_for_human, boxes, fold_call, is_call
from callcenter.records.ingest.messages import messages_of
from callcenter.records.ingest.placed import fold_placed, fold_released, is_placed
from callcenter.records.ingest.survey import survey_facts
from callcenter.records.ingest.tail import TailLine, follow, is_there
from callcenter.records.ingest.trunks import trunk_facts
from callcenter.records.journal.facts import CelRead, FilePlace, JournalFact
from callcenter.records.journal.journal import Journal
from callcenter.records.journal.state import FORGET_AFTER_S
from callcenter.terms import HandledBy

LINES = 20_000
"""Lines of one poll, so that a long file is read in steps and memory stays flat."""
GRACE_S = 1.0
"""A call that was led to a queue is judged so long after its end: the controller may be about to
tell of it."""

AGAIN = "="
"""In the name of a channel with which a callback was dialled again, over another trunk."""

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Gathered:
    """The events of one call so far."""

    begins: FilePlace
    rows: list[CelRow] = field(default_factory=list)
    ended: bool = False
    lost: bool = False


class Ingest:
    """Reads one node's event file and voicemail spool on behalf of one journal."""

    def __init__(
        self,
        file: Path,
        spool: Path,
        journal: Journal,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.bad_rows = 0
        """Lines that were no rows of ours; they are left out."""
        self._file = file
        self._spool = spool
        self._journal = journal
        self._clock = clock
        before = journal.state.cel
        self._next = before.pin
        self._read = before.read
        self._waiting = set(before.waiting)
        # Where the old rows are gone, what is there now has not been judged.
        self._replaying = before.pin != before.read and all(
            is_there(file, place) for place in (before.pin, before.read)
        )
        self._calls: dict[str, _Gathered] = {}
        """Call -> its events, oldest call first, until it is judged."""

    def poll(self, held: Container[str], started_at: float | None = None) -> list[JournalFact]:
        """New facts, to be appended to the journal in one step; empty when there are none.

        `held` are the calls that the floor has now: they are left alone, as are those it has
        ended. So poll only once the floor has taken up what Asterisk holds. `started_at` is when
        the running Asterisk started (epoch seconds): calls of before are over, though no event
        tells it.
        """
        taken = self._gather()
        now = self._clock()
        if taken < LINES:
            # Only at the file's end is it known that no event of a call follows.
            self._notice_lost(max(started_at or 0.0, now - FORGET_AFTER_S))
        facts: list[JournalFact] = []
        settled: list[str] = []
        for call, gathered in [item for item in self._calls.items() if item[1].ended]:
            if call in self._journal.state.ended:
                settled.append(call)
                facts += survey_facts(gathered.rows)
            elif call in held or self._too_fresh(gathered, now):
                continue
            elif is_call(gathered.rows):
                facts += self._judge(call, gathered)
            elif is_placed(gathered.rows) and call not in self._journal.state.recall.calls:
                facts += fold_placed(gathered.rows)
            elif (name := call.partition(AGAIN)[0]) in self._journal.state.released:
                facts += fold_released(name, gathered.rows)
            facts += trunk_facts(gathered.rows)
            del self._calls[call]
        if taken or facts or settled:
            facts.append(self._place(now, settled))
        return facts

    def _gather(self) -> int:
        """Take in lines written since; how many."""
        taken = 0
        for line in follow(self._file, self._next):
            self._take(line)
            self._next = line.ends
            self._replaying = self._replaying and line.ends != self._read
            taken += 1
            if taken == LINES:
                break
        if taken and not self._replaying:
            self._read = self._next
        return taken

    def _take(self, line: TailLine) -> None:
        try:
            row = parse_row(line.text)
        except BadRow as bad:
            self.bad_rows += 1
            _log.warning("%s, byte %d: %s", self._file, line.begins.offset, bad)
            return
        gathered = self._calls.setdefault(row.linkedid, _Gathered(line.begins))
        gathered.rows.append(row)
        if row.event != LAST:
            return
        gathered.ended = True
        if self._replaying and row.linkedid not in self._waiting:
            # Judged before the restart.
            del self._calls[row.linkedid]

    def _notice_lost(self, before: float) -> None:
        for gathered in self._calls.values():
            if gathered.rows[-1].at < before:
                gathered.lost = not gathered.ended
                gathered.ended = True

    def _too_fresh(self, gathered: _Gathered, now: float) -> bool:
        return asked_for_human(gathered.rows) and now - gathered.rows[-1].at < GRACE_S

    def _judge(self, call: str, gathered: _Gathered) -> list[JournalFact]:
        state = self._journal.state
        ours = call in state.recall.calls or call in state.released
        messages = [
            message
            for box in sorted(boxes(gathered.rows))
            for message in messages_of(self._spool, box, call)
        ]
        return fold_call(
            gathered.rows,
            messages,
            handled_by=HandledBy.CONTROLLER if ours else HandledBy.ASTERISK,
            lost=gathered.lost,
        )

    def _place(self, now: float, settled: list[str]) -> CelRead:
        oldest = next(iter(self._calls.values()), None)
        return CelRead(
            at=now,
            pin=oldest.begins if oldest else self._read,
            read=self._read,
            waiting=tuple(call for call, gathered in self._calls.items() if gathered.ended),
            settled=tuple(settled),
        )
