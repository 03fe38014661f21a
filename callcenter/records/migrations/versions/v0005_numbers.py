"""Numbers outside, each once; calls by what was called and by their outcome."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Make the table, and fill it from the calls there are."""
    op.create_table(
        "known_number", sa.Column("number", sa.String, primary_key=True, nullable=False)
    )
    for direction, column in (("in", "caller"), ("out", "called")):
        op.execute(
            f"INSERT INTO known_number SELECT DISTINCT {column} FROM call "  # noqa: S608
            f"WHERE direction = '{direction}' AND {column} <> '' "
            "ON CONFLICT DO NOTHING"
        )
    op.create_index("ix_call_called", "call", ["called", "arrived_at"])
    op.create_index("ix_call_outcome", "call", ["outcome", "arrived_at"])
