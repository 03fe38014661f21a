"""Exemptions and penalties: the worked examples of docs/kpi.md, by their numbers."""

import pytest
from callcenter.kpi.calls import CallRow
from callcenter.kpi.exempt import (
    FORECAST,
    Assessment,
    Exemption,
    ExemptRules,
    Forecast,
    Granularity,
)
from callcenter.kpi.numbers import Ratio
from callcenter.kpi.penalty import Month, Points, assessed_year, points
from callcenter.kpi.windows import Grain, Window
from hypothesis import given
from hypothesis import strategies as st
from tests.kpi.by_hour import assessed
from tests.kpi.rows import at_ms, hour, percent

pytestmark = pytest.mark.pure

DAY = "2025-11-30"
HOUR_MS = 3_600_000


def _time(clock: str) -> int:
    return at_ms(f"{DAY} {clock}:00")


def _assess(
    rows: list[CallRow], grain: Grain, first: str, last: str, exempt: ExemptRules
) -> dict[int, Assessment]:
    period = Window(_time(first), _time(last))
    found = assessed(rows, grain, period, exempt)
    return {(each.window.start_ms - at_ms(f"{DAY} 00:00:00")) // HOUR_MS: each for each in found}


def _shown(found: Assessment) -> tuple[str, str]:
    raw, assessed = (
        f"{tally.answered}/{tally.requests} {percent(tally.connection_rate)}"
        for tally in (found.raw, found.assessed)
    )
    return raw, assessed


E6 = [
    *hour(f"{DAY} 08:10:00", 90, 90),
    *hour(f"{DAY} 09:10:00", 100, 110),
    *hour(f"{DAY} 10:10:00", 90, 111),
    *hour(f"{DAY} 11:10:00", 100, 100),
]


def _forecast(hours: str = "08 09 10 11", frozen: str = "07:00") -> dict[int, Forecast]:
    starts = [_time(f"{each}:00") for each in hours.split()]
    return {start: Forecast(start, 100, _time(frozen)) for start in starts}


def test_e6_only_volume_above_the_forecast_by_more_than_a_tenth_is_exempt() -> None:
    found = _assess(E6, Grain.HOUR, "08:00", "12:00", ExemptRules(forecasts=_forecast()))
    assert {h: (_shown(each), each.reasons) for h, each in found.items()} == {
        8: (("90/90 100.00", "90/90 100.00"), ()),
        9: (("100/110 90.91", "100/110 90.91"), ()),
        10: (("90/111 81.08", "0/0 -"), (FORECAST,)),
        11: (("100/100 100.00", "100/100 100.00"), ()),
    }
    assert found[10].exempt
    assert found[9].assessed.connection_rate.meets(90)


@pytest.mark.parametrize(
    ("propagate", "assessed", "passes"),
    [(True, "290/300 96.67", True), (False, "380/411 92.46", False)],
)
def test_e6_exempt_calls_leave_the_block_too(propagate: bool, assessed: str, passes: bool) -> None:
    rules = ExemptRules(forecasts=_forecast(), propagate=propagate)
    block = _assess(E6, Grain.FOUR_HOURS, "08:00", "12:00", rules)[8]
    assert _shown(block) == ("380/411 92.46", assessed)
    assert block.assessed.connection_rate.meets(95) is passes
    assert block.partial is propagate


@pytest.mark.parametrize(
    "forecasts", [{}, _forecast("08 09 11"), _forecast(frozen="10:00"), _forecast(frozen="10:30")]
)
def test_e6_no_forecast_frozen_before_the_hour_exempts_nothing(
    forecasts: dict[int, Forecast],
) -> None:
    found = _assess(E6, Grain.HOUR, "08:00", "12:00", ExemptRules(forecasts=forecasts))
    assert _shown(found[10]) == ("90/111 81.08", "90/111 81.08")
    assert not found[10].assessed.connection_rate.meets(90)


def test_e6_a_block_above_its_own_forecast_is_exempt_as_a_whole() -> None:
    rows = [row for h in range(8, 12) for row in hour(f"{DAY} {h:02}:10:00", 90, 111)]
    rules = ExemptRules(forecasts=_forecast(), propagate=False)
    assert _assess(rows, Grain.FOUR_HOURS, "08:00", "12:00", rules)[8].exempt


E7 = [
    *hour(f"{DAY} 14:05:00", 10, 10),
    *hour(f"{DAY} 14:10:00", 0, 12),
    *hour(f"{DAY} 14:40:00", 20, 30),
]


def _outage(until: str, granularity: Granularity = Granularity.CALL) -> Assessment:
    record = Exemption("outage", _time("14:10"), _time(until))
    rules = ExemptRules((record,), granularity=granularity)
    return _assess(E7, Grain.HOUR, "14:00", "15:00", rules)[14]


def test_e7_an_outage_with_its_aftermath() -> None:
    found = _outage("15:00")
    assert _shown(found) == ("30/52 57.69", "10/10 100.00")
    assert (found.partial, found.exempt, found.reasons) == (True, False, ("outage",))


def test_e7_the_whole_hour() -> None:
    found = _outage("15:00", Granularity.WINDOW)
    assert _shown(found) == ("30/52 57.69", "0/0 -")
    assert (found.partial, found.exempt) == (False, True)


def test_e7_without_an_approved_aftermath() -> None:
    found = _outage("14:30")
    assert _shown(found) == ("30/52 57.69", "30/40 75.00")
    assert not found.assessed.connection_rate.meets(90)


def test_e11_a_surge_month_is_out_only_with_enough_answered_calls() -> None:
    months = [
        Month(150_000, 140_000, 135_000),
        Month(250_000, 200_000, 175_000, emergency=True),
        Month(160_000, 150_000, 139_000, emergency=True),
    ]
    year = assessed_year(months, 172_000)
    assert year.left_out == (1,)
    assert year.service_level == Ratio(274_000, 310_000)
    assert percent(year.service_level) == "88.39"
    assert points(year.service_level, 88, Points.UP) == 0
    without_emergency = assessed_year([*months[:1], Month(250_000, 200_000, 175_000)], 172_000)
    assert without_emergency.left_out == ()
    whole = assessed_year(months, 1_000_000).service_level
    assert (whole, points(whole, 88, Points.UP)) == (Ratio(449_000, 560_000), 8)


@pytest.mark.parametrize(("in_time", "lost"), [(86_400, 2), (87_999, 1), (88_000, 0)])
def test_e11_a_part_of_a_point_costs_a_whole_one(in_time: int, lost: int) -> None:
    assert points(Ratio(in_time, 100_000), 88, Points.UP) == lost


def test_e22_a_shortfall_of_satisfaction_counts_whole_points_only() -> None:
    ratio = Ratio(894, 1000)
    assert (points(ratio, 90, Points.DOWN), points(ratio, 90, Points.UP)) == (0, 1)
    assert points(Ratio(0, 0), 90, Points.UP) == 0


_CALLS = st.lists(
    st.tuples(st.integers(8, 11), st.integers(0, 40), st.integers(0, 40)).map(
        lambda each: hour(f"{DAY} {each[0]:02}:10:00", min(each[1:]), max(each[1:]))
    ),
    max_size=6,
)


@given(calls=_CALLS, expected=st.integers(0, 60), propagate=st.booleans())
def test_what_is_exempt_is_left_out_and_nothing_else(
    calls: list[list[CallRow]], expected: int, propagate: bool
) -> None:
    rows = [row for some in calls for row in some]
    forecasts = {
        start: Forecast(start, expected, start - 1)
        for start in range(_time("08:00"), _time("12:00"), HOUR_MS)
    }
    rules = ExemptRules(forecasts=forecasts, propagate=propagate)
    for grain in (Grain.HOUR, Grain.FOUR_HOURS):
        found = _assess(rows, grain, "08:00", "12:00", rules)
        assert sum(each.raw.requests for each in found.values()) == len(rows)
        for each in found.values():
            left_out = each.raw.requests - each.assessed.requests
            assert bool(left_out) == bool(each.reasons)
