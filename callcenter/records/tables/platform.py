"""Tables of the platform: use of trunks, and times in which something was not there.

Columns as in calls.py.
"""

from sqlmodel import Field, SQLModel

from callcenter.records.tables.columns import UtcMs


class TrunkUse(SQLModel, table=True):
    """A call took a line of a trunk (占用)."""

    __tablename__ = "trunk_use"

    id: int | None = Field(default=None, primary_key=True)
    at: int = Field(sa_type=UtcMs, index=True)
    trunk: str
    call_id: str = Field(index=True)
    direction: str
    result: str
    """A word of platform_facts.TrunkUsed."""
    cause: int
    until: int = Field(sa_type=UtcMs)


class Downtime(SQLModel, table=True):
    """Something of the platform was not there."""

    __tablename__ = "downtime"

    id: int | None = Field(default=None, primary_key=True)
    at: int = Field(sa_type=UtcMs)
    what: str
    """`asterisk` or `controller`."""
    since: int = Field(sa_type=UtcMs, index=True)
    until: int = Field(sa_type=UtcMs)
