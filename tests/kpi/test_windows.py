"""Windows on the site's clocks, also where clocks are changed."""

from datetime import datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from callcenter.kpi.windows import Grain, as_local, windows_between

pytestmark = pytest.mark.pure


def ms(zone: ZoneInfo, *when: int) -> int:
    return round(datetime(*when, tzinfo=zone).timestamp() * 1000)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "day", "hours"),
    [
        ("Asia/Shanghai", (2026, 10, 25), 24),
        ("Europe/Berlin", (2026, 10, 25), 25),
        ("Europe/Berlin", (2026, 3, 29), 23),
        # Half an hour there and back: one more window, a short one.
        ("Australia/Lord_Howe", (2026, 4, 5), 25),
        ("Australia/Lord_Howe", (2026, 10, 4), 24),
    ],
)
def test_hours_fill_a_day_on_which_clocks_are_changed(
    name: str, day: tuple[int, int, int], hours: int
) -> None:
    zone = ZoneInfo(name)
    year, month, first = day
    start, end = ms(zone, year, month, first), ms(zone, year, month, first + 1)
    windows = list(windows_between(start, end, Grain.HOUR, zone))
    assert (windows[0].start_ms, windows[-1].end_ms, len(windows)) == (start, end, hours)
    assert all(one.end_ms == two.start_ms for one, two in pairwise(windows))


def test_blocks_of_four_hours_begin_on_the_clock() -> None:
    zone = ZoneInfo("Europe/Berlin")
    day = ms(zone, 2026, 10, 25), ms(zone, 2026, 10, 26)
    starts = [as_local(w.start_ms, zone) for w in windows_between(*day, Grain.FOUR_HOURS, zone)]
    assert [start.hour for start in starts] == [0, 4, 8, 12, 16, 20]
