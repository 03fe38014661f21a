"""Windows of time in the site's time zone: from a start, up to and without an end."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from enum import StrEnum

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


class Grain(StrEnum):
    """How long a window is."""

    HOUR = "hour"
    FOUR_HOURS = "4h"
    """时段: 00-04, 04-08, 08-12, 12-16, 16-20, 20-24."""
    DAY = "day"
    MONTH = "month"


@dataclass(frozen=True, slots=True, order=True)
class Window:
    """`[start, end)` in milliseconds since 1970 (UTC)."""

    start_ms: int
    end_ms: int


def window_of(at_ms: int, grain: Grain, zone: tzinfo) -> Window:
    """The window of this size that holds the time."""
    local = as_local(at_ms, zone)
    if grain is Grain.HOUR:
        # Counted on the clock of UTC: where the hour is doubled in autumn, there are two windows.
        start = local.replace(minute=0, second=0, microsecond=0)
        return Window(_as_ms(start), _as_ms(start) + 3_600_000)
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
    if grain is Grain.FOUR_HOURS:
        start = midnight.replace(hour=local.hour // 4 * 4)
        end = start + timedelta(hours=4)
    elif grain is Grain.DAY:
        start, end = midnight, midnight + timedelta(days=1)
    else:
        start = midnight.replace(day=1)
        end = (start + timedelta(days=32)).replace(day=1)
    return Window(_as_ms(start), _as_ms(end))


def windows_between(start_ms: int, end_ms: int, grain: Grain, zone: tzinfo) -> Iterator[Window]:
    """All windows of this size that touch `[start, end)`, in order."""
    at_ms = start_ms
    while at_ms < end_ms:
        window = window_of(at_ms, grain, zone)
        yield window
        at_ms = window.end_ms


def as_local(at_ms: int, zone: tzinfo) -> datetime:
    """The time on the site's clocks."""
    return (_EPOCH + at_ms * _MILLISECOND).astimezone(zone)


def _as_ms(local: datetime) -> int:
    return (local.astimezone(UTC) - _EPOCH) // _MILLISECOND
