"""The connection rate of any 24 hours, worked by hand and against the calls one by one."""

import pytest
from callcenter.kpi.assessed import needed_rows
from callcenter.kpi.calls import CallRow
from callcenter.kpi.exempt import Assessment, Exemption, ExemptRules, Forecast
from callcenter.kpi.rolling import SPAN_MS, needed, rolling, rolling_rates
from callcenter.kpi.tally import Rules
from callcenter.kpi.windows import Window
from callcenter.terms import Outcome
from hypothesis import given
from hypothesis import strategies as st
from tests.kpi.by_hour import counted
from tests.kpi.rows import LONG_AFTER_MS, at_ms, clock, hour, request

pytestmark = pytest.mark.pure

HOUR_MS = 3_600_000
NOTHING = ExemptRules()


def found(
    rows: list[CallRow], first: str, end: str, exempt: ExemptRules = NOTHING
) -> list[Assessment]:
    period = Window(at_ms(first), at_ms(end))
    wanted = needed(period)
    inside = [row for row in rows if wanted.start_ms <= row.window_ms < wanted.end_ms]
    hours = counted(inside)
    partly = {
        each.start_ms: [r for r in inside if each.start_ms <= r.window_ms < each.end_ms]
        for each in needed_rows(hours.tallies, exempt)
    }
    return rolling(hours, partly, period, exempt, Rules())


TWO_DAYS = [
    # 97.5 and 97 % of the days: but an evening and the morning after are 24 hours too.
    *(row for h in range(12) for row in hour(f"2025-11-29 {h:02}:30:00", 100, 100)),
    *(row for h in range(12, 24) for row in hour(f"2025-11-29 {h:02}:30:00", 95, 100)),
    *(row for h in range(12) for row in hour(f"2025-11-30 {h:02}:30:00", 94, 100)),
    *(row for h in range(12, 24) for row in hour(f"2025-11-30 {h:02}:30:00", 100, 100)),
]


def test_good_days_do_not_excuse_24_bad_hours_across_midnight() -> None:
    lines = found(TWO_DAYS, "2025-11-30 00:00:00", "2025-12-01 00:00:00")
    assert [clock(each.window.start_ms) for each in lines][:2] == [
        "2025-11-29 01:00",
        "2025-11-29 02:00",
    ]
    assert all(each.window.end_ms - each.window.start_ms == SPAN_MS for each in lines)
    rates = {clock(each.window.end_ms): each.raw for each in lines}
    # 11 h of 100, 12 h of 95, 1 h of 94 = 2334; twelve of each: 1140 + 1128; the day: 2328
    assert rates["2025-11-30 01:00"].answered == 2334
    assert rates["2025-11-30 12:00"].answered == 2268
    assert rates["2025-12-01 00:00"].answered == 2328
    assert {each.requests for each in rates.values()} == {2400}


def test_each_is_held_against_the_threshold_as_integers() -> None:
    lines = found(TWO_DAYS, "2025-11-30 00:00:00", "2025-12-01 00:00:00")
    table = rolling_rates(lines, 95.0, LONG_AFTER_MS)
    # 2280 of 2400 are 95 %: at 10:00 it is 2*100 + 12*95 + 10*94 = 2280, at 11:00 it is 2274,
    # at 14:00 10*95 + 12*94 + 2*100 = 2278, at 15:00 2283.
    assert [clock(lines[n].window.end_ms) for n in sorted(table.breaches)] == [
        "2025-11-30 11:00",
        "2025-11-30 12:00",
        "2025-11-30 13:00",
        "2025-11-30 14:00",
    ]
    rule = table.columns.index("rule")
    assert table.rows[11][rule] == "24h ≥ 95 %"
    assert table.total is None
    assert table.remarks[0] == "remark_rolling"
    assert "rule_24h" in table.remarks
    assert not rolling_rates(lines, None, LONG_AFTER_MS).breaches


def test_an_approved_outage_leaves_every_24_hours_that_hold_it() -> None:
    rows = [*hour("2025-11-29 14:05:00", 30, 30), *hour("2025-11-29 14:20:00", 0, 12)]
    start = at_ms("2025-11-29 14:10:00")
    exempt = ExemptRules([Exemption("outage", start, start + 1_200_000)])
    before, *held, after = found(rows, "2025-11-29 13:00:00", "2025-11-30 15:00:00", exempt)
    assert (before.raw.requests, after.raw.requests) == (0, 0)
    assert len(held) == 24
    assert {(each.raw.requests, each.assessed.requests) for each in held} == {(42, 30)}
    assert {each.reasons for each in held} == {("outage",)}


@pytest.mark.parametrize(("propagate", "left"), [(True, 1), (False, 112)])
def test_an_hour_above_its_forecast_leaves_them_where_it_is_propagated(
    propagate: bool, left: int
) -> None:
    rows = [*hour("2025-11-30 10:30:00", 90, 111), *hour("2025-11-30 17:30:00", 1, 1)]
    ahead = at_ms("2025-11-29 00:00:00")
    hours = [at_ms("2025-11-29 18:00:00") + n * HOUR_MS for n in range(24)]
    forecasts = {at: Forecast(at, 100, ahead) for at in hours}
    exempt = ExemptRules((), forecasts, propagate=propagate)
    (line,) = found(rows, "2025-11-30 17:00:00", "2025-11-30 18:00:00", exempt)
    assert (line.raw.requests, line.assessed.requests) == (112, left)


def test_24_hours_above_their_own_forecast_are_exempt() -> None:
    rows = hour("2025-11-30 10:30:00", 10, 56)
    hours = [at_ms("2025-11-29 18:00:00") + n * HOUR_MS for n in range(24)]
    expected = {at: Forecast(at, 50 * (n == 0), 0) for n, at in enumerate(hours)}
    for propagate in (True, False):
        exempt = ExemptRules((), expected, propagate=propagate)
        (line,) = found(rows, "2025-11-30 17:00:00", "2025-11-30 18:00:00", exempt)
        assert line.exempt
        assert line.reasons == ("forecast",)


_TIMES = st.integers(at_ms("2025-11-29 00:00:00"), at_ms("2025-12-01 00:00:00") - 1)


@given(st.lists(_TIMES.map(lambda at: request(Outcome.ANSWERED, 3, at)), max_size=40))
def test_each_holds_the_calls_of_its_24_hours(rows: list[CallRow]) -> None:
    for line in found(rows, "2025-11-30 00:00:00", "2025-12-01 00:00:00"):
        inside = [r for r in rows if line.window.start_ms <= r.window_ms < line.window.end_ms]
        assert line.raw.requests == line.assessed.requests == len(inside)
