"""Calls counted by hour."""

import sqlalchemy as sa
from alembic import op

from callcenter.records.tables.columns import UtcMs

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make the table; `database.migrate` counts what is there."""
    op.create_table(
        "hour_count",
        sa.Column("hour", UtcMs, primary_key=True, nullable=False),
        sa.Column("queue", sa.String, primary_key=True, nullable=False),
        sa.Column("counts", sa.JSON, nullable=False),
    )
