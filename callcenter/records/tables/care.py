"""Tables of what people do about calls: ratings, audited acts, callers still owed a call.

Columns as in calls.py.
"""

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from callcenter.records.personal.columns import DutyText, NumberText
from callcenter.records.tables.columns import UtcMs
from callcenter.records.tables.columns import time_column as _time


class Rating(SQLModel, table=True):
    """A caller's answer to one question of a survey, or that he gave none."""

    __tablename__ = "rating"

    call_id: str = Field(primary_key=True)
    survey: str = Field(primary_key=True)
    question: str = Field(primary_key=True)
    agent: str = Field(index=True)
    """The last agent who talked with the caller."""
    at: int = Field(sa_type=UtcMs, index=True)
    result: str
    """`rated`, `invalid` (a key that rates nothing), `timeout` or `hung_up`."""
    rating: int | None = None
    key: str = ""
    """The key that was pressed."""


class Act(SQLModel, table=True):
    """What a supervisor or administrator did, or was refused (审计)."""

    __tablename__ = "act"

    id: int | None = Field(default=None, primary_key=True)
    at: int = Field(sa_type=UtcMs, index=True)
    who: str = Field(index=True)
    act: str
    target: str = Field(sa_type=NumberText)
    """The agent, call, queue or number that it was done to."""
    detail: str = Field(default="", sa_type=NumberText)
    result: str


class Owed(SQLModel, table=True):
    """A caller who did not get through, until he is served: one open row for each number."""

    __tablename__ = "owed"
    __table_args__ = (Index("ix_owed_party", "party", "settled_at"),)

    id: int | None = Field(default=None, primary_key=True)
    party: str = Field(sa_type=NumberText)
    """His number in the form in which numbers are compared; `call:ID` where he showed none."""
    number: str = Field(sa_type=DutyText)
    """As it was shown last."""
    first_at: int = Field(sa_type=UtcMs, index=True)
    last_at: int = Field(sa_type=UtcMs)
    times: int = 1
    """Calls without an answer."""
    reason: str
    """How the last of them ended: an outcome, or `callback_…`."""
    call_id: str
    """The last of them."""
    queue: str = ""
    called: str = Field(default="", sa_type=NumberText)
    box: str = ""
    """Where he left a message."""
    assigned_to: str = ""
    assigned_at: int | None = _time()
    settled_at: int | None = _time(index=True)
    """None while a call is owed."""
    settled_how: str = ""
    """`answered` (he called again), `called_back`, or `by_hand`."""
    settled_call: str = ""
    """The call that settled it."""
    settled_by: str = ""
    """The agent of that call, or who settled it by hand."""
    note: str = Field(default="", sa_type=NumberText)
