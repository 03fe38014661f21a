"""Opening hours: is it open now, and when does that change next.

Hours are a matter of the wall clock: all here is decided on local time, so that 08:30 stays 08:30
on both sides of a change to summer time.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from callcenter.site.model import Calendar, Hours
from callcenter.site.spans import DAYS, Span, parse_span

_MONDAY = 0
_LOOK_AHEAD_DAYS = 400
"""A year and more: what does not change in that time never will, as far as is known."""


def weekly_spans(hours: Hours) -> tuple[tuple[Span, ...], ...]:
    """The spans of each weekday, Monday first, in order; the calendar is not looked at."""
    week: list[list[Span]] = [[] for _ in DAYS]
    for text in hours.open:
        days, span = parse_span(text)
        for day in days:
            week[day].append(span)
    return tuple(tuple(sorted(spans)) for spans in week)


def holiday_dates(calendar: Calendar) -> frozenset[date]:
    """Every day that is a holiday."""
    return frozenset(
        holiday.first + timedelta(days=n)
        for holiday in calendar.holidays
        for n in range(((holiday.last or holiday.first) - holiday.first).days + 1)
    )


def day_spans(hours: Hours, calendar: Calendar, day: date) -> tuple[Span, ...]:
    """The spans of one day: none on a holiday, Monday's on a made-up working day (调休)."""
    week = weekly_spans(hours)
    if hours.holidays and day in calendar.workdays:
        return week[_MONDAY]
    if hours.holidays and _is_holiday(calendar, day):
        return ()
    return week[day.weekday()]


def _is_holiday(calendar: Calendar, day: date) -> bool:
    return any(h.first <= day <= (h.last or h.first) for h in calendar.holidays)


def is_open(hours: Hours, calendar: Calendar, timezone: str, at: datetime) -> bool:
    """True when the hours are open at an instant; `at` must know its own time zone.

    Raises ValueError where it does not.
    """
    if at.tzinfo is None:
        raise ValueError("opening hours are asked for an instant, not for a naive time")
    local = at.astimezone(ZoneInfo(timezone))
    minute = local.hour * 60 + local.minute
    spans = day_spans(hours, calendar, local.date())
    return any(span.start <= minute < span.end for span in spans)


def next_change(hours: Hours, calendar: Calendar, timezone: str, at: datetime) -> datetime | None:
    """The first instant after `at` (UTC) at which open becomes closed or closed becomes open.

    None where that does not happen within 400 days. Raises ValueError for a naive `at`.
    """
    now_open = is_open(hours, calendar, timezone, at)
    zone = ZoneInfo(timezone)
    first = at.astimezone(zone).date()
    for days in range(_LOOK_AHEAD_DAYS):
        for instant in sorted(_instants(hours, calendar, zone, first + timedelta(days=days))):
            if instant > at and is_open(hours, calendar, timezone, instant) != now_open:
                return instant
    return None


def _instants(hours: Hours, calendar: Calendar, zone: ZoneInfo, day: date) -> Iterator[datetime]:
    """Every instant of a local day at which something may change."""
    midnight = datetime.combine(day, time.min, zone)
    for minute in {0} | {m for span in day_spans(hours, calendar, day) for m in span}:
        wall = midnight + timedelta(minutes=minute)
        for fold in (0, 1):  # when clocks go back, one wall time is two instants
            yield wall.replace(fold=fold).astimezone(UTC)
    clock_change = _clock_change(midnight)
    if clock_change is not None:
        yield clock_change


def _clock_change(midnight: datetime) -> datetime | None:
    """The instant of that local day, to the minute, at which its zone's clocks are changed."""
    zone = midnight.tzinfo
    low, high = (
        t.astimezone(UTC).replace(second=0) for t in (midnight, midnight + timedelta(days=1))
    )
    offset = low.astimezone(zone).utcoffset()
    if offset == high.astimezone(zone).utcoffset():
        return None
    while high - low > timedelta(minutes=1):
        middle = (low + (high - low) // 2).replace(second=0)
        if middle.astimezone(zone).utcoffset() == offset:
            low = middle
        else:
            high = middle
    return high
