"""Whom each caller last talked to, in memory, so that he can be given the same agent again."""

import asyncio
import logging
import time
from collections.abc import Callable, Iterable, Mapping, Sequence

from callcenter.acd.facts import CallEnded, CallOverflowed, CallQueued, TalkStarted
from callcenter.acd.plan import QueuePolicy
from callcenter.acd.talk_facts import CallSent
from callcenter.records.database.engine import RecordsError, Url, numbers_at
from callcenter.records.journal.facts import JournalFact
from callcenter.records.journal.last_talks import last_talks

_MOST = 500_000
"""Callers remembered; beyond that the one whose talk is longest ago is forgotten."""

_log = logging.getLogger(__name__)


class Regulars:
    """The last talk of each number; fed by facts, begun with what the records tell."""

    def __init__(self) -> None:
        self._last: dict[str, tuple[str, float]] = {}
        self._key: Callable[[str], str] = str
        """What a number is known by: in the records it may only be a hash."""
        self._caller: dict[str, str] = {}
        """Call -> number, while it goes on."""

    def last(self, caller: str, now: float) -> tuple[str, float]:
        """The agent and how many seconds ago it was; empty and 0 for a new caller."""
        agent, at = self._last.get(self._key(caller), ("", now))
        return agent, max(0.0, now - at)

    def note(self, facts: Sequence[JournalFact]) -> None:
        """Learn from what happens."""
        for fact in facts:
            if isinstance(fact, CallQueued):
                self._caller[fact.call] = fact.caller
            elif isinstance(fact, TalkStarted):
                self._talked(self._caller.get(fact.call, ""), fact.agent, fact.at)
            elif isinstance(fact, CallEnded | CallOverflowed | CallSent):
                self._caller.pop(fact.call, None)

    def begin_with(self, talks: Iterable[tuple[str, str, float]]) -> None:
        """Caller, agent and time of earlier talks; what was learnt meanwhile is newer."""
        learnt, self._last = self._last, {}
        for caller, agent, at in talks:
            self._talked(caller, agent, at)
        self._last |= learnt

    async def load(self, database: Url, queues: Mapping[str, QueuePolicy]) -> None:
        """Read the talks that still count, where a queue asks for them."""
        self._key = numbers_at(database).stored
        within_s = max((q.sticky.within_s for q in queues.values() if q.sticky), default=0.0)
        if not within_s:
            return
        try:
            self.begin_with(await asyncio.to_thread(last_talks, database, time.time() - within_s))
        except RecordsError as error:
            _log.warning("callers' last agents are not known: %s", error)

    def _talked(self, caller: str, agent: str, at: float) -> None:
        if not caller or not agent:
            return
        caller = self._key(caller)
        self._last.pop(caller, None)
        self._last[caller] = (agent, at)
        if len(self._last) > _MOST:
            del self._last[next(iter(self._last))]
