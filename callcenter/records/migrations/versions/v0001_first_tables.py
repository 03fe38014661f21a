"""The first tables: calls, ring attempts, segments, agents' states, recordings, voicemail."""

import sqlalchemy as sa
from alembic import op

from callcenter.records.tables.columns import UtcMs

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the tables."""
    _call()
    _ring_attempt()
    _segment()
    _agent_state()
    _recording()
    _voicemail()
    op.create_table(
        "journal_position",
        _text("journal", key=True),
        sa.Column("position", sa.BigInteger, nullable=False),
    )


def _call() -> None:
    op.create_table(
        "call",
        _text("call_id", key=True),
        *map(_text, ("direction", "party_class", "handled_by", "caller", "called", "language")),
        _number("priority"),
        _text("queue"),
        _time("arrived_at", needed=True),
        *map(
            _time, ("requested_at", "entered_queue_at", "answered_at", "left_queue_at", "ended_at")
        ),
        sa.Column("outcome", sa.String),
        *map(_text, ("cause", "agent")),
        *map(_number, ("talk_ms", "hold_ms", "wrap_ms")),
        sa.Column("rating_invited", sa.Boolean),
        sa.Column("rating", sa.Integer),
        sa.Column("callback_of", sa.String),
        sa.Column("blacklist_hit", sa.Boolean, nullable=False),
        sa.Column("exempt_tag", sa.String),
    )
    op.create_index("ix_call_arrived_at", "call", ["arrived_at"])
    op.create_index("ix_call_requested_at", "call", ["requested_at"])
    op.create_index("ix_call_caller", "call", ["caller", "arrived_at"])
    op.create_index("ix_call_agent", "call", ["agent", "arrived_at"])


def _ring_attempt() -> None:
    op.create_table(
        "ring_attempt",
        _text("leg", key=True),
        *map(_text, ("call_id", "agent", "queue")),
        _time("started_at", needed=True),
        _time("ended_at"),
        sa.Column("result", sa.String),
        _number("sip_code"),
        sa.Column("why", sa.JSON, nullable=False),
        *map(_time, ("joined_at", "left_at")),
    )
    op.create_index("ix_ring_attempt_call_id", "ring_attempt", ["call_id"])
    op.create_index("ix_ring_attempt_agent", "ring_attempt", ["agent", "started_at"])


def _segment() -> None:
    op.create_table(
        "segment",
        _text("call_id", key=True),
        sa.Column("number", sa.Integer, primary_key=True),
        _text("queue"),
        _time("requested_at", needed=True),
        *map(_time, ("answered_at", "ended_at")),
        sa.Column("outcome", sa.String),
        _text("agent"),
        _number("talk_ms"),
    )
    op.create_index("ix_segment_queue", "segment", ["queue", "requested_at"])


def _agent_state() -> None:
    op.create_table(
        "agent_state",
        sa.Column("id", sa.Integer, primary_key=True),
        *map(_text, ("agent", "state", "reason", "call_id")),
        _time("started_at", needed=True),
        _time("ended_at"),
    )
    op.create_index("ix_agent_state_agent", "agent_state", ["agent", "ended_at"])
    op.create_index("ix_agent_state_started_at", "agent_state", ["started_at"])


def _recording() -> None:
    op.create_table(
        "recording",
        _text("leg", key=True),
        *map(_text, ("call_id", "agent")),
        _time("started_at", needed=True),
        _text("file"),
    )
    op.create_index("ix_recording_call_id", "recording", ["call_id"])


def _voicemail() -> None:
    op.create_table(
        "voicemail",
        _text("call_id", key=True),
        _text("message_id", key=True),
        _text("box"),
        _time("left_at", needed=True),
        _text("file"),
        _number("duration_ms"),
    )
    op.create_index("ix_voicemail_box", "voicemail", ["box"])
    op.create_index("ix_voicemail_left_at", "voicemail", ["left_at"])


def _text(name: str, *, key: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String, nullable=False, primary_key=key)


def _number(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer, nullable=False)


def _time(name: str, *, needed: bool = False) -> sa.Column[int]:
    return sa.Column(name, UtcMs, nullable=not needed)
