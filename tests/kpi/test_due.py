"""Which window a scheduled report is due for."""

import pytest
from callcenter.kpi.due import due
from callcenter.kpi.windows import Grain
from tests.kpi.rows import SHANGHAI, at_ms

pytestmark = pytest.mark.pure


@pytest.mark.parametrize(
    ("grain", "at", "now", "start", "end"),
    [
        ("day", "07:00", "2025-11-30 07:00:00", "2025-11-29 00:00:00", "2025-11-30 00:00:00"),
        ("day", "07:00", "2025-11-30 06:59:59", "2025-11-28 00:00:00", "2025-11-29 00:00:00"),
        ("hour", "00:05", "2025-11-30 10:05:00", "2025-11-30 09:00:00", "2025-11-30 10:00:00"),
        ("hour", "00:05", "2025-11-30 10:04:59", "2025-11-30 08:00:00", "2025-11-30 09:00:00"),
        ("4h", "00:00", "2025-11-30 08:00:00", "2025-11-30 04:00:00", "2025-11-30 08:00:00"),
        ("week", "08:00", "2025-12-01 08:00:00", "2025-11-24 00:00:00", "2025-12-01 00:00:00"),
        ("month", "07:00", "2025-12-01 06:00:00", "2025-10-01 00:00:00", "2025-11-01 00:00:00"),
        ("year", "07:00", "2026-01-01 07:00:00", "2025-01-01 00:00:00", "2026-01-01 00:00:00"),
    ],
)
def test_the_last_window_whose_time_has_come(
    grain: str, at: str, now: str, start: str, end: str
) -> None:
    found = due(Grain(grain), at, at_ms(now), SHANGHAI)
    assert (found.start_ms, found.end_ms) == (at_ms(start), at_ms(end))
