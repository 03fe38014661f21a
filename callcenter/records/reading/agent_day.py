"""One agent's talks since a time, for the agent himself."""

from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session, col, select

from callcenter.records.database.engine import RecordsError, Url, open_for_reading
from callcenter.records.reading.periods import SLACK_MS
from callcenter.records.tables.calls import RingAttempt
from callcenter.records.tables.columns import ms


def agent_day(url: Url, agent: str, since: float) -> tuple[int, float]:
    """Callers he talked with and the seconds of it, in talks that began since an epoch second.

    Talks that go on, and consults that never got the caller, are left out. Raises RecordsError.
    """
    engine = open_for_reading(url)
    query = select(RingAttempt.with_caller_at, RingAttempt.left_at).where(
        col(RingAttempt.agent) == agent,
        col(RingAttempt.started_at) >= ms(since) - SLACK_MS,
        col(RingAttempt.with_caller_at) >= ms(since),
        col(RingAttempt.left_at).is_not(None),
    )
    try:
        with Session(engine) as session:
            talks = [(begun, over) for begun, over in session.exec(query) if begun and over]
    except SQLAlchemyError as error:
        raise RecordsError(f"the records cannot be read: {error}") from None
    finally:
        engine.dispose()
    return len(talks), sum(over - begun for begun, over in talks) / 1000
