"""The table of calls counted by hour, kept up as calls change.

Columns as in calls.py.
"""

from collections.abc import Mapping

from sqlalchemy import JSON
from sqlmodel import Field, SQLModel

from callcenter.records.tables.columns import UtcMs


class HourCount(SQLModel, table=True):
    """The calls of one hour: of the whole hotline, or the stays in one queue."""

    __tablename__ = "hour_count"

    hour: int = Field(sa_type=UtcMs, primary_key=True)
    """Start of an hour of UTC."""
    queue: str = Field(primary_key=True)
    """Empty for the hotline, whose calls count once however many queues they saw."""
    counts: Mapping[str, int] = Field(sa_type=JSON, default_factory=dict)
    """By the names of kpi.counts."""
