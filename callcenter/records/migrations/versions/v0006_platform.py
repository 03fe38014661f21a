"""Use of trunks, and times in which something of the platform was not there."""

import sqlalchemy as sa
from alembic import op

from callcenter.records.tables.columns import UtcMs

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "trunk_use",
        sa.Column("id", sa.Integer, primary_key=True),
        _time("at"),
        *map(_text, ("trunk", "call_id", "direction", "result")),
        sa.Column("cause", sa.Integer, nullable=False),
        _time("until"),
    )
    op.create_index("ix_trunk_use_at", "trunk_use", ["at"])
    op.create_index("ix_trunk_use_call_id", "trunk_use", ["call_id"])
    op.create_table(
        "downtime",
        sa.Column("id", sa.Integer, primary_key=True),
        _time("at"),
        _text("what"),
        *map(_time, ("since", "until")),
    )
    op.create_index("ix_downtime_since", "downtime", ["since"])


def _text(name: str) -> "sa.Column[str]":
    return sa.Column(name, sa.String, nullable=False)


def _time(name: str) -> "sa.Column[int]":
    return sa.Column(name, UtcMs, nullable=False)
