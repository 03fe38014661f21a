"""Durations and opening hours in the forms that Asterisk takes."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from math import ceil

from callcenter.site.model import Calendar, Hours, Site
from callcenter.site.spans import DAYS, Span, parse_span

_MONDAY = 0


@dataclass(frozen=True, slots=True)
class OpenTime:
    """A span as GotoIfTime takes it: minutes from and to, both belong to it; days of the week."""

    minutes: str
    days: str


@dataclass(frozen=True, slots=True)
class DayRange:
    """Days from first to last as numbers such as 20261001; both belong to it."""

    first: int
    last: int


@dataclass(frozen=True, slots=True)
class HoursView:
    """Opening hours in the order in which they are decided: made-up days, holidays, the week."""

    name: str
    workdays: tuple[DayRange, ...]
    """Days on which Monday's times hold."""
    holidays: tuple[DayRange, ...]
    week: tuple[OpenTime, ...]
    on_workdays: tuple[OpenTime, ...]


def whole_seconds(duration_s: float) -> int:
    """Seconds for options of Asterisk that take whole ones; never less than what was asked."""
    return ceil(duration_s)


def hours(site: Site) -> list[HoursView]:
    """The opening hours; what they mean is told in callcenter/site/hours.py."""
    return [_hours(name, each, site.calendar) for name, each in sorted(site.hours.items())]


def _hours(name: str, each: Hours, calendar: Calendar) -> HoursView:
    spans = [parse_span(text) for text in each.open]
    ranges = sorted((h.first, h.last or h.first) for h in calendar.holidays)
    return HoursView(
        name=name,
        workdays=_day_ranges((d, d) for d in sorted(calendar.workdays)) if each.holidays else (),
        holidays=_day_ranges(ranges) if each.holidays else (),
        week=tuple(OpenTime(_minutes(span), _days(days)) for days, span in spans),
        on_workdays=tuple(OpenTime(_minutes(s), "*") for days, s in spans if _MONDAY in days),
    )


def _day_ranges(ranges: Iterable[tuple[date, date]]) -> tuple[DayRange, ...]:
    return tuple(DayRange(_number(first), _number(last)) for first, last in ranges)


def _number(day: date) -> int:
    return day.year * 10_000 + day.month * 100 + day.day


def _days(days: tuple[int, ...]) -> str:
    first, last = DAYS[days[0]].lower(), DAYS[days[-1]].lower()
    return first if first == last else f"{first}-{last}"


def _minutes(span: Span) -> str:
    """GotoIfTime counts the last minute in, so an end at 12:00 is written 11:59."""
    return f"{_clock(span.start)}-{_clock(span.end - 1)}"


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"
