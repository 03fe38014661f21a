"""Rows of recordings, what waits for the archive, and the comparison of records and disk."""

from dataclasses import replace
from pathlib import Path

import pytest
from callcenter.acd.facts import CallQueued
from callcenter.records.database.engine import connect, migrate
from callcenter.records.journal.facts import JournalFact
from callcenter.records.journal.files import Entry
from callcenter.records.journal.journal import Journal
from callcenter.records.journal.recordings_facts import (
    RecordingDestroyed,
    RecordingLost,
    RecordingMade,
    RecordingPaused,
    RecordingResumed,
    RecordingsHeld,
    RecordingsReleased,
    RecordingStored,
)
from callcenter.records.proof.recordings import Fault, Found, compare
from callcenter.records.reading.recordings import (
    RecordingFilter,
    TalkedLeg,
    open_recordings,
)
from callcenter.records.tables.recordings import Recording
from callcenter.records.writing.writer import write_entries

CALL, LEG = "hot-1.7", "hot-1.7~1"
QUEUED = CallQueued(90.0, CALL, "q", "13800138000", "12345", 80.0, 90.0, "zh", 0, False)
MADE = RecordingMade(100.0, CALL, LEG, "1001", "2025/11/30/hot-1.7~1.raw", "q")
STORED = RecordingStored(140.0, CALL, LEG, "2025/11/30/hot-1.7~1.flac", "flac", 2, 30.0, 99, "ab")
HELD = RecordingsHeld(150.0, "H1", "", "13800138000", None, None, "court", "17")


def written(folder: Path, *facts: JournalFact) -> str:
    url = f"sqlite:///{folder / 'records.db'}"
    engine = connect(url)
    migrate(engine)
    write_entries(engine, "j", [Entry(n, fact) for n, fact in enumerate(facts, 1)])
    engine.dispose()
    return url


@pytest.mark.parametrize("told", [1, 2])
def test_a_recording_from_its_beginning_to_its_destruction(tmp_path: Path, told: int) -> None:
    facts = (
        QUEUED,
        MADE,
        RecordingPaused(110.0, CALL, LEG, "1001"),
        RecordingResumed(115.0, CALL, LEG, "1001"),
        RecordingPaused(128.0, CALL, LEG, "1001"),
        STORED,
        RecordingDestroyed(900.0, CALL, LEG, STORED.file, "ab", "root", "retention", "000001.json"),
    )
    url = written(tmp_path, *(fact for fact in facts for _ in range(told)))
    with open_recordings(url) as found:
        (each,) = found.find(RecordingFilter(destroyed=True))
        assert list(found.find(RecordingFilter())) == []
        row = each.recording
    assert (row.file, row.format, row.length_ms, row.bytes) == (STORED.file, "flac", 30_000, 99)
    assert row.gaps == [[110_000, 115_000], [128_000, None]]
    assert (row.destroyed_at, row.certificate) == (900_000, "000001.json")


@pytest.mark.parametrize(
    ("hold", "holds"),
    [
        (HELD, True),
        (replace(HELD, number="12345"), True),
        (replace(HELD, number="999"), False),
        (replace(HELD, number="", call=CALL), True),
        (replace(HELD, call="hot-1.8"), False),
        (replace(HELD, since=100.0, until=100.001), True),
        (replace(HELD, since=100.001), False),
        (replace(HELD, until=100.0), False),
    ],
)
def test_a_hold_is_by_call_number_and_time(
    tmp_path: Path, hold: RecordingsHeld, holds: bool
) -> None:
    url = written(tmp_path, QUEUED, MADE, STORED, hold)
    with open_recordings(url) as found:
        (each,) = found.find(RecordingFilter(number="13800138000"))
    assert each.held is holds


def test_a_released_hold_holds_no_more(tmp_path: Path) -> None:
    over = RecordingsReleased(160.0, "H1", "court", "closed")
    url = written(tmp_path, QUEUED, MADE, STORED, HELD, over)
    with open_recordings(url) as found:
        (each,) = found.find(RecordingFilter())
        assert not each.held
        assert [hold.released_by for hold in found.holds(released=True)] == ["court"]
        assert found.holds() == []


