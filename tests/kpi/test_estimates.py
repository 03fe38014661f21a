"""The error of foretold waits."""

from decimal import Decimal

import pytest
from callcenter.kpi.estimates import Estimate, by_queue, errors_by_queue
from callcenter.kpi.numbers import Mean, Ratio
from hypothesis import given
from hypothesis import strategies as st

pytestmark = pytest.mark.pure


WORKED = [
    Estimate("b", 30_000, 40_000),
    Estimate("b", 60_000, 60_000),
    Estimate("b", 100_000, 10_000),
    Estimate("a", 1000, 500),
]


def test_the_worked_example() -> None:
    """Foretold 30, 60, 100 s; waited 40, 60, 10 s: errors -10, 0, +90."""
    found = errors_by_queue(WORKED)
    assert list(found) == ["a", "b"]
    errors = found["b"]
    assert errors.mean_absolute.seconds == Decimal("33.3")
    assert errors.bias.seconds == Decimal("26.7")
    assert (errors.foretold.seconds, errors.waited.seconds) == (Decimal("63.3"), Decimal("36.7"))
    assert errors.near_share.percent == Decimal("66.67")
    assert errors.worst_ms == 90_000


def test_too_short_a_wait_foretold_is_a_bias_below_zero() -> None:
    assert errors_by_queue([Estimate("a", 10_000, 25_000)])["a"].bias.seconds == Decimal("-15.0")


@given(st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 10**6)), min_size=1))
def test_the_bias_is_never_larger_than_the_error(waits: list[tuple[int, int]]) -> None:
    errors = errors_by_queue(Estimate("q", *wait) for wait in waits)["q"]
    assert abs(errors.bias.total_ms) <= errors.mean_absolute.total_ms
    assert abs(errors.worst_ms) <= errors.mean_absolute.total_ms


def test_the_report_has_all_queues_together_too() -> None:
    table = by_queue(WORKED, {"b": "咨询"})
    assert [row[:3] for row in table.rows] == [("a", "", 1), ("b", "咨询", 3)]
    total = dict(zip(table.columns, table.total or (), strict=True))
    assert total["calls"] == 4
    assert total["mean_error"] == Mean(100_500, 4)
    assert total["worst_error"] == 90_000
    nothing = by_queue([], {})
    assert nothing.rows == []
    assert nothing.total == (
        "",
        "",
        0,
        Mean(0, 0),
        Mean(0, 0),
        Mean(0, 0),
        Mean(0, 0),
        None,
        Ratio(0, 0),
    )
