"""What the journal says is still going on: agents' states, calls without an end.

A fold of facts, small enough to stand at the head of each journal file, so that a start reads the
newest file only.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import cast, get_args

from callcenter.acd.events import AgentFound, CallKnown
from callcenter.acd.facts import CallEnded, CallOverflowed, CallQueued
from callcenter.acd.facts import Fact as FloorFact
from callcenter.acd.restart.parting import Parting
from callcenter.acd.restart.recall import Recall
from callcenter.acd.talk_events import root_of
from callcenter.acd.talk_facts import CallSent
from callcenter.records.journal.facts import (
    ActDone,
    CallFolded,
    CelRead,
    FilePlace,
    HandFact,
    JournalFact,
    Overridden,
    Rated,
    SurveyInvited,
    VoicemailLeft,
)
from callcenter.records.journal.platform_facts import PlatformFact
from callcenter.records.journal.recordings_facts import RecordingFact
from callcenter.records.journal.recordings_pending import PendingRecording, PendingRecordings
from callcenter.records.journal.supervised import Supervised
from callcenter.site.overrides import Override

_FLOOR_S_OWN = frozenset(get_args(FloorFact)) - {CallQueued, CallEnded, CallOverflowed, CallSent}
"""Most facts by far: they change nothing here but what the floor needs."""
NOTHING_READ = CelRead(0.0, FilePlace(), FilePlace())
FORGET_AFTER_S = 86400.0
"""A call whose last event Asterisk never wrote (it crashed) is forgotten after this."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The state as it is written at the head of a journal file."""

    agents: Mapping[str, AgentFound]
    calls: Mapping[str, CallKnown]
    handed_over: Mapping[str, int]
    released: Mapping[str, float]
    ended: Mapping[str, float]
    cel: CelRead
    recordings: Mapping[str, PendingRecording] = field(default_factory=dict)
    overrides: tuple[Override, ...] = ()
    supervised: Mapping[str, ActDone] = field(default_factory=dict)
    parted: Mapping[str, Parting] = field(default_factory=dict)


class JournalState:
    """The running fold."""

    def __init__(self, before: Snapshot | None = None) -> None:
        self.recall = (
            Recall(before.agents, before.calls, before.handed_over, before.parted)
            if before
            else Recall()
        )
        """What the floor needs after a restart."""
        self.released = dict(before.released) if before else {}
        """Calls given back to the dialplan -> when; Asterisk's events will tell their end."""
        self.ended = dict(before.ended) if before else {}
        """Calls that the floor ended -> when, until their last event of Asterisk's is read."""
        self.cel = before.cel if before else NOTHING_READ
        self.recordings = PendingRecordings(before.recordings if before else {})
        """Begun and not stored yet."""
        self.supervised = (
            Supervised(before.overrides, before.supervised) if before else Supervised()
        )
        """What supervisors have changed, and to whom they listen."""

    def snapshot(self, now: float) -> Snapshot:
        """A value to write; forgets calls let go more than a day ago."""
        for calls in (self.ended, self.released):
            for old in [call for call, at in calls.items() if at < now - FORGET_AFTER_S]:
                self._forget(old)
        recall = self.recall
        return Snapshot(
            dict(recall.agents),
            dict(recall.calls),
            dict(recall.handed_over),
            dict(self.released),
            dict(self.ended),
            self.cel,
            dict(self.recordings.by_leg),
            tuple(self.supervised.overrides),
            dict(self.supervised.talks),
            dict(recall.parted),
        )

    def apply(self, fact: JournalFact) -> None:
        """Take in the next fact."""
        if type(fact) in _FLOOR_S_OWN:
            self.recall.add(cast(FloorFact, fact))
        else:
            self._apply_other(fact)

    def _apply_other(self, fact: JournalFact) -> None:
        if isinstance(fact, RecordingFact | Overridden | ActDone):
            self._apply_to_part(fact)
            return
        if isinstance(fact, HandFact | PlatformFact):
            return
        match fact:
            case VoicemailLeft() | SurveyInvited() | Rated():
                return
            case CelRead():
                self.cel = fact
                for call in fact.settled:
                    self.ended.pop(call, None)
                    self.recall.parted.pop(call, None)
                return
            case CallFolded():
                self._forget(fact.call)
                return
            case CallQueued():
                self.released.pop(fact.call, None)
            case CallEnded() if root_of(fact.call) == fact.call:
                self.ended[fact.call] = fact.at
            case CallOverflowed() | CallSent() if root_of(fact.call) == fact.call:
                self.released[fact.call] = fact.at
        self.recall.add(fact)

    def _apply_to_part(self, fact: RecordingFact | Overridden | ActDone) -> None:
        if isinstance(fact, Overridden | ActDone):
            self.supervised.apply(fact)
        else:
            self.recordings.apply(fact)

    def _forget(self, call: str) -> None:
        self.ended.pop(call, None)
        self.released.pop(call, None)
        self.recall.calls.pop(call, None)
        self.recall.handed_over.pop(call, None)
        self.recall.parted.pop(call, None)
