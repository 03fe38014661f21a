"""Recordings compared: what policy wants, what the records tell, what stands on the disk. Pure."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from callcenter.records.reading.recordings import TalkedLeg
from callcenter.records.tables.recordings import Recording

SHORTEST_MS = 1000
"""A talk below this may end before its recording has begun."""
TOLERANCE_MS = 1500
"""Recording begins behind the talk's first moment, and ends with the phone's BYE."""
TOLERANCE_PART = 0.02
STORED_WITHIN_MS = 10 * 60_000
"""A recording that is not in the archive so long after its talk is late."""


class Fault(StrEnum):
    """What can be wrong with a recording."""

    NOT_RECORDED = "not_recorded"
    """Policy records the talk, and nothing was begun."""
    LOST = "lost"
    """It was begun, and there is no file."""
    LATE = "late"
    """It waits for the archive too long."""
    MISSING = "missing"
    """The file is gone, and nobody destroyed it."""
    CHANGED = "changed"
    """The file is not the one that was stored."""
    LENGTH = "length"
    """It is shorter or longer than the talk."""
    NOT_DESTROYED = "not_destroyed"
    """It was destroyed by the records, and stands there."""
    EXTRA = "extra"
    """No record tells of this file."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is not as it should be."""

    fault: Fault
    leg: str
    call: str
    file: str
    told: str


@dataclass(frozen=True, slots=True)
class Found:
    """A file as it stands."""

    bytes: int
    sha256: str = ""
    """Empty where it was not read."""


def compare(
    legs: Iterable[TalkedLeg],
    rows: Mapping[str, Recording],
    files: Mapping[str, Found],
    raw: Iterable[str],
    wanted: Callable[[TalkedLeg], bool],
    now_ms: int,
) -> Iterator[Difference]:
    """All differences.

    legs: talks that have ended. rows: recordings by leg, destroyed ones too. files: kept files by
    path. raw: files that Asterisk wrote and that are not in the archive. wanted: policy.
    """
    talks = {leg.leg: leg for leg in legs}
    for leg in talks.values():
        if leg.left_at - leg.joined_at >= SHORTEST_MS and leg.leg not in rows and wanted(leg):
            told = f"the talk of {_s(leg.left_at - leg.joined_at)} has no recording"
            yield Difference(Fault.NOT_RECORDED, leg.leg, leg.call, "", told)
    for row in rows.values():
        yield from _of_row(row, talks.get(row.leg), files.get(row.file), now_ms)
    known = {row.file for row in rows.values()}
    for file in sorted(set(files) - known):
        yield Difference(Fault.EXTRA, "", "", file, "no record tells of this file")
    waiting = {row.file for row in rows.values() if row.stored_at is None and not row.lost}
    for file in sorted(set(raw) - waiting):
        yield Difference(Fault.EXTRA, "", "", file, "a raw file that no record tells of")


def _of_row(
    row: Recording, talk: TalkedLeg | None, file: Found | None, now_ms: int
) -> Iterator[Difference]:
    length = None if talk is None else talk.left_at - talk.joined_at
    if row.destroyed_at is not None:
        if file is not None:
            yield _differs(row, Fault.NOT_DESTROYED, "the records say that it was destroyed")
    elif row.lost:
        if length is None or length >= SHORTEST_MS:
            yield _differs(row, Fault.LOST, row.lost)
    elif row.stored_at is not None:
        yield from _of_stored(row, talk, file)
    elif talk is not None and now_ms - talk.left_at > STORED_WITHIN_MS:
        yield _differs(row, Fault.LATE, f"not stored {_s(now_ms - talk.left_at)} after its talk")


def _of_stored(row: Recording, talk: TalkedLeg | None, file: Found | None) -> Iterator[Difference]:
    if file is None:
        yield _differs(row, Fault.MISSING, "the file is not there")
    elif file.bytes != row.bytes:
        yield _differs(row, Fault.CHANGED, f"{file.bytes} bytes; stored were {row.bytes}")
    elif file.sha256 and file.sha256 != row.sha256:
        yield _differs(row, Fault.CHANGED, "its SHA-256 is not what was stored")
    elif talk is not None and row.length_ms is not None and not _fits(row.length_ms, talk):
        told = f"{_s(row.length_ms)} of sound for a talk of {_s(talk.left_at - talk.joined_at)}"
        yield _differs(row, Fault.LENGTH, told)


def _differs(row: Recording, fault: Fault, told: str) -> Difference:
    return Difference(fault, row.leg, row.call_id, row.file, told)


def _fits(length_ms: int, talk: TalkedLeg) -> bool:
    talk_ms = talk.left_at - talk.joined_at
    tolerance = max(TOLERANCE_MS, TOLERANCE_PART * talk_ms)
    return talk_ms - talk.hold_ms - tolerance <= length_ms <= talk_ms + tolerance


def _s(length_ms: int) -> str:
    return f"{length_ms / 1000:.1f} s"
