"""The tables: what a call was, in rows.

`*_at` are milliseconds since 1970 (UTC) in Python and readable times in the database (see
columns.py); `*_ms` are durations in whole milliseconds. Words in `outcome`, `result`, `state` are
those of callcenter/terms.py. There are no foreign keys: rows are a fold of the journal, and what
belongs to a call may be told before the call itself.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import JSON, BigInteger, Index
from sqlmodel import Field, SQLModel

from callcenter.records.columns import UtcMs

METADATA = SQLModel.metadata


def _time(*, index: bool = False) -> Any:
    return Field(default=None, sa_type=UtcMs, index=index, nullable=True)


class Call(SQLModel, table=True):
    """One external call. Every inbound call that has ended has exactly one outcome."""

    __tablename__ = "call"
    __table_args__ = (
        Index("ix_call_caller", "caller", "arrived_at"),
        Index("ix_call_agent", "agent", "arrived_at"),
    )

    call_id: str = Field(primary_key=True)
    direction: str
    party_class: str
    handled_by: str
    caller: str = ""
    called: str = ""
    language: str = ""
    priority: int = 0
    queue: str = ""
    """The queue asked for first; empty when nobody asked for one."""
    arrived_at: int = Field(sa_type=UtcMs, index=True)
    requested_at: int | None = _time(index=True)
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
    """Net of hold."""
    hold_ms: int = 0
    wrap_ms: int = 0
    rating_invited: bool | None = None
    rating: int | None = None
    callback_of: str | None = None
    blacklist_hit: bool = False
    exempt_tag: str | None = None


class RingAttempt(SQLModel, table=True):
    """One ring of one agent's phone, and the talk that came of it."""

    __tablename__ = "ring_attempt"
    __table_args__ = (Index("ix_ring_attempt_agent", "agent", "started_at"),)

    leg: str = Field(primary_key=True)
    call_id: str = Field(index=True)
    agent: str
    queue: str = ""
    started_at: int = Field(sa_type=UtcMs)
    ended_at: int | None = _time()
    result: str | None = None
    sip_code: int = 0
    why: Mapping[str, str | int | float] = Field(sa_type=JSON, default_factory=dict)
    """Why this agent was chosen: candidates, sort key and its value."""
    joined_at: int | None = _time()
    left_at: int | None = _time()


class Segment(SQLModel, table=True):
    """One stay in one queue: the unit of measures per queue (技能组)."""

    __tablename__ = "segment"
    __table_args__ = (Index("ix_segment_queue", "queue", "requested_at"),)

    call_id: str = Field(primary_key=True)
    number: int = Field(primary_key=True)
    """1 for the first queue of the call."""
    queue: str
    requested_at: int = Field(sa_type=UtcMs)
    answered_at: int | None = _time()
    ended_at: int | None = _time()
    outcome: str | None = None
    agent: str = ""
    talk_ms: int = 0


class AgentInterval(SQLModel, table=True):
    """One state of one agent, from a time to a time."""

    __tablename__ = "agent_state"
    __table_args__ = (Index("ix_agent_state_agent", "agent", "ended_at"),)

    id: int | None = Field(default=None, primary_key=True)
    agent: str
    state: str
    reason: str = ""
    call_id: str = ""
    started_at: int = Field(sa_type=UtcMs, index=True)
    ended_at: int | None = _time()
    """None for the state the agent is in now."""


class Recording(SQLModel, table=True):
    """The file of one recorded talk."""

    __tablename__ = "recording"

    leg: str = Field(primary_key=True)
    call_id: str = Field(index=True)
    agent: str
    started_at: int = Field(sa_type=UtcMs)
    file: str
    """Path below the node's spool/monitor folder."""


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


class JournalPosition(SQLModel, table=True):
    """How far a journal is folded into these tables; written with the rows it tells of."""

    __tablename__ = "journal_position"

    journal: str = Field(primary_key=True)
    position: int = Field(sa_type=BigInteger)
