"""Tables of the contract: exemptions, forecasts, corrections. Rows are added, never changed.

Columns as in calls.py.
"""

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from callcenter.records.personal.columns import NumberText
from callcenter.records.tables.columns import UtcMs


class Exemption(SQLModel, table=True):
    """What was entered about an exemption (豁免); its newest row holds."""

    __tablename__ = "exemption"

    id: int | None = Field(default=None, primary_key=True)
    exemption: str = Field(index=True)
    at: int = Field(sa_type=UtcMs)
    """When it was entered."""
    withdrawn: bool = False
    kind: str
    since: int = Field(sa_type=UtcMs)
    until: int = Field(sa_type=UtcMs)
    aftermath: int = Field(sa_type=UtcMs)
    """End of the aftermath; `until` where none was approved."""
    approver: str
    evidence: str
    """The paper that proves it; of a withdrawn one: why."""
    by: str


class ForecastHour(SQLModel, table=True):
    """Requests expected of one hour; of several rows the last one frozen before the hour holds."""

    __tablename__ = "forecast"
    __table_args__ = (Index("ix_forecast_hour", "hour", "frozen_at"),)

    id: int | None = Field(default=None, primary_key=True)
    hour: int = Field(sa_type=UtcMs)
    requests: int
    frozen_at: int = Field(sa_type=UtcMs)
    source: str
    by: str


class Correction(SQLModel, table=True):
    """One field of one call that was put right; the call's row has the newest value."""

    __tablename__ = "correction"

    id: int | None = Field(default=None, primary_key=True)
    call_id: str = Field(index=True)
    at: int = Field(sa_type=UtcMs)
    field: str
    old: str = Field(sa_type=NumberText)
    """As it was until then; empty for none."""
    new: str = Field(sa_type=NumberText)
    why: str = Field(sa_type=NumberText)
    by: str
