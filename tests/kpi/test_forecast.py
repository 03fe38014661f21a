"""The forecast of a day's connection rate."""

from fractions import Fraction

import pytest
from callcenter.kpi.forecast import Forecast, Pace, Verdict, forecast
from hypothesis import given
from hypothesis import strategies as st

pytestmark = pytest.mark.pure

REST = [(1, 100), (2, 100), (3, 100)]


def test_a_good_day_holds() -> None:
    assert forecast(700, 690, Pace(100, 1), REST, 95) == Forecast(
        Verdict.HOLDS, 1000, 50, 40, Fraction(987, 1000), None
    )


def test_a_day_that_will_break_says_when() -> None:
    found = forecast(700, 670, Pace(100, 15), REST, 95)
    assert (found.verdict, found.left, found.broken_at_ms) == (Verdict.AT_RISK, 20, 2)
    assert found.rate == Fraction(925, 1000)


def test_a_low_rate_in_the_morning_can_be_saved() -> None:
    found = forecast(10, 5, Pace(10, 0), [(1, 190)], 95)
    assert (found.verdict, found.left) == (Verdict.HOLDS, 5)


def test_too_many_are_lost() -> None:
    found = forecast(700, 640, Pace(100, 0), REST, 95)
    assert (found.verdict, found.left, found.broken_at_ms) == (Verdict.LOST, -10, None)


@pytest.mark.parametrize(("requests", "threshold"), [(0, 95.0), (10, None)])
def test_nothing_to_tell(requests: int, threshold: float | None) -> None:
    found = forecast(requests, 0, Pace(0, 0), [], threshold)
    assert (found.verdict, found.rate) == (Verdict.NOTHING, None)


@given(
    requests=st.integers(0, 500),
    lost=st.integers(0, 500),
    recent=st.integers(0, 50),
    rest=st.lists(st.tuples(st.integers(1, 24), st.integers(0, 200)), max_size=24),
    threshold=st.integers(80, 100),
)
def test_the_verdict_follows_from_the_losses(
    requests: int, lost: int, recent: int, rest: list[tuple[int, int]], threshold: int
) -> None:
    lost = min(lost, requests)
    found = forecast(requests, requests - lost, Pace(50, recent), rest, float(threshold))
    if found.verdict is Verdict.NOTHING:
        return
    assert 100 * found.allowed <= (100 - threshold) * found.expected
    assert (found.verdict is Verdict.LOST) == (lost > found.allowed)
    to_come = Fraction(recent, 50) * sum(count for _, count in rest)
    if found.verdict is not Verdict.LOST:
        assert (found.verdict is Verdict.AT_RISK) == (lost + to_come > found.allowed)
