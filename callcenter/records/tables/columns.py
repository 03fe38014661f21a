"""The column type for points in time."""

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import String
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator, TypeEngine
from sqlmodel import Field

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_LENGTH = len("2025-11-30T15:59:59.123Z")
_TO_HOUR = len("2025-11-30T15")


class UtcMs(TypeDecorator[int]):
    """A point in time with milliseconds: an int in Python, readable in the database.

    In Python it is milliseconds since 1970 (UTC): exact, so that a wait of 20.000 s is never
    20.0000001. PostgreSQL gets `timestamptz(3)`, which is UTC inside. SQLite has no type for
    time, and its drivers drop the zone: there it is text of fixed width,
    `2025-11-30T15:59:59.123Z`, which sorts as time does and which SQLite's date functions read.
    An integer would be exact on both, but nobody can read it at 3 a.m.
    """

    impl = String(_LENGTH)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "postgresql":
            # Programs on SQLite start without the modules of another database.
            from sqlalchemy.dialects.postgresql import TIMESTAMP

            return dialect.type_descriptor(TIMESTAMP(timezone=True, precision=3))
        return dialect.type_descriptor(String(_LENGTH))

    def process_bind_param(self, value: int | None, dialect: Dialect) -> object:
        if value is None:
            return None
        moment = _EPOCH + value * _MILLISECOND
        return moment if dialect.name == "postgresql" else iso(value)

    def process_result_value(self, value: object, dialect: Dialect) -> int | None:
        if value is None:
            return None
        moment = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
        return (moment - _EPOCH) // _MILLISECOND


def time_column(*, index: bool = False) -> Any:
    """A field for a point in time that may be unknown."""
    return Field(default=None, sa_type=UtcMs, index=index, nullable=True)


def ms(seconds: float) -> int:
    """Epoch seconds, or a duration in seconds, in whole milliseconds."""
    return round(seconds * 1000)


@lru_cache(1 << 14)  # what follows in a call begins when what was before it ends
def iso(at_ms: int) -> str:
    """Milliseconds since 1970 as `2025-11-30T15:59:59.123Z`."""
    hours, rest = divmod(at_ms, _HOUR_MS)
    seconds, part = divmod(rest, 1000)
    return f"{_hour(hours)}{_IN_HOUR[seconds]}.{part:03}Z"


_HOUR_MS = 3_600_000
_IN_HOUR = tuple(f":{second // 60:02}:{second % 60:02}" for second in range(3600))


@lru_cache(1 << 12)
def _hour(hours: int) -> str:
    # Rows written together are of few hours.
    return (_EPOCH + timedelta(hours=hours)).isoformat()[:_TO_HOUR]
