"""The tables: what a call was, in rows.

`*_at` are milliseconds since 1970 (UTC) in Python and readable times in the database (see
columns.py); `*_ms` are durations in whole milliseconds. Words in `outcome`, `result`, `state` are
those of callcenter/terms.py. There are no foreign keys: rows are a fold of the journal, and what
belongs to a call may be told before the call itself.
"""

from collections.abc import Mapping

from sqlalchemy import BigInteger, Index, text
from sqlmodel import Field, SQLModel

from callcenter.records.personal.columns import NumberText, NumberWhy
from callcenter.records.tables.care import Act, Owed, Rating
from callcenter.records.tables.columns import UtcMs
from callcenter.records.tables.columns import time_column as _time
from callcenter.records.tables.contract import Correction, Exemption, ForecastHour
from callcenter.records.tables.hours import HourCount
from callcenter.records.tables.numbers import KnownNumber
from callcenter.records.tables.platform import Downtime, TrunkUse
from callcenter.records.tables.recordings import Recording, RecordingHold
from callcenter.records.tables.state import RecordsState
from callcenter.records.tables.talks import Callback, Consult, Hold, Mark, Relaxation, Transfer

METADATA = SQLModel.metadata
_NOW = text("ended_at IS NULL")
OVER_A_DAY = {
    "sqlite": text("julianday(ended_at) - julianday(started_at) > 1"),
    "postgresql": text("ended_at - started_at > interval '24:00:00'"),
}
"""By the database's name: that a state lasted longer, in the very words of its index."""

__all__ = [
    "METADATA",
    "Act",
    "AgentInterval",
    "Call",
    "Callback",
    "Consult",
    "Correction",
    "Downtime",
    "Exemption",
    "ForecastHour",
    "Hold",
    "HourCount",
    "JournalPosition",
    "KnownNumber",
    "Mark",
    "Owed",
    "Rating",
    "Recording",
    "RecordingHold",
    "RecordsState",
    "Relaxation",
    "RingAttempt",
    "Segment",
    "Transfer",
    "TrunkUse",
    "VoicemailMessage",
]


class Call(SQLModel, table=True):
    """One call, however often it was handed on.

    Every inbound call that has ended has exactly one outcome.
    """

    __tablename__ = "call"
    __table_args__ = (
        Index("ix_call_caller", "caller", "arrived_at"),
        Index("ix_call_agent", "agent", "arrived_at"),
        Index("ix_call_called", "called", "arrived_at"),
        Index("ix_call_outcome", "outcome", "arrived_at"),
    )

    call_id: str = Field(primary_key=True)
    direction: str
    party_class: str
    handled_by: str
    caller: str = Field(default="", sa_type=NumberText)
    called: str = Field(default="", sa_type=NumberText)
    language: str = ""
    priority: int = 0
    queue: str = ""
    """The queue asked for first; empty when nobody asked for one."""
    arrived_at: int = Field(sa_type=UtcMs, index=True)
    requested_at: int | None = _time()
    """First request for a human; set even when the queue refuses."""
    entered_queue_at: int | None = _time()
    answered_at: int | None = _time()
    """First agent bridged, with talk > 0."""
    left_queue_at: int | None = _time()
    """When the last wait ended without an answer: hung up, overflowed, refused."""
    ended_at: int | None = _time()
    outcome: str | None = None
    """None while the call goes on."""
    cause: str = ""
    agent: str = ""
    """The last agent who talked."""
    talk_ms: int = 0
    """With the caller, net of hold."""
    hold_ms: int = 0
    """Time in which an agent had the caller and let him hear music, consults included."""
    wrap_ms: int = 0
    rating_invited: bool | None = None
    rating: int | None = None
    """Of the survey's first question that was rated; all of them are in `rating`."""
    callback_of: str | None = None
    """Of a callback: the call in which it was asked for."""
    blacklist_hit: bool = False
    exempt_tag: str | None = None


