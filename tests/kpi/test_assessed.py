"""Exemptions of counted hours are those of the rows; both rates, and the rule that is broken."""

import pytest
from callcenter.kpi.assessed import assess_hours, assessed_rates, needed_rows
from callcenter.kpi.calls import CallRow
from callcenter.kpi.exempt import Exemption, ExemptRules, Forecast, Granularity
from callcenter.kpi.tally import Rules
from callcenter.kpi.windows import Grain, Window
from callcenter.terms import Outcome
from hypothesis import given
from hypothesis import strategies as st
from tests.kpi.by_call import assess
from tests.kpi.by_hour import assessed, counted
from tests.kpi.rows import LONG_AFTER_MS, SHANGHAI, at_ms, hour, request
from tests.kpi.test_exemptions import E6

pytestmark = pytest.mark.pure

HOUR_MS = 3_600_000
START = at_ms("2025-11-30 00:00:00")
PERIOD = Window(START, START + 48 * HOUR_MS)
RULES = Rules()

_TIMES = st.integers(START, PERIOD.end_ms - 1)
_ROWS = st.lists(
    st.builds(
        request,
        st.sampled_from([Outcome.ANSWERED, Outcome.ABANDONED_QUEUE, Outcome.IVR_END]),
        st.integers(0, 40),
        _TIMES,
    ),
    max_size=60,
)
_EXEMPTIONS = st.lists(
    st.tuples(st.sampled_from(["outage", "policy"]), _TIMES, st.integers(1, 9 * HOUR_MS)).map(
        lambda each: Exemption(each[0], each[1], each[1] + each[2])
    ),
    max_size=3,
)
_FORECASTS = st.dictionaries(
    st.integers(0, 47).map(lambda n: START + n * HOUR_MS), st.integers(0, 3)
).map(lambda found: {at: Forecast(at, n, at - 1) for at, n in found.items()})
_HOURS = [START + n * HOUR_MS for n in range(48)]
_NOTHING_EXPECTED = {at: Forecast(at, 0, 0) for at in _HOURS}
_EXEMPT = st.builds(
    ExemptRules,
    _EXEMPTIONS,
    _FORECASTS | st.just(_NOTHING_EXPECTED),
    st.just(10),
    st.booleans(),
    st.sampled_from(Granularity),
)


@given(rows=_ROWS, exempt=_EXEMPT, grain=st.sampled_from(Grain))
def test_hours_give_what_rows_give(rows: list[CallRow], exempt: ExemptRules, grain: Grain) -> None:
    found = assessed(rows, grain, PERIOD, exempt)
    for one, other in zip(found, assess(rows, grain, PERIOD, SHANGHAI, exempt, RULES), strict=True):
        assert one.window == other.window
        assert (one.raw, one.assessed) == (other.raw, other.assessed)
        assert set(one.reasons) == set(other.reasons)


def e6(grain: Grain, **changes: object) -> list[tuple[object, ...]]:
    """Example E6: an hour above its forecast."""
    morning = range(at_ms("2025-11-30 08:00:00"), at_ms("2025-11-30 12:00:00"), HOUR_MS)
    forecasts = {start: Forecast(start, 100, morning[0] - 1) for start in morning}
    exempt = ExemptRules(**{"forecasts": forecasts, **changes})  # type: ignore[arg-type]
    period = Window(morning[0], morning[-1] + HOUR_MS)
    found = assess_hours(counted(E6), {}, grain, period, exempt, RULES)
    threshold = 90.0 if grain is Grain.HOUR else 95.0
    table = assessed_rates(found, grain, threshold, LONG_AFTER_MS)
    names = ("connection_rate", "assessed_rate", "exempted", "met", "rule")
    places = [table.columns.index(name) for name in names]
    return [
        tuple(str(v.percent) if hasattr(v, "percent") else v for v in (row[p] for p in places))
        for row in table.rows
    ]


def test_e6_both_rates_side_by_side_and_the_rule_that_is_broken() -> None:
    assert e6(Grain.HOUR) == [
        ("100.00", "100.00", "", "ok", ""),
        ("90.91", "90.91", "", "ok", ""),
        ("81.08", "None", "forecast", "exempt", ""),
        ("100.00", "100.00", "", "ok", ""),
    ]
    assert e6(Grain.FOUR_HOURS) == [("92.46", "96.67", "forecast", "ok", "")]
    assert e6(Grain.FOUR_HOURS, propagate=False) == [("92.46", "92.46", "", "breach", "4h ≥ 95 %")]
    assert e6(Grain.HOUR, forecasts={})[2] == ("81.08", "81.08", "", "breach", "hour ≥ 90 %")


def test_e7_needs_the_rows_of_hours_that_are_exempt_in_part() -> None:
    start = at_ms("2025-11-30 14:00:00")
    rows = [
        *hour("2025-11-30 14:05:00", 10, 10),
        *hour("2025-11-30 14:20:00", 0, 12),
        *hour("2025-11-30 14:45:00", 20, 30),
    ]
    outage = Exemption("outage", start + 600_000, start + HOUR_MS)
    exempt = ExemptRules([outage])
    assert needed_rows([start, start + HOUR_MS], exempt) == [Window(start, start + HOUR_MS)]
    period = Window(start, start + HOUR_MS)
    (found,) = assess_hours(counted(rows), {start: rows}, Grain.HOUR, period, exempt, RULES)
    assert (found.raw.requests, found.assessed.requests, found.assessed.answered) == (52, 10, 10)
    whole = ExemptRules([outage], granularity=Granularity.WINDOW)
    assert needed_rows([start], whole) == []
    (found,) = assess_hours(counted(rows), {}, Grain.HOUR, period, whole, RULES)
    assert found.exempt
