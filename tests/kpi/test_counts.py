"""Counts kept by hour give the same figures as the calls themselves."""

from collections import Counter

import pytest
from callcenter.kpi.calls import CallRow
from callcenter.kpi.counts import count, fits, tally_of
from callcenter.kpi.tally import Rules
from callcenter.terms import Outcome
from hypothesis import given
from hypothesis import strategies as st
from tests.kpi.rows import other, request, tally

pytestmark = pytest.mark.pure

_WAITS = st.integers(0, 70_000).map(lambda ms: ms / 1000) | st.integers(0, 70).map(float)
_ELSE = (Outcome.IVR_END, Outcome.BLACKLISTED, Outcome.OUTBOUND)
_ASKED = st.sampled_from([outcome for outcome in Outcome if outcome not in _ELSE])
_ROWS = st.lists(
    st.builds(request, _ASKED, _WAITS)
    | st.builds(other, st.sampled_from([*_ELSE, None]), test=st.booleans())
)


@given(rows=_ROWS, level_s=st.integers(0, 40))
def test_counts_are_the_calls(rows: list[CallRow], level_s: int) -> None:
    rules = Rules(service_level_ms=1000 * level_s)
    counts: Counter[str] = Counter()
    for row in rows:
        count(counts, row)
    assert tally_of(counts, rules) == tally(rows, rules)


@given(rows=_ROWS, gone=_ROWS)
def test_what_is_taken_away_leaves_no_trace(rows: list[CallRow], gone: list[CallRow]) -> None:
    counts: Counter[str] = Counter()
    for row in [*rows, *gone]:
        count(counts, row)
    for row in gone:
        gone: Counter[str] = Counter()
        count(gone, row)
        counts.subtract(gone)
    assert tally_of(+counts, Rules()) == tally(rows)


def test_switches_that_need_the_calls() -> None:
    assert fits(Rules())
    assert not fits(Rules(short_abandon_ms=5000))
    assert not fits(Rules(service_level_ms=20_500))
