"""Spans of opening hours, as the site writes them: `Mon-Fri 08:30-12:00`."""

import re
from functools import lru_cache
from typing import Annotated, NamedTuple

from pydantic import AfterValidator

from callcenter.site.types import Line, refuse

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
"""The days of a week as spans name them; the position is `date.weekday()`."""

_DAY_MINUTES = 24 * 60
_SPAN = re.compile(
    rf"({'|'.join(DAYS)})(?:-({'|'.join(DAYS)}))? "
    r"([0-9]{2}):([0-9]{2})-([0-9]{2}):([0-9]{2})\Z"
)


class Span(NamedTuple):
    """Open from `start` until just before `end`, minutes of the day; the end may be 1440."""

    start: int
    end: int


@lru_cache(maxsize=4096)  # each look at the clock asks for all spans of its hours
def parse_span(text: str) -> tuple[tuple[int, ...], Span]:
    """Weekdays (0 is Monday) and span of a text such as `Mon-Fri 08:30-12:00`.

    `Sat-Mon` goes over the week's end. Raises ValueError with code and remedy for all else, such
    as a span that ends before it begins.
    """
    match = _SPAN.match(text)
    if not match:
        remedy = "write it like Mon-Fri 08:30-12:00 or Sat 09:00-24:00"
        raise refuse("E_HOURS", f"{text!r} is no span of opening hours", remedy)
    first, last = DAYS.index(match[1]), DAYS.index(match[2] or match[1])
    days = tuple((first + n) % 7 for n in range((last - first) % 7 + 1))
    start, end = _minute(text, match[3], match[4]), _minute(text, match[5], match[6])
    if end <= start:
        remedy = "split a night at midnight: Mon 22:00-24:00 and Tue 00:00-06:00"
        raise refuse("E_HOURS", f"{text!r} ends before it begins", remedy)
    return days, Span(start, end)


def _minute(text: str, hours: str, minutes: str) -> int:
    minute = int(hours) * 60 + int(minutes)
    if int(minutes) > 59 or minute > _DAY_MINUTES:
        raise refuse("E_HOURS", f"{text!r}: there is no {hours}:{minutes}", "use 00:00 to 24:00")
    return minute


def _span_text(text: str) -> str:
    parse_span(text)
    return text


SpanText = Annotated[Line, AfterValidator(_span_text)]
"""The text of a span that `parse_span` reads."""
