"""What holds for every set of calls: sums close, windows neither lose nor double a call."""

from collections.abc import Callable
from datetime import UTC, datetime
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest
from callcenter.kpi.agents import rings_by_agent
from callcenter.kpi.calls import CallRow, RingRow, Standing
from callcenter.kpi.numbers import Mean, Ratio, half_up
from callcenter.kpi.tally import Rules, Tally
from callcenter.kpi.traffic import pooled
from callcenter.kpi.windows import Grain, Window, as_local, window_of, windows_between
from callcenter.terms import Direction, Outcome, PartyClass, RingResult
from hypothesis import given
from hypothesis import strategies as st
from tests.kpi.rows import SHANGHAI, at_ms, judged_lines, other, request, tally

pytestmark = pytest.mark.pure

DAY_MS = 24 * 3_600_000
FIRST, END = at_ms("2025-11-29"), at_ms("2025-12-03")
ZONES = [SHANGHAI, ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York"), UTC]


@st.composite
def calls(draw: st.DrawFn) -> CallRow:
    outcome = draw(st.sampled_from([*Outcome, None]))
    party = draw(st.sampled_from([PartyClass.CITIZEN, PartyClass.TEST]))
    arrived = draw(st.integers(FIRST - DAY_MS, END + DAY_MS))
    if outcome in (Outcome.IVR_END, Outcome.BLACKLISTED, Outcome.OUTBOUND):
        out = Direction.OUT if outcome is Outcome.OUTBOUND else Direction.IN
        return CallRow(arrived, outcome=outcome, party_class=party, direction=out)
    requested = arrived + draw(st.integers(0, 60_000))
    over = requested + draw(st.integers(0, 120_000))
    answered = over if outcome is Outcome.ANSWERED else None
    left = over if answered is None and outcome is not None else None
    return CallRow(arrived, requested, answered, left, outcome, party_class=party)


def rules() -> st.SearchStrategy[Rules]:
    return st.builds(Rules, st.integers(0, 60_000), st.sampled_from([0, 5000, 20_000]))


@given(st.lists(calls()), rules())
def test_the_sums_close(rows: list[CallRow], switches: Rules) -> None:
    counted = tally(rows, switches)
    standing = counted.standing
    assert counted.inbound + standing[Standing.OUTBOUND] + standing[Standing.OPEN] == len(rows)
    assert counted.inbound == (
        standing[Standing.IVR_END]
        + standing[Standing.BLACKLISTED]
        + standing[Standing.TEST]
        + counted.requests
        + counted.short_abandons
    )
    assert counted.requests == sum(counted.outcomes.values())


@given(st.lists(calls()), rules())
def test_rates_lie_between_nothing_and_everything(rows: list[CallRow], switches: Rules) -> None:
    counted = tally(rows, switches)
    rates = [
        counted.connection_rate, counted.gross_rate, counted.loss_rate, counted.abandon_rate,
        counted.service_level_a, counted.service_level_b, counted.service_level_c,
        counted.service_level_d,
    ]  # fmt: skip
    for rate in rates:
        assert 0 <= rate.part <= rate.whole
    if counted.requests:
        assert counted.connection_rate.part + counted.loss_rate.part == counted.requests


@given(st.lists(calls()), rules())
def test_hours_blocks_days_and_month_add_up_to_the_same(
    rows: list[CallRow], switches: Rules
) -> None:
    period = Window(FIRST, END)
    totals = [
        pooled(line.tally for line in judged_lines(rows, grain, period, switches))
        for grain in Grain
    ]
    inside = [row for row in rows if FIRST <= row.window_ms < END]
    expected = tally(inside, switches)
    for total in totals:
        assert +total.standing == +expected.standing
        assert +total.outcomes == +expected.outcomes
        assert (total.wait_ms, total.in_time) == (expected.wait_ms, expected.in_time)


@given(st.integers(0, 2_000_000_000_000), st.sampled_from(ZONES), st.sampled_from(Grain))
def test_every_moment_is_in_exactly_one_window(at: int, zone: ZoneInfo, grain: Grain) -> None:
    window = window_of(at, grain, zone)
    assert window.start_ms <= at < window.end_ms
    assert window_of(window.start_ms, grain, zone) == window
    assert window_of(window.end_ms - 1, grain, zone) == window
    assert window_of(window.end_ms, grain, zone).start_ms == window.end_ms


@pytest.mark.parametrize(("grain", "count"), [("hour", 24), ("4h", 6), ("day", 1), ("month", 1)])
def test_a_day_in_shanghai(grain: str, count: int) -> None:
    day = at_ms("2025-11-30"), at_ms("2025-12-01")
    windows = list(windows_between(*day, Grain(grain), SHANGHAI))
    assert len(windows) == count
    hours = [as_local(window.start_ms, SHANGHAI).hour for window in windows]
    assert hours == list(range(0, 24, 24 // count))


@pytest.mark.parametrize(("day", "hours"), [((2025, 3, 30), 23), ((2025, 10, 26), 25)])
def test_days_on_which_clocks_are_changed(day: tuple[int, int, int], hours: int) -> None:
    berlin = ZoneInfo("Europe/Berlin")
    start = round(datetime(*day, tzinfo=berlin).timestamp() * 1000)
    window = window_of(start, Grain.DAY, berlin)
    windows = list(windows_between(window.start_ms, window.end_ms, Grain.HOUR, berlin))
    assert len(windows) == hours
    assert len({w.start_ms for w in windows}) == hours


@pytest.mark.parametrize(("wait_s", "in_time"), [(19.999, 1), (20.0, 1), (20.001, 0)])
def test_the_service_level_holds_up_to_and_with_its_limit(wait_s: float, in_time: int) -> None:
    assert tally([request(Outcome.ANSWERED, wait_s)]).in_time == in_time


def test_test_calls_and_ours_are_in_no_measure() -> None:
    rows = [other(Outcome.IVR_END, test=True), other(Outcome.OUTBOUND), other(None)]
    counted = tally(rows)
    assert (counted.requests, counted.inbound) == (0, 1)
    assert counted.gross_rate.percent is None
    assert counted.connection_rate.percent is None
    assert counted.answer_speed.seconds is None


@pytest.mark.parametrize(
    ("value", "places", "shown"),
    [
        (Fraction(98995, 1000), 2, "99.00"),
        (Fraction(98994, 1000), 2, "98.99"),
        (Fraction(1, 3), 2, "0.33"),
        (Fraction(5, 100), 1, "0.1"),
        (Fraction(0), 2, "0.00"),
    ],
)
def test_half_is_rounded_up(value: Fraction, places: int, shown: str) -> None:
    assert str(half_up(value, places)) == shown


def test_a_threshold_is_what_was_written() -> None:
    assert Ratio(951, 1000).meets(95.1)
    assert not Ratio(9509, 10000).meets(95.1)


def test_a_mean_is_rounded_half_up() -> None:
    assert str(Mean(10_150, 1).seconds) == "10.2"
    assert Mean(0, 0).seconds is None


@pytest.mark.parametrize(
    ("now", "rows", "provisional"),
    [
        ("2025-12-02 00:00", [], False),
        ("2025-12-01 23:59", [], True),
        ("2025-12-05 00:00", [None], True),
        ("2025-12-05 00:00", [Outcome.IVR_END], False),
    ],
)
def test_a_window_is_provisional_while_calls_go_on_and_a_day_longer(
    now: str, rows: list[Outcome | None], provisional: bool
) -> None:
    day = Window(at_ms("2025-11-30"), at_ms("2025-12-01"))
    found = [other(outcome, day.start_ms) for outcome in rows]
    (line,) = judged_lines(found, Grain.DAY, day, now_ms=at_ms(now))
    assert line.provisional is provisional
    assert not line.breach


def test_a_ring_that_the_caller_ended_is_nobodys_miss() -> None:
    rows = [
        RingRow("a", 0, RingResult.CALLER_GONE),
        RingRow("a", 0, RingResult.BUSY),
        RingRow("a", 0, RingResult.ANSWERED),
        RingRow("a", 0, None),
    ]
    rings = rings_by_agent(rows)["a"]
    assert (rings.answered, rings.missed, rings.caller_gone) == (1, 1, 1)
    assert rings.answer_rate == Ratio(1, 2)


@pytest.mark.parametrize(
    ("measure", "expected"),
    [
        (lambda t: t.mean_wait.seconds, "20.0"),
        (lambda t: t.handling_time.seconds, "75.0"),
        (lambda t: t.mean_abandon_wait.seconds, "30.0"),
    ],
)
def test_means(measure: Callable[[Tally], object], expected: str) -> None:
    answered = CallRow(0, 0, 10_000, None, Outcome.ANSWERED, talk_ms=60_000, wrap_ms=15_000)
    assert str(measure(tally([answered, request(Outcome.ABANDONED_QUEUE, 30)]))) == expected
