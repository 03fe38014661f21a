"""The dialplan's opening hours are those of the site, at any instant."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from callcenter.render.times import HoursView, hours
from callcenter.site.hours import is_open
from callcenter.site.model import Calendar, Hours
from callcenter.site.spans import DAYS
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.render.sites import small

pytestmark = pytest.mark.pure

days = st.dates(date(2026, 1, 1), date(2026, 12, 31))
clock = st.integers(0, 24 * 60)


@st.composite
def spans(draw: st.DrawFn) -> str:
    first, last = draw(st.sampled_from(DAYS)), draw(st.sampled_from(DAYS))
    start, end = sorted(draw(st.lists(clock, min_size=2, max_size=2, unique=True)))
    return f"{first}-{last} {_clock(start)}-{_clock(end)}"


holidays = st.tuples(days, st.integers(0, 10)).map(
    lambda d: {"first": d[0], "last": d[0] + timedelta(days=d[1])}
)
instants = st.datetimes(
    datetime(2025, 12, 25),  # noqa: DTZ001  the zone is given beside
    datetime(2027, 1, 20),  # noqa: DTZ001
    timezones=st.just(UTC),
)


@settings(deadline=None)  # zones are read from files the first time
@given(
    st.lists(spans(), min_size=1, max_size=4),
    st.lists(holidays, max_size=3),
    st.lists(days, max_size=3),
    st.booleans(),
    st.sampled_from(["Asia/Shanghai", "Europe/Berlin", "America/New_York"]),
    st.lists(instants, min_size=1, max_size=20),
)
def test_the_dialplan_is_open_when_the_site_is(
    texts: list[str],
    holiday: list[dict[str, date]],
    workdays: list[date],
    follows: bool,
    timezone: str,
    times: list[datetime],
) -> None:
    calendar = Calendar.model_validate({"holidays": holiday, "workdays": workdays})
    office = Hours.model_validate({"open": texts, "holidays": follows})
    site = small(timezone=timezone).model_copy(
        update={"calendar": calendar, "hours": {"office": office}}
    )
    view = hours(site)[0]
    for at in times:
        local = at.astimezone(ZoneInfo(timezone))
        assert _as_asterisk(view, local) == is_open(office, calendar, timezone, at)


def _as_asterisk(view: HoursView, local: datetime) -> bool:
    """What [cc-hours-NAME] decides; a range's last minute and last day belong to it."""
    day = int(local.strftime("%Y%m%d"))
    if any(r.first <= day <= r.last for r in view.workdays):
        times = view.on_workdays
    elif any(r.first <= day <= r.last for r in view.holidays):
        times = ()
    else:
        times = view.week
    return any(
        _in_days(time.days, local.weekday()) and _in_minutes(time.minutes, local) for time in times
    )


def _in_days(text: str, weekday: int) -> bool:
    if text == "*":
        return True
    names = [name.lower() for name in DAYS]
    first, _, last = text.partition("-")
    start, end = names.index(first), names.index(last or first)
    return (weekday - start) % 7 <= (end - start) % 7


def _in_minutes(text: str, local: datetime) -> bool:
    first, _, last = text.partition("-")
    return first <= local.strftime("%H:%M") <= last


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"