def test_what_waits_for_the_archive_is_known_over_restarts_and_new_files(tmp_path: Path) -> None:
    other = replace(MADE, leg="hot-1.7~2")
    old = replace(MADE, leg="hot-1.7~3", file="x.wav")
    with Journal(tmp_path) as journal:
        journal.append([MADE, other, old, RecordingPaused(101.0, CALL, LEG, "1001")])
    with Journal(tmp_path, segment_bytes=1) as journal:
        journal.append([RecordingLost(120.0, CALL, "hot-1.7~2", "no file")])  # a new file begins
    with Journal(tmp_path) as journal:
        pending = journal.state.recordings.by_leg
        assert [(p.made, p.paused) for p in pending.values()] == [(MADE, True)]
        journal.append([STORED])
        assert pending == {}


def row(**changes: object) -> Recording:
    values: dict[str, object] = {
        "leg": LEG, "call_id": CALL, "agent": "1001", "started_at": 100_000, "file": "a.flac",
        "format": "flac", "channels": 2, "length_ms": 30_000, "bytes": 99, "sha256": "ab",
        "stored_at": 140_000,
    }  # fmt: skip
    return Recording(**(values | changes))


TALK = TalkedLeg(LEG, CALL, "1001", "q", "in", 100_000, 130_000)
FILE = Found(99, "ab")


@pytest.mark.parametrize(
    ("recording", "file", "talk_s", "faults"),
    [
        (row(), FILE, 30, []),
        (row(), FILE, 31.4, []),
        (row(), FILE, 33, [Fault.LENGTH]),
        (row(), None, 30, [Fault.MISSING]),
        (row(), Found(98), 30, [Fault.CHANGED]),
        (row(), Found(99), 30, []),
        (row(), Found(99, "ac"), 30, [Fault.CHANGED]),
        (None, None, 30, [Fault.NOT_RECORDED]),
        (None, None, 0.9, []),
        (row(lost="no file", stored_at=None), None, 30, [Fault.LOST]),
        (row(lost="no file", stored_at=None), None, 0.5, []),
        (row(stored_at=None), None, 30, [Fault.LATE]),
        (row(destroyed_at=200_000), None, 30, []),
        (row(destroyed_at=200_000), FILE, 30, [Fault.NOT_DESTROYED]),
    ],
)
def test_records_and_disk_are_compared(
    recording: Recording | None, file: Found | None, talk_s: float, faults: list[Fault]
) -> None:
    rows = {} if recording is None else {LEG: recording}
    files = {} if file is None else {"a.flac": file}
    talk = replace(TALK, left_at=100_000 + round(talk_s * 1000))
    found = compare([talk], rows, files, [], lambda leg: True, 10_000_000)
    assert [difference.fault for difference in found] == faults


def test_files_without_a_record_are_listed() -> None:
    waiting = row(stored_at=None, file="b.raw")
    found = compare([], {LEG: waiting}, {"x.flac": FILE}, ["b.raw", "c.raw"], lambda _: True, 0)
    assert [(d.fault, d.file) for d in found] == [(Fault.EXTRA, "x.flac"), (Fault.EXTRA, "c.raw")]


def test_a_hold_may_be_missing_in_the_file() -> None:
    talk = replace(TALK, left_at=160_000, hold_ms=30_000)
    short, shorter = row(), row(length_ms=27_000)
    assert list(compare([talk], {LEG: short}, {"a.flac": FILE}, [], lambda _: True, 0)) == []
    (found,) = compare([talk], {LEG: shorter}, {"a.flac": FILE}, [], lambda _: True, 0)
    assert found.fault is Fault.LENGTH


def test_what_policy_does_not_want_is_not_missed() -> None:
    assert list(compare([TALK], {}, {}, [], lambda _: False, 0)) == []
