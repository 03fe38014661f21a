"""One agent's talks since a time, for the agent himself."""

from sqlmodel import col, select

from callcenter.records.database.engine import Url
from callcenter.records.database.sessions import reading_at
from callcenter.records.reading.periods import SLACK_MS
from callcenter.records.tables.calls import RingAttempt
from callcenter.records.tables.columns import ms


def agent_day(url: Url, agent: str, since: float) -> tuple[int, float]:
    """Callers he talked with and the seconds of it, in talks that began since an epoch second.

    Talks that go on, and consults that never got the caller, are left out. Raises RecordsError.
    """
    query = select(RingAttempt.with_caller_at, RingAttempt.left_at).where(
        col(RingAttempt.agent) == agent,
        col(RingAttempt.started_at) >= ms(since) - SLACK_MS,
        col(RingAttempt.with_caller_at) >= ms(since),
        col(RingAttempt.left_at).is_not(None),
    )
    with reading_at(url) as session:
        talks = [(begun, over) for begun, over in session.exec(query) if begun and over]
    return len(talks), sum(over - begun for begun, over in talks) / 1000
