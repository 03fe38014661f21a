"""Facts beyond the floor's: recordings, messages, and calls that Asterisk handled alone.

They stand in the same journal as the floor's facts. Times are epoch seconds (UTC).
"""

from dataclasses import dataclass
from typing import TypeAlias

from callcenter.acd.facts import Fact as FloorFact
from callcenter.records.journal.contract_facts import ContractFact
from callcenter.records.journal.platform_facts import PlatformFact
from callcenter.records.journal.recordings_facts import RecordingFact
from callcenter.site.overrides import Override
from callcenter.terms import Direction, HandledBy, Outcome, PartyClass


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


@dataclass(frozen=True, slots=True)
class ActDone:
    """What a supervisor or administrator did, or was refused: the audit."""

    at: float
    who: str
    """A supervisor's number, or `user@cli` for a person at the machine."""
    act: str
    """`listen`, `take_over`, `force_not_ready`, `blacklist_add` …"""
    target: str
    """The agent, call, queue or number that it was done to."""
    detail: str
    result: str
    """`done`, `refused` or `failed`."""


@dataclass(frozen=True, slots=True)
class Overridden:
    """A supervisor has changed something over what is deployed, or it holds no longer."""

    at: float
    by: str
    override: Override
    """Its value is empty where what is deployed holds again."""


@dataclass(frozen=True, slots=True)
class SurveyInvited:
    """The caller was asked to rate; he may still hang up without an answer."""

    at: float
    call: str
    agent: str
    """The last agent who talked with him."""
    survey: str


@dataclass(frozen=True, slots=True)
class Rated:
    """The answer to one question of a survey."""

    at: float
    call: str
    agent: str
    """The last agent who talked with the caller; empty: as the call's row tells."""
    survey: str
    question: str
    result: str
    """`rated`, `invalid` (a key that rates nothing), `timeout` or `hung_up`."""
    rating: int | None
    """1 is the best; None unless `rated`."""
    key: str


@dataclass(frozen=True, slots=True)
class MessageAssigned:
    """A message in a box was given to somebody to handle."""

    at: float
    call: str
    message: str
    to: str
    by: str


@dataclass(frozen=True, slots=True)
class MessageDone:
    """A message in a box has been handled."""

    at: float
    call: str
    message: str
    by: str
    note: str


@dataclass(frozen=True, slots=True)
class OwedAssigned:
    """A caller who is owed a call was given to somebody."""

    at: float
    party: str
    """His number as `reading.parties.party` has it."""
    to: str
    by: str


@dataclass(frozen=True, slots=True)
class OwedDone:
    """A caller who was owed a call is served, by what no record of ours tells."""

    at: float
    party: str
    by: str
    note: str


HandFact: TypeAlias = MessageAssigned | MessageDone | OwedAssigned | OwedDone | ContractFact
"""What people note by hand; a running controller takes these over its control socket."""
RecordFact: TypeAlias = (
    RecordingFact
    | PlatformFact
    | VoicemailLeft
    | CallFolded
    | CelRead
    | ActDone
    | Overridden
    | SurveyInvited
    | Rated
    | HandFact
)
JournalFact: TypeAlias = FloorFact | RecordFact
