"""Tables of recordings and of what must not be destroyed.

Columns as in calls.py.
"""

from sqlalchemy import JSON, BigInteger
from sqlmodel import Field, SQLModel

from callcenter.records.personal.columns import NumberText
from callcenter.records.tables.columns import UtcMs
from callcenter.records.tables.columns import time_column as _time


class Recording(SQLModel, table=True):
    """The file of one recorded talk, from its beginning to its destruction."""

    __tablename__ = "recording"

    leg: str = Field(primary_key=True)
    call_id: str = Field(index=True)
    agent: str
    started_at: int = Field(sa_type=UtcMs, index=True)
    file: str
    """Path below the node's spool/monitor folder."""
    queue: str = ""
    direction: str = "in"
    format: str = ""
    """`flac` or `wav`; empty until the file is stored."""
    channels: int = 0
    """2: caller left, agent right; 1: mixed."""
    length_ms: int | None = None
    bytes: int | None = Field(default=None, sa_type=BigInteger)
    sha256: str = ""
    stored_at: int | None = _time()
    gaps: list[list[int | None]] = Field(sa_type=JSON, default_factory=list)
    """Pauses, `[from, to]` in milliseconds since 1970 (UTC); the last may have no end."""
    lost: str = ""
    """Why there is no file."""
    destroyed_at: int | None = _time()
    destroyed_by: str = ""
    destroyed_why: str = ""
    certificate: str = ""


class RecordingHold(SQLModel, table=True):
    """Recordings that must not be destroyed (legal hold); what is empty holds for all."""

    __tablename__ = "recording_hold"

    hold: str = Field(primary_key=True)
    call_id: str = ""
    number: str = Field(default="", sa_type=NumberText)
    since: int | None = _time()
    until: int | None = _time()
    placed_at: int = Field(sa_type=UtcMs)
    placed_by: str
    why: str = Field(sa_type=NumberText)
    released_at: int | None = _time()
    released_by: str = ""
    released_why: str = ""
