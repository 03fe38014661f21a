"""What reports of a period ask for is found by its time, in the order in which it was written."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Rings, stays and holds of years are not gone through for those of a day."""
    op.create_index("ix_ring_attempt_started_at", "ring_attempt", ["started_at"])
    op.drop_index("ix_ring_attempt_agent", "ring_attempt")
    op.create_index("ix_segment_requested_at", "segment", ["requested_at", "queue"])
    op.drop_index("ix_segment_queue", "segment")
    op.create_index("ix_hold_started_at", "hold", ["started_at"])
    op.create_index(
        "ix_agent_state_long",
        "agent_state",
        ["ended_at"],
        sqlite_where=sa.text("julianday(ended_at) - julianday(started_at) > 1"),
        postgresql_where=sa.text("ended_at - started_at > interval '24:00:00'"),
    )
