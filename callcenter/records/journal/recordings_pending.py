"""Recordings that are not stored yet: running ones, and files that wait for the archive.

A fold of facts, kept at the head of each journal file, so that no restart forgets a file.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from callcenter.records.journal.recordings_facts import (
    RecordingFact,
    RecordingLost,
    RecordingMade,
    RecordingPaused,
    RecordingResumed,
    RecordingStored,
)

RAW = ".raw"
"""Ending of files as Asterisk writes them. Others are kept as they are: mixed, from before."""


@dataclass(frozen=True, slots=True)
class PendingRecording:
    """A recording that was begun."""

    made: RecordingMade
    paused: bool = False
    """True while the file holds silence."""


class PendingRecordings:
    """The running fold."""

    def __init__(self, before: Mapping[str, PendingRecording]) -> None:
        self.by_leg = dict(before)

    def apply(self, fact: RecordingFact) -> None:
        """Take in the next fact."""
        match fact:
            case RecordingMade() if fact.file.endswith(RAW):
                self.by_leg.setdefault(fact.leg, PendingRecording(fact))
            case RecordingPaused() | RecordingResumed():
                pending = self.by_leg.get(fact.leg)
                if pending is not None:
                    paused = isinstance(fact, RecordingPaused)
                    self.by_leg[fact.leg] = replace(pending, paused=paused)
            case RecordingStored() | RecordingLost():
                self.by_leg.pop(fact.leg, None)
