"""Facts about recordings to rows; see facts.py."""

from typing import get_args

from callcenter.acd.talk_events import root_of
from callcenter.records.fold.drafts import Recording, RecordingHold
from callcenter.records.fold.page import Page
from callcenter.records.journal.recordings_facts import (
    RecordingDestroyed,
    RecordingFact,
    RecordingLost,
    RecordingMade,
    RecordingPaused,
    RecordingResumed,
    RecordingsHeld,
    RecordingsReleased,
    RecordingStored,
)
from callcenter.records.tables.columns import ms


def fold_recording(fact: RecordingFact, page: Page) -> None:
    """Bring one fact into the rows. A fact that is told again changes nothing."""
    match fact:
        case RecordingMade():
            _made(fact, page)
        case RecordingsHeld() | RecordingsReleased():
            _hold(fact, page)
        case _ if row := page.recordings.get(fact.leg):
            _changed(fact, row)


def _made(fact: RecordingMade, page: Page) -> None:
    if fact.leg not in page.recordings:
        page.add_recording(
            Recording(
                leg=fact.leg,
                call_id=root_of(fact.call),
                agent=fact.agent,
                started_at=ms(fact.at),
                file=fact.file,
                queue=fact.queue,
                direction=fact.direction,
            )
        )


def _changed(
    fact: RecordingPaused | RecordingResumed | RecordingStored | RecordingLost | RecordingDestroyed,
    row: Recording,
) -> None:
    at = ms(fact.at)
    open_gap = row.gaps and row.gaps[-1][1] is None
    match fact:
        case RecordingPaused() if not open_gap:
            row.gaps = [*row.gaps, [at, None]]
        case RecordingResumed() if open_gap:
            row.gaps = [*row.gaps[:-1], [row.gaps[-1][0], at]]
        case RecordingStored() if row.stored_at is None:
            row.file, row.format, row.channels = fact.file, fact.format, fact.channels
            row.length_ms, row.bytes, row.sha256 = ms(fact.length_s), fact.bytes, fact.sha256
            row.stored_at = at
        case RecordingLost():
            row.lost = fact.why
        case RecordingDestroyed() if row.destroyed_at is None:
            row.destroyed_at, row.destroyed_by = at, fact.by
            row.destroyed_why, row.certificate = fact.why, fact.certificate


def _hold(fact: RecordingsHeld | RecordingsReleased, page: Page) -> None:
    row = page.recording_holds.get(fact.hold)
    if isinstance(fact, RecordingsHeld):
        if row is None:
            page.recording_holds[fact.hold] = page.add(
                RecordingHold(
                    hold=fact.hold,
                    call_id=fact.call,
                    number=fact.number,
                    since=None if fact.since is None else ms(fact.since),
                    until=None if fact.until is None else ms(fact.until),
                    placed_at=ms(fact.at),
                    placed_by=fact.by,
                    why=fact.why,
                )
            )
    elif row is not None and row.released_at is None:
        row.released_at, row.released_by, row.released_why = ms(fact.at), fact.by, fact.why


FOLDS = dict.fromkeys(get_args(RecordingFact), fold_recording)
"""What each kind of fact does to the rows."""
