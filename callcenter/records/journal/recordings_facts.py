"""Facts about recordings: made, paused, stored, held, destroyed.

Times are epoch seconds (UTC). `call` is the caller's own call, `leg` the talk that is recorded.
Files are named by their path below the node's spool/monitor folder.
"""

from dataclasses import dataclass
from typing import TypeAlias

from callcenter.terms import Direction


@dataclass(frozen=True, slots=True)
class RecordingMade:
    """A talk is being recorded, or is about to be; one file for each answered leg."""

    at: float
    call: str
    leg: str
    agent: str
    file: str
    """Such as `2025/11/30/hot-1764.7~1.raw`, until it is stored."""
    queue: str = ""
    direction: Direction = Direction.IN
    caller_first: bool = False
    """The first of the file's two channels is the caller's; else it is the agent's."""


@dataclass(frozen=True, slots=True)
class RecordingPaused:
    """From here on the file holds silence: the caller tells something that nobody may keep."""

    at: float
    call: str
    leg: str
    by: str
    """Who asked for it."""


@dataclass(frozen=True, slots=True)
class RecordingResumed:
    """The file holds what is said again."""

    at: float
    call: str
    leg: str
    by: str


@dataclass(frozen=True, slots=True)
class RecordingStored:
    """The file stands as it is kept: left caller, right agent, and nothing was lost by that."""

    at: float
    call: str
    leg: str
    file: str
    format: str
    """`flac` or `wav`."""
    channels: int
    """2; 1 where both sides were mixed."""
    length_s: float
    bytes: int
    sha256: str
    """Of the whole file, in hexadecimal digits."""


@dataclass(frozen=True, slots=True)
class RecordingLost:
    """There is no file of this talk, and none will come."""

    at: float
    call: str
    leg: str
    why: str


@dataclass(frozen=True, slots=True)
class RecordingDestroyed:
    """The file is gone, on purpose; a certificate proves what it was."""

    at: float
    call: str
    leg: str
    file: str
    sha256: str
    by: str
    why: str
    certificate: str
    """Name of the file in the node's folder of certificates that tells it."""


@dataclass(frozen=True, slots=True)
class RecordingsHeld:
    """Recordings that must not be destroyed (legal hold); empty fields hold for all."""

    at: float
    hold: str
    """The hold's own name."""
    call: str
    number: str
    """Caller's or called number."""
    since: float | None
    until: float | None
    by: str
    why: str


@dataclass(frozen=True, slots=True)
class RecordingsReleased:
    """A hold is over; what it held falls under retention again."""

    at: float
    hold: str
    by: str
    why: str


RecordingFact: TypeAlias = (
    RecordingMade
    | RecordingPaused
    | RecordingResumed
    | RecordingStored
    | RecordingLost
    | RecordingDestroyed
    | RecordingsHeld
    | RecordingsReleased
)
