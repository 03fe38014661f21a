"""What the records know about themselves: how numbers are stored, what was destroyed."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "records_state",
        sa.Column("name", sa.String, primary_key=True, nullable=False),
        sa.Column("value", sa.String, nullable=False),
    )
