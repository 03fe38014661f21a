"""Opening hours against the calendar, the clock's changes, and a minute-by-minute look."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from callcenter.site.hours import day_spans, is_open, next_change
from callcenter.site.model import Calendar, Hours
from callcenter.site.spans import DAYS, Span, parse_span
from hypothesis import given
from hypothesis import strategies as st

pytestmark = pytest.mark.pure

SHANGHAI = "Asia/Shanghai"
OFFICE = Hours(open=("Mon-Fri 08:30-12:00", "Mon-Fri 14:00-17:30"))
CALENDAR = Calendar.model_validate(
    {
        "holidays": [{"first": "2026-10-01", "last": "2026-10-07", "name": "国庆节"}],
        "workdays": ["2026-09-20", "2026-10-10"],
    }
)


def local(text: str, zone: str = SHANGHAI, fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=fold)


@pytest.mark.parametrize(
    ("at", "opened"),
    [
        ("2026-09-21T08:29:59", False),
        ("2026-09-21T08:30:00", True),
        ("2026-09-21T11:59:59", True),
        ("2026-09-21T12:00:00", False),
        ("2026-09-21T14:00:00", True),
        ("2026-09-21T17:30:00", False),
        ("2026-09-19T10:00:00", False),  # Saturday
        ("2026-09-20T10:00:00", True),  # Sunday, worked for the holiday
        ("2026-09-20T13:00:00", False),  # with Monday's noon break
        ("2026-10-01T10:00:00", False),  # Thursday, holiday
        ("2026-10-07T10:00:00", False),
        ("2026-10-08T10:00:00", True),
        ("2026-10-10T10:00:00", True),  # Saturday, worked
        ("2026-10-11T10:00:00", False),
    ],
)
def test_the_office_is_open_by_its_hours_and_calendar(at: str, opened: bool) -> None:
    assert is_open(OFFICE, CALENDAR, SHANGHAI, local(at)) is opened


def test_the_caller_s_instant_counts_and_not_its_zone() -> None:
    assert is_open(OFFICE, Calendar(), SHANGHAI, datetime(2026, 9, 21, 0, 30, tzinfo=UTC))


def test_an_instant_without_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="naive"):
        is_open(OFFICE, CALENDAR, SHANGHAI, datetime(2026, 9, 21, 10))  # noqa: DTZ001


def test_hours_that_do_not_follow_the_calendar_know_the_weekday_only() -> None:
    every_weekday = Hours(open=("Mon-Fri 09:00-17:00",), holidays=False)
    assert is_open(every_weekday, CALENDAR, SHANGHAI, local("2026-10-01T10:00"))
    assert not is_open(every_weekday, CALENDAR, SHANGHAI, local("2026-10-10T10:00"))


def test_a_day_may_end_at_24_and_the_next_begin_at_0() -> None:
    night = Hours(open=("Fri 22:00-24:00", "Sat 00:00-06:00"))
    assert is_open(night, Calendar(), SHANGHAI, local("2026-09-18T23:59:59"))
    assert is_open(night, Calendar(), SHANGHAI, local("2026-09-19T00:00:00"))
    change = next_change(night, Calendar(), SHANGHAI, local("2026-09-18T23:00"))
    assert change == local("2026-09-19T06:00")


@pytest.mark.parametrize(
    ("text", "days", "span"),
    [
        ("Mon-Fri 08:30-12:00", (0, 1, 2, 3, 4), Span(510, 720)),
        ("Sat-Mon 00:00-24:00", (5, 6, 0), Span(0, 1440)),
        ("Wed 00:00-00:01", (2,), Span(0, 1)),
    ],
)
def test_a_span_is_days_and_minutes(text: str, days: tuple[int, ...], span: Span) -> None:
    assert parse_span(text) == (days, span)


@pytest.mark.parametrize(
    ("at", "change"),
    [
        ("2026-09-21T07:00", "2026-09-21T08:30"),
        ("2026-09-21T08:30", "2026-09-21T12:00"),
        ("2026-09-30T18:00", "2026-10-08T08:30"),
        ("2026-09-18T18:00", "2026-09-20T08:30"),
    ],
)
def test_the_next_change_skips_what_stays_closed(at: str, change: str) -> None:
    assert next_change(OFFICE, CALENDAR, SHANGHAI, local(at)) == local(change)


def test_always_open_never_changes() -> None:
    always = Hours(open=("Mon-Sun 00:00-24:00",))
    assert next_change(always, Calendar(), SHANGHAI, local("2026-09-21T07:00")) is None


def test_opening_time_that_the_clock_leaps_over_comes_at_the_leap() -> None:
    early = Hours(open=("Sun 02:30-05:00",))
    leap = local("2026-03-29T03:00", "Europe/Berlin")  # 02:00 -> 03:00
    assert next_change(early, Calendar(), "Europe/Berlin", leap - timedelta(hours=5)) == leap


spans = st.builds(
    lambda day, a, b: f"{DAYS[day]} {a // 60:02}:{a % 60:02}-{b // 60:02}:{b % 60:02}",
    st.integers(0, 6),
    st.integers(0, 719),
    st.integers(720, 1440),
)
any_hours = st.builds(
    lambda texts, holidays: Hours(open=tuple(texts), holidays=holidays),
    st.lists(spans, min_size=1, max_size=3, unique_by=lambda text: text[:3]),
    st.booleans(),
)
instants = st.datetimes(
    datetime(2026, 3, 25),  # noqa: DTZ001
    datetime(2026, 11, 5),  # noqa: DTZ001
    timezones=st.just(UTC),
)
zones = st.sampled_from([SHANGHAI, "Europe/Berlin", "America/New_York", "Australia/Lord_Howe"])


@given(any_hours, zones, instants)
def test_nothing_changes_before_the_next_change(hours: Hours, zone: str, at: datetime) -> None:
    change = next_change(hours, CALENDAR, zone, at)
    assert change is not None
    now = is_open(hours, CALENDAR, zone, at)
    assert change > at
    assert is_open(hours, CALENDAR, zone, change) is not now
    assert is_open(hours, CALENDAR, zone, change - timedelta(microseconds=1)) is now
    for n in range(1, 40):
        between = at + (change - at) * n / 40
        assert is_open(hours, CALENDAR, zone, between) is now


@given(any_hours, st.dates(date(2026, 1, 1), date(2027, 12, 31)))
def test_a_day_is_open_for_as_many_minutes_as_its_spans(hours: Hours, day: date) -> None:
    midnight = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(SHANGHAI))
    minutes = sum(
        is_open(hours, CALENDAR, SHANGHAI, midnight + timedelta(minutes=n)) for n in range(1440)
    )
    assert minutes == sum(s.end - s.start for s in day_spans(hours, CALENDAR, day))
