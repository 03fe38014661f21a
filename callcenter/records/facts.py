"""Facts beyond the floor's: recordings, messages, and calls that Asterisk handled alone.

They stand in the same journal as the floor's facts. Times are epoch seconds (UTC).
"""

from dataclasses import dataclass
from typing import TypeAlias

from callcenter.acd.facts import Fact as FloorFact
from callcenter.terms import Direction, HandledBy, Outcome, PartyClass


@dataclass(frozen=True, slots=True)
class RecordingMade:
    """A talk is being recorded; one file for each answered agent leg."""

    at: float
    call: str
    leg: str
    agent: str
    file: str
    """Path below the node's spool/monitor folder, such as `2025/11/30/hot-1764.7~1.wav`."""


@dataclass(frozen=True, slots=True)
class VoicemailLeft:
    """A caller left a message in a box."""

    at: float
    call: str
    box: str
    message: str
    """Asterisk's msg_id; it stays when the file is renumbered or moved to another folder."""
    file: str
    """Path below the node's spool/voicemail folder, as it was when the call ended."""
    duration_s: float


@dataclass(frozen=True, slots=True)
class CallFolded:
    """What Asterisk's own events tell about a call whose end the floor did not see.

    Either Asterisk handled it alone (ended in the IVR, closed, native queue), or the floor let it
    go (overflow), or the controller was away when it ended.
    """

    at: float
    call: str
    direction: Direction
    party_class: PartyClass
    handled_by: HandledBy
    caller: str
    called: str
    language: str
    arrived_at: float
    requested_at: float | None
    """First request for a human; None when nobody asked for one."""
    queue: str
    answered_at: float | None
    """First agent bridged, with talk > 0."""
    left_queue_at: float | None
    """When the last wait ended without an answer."""
    ended_at: float
    outcome: Outcome
    cause: str
    """Why it ended so: `max_wait`, `full`, `no_agent`, `closed`, `asterisk_restarted` or empty."""
    agent: str
    talk_s: float


@dataclass(frozen=True, slots=True)
class FilePlace:
    """A place in a file that may be renamed: its inode and a byte offset. Inode 0 is nowhere."""

    inode: int = 0
    offset: int = 0


@dataclass(frozen=True, slots=True)
class CelRead:
    """How far Asterisk's event file is read; stands behind the facts that were read from it.

    Since both are appended in one write, every call in the file is folded exactly once.
    """

    at: float
    pin: FilePlace
    """The first row of the oldest call that has not ended: reading starts here after a restart."""
    read: FilePlace
    """Rows before this have been judged; read again, they only rebuild the calls still open."""
    waiting: tuple[str, ...] = ()
    """Calls whose last row lies before `read`, but which the floor had not let go yet."""
    settled: tuple[str, ...] = ()
    """Calls which the floor had ended, and whose last row has now been read."""


RecordFact: TypeAlias = RecordingMade | VoicemailLeft | CallFolded | CelRead
JournalFact: TypeAlias = FloorFact | RecordFact
