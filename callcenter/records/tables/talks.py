"""Tables of what happened in calls beyond ringing and talking: transfers, consults, callbacks.

Columns as in calls.py. `call_id` is always the caller's call, `agent` who did it.
"""

from sqlmodel import Field, SQLModel

from callcenter.records.personal.columns import DutyText, NumberText
from callcenter.records.tables.columns import UtcMs
from callcenter.records.tables.columns import time_column as _time


class Transfer(SQLModel, table=True):
    """A call was handed on, or was meant to be."""

    __tablename__ = "transfer"

    call_id: str = Field(primary_key=True)
    number: int = Field(primary_key=True)
    """1 for the first of the call."""
    at: int = Field(sa_type=UtcMs, index=True)
    leg: str
    agent: str
    how: str
    """`blind`, `attended`, `take_over`, `moved`; empty where it was refused."""
    to_kind: str
    to_name: str = Field(sa_type=NumberText)
    result: str | None = None
    """`answered`, `sent` (to a menu, box or survey), `refused`, `unanswered` (back in line), or
    how the call ended before anybody answered; None until that is known."""
    result_at: int | None = _time()
    agent_after: str = ""
    """Who answered."""
    reason: str = ""
    """Why it was refused."""


class Consult(SQLModel, table=True):
    """An agent asked somebody while his caller heard music."""

    __tablename__ = "consult"

    consult: str = Field(primary_key=True)
    call_id: str = Field(index=True)
    agent: str
    to_kind: str
    to_name: str = Field(sa_type=NumberText)
    line: str = ""
    """The agent's second channel; empty when he asked over his leg."""
    started_at: int = Field(sa_type=UtcMs)
    merged_at: int | None = _time()
    """When it became a three-way talk."""
    ended_at: int | None = _time()
    how: str | None = None
    """A word of acd.talk_facts.ConsultEnded."""


class Hold(SQLModel, table=True):
    """An agent let the caller hear music, from a time to a time."""

    __tablename__ = "hold"

    leg: str = Field(primary_key=True)
    started_at: int = Field(primary_key=True, sa_type=UtcMs, index=True)
    call_id: str = Field(index=True)
    agent: str
    ended_at: int | None = _time()


class Mark(SQLModel, table=True):
    """An agent marked the caller, as malicious for one."""

    __tablename__ = "mark"

    id: int | None = Field(default=None, primary_key=True)
    call_id: str = Field(index=True)
    at: int = Field(sa_type=UtcMs, index=True)
    agent: str
    mark: str


class Relaxation(SQLModel, table=True):
    """A step by which the needs of a waiting call were relaxed."""

    __tablename__ = "relaxation"

    id: int | None = Field(default=None, primary_key=True)
    call_id: str = Field(index=True)
    at: int = Field(sa_type=UtcMs)
    step: int
    what: str


class Callback(SQLModel, table=True):
    """A caller gave up the line and is called back; it keeps his place."""

    __tablename__ = "callback"

    callback: str = Field(primary_key=True)
    """Name of the call in which he is dialled."""
    call_id: str = Field(index=True)
    """The call in which he asked for it."""
    number: str = Field(sa_type=DutyText)
    queue: str
    asked_at: int = Field(sa_type=UtcMs, index=True)
    requested_at: int = Field(sa_type=UtcMs)
    """His first request for a human: the place in line."""
    expires_at: int = Field(sa_type=UtcMs)
    attempts: int = 0
    """How often he was dialled."""
    last_at: int | None = _time()
    last_result: str = ""
    """How the last attempt that missed him ended."""
    next_at: int | None = _time()
    """When he is dialled again at the earliest."""
    result: str | None = None
    """`reached`, `withdrawn`, `expired`, `not_reached` or `failed`; None while it waits."""
    ended_at: int | None = _time()
    agent: str = ""
    """Who talked with him."""
