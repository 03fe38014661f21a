"""Whom callers last talked to: what a controller must know before it has heard anything."""

from sqlmodel import col, select

from callcenter.records.database.engine import Url
from callcenter.records.database.sessions import reading_at
from callcenter.records.reading.periods import SLACK_MS
from callcenter.records.tables.calls import Call
from callcenter.records.tables.columns import ms
from callcenter.terms import Direction


def last_talks(url: Url, since: float) -> list[tuple[str, str, float]]:
    """Caller, last agent and time of each answered call since an epoch second, the oldest first.

    Raises RecordsError.
    """
    query = (
        select(Call.caller, Call.agent, col(Call.answered_at))
        .where(
            col(Call.answered_at) >= ms(since),
            col(Call.arrived_at) >= ms(since) - SLACK_MS,
            col(Call.agent) != "",
            col(Call.caller) != "",
            col(Call.direction) == Direction.IN,
        )
        .order_by(col(Call.answered_at))
    )
    with reading_at(url) as session:
        return [(caller, agent, (at or 0) / 1000) for caller, agent, at in session.exec(query)]
