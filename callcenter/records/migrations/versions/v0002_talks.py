"""Transfers, consults, holds, callbacks, ratings, audited acts, callers still owed a call."""

import sqlalchemy as sa
from alembic import op

from callcenter.records.tables.columns import UtcMs

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add the columns, make the tables."""
    _columns()
    _transfer()
    _consult()
    _hold()
    _notes()
    _callback()
    _rating()
    _act()
    _owed()
    _recordings()


def _columns() -> None:
    with op.batch_alter_table("ring_attempt") as table:
        table.add_column(_added_number("segment"))
        table.add_column(_added_text("consult"))
        table.add_column(_time("with_caller_at"))
        table.add_column(_added_number("hold_ms"))
    # Until now every talk was with the caller.
    op.execute("UPDATE ring_attempt SET with_caller_at = joined_at")
    with op.batch_alter_table("segment") as table:
        table.add_column(_added_text("kind", "queue"))
        table.add_column(_added_text("target"))
        table.add_column(_added_text("how_ended"))
        table.add_column(_added_text("cause"))
        table.add_column(_added_number("hold_ms"))
        table.add_column(_time("estimated_at"))
        table.add_column(sa.Column("estimate_ms", sa.Integer))
    op.execute("UPDATE segment SET how_ended = coalesce(outcome, '')")
    with op.batch_alter_table("voicemail") as table:
        table.add_column(_added_text("assigned_to"))
        table.add_column(_time("assigned_at"))
        table.add_column(_added_text("done_by"))
        table.add_column(_time("done_at"))
        table.add_column(_added_text("note"))
    op.create_index("ix_voicemail_done_at", "voicemail", ["done_at"])


def _transfer() -> None:
    op.create_table(
        "transfer",
        _text("call_id", key=True),
        sa.Column("number", sa.Integer, primary_key=True),
        _time("at", needed=True),
        *map(_text, ("leg", "agent", "how", "to_kind", "to_name")),
        sa.Column("result", sa.String),
        _time("result_at"),
        *map(_text, ("agent_after", "reason")),
    )
    op.create_index("ix_transfer_at", "transfer", ["at"])


def _consult() -> None:
    op.create_table(
        "consult",
        _text("consult", key=True),
        *map(_text, ("call_id", "agent", "to_kind", "to_name", "line")),
        _time("started_at", needed=True),
        *map(_time, ("merged_at", "ended_at")),
        sa.Column("how", sa.String),
    )
    op.create_index("ix_consult_call_id", "consult", ["call_id"])


def _hold() -> None:
    op.create_table(
        "hold",
        _text("leg", key=True),
        sa.Column("started_at", UtcMs, primary_key=True),
        *map(_text, ("call_id", "agent")),
        _time("ended_at"),
    )
    op.create_index("ix_hold_call_id", "hold", ["call_id"])


def _notes() -> None:
    op.create_table(
        "mark",
        sa.Column("id", sa.Integer, primary_key=True),
        _text("call_id"),
        _time("at", needed=True),
        *map(_text, ("agent", "mark")),
    )
    op.create_index("ix_mark_call_id", "mark", ["call_id"])
    op.create_index("ix_mark_at", "mark", ["at"])
    op.create_table(
        "relaxation",
        sa.Column("id", sa.Integer, primary_key=True),
        _text("call_id"),
        _time("at", needed=True),
        _number("step"),
        _text("what"),
    )
    op.create_index("ix_relaxation_call_id", "relaxation", ["call_id"])


def _callback() -> None:
    op.create_table(
        "callback",
        _text("callback", key=True),
        *map(_text, ("call_id", "number", "queue")),
        *(_time(name, needed=True) for name in ("asked_at", "requested_at", "expires_at")),
        _number("attempts"),
        _time("last_at"),
        _text("last_result"),
        _time("next_at"),
        sa.Column("result", sa.String),
        _time("ended_at"),
        _text("agent"),
    )
    op.create_index("ix_callback_call_id", "callback", ["call_id"])
    op.create_index("ix_callback_asked_at", "callback", ["asked_at"])


def _rating() -> None:
    op.create_table(
        "rating",
        *(_text(name, key=True) for name in ("call_id", "survey", "question")),
        _text("agent"),
        _time("at", needed=True),
        _text("result"),
        sa.Column("rating", sa.Integer),
        _text("key"),
    )
    op.create_index("ix_rating_agent", "rating", ["agent"])
    op.create_index("ix_rating_at", "rating", ["at"])


def _act() -> None:
    op.create_table(
        "act",
        sa.Column("id", sa.Integer, primary_key=True),
        _time("at", needed=True),
        *map(_text, ("who", "act", "target", "detail", "result")),
    )
    op.create_index("ix_act_at", "act", ["at"])
    op.create_index("ix_act_who", "act", ["who"])


def _owed() -> None:
    op.create_table(
        "owed",
        sa.Column("id", sa.Integer, primary_key=True),
        *map(_text, ("party", "number")),
        *(_time(name, needed=True) for name in ("first_at", "last_at")),
        _number("times"),
        *map(_text, ("reason", "call_id", "queue", "called", "box", "assigned_to")),
        *map(_time, ("assigned_at", "settled_at")),
        *map(_text, ("settled_how", "settled_call", "settled_by", "note")),
    )
    op.create_index("ix_owed_party", "owed", ["party", "settled_at"])
    op.create_index("ix_owed_first_at", "owed", ["first_at"])
    op.create_index("ix_owed_settled_at", "owed", ["settled_at"])


def _recordings() -> None:
    with op.batch_alter_table("recording") as table:
        for name, value in (("queue", ""), ("direction", "in"), ("format", ""), ("sha256", "")):
            table.add_column(_added_text(name, value))
        for name in ("lost", "destroyed_by", "destroyed_why", "certificate"):
            table.add_column(_added_text(name))
        table.add_column(_added_number("channels"))
        table.add_column(sa.Column("length_ms", sa.Integer))
        table.add_column(sa.Column("bytes", sa.BigInteger))
        table.add_column(_time("stored_at"))
        table.add_column(_time("destroyed_at"))
        table.add_column(sa.Column("gaps", sa.JSON, nullable=False, server_default="[]"))
    op.create_index("ix_recording_started_at", "recording", ["started_at"])
    op.create_table(
        "recording_hold",
        _text("hold", key=True),
        *map(_text, ("call_id", "number")),
        *map(_time, ("since", "until")),
        _time("placed_at", needed=True),
        *map(_text, ("placed_by", "why")),
        _time("released_at"),
        *map(_text, ("released_by", "released_why")),
    )


def _text(name: str, *, key: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String, nullable=False, primary_key=key)


def _added_text(name: str, value: str = "") -> sa.Column[str]:
    return sa.Column(name, sa.String, nullable=False, server_default=value)


def _number(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer, nullable=False)


def _added_number(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer, nullable=False, server_default="0")


def _time(name: str, *, needed: bool = False) -> sa.Column[int]:
    return sa.Column(name, UtcMs, nullable=not needed)
