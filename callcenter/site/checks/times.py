"""Opening hours, calendar, and numbers that use them."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise

from callcenter.site.checks.problem import Problem
from callcenter.site.findings import Path
from callcenter.site.hours import holiday_dates, weekly_spans
from callcenter.site.model import Hours, Site
from callcenter.site.spans import DAYS


def times(site: Site) -> Iterator[Problem]:
    """What is wrong about times."""
    for name, hours in site.hours.items():
        yield from _hours(name, hours)
    yield from _calendar(site)
    for number, access in site.numbers.items():
        if access.hours is not None and access.closed is None:
            path: Path = ("numbers", number, "hours")
            message = f"numbers.{number}: nothing is said for when {access.hours} is closed"
            yield Problem("E_MISSING", path, message, "add `closed: voicemail:…` or another way")
        if access.closed is not None and access.hours is None:
            path = ("numbers", number, "closed")
            message = f"numbers.{number}: closed is told, but no hours"
            yield Problem("E_MISSING", path, message, "add `hours:`, or drop `closed:`")


def _hours(name: str, hours: Hours) -> Iterator[Problem]:
    for day, spans in zip(DAYS, weekly_spans(hours), strict=True):
        if any(later.start < earlier.end for earlier, later in pairwise(spans)):
            message = f"hours.{name}: two spans of {day} overlap"
            yield Problem("E_HOURS", ("hours", name, "open"), message, "join them to one")


def _calendar(site: Site) -> Iterator[Problem]:
    seen: set[object] = set()
    for index, holiday in enumerate(site.calendar.holidays):
        last = holiday.last or holiday.first
        path: Path = ("calendar", "holidays", index)
        if last < holiday.first:
            message = f"calendar.holidays: {holiday.first} to {last} ends before it begins"
            yield Problem("E_DATE", (*path, "last"), message, "swap first and last")
            continue
        if (last - holiday.first).days > 366:
            message = f"calendar.holidays: {holiday.first} to {last} is longer than a year"
            yield Problem("E_DATE", (*path, "last"), message, "check the year")
            continue
        days = {holiday.first + timedelta(days=n) for n in range((last - holiday.first).days + 1)}
        if days & seen:
            message = f"calendar.holidays: {holiday.first} to {last} overlaps another holiday"
            yield Problem("E_DATE", path, message, "give each day once")
        seen |= days
    yield from _workdays(site)


def _workdays(site: Site) -> Iterator[Problem]:
    holidays = holiday_dates(site.calendar)
    for index, day in enumerate(site.calendar.workdays):
        path: Path = ("calendar", "workdays", index)
        if day in holidays:
            message = f"calendar.workdays: {day} is a holiday too"
            yield Problem("E_DATE", path, message, "keep it in one of the two lists")
        elif day.weekday() < DAYS.index("Sat"):
            message = f"calendar.workdays: {day} is a {DAYS[day.weekday()]}, a working day anyway"
            yield Problem("W_DATE", path, message, "check the date")
