"""Indexes that each call had to pay for and no question needs: states of agents that have ended,
times of requests (a call's arrival is asked for beside them)."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """States that go on have a small index of their own."""
    going_on = sa.text("ended_at IS NULL")
    op.create_index(
        "ix_agent_state_now",
        "agent_state",
        ["agent"],
        sqlite_where=going_on,
        postgresql_where=going_on,
    )
    op.drop_index("ix_agent_state_agent", "agent_state")
    op.drop_index("ix_call_requested_at", "call")
