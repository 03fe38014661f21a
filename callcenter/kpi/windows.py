"""Windows of time in the site's time zone: from a start, up to and without an end."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from enum import StrEnum

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_HOUR_MS = 3_600_000


class Grain(StrEnum):
    """How long a window is."""

    HOUR = "hour"
    FOUR_HOURS = "4h"
    """时段: 00-04, 04-08, 08-12, 12-16, 16-20, 20-24."""
    DAY = "day"
    WEEK = "week"
    """Monday to Sunday."""
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


_MONTHS = {Grain.MONTH: 1, Grain.QUARTER: 3, Grain.YEAR: 12}


@dataclass(frozen=True, slots=True, order=True)
class Window:
    """`[start, end)` in milliseconds since 1970 (UTC)."""

    start_ms: int
    end_ms: int


def window_of(at_ms: int, grain: Grain, zone: tzinfo) -> Window:
    """The window of this size that holds the time."""
    local = as_local(at_ms, zone)
    if grain is Grain.HOUR:
        # By the clock as it goes now: where the hour is doubled in autumn, there are two windows.
        offset_ms = (local.utcoffset() or timedelta()) // _MILLISECOND
        start_ms = at_ms - (at_ms + offset_ms) % _HOUR_MS
        return Window(start_ms, start_ms + _HOUR_MS)
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
    if grain is Grain.FOUR_HOURS:
        start = midnight.replace(hour=local.hour // 4 * 4)
        end = start + timedelta(hours=4)
    elif grain is Grain.DAY:
        start, end = midnight, midnight + timedelta(days=1)
    elif grain is Grain.WEEK:
        start = midnight - timedelta(days=midnight.weekday())
        end = start + timedelta(days=7)
    else:
        months = _MONTHS[grain]
        start = midnight.replace(month=(local.month - 1) // months * months + 1, day=1)
        end = (start + timedelta(days=31 * months)).replace(day=1)
    return Window(_as_ms(start), _as_ms(end))


def windows_between(start_ms: int, end_ms: int, grain: Grain, zone: tzinfo) -> Iterator[Window]:
    """All windows of this size that touch `[start, end)`, in order and without gap or overlap.

    Where clocks are changed by half an hour, the window in which that happens is a short one.
    """
    window = window_of(start_ms, grain, zone)
    while window.start_ms < end_ms:
        yield window
        window = Window(window.end_ms, window_of(window.end_ms, grain, zone).end_ms)


def as_local(at_ms: int, zone: tzinfo) -> datetime:
    """The time on the site's clocks."""
    return (_EPOCH + at_ms * _MILLISECOND).astimezone(zone)


def _as_ms(local: datetime) -> int:
    return (local.astimezone(UTC) - _EPOCH) // _MILLISECOND
