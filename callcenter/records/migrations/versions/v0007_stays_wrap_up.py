"""Wrap-up of each stay: until now every queue of a call was given all wrap-up of the call."""

import sqlalchemy as sa
from alembic import op

from callcenter.records.tables.columns import UtcMs

revision = "0007"
down_revision = "0006"

_STAY = sa.table("segment", *map(sa.column, ("call_id", "number", "answered_at", "wrap_ms")))
_RING = sa.table(
    "ring_attempt",
    *map(sa.column, ("call_id", "agent", "segment")),
    sa.column("with_caller_at", UtcMs),
)
_STATE = sa.table(
    "agent_state",
    *map(sa.column, ("agent", "state", "call_id")),
    *(sa.column(name, UtcMs) for name in ("started_at", "ended_at")),
)
_CALL = sa.table("call", *map(sa.column, ("call_id", "wrap_ms")))


def upgrade() -> None:
    """Add the column, and fill it from the calls and the agents' states."""
    with op.batch_alter_table("segment") as table:
        table.add_column(sa.Column("wrap_ms", sa.Integer, nullable=False, server_default="0"))
    several = (
        sa.select(_STAY.c.call_id)
        .where(_STAY.c.answered_at.is_not(None))
        .group_by(_STAY.c.call_id)
        .having(sa.func.count() > 1)
    )
    whole = sa.select(_CALL.c.wrap_ms).where(_CALL.c.call_id == _STAY.c.call_id).scalar_subquery()
    op.execute(
        sa.update(_STAY)
        .values(wrap_ms=sa.func.coalesce(whole, 0))
        .where(_STAY.c.answered_at.is_not(None), _STAY.c.call_id.not_in(several))
    )
    _share(op.get_bind(), several)


def _share(connection: sa.Connection, several: sa.Select[tuple[str]]) -> None:
    """Of calls that were answered in several stays: each agent's to the stay he talked in last."""
    of_calls = sa.select(_STATE).where(
        _STATE.c.state == "wrap_up", _STATE.c.ended_at.is_not(None), _STATE.c.call_id.in_(several)
    )
    for state in connection.execute(of_calls).all():
        talks = sa.select(_RING.c.segment).where(
            _RING.c.call_id == state.call_id,
            _RING.c.agent == state.agent,
            _RING.c.with_caller_at <= state.started_at,
        )
        number = connection.scalar(talks.order_by(_RING.c.with_caller_at.desc()).limit(1))
        of_stay = (_STAY.c.call_id == state.call_id, _STAY.c.number == number)
        length_ms = state.ended_at - state.started_at
        connection.execute(
            sa.update(_STAY).values(wrap_ms=_STAY.c.wrap_ms + length_ms).where(*of_stay)
        )
