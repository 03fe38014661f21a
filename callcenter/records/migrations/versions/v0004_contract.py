"""Exemptions, frozen forecasts, corrections."""

import sqlalchemy as sa
from alembic import op

from callcenter.records.tables.columns import UtcMs

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "exemption",
        sa.Column("id", sa.Integer, primary_key=True),
        _text("exemption"),
        _time("at"),
        sa.Column("withdrawn", sa.Boolean, nullable=False),
        _text("kind"),
        *map(_time, ("since", "until", "aftermath")),
        *map(_text, ("approver", "evidence", "by")),
    )
    op.create_index("ix_exemption_exemption", "exemption", ["exemption"])
    op.create_table(
        "forecast",
        sa.Column("id", sa.Integer, primary_key=True),
        _time("hour"),
        sa.Column("requests", sa.Integer, nullable=False),
        _time("frozen_at"),
        *map(_text, ("source", "by")),
    )
    op.create_index("ix_forecast_hour", "forecast", ["hour", "frozen_at"])
    op.create_table(
        "correction",
        sa.Column("id", sa.Integer, primary_key=True),
        _text("call_id"),
        _time("at"),
        *map(_text, ("field", "old", "new", "why", "by")),
    )
    op.create_index("ix_correction_call_id", "correction", ["call_id"])


def _text(name: str) -> "sa.Column[str]":
    return sa.Column(name, sa.String, nullable=False)


def _time(name: str) -> "sa.Column[int]":
    return sa.Column(name, UtcMs, nullable=False)