class RingAttempt(SQLModel, table=True):
    """One ring of one phone, and the talk that came of it.

    Consulted parties and numbers outside stand here too, these without an agent.
    """

    __tablename__ = "ring_attempt"
    leg: str = Field(primary_key=True)
    call_id: str = Field(index=True)
    agent: str
    queue: str = ""
    started_at: int = Field(sa_type=UtcMs, index=True)
    ended_at: int | None = _time()
    result: str | None = None
    sip_code: int = 0
    why: Mapping[str, str | int | float] = Field(sa_type=NumberWhy, default_factory=dict)
    """Why this agent was chosen: candidates, sort key and its value."""
    joined_at: int | None = _time()
    """When the talk began: with the caller, or with the agent who consults."""
    left_at: int | None = _time()
    segment: int = 0
    """Number of the segment that it belongs to; 0 where the call had none open."""
    consult: str = ""
    """Name of the consult that it was called for."""
    with_caller_at: int | None = _time()
    """When the talk with the caller began; None in a consult that was never completed."""
    hold_ms: int = 0
    """Of the talk with the caller."""


class Segment(SQLModel, table=True):
    """One stay of a call: in a queue, or with an agent or a number that it was handed to.

    Stays in a queue are the unit of measures per queue (技能组).
    """

    __tablename__ = "segment"
    __table_args__ = (Index("ix_segment_requested_at", "requested_at", "queue"),)

    call_id: str = Field(primary_key=True)
    number: int = Field(primary_key=True)
    """1 for the first stay of the call."""
    kind: str = "queue"
    """`queue`, `agent` or `outside`: where the call was."""
    queue: str
    """Empty unless `kind` is `queue`."""
    target: str = Field(default="", sa_type=NumberText)
    """The agent or the number outside that the call was handed to; empty for a queue."""
    requested_at: int = Field(sa_type=UtcMs)
    answered_at: int | None = _time()
    ended_at: int | None = _time()
    outcome: str | None = None
    """What the stay counts as; None also for a stay that a supervisor ended by moving the call."""
    how_ended: str = ""
    """`answered`, `transferred`, `moved`, `overflowed`, or the outcome that ended the call."""
    cause: str = ""
    """Why it overflowed."""
    agent: str = ""
    talk_ms: int = 0
    hold_ms: int = 0
    wrap_ms: int = 0
    """Of the agents who talked in this stay."""
    estimated_at: int | None = _time()
    """When the wait was foretold."""
    estimate_ms: int | None = None
    """The wait that was foretold then."""


class AgentInterval(SQLModel, table=True):
    """One state of one agent, from a time to a time."""

    __tablename__ = "agent_state"
    __table_args__ = (
        # States that have ended are asked for by their time alone.
        Index("ix_agent_state_now", "agent", sqlite_where=_NOW, postgresql_where=_NOW),
        Index(
            "ix_agent_state_long",
            "ended_at",
            sqlite_where=OVER_A_DAY["sqlite"],
            postgresql_where=OVER_A_DAY["postgresql"],
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    agent: str
    state: str
    reason: str = ""
    call_id: str = ""
    started_at: int = Field(sa_type=UtcMs, index=True)
    ended_at: int | None = _time()
    """None for the state the agent is in now."""


class VoicemailMessage(SQLModel, table=True):
    """A message that a caller left."""

    __tablename__ = "voicemail"

    call_id: str = Field(primary_key=True)
    message_id: str = Field(primary_key=True)
    """Asterisk's msg_id; it stays when the file is renumbered."""
    box: str = Field(index=True)
    left_at: int = Field(sa_type=UtcMs, index=True)
    file: str
    """Path below the node's spool/voicemail folder when the call ended."""
    duration_ms: int
    assigned_to: str = ""
    """Agent or person who shall handle it."""
    assigned_at: int | None = _time()
    done_by: str = ""
    done_at: int | None = _time(index=True)
    """None until somebody has handled it."""
    note: str = Field(default="", sa_type=NumberText)


class JournalPosition(SQLModel, table=True):
    """How far a journal is folded into these tables; written with the rows it tells of."""

    __tablename__ = "journal_position"

    journal: str = Field(primary_key=True)
    position: int = Field(sa_type=BigInteger)
