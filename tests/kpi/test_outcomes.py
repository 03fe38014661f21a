"""Satisfaction, resolution, callbacks, agents' time, availability: worked examples by number."""

import pytest
from callcenter.kpi.agents import Worked, adherence, worked
from callcenter.kpi.availability import Seizures, availability, budget_ms
from callcenter.kpi.numbers import Mean, Ratio
from callcenter.kpi.outcomes import (
    DAY_MS,
    Contact,
    Ratings,
    first_call_resolution,
    reached_again,
    resolutions,
    unique_callers,
)
from callcenter.kpi.spans import Span, length
from callcenter.kpi.visits import Visit, visits
from callcenter.kpi.windows import Window
from callcenter.terms import AgentState, Outcome
from hypothesis import given
from hypothesis import strategies as st
from tests.kpi.rows import at_ms, percent, request, tally

pytestmark = pytest.mark.pure

HOUR_MS = 3_600_000


def kept_of(missed: list[Contact], reached: list[Contact]) -> Ratio:
    """漏话回拨率."""
    found = reached_again(missed, reached)
    return Ratio(sum(at is not None for at in found), len(missed))


def test_e9_a_message_and_a_kept_callback() -> None:
    rows = [request(Outcome.ANSWERED, 5) for _ in range(8)]
    rows += [request(Outcome.VOICEMAIL, 60), request(Outcome.CALLBACK_REQUESTED, 30)]
    calls = tally(rows)
    missed = [Contact("A", 0, answered=False), Contact("B", 0, answered=False)]
    kept = kept_of(missed, [Contact("B", 600_000, answered=True)])
    after = Ratio(calls.answered + 1, calls.requests)
    shown = [percent(each) for each in (calls.connection_rate, after, kept)]
    assert shown == ["80.00", "90.00", "50.00"]


@pytest.mark.parametrize(
    ("at_ms", "answered", "kept"),
    [(-1, True, 0), (0, True, 1), (DAY_MS, True, 1), (DAY_MS + 1, True, 0), (60, False, 0)],
)
def test_a_callback_is_kept_after_the_miss_within_a_day_when_reached(
    at_ms: int, answered: bool, kept: int
) -> None:
    missed = [Contact("A", 0, answered=False)]
    assert kept_of(missed, [Contact("A", at_ms, answered)]) == Ratio(kept, 1)


E10 = Ratings(answered=1000, invited=900, satisfied=200, fairly=150, not_satisfied=30)


def test_e10_ratings() -> None:
    assert percent(E10.participation) == "38.00"
    assert percent(E10.participation_of_invited) == "42.22"
    assert percent(E10.satisfaction) == "92.11"
    assert percent(E10.only_satisfied) == "52.63"
    assert [E10.satisfaction.meets(each) for each in (90, 95)] == [True, False]


def test_e13_one_caller_who_tries_four_times() -> None:
    start = at_ms("2025-11-30 08:00:00")
    tries = [Contact("A", start + s * 1000, answered=s == 120) for s in (0, 40, 80, 120)]
    assert percent(Ratio(sum(each.answered for each in tries), len(tries))) == "25.00"
    assert unique_callers(tries) == Ratio(1, 1)
    later = [*tries, Contact("A", start + 600_000, answered=False)]
    assert unique_callers(later) == Ratio(1, 2)


def test_e15_an_agents_hour() -> None:
    hour = Worked(
        signed_in_ms=3_600_000, not_ready_ms=600_000, talk_ms=1_400_000, hold_ms=100_000,
        wrap_ms=500_000, ring_ms=60_000, answered=10,
    )  # fmt: skip
    assert hour.handling_time == Mean(2_000_000, 10)
    assert str(hour.handling_time.seconds) == "200.0"
    shown = [hour.occupancy, hour.occupancy_with_ring, hour.utilisation]
    assert [percent(each) for each in shown] == ["66.67", "68.67", "55.56"]
    assert hour.idle_ms == 940_000


def test_e15_wrap_up_across_the_hour_is_shared() -> None:
    noon = 12 * HOUR_MS
    wrap = [Span(noon - 30_000, noon + 30_000, AgentState.WRAP_UP)]
    for window in (Window(noon - HOUR_MS, noon), Window(noon, noon + HOUR_MS)):
        assert worked(wrap, [], 0, window).wrap_ms == 30_000


def test_hold_is_part_of_the_talk_and_told_apart() -> None:
    talk = [Span(0, 100_000, AgentState.TALKING), Span(100_000, 200_000, AgentState.SIGNED_OUT)]
    hour = worked(talk, [Span(40_000, 60_000), Span(50_000, 70_000)], 1, Window(0, HOUR_MS))
    assert (hour.talk_ms, hour.hold_ms, hour.signed_in_ms, hour.idle_ms) == (
        70_000, 30_000, 100_000, 0,
    )  # fmt: skip


def test_adherence_to_the_shift_plan() -> None:
    minute = 60_000
    plan = [Span(0, 240 * minute, "work"), Span(240 * minute, 480 * minute, "work")]
    did = [Span(10 * minute, 240 * minute, "work"), Span(255 * minute, 500 * minute, "work")]
    assert percent(adherence(plan, did)) == "94.79"
    assert adherence(plan, [Span(0, 480 * minute, "break")]) == Ratio(0, 480 * minute)


E16 = [
    Contact(number, day * DAY_MS, answered=True)
    for number, day in (("A", 0), ("A", 2), ("B", 0), ("C", 0), ("C", 8))
]


def test_e16_first_call_resolution() -> None:
    assert first_call_resolution(resolutions(E16, 20 * DAY_MS)) == Ratio(4, 5)
    early = list(resolutions([each for each in E16 if each.at_ms <= 5 * DAY_MS], 5 * DAY_MS))
    assert first_call_resolution(early) == Ratio(0, 0)
    assert [each.solved for each in early] == [None] * 4


def test_who_shows_no_number_is_nobody_who_called_before() -> None:
    hidden = [Contact("", 0, answered=True), Contact("", 60_000, answered=True)]
    assert not list(resolutions(hidden, 20 * DAY_MS))
    assert unique_callers(hidden) == Ratio(2, 2)
    assert kept_of([Contact("", 0, answered=False)], hidden) == Ratio(0, 1)


def test_e17_visits() -> None:
    hour = HOUR_MS
    cases = [Visit(0, reached_ms=hour)] * 190
    cases += [Visit(0, tries=3, message_ms=20 * hour)] * 6
    cases += [Visit(0, reached_ms=30 * hour)] * 3 + [Visit(0)]
    found = visits(cases)
    shown = [percent(each) for each in (found.visited, found.on_time, found.reached_on_time)]
    assert shown == ["99.50", "98.00", "95.00"]
    assert visits([Visit(0, tries=2, message_ms=hour)]).visited == Ratio(0, 1)


def test_e18_availability() -> None:
    month = Window(0, 30 * DAY_MS)
    minute = 60_000
    down = [Span(0, 300 * minute), Span(200 * minute, 400 * minute), Span(-minute, 0)]
    found = availability(month, down)
    assert percent(found) == "99.07"
    assert (found.meets(99), found.meets(99.99)) == (True, False)
    assert [budget_ms(month, each) for each in (99, 99.99)] == [432 * minute, 259_200]


def test_e21_service_levels_against_published_figures() -> None:
    answered, abandoned = Outcome.ANSWERED, Outcome.ABANDONED_QUEUE
    cisco = tally(
        [request(answered, 5)] * 70 + [request(abandoned, 5)] * 10 + [request(answered, 60)] * 20
    )
    shown = [cisco.service_level_c, cisco.service_level_a, cisco.service_level_d]
    assert [percent(each) for each in shown] == ["77.78", "70.00", "80.00"]
    other = tally(
        [request(answered, 5)] * 860
        + [request(answered, 60)] * 140
        + [request(abandoned, 5)] * 20
        + [request(abandoned, 60)] * 40
    )
    shown = [
        other.service_level_d, other.service_level_b, other.service_level_a, other.service_level_c,
    ]  # fmt: skip
    assert [percent(each) for each in shown] == ["83.02", "86.00", "81.13", "82.69"]


def test_trunk_ratios() -> None:
    line = Seizures(answered=60, user_busy=10, no_answer=15, rejected=5, failed=10)
    assert line.answer_seizure_ratio == Ratio(60, 100)
    assert line.network_effectiveness_ratio == Ratio(90, 100)


_STATES = st.lists(
    st.tuples(st.integers(0, 5 * HOUR_MS), st.sampled_from(AgentState)), min_size=2, max_size=20
).map(
    lambda marks: [
        Span(start, end, kind)
        for (start, kind), (end, _) in zip(sorted(marks), sorted(marks)[1:], strict=False)
        if start < end
    ]
)


@given(states=_STATES)
def test_hours_hold_together_what_the_whole_time_holds(states: list[Span]) -> None:
    hours = [worked(states, [], 0, Window(h * HOUR_MS, (h + 1) * HOUR_MS)) for h in range(6)]
    whole = worked(states, [], 0, Window(0, 6 * HOUR_MS))
    for name in ("signed_in_ms", "not_ready_ms", "talk_ms", "wrap_ms", "ring_ms", "idle_ms"):
        assert sum(getattr(each, name) for each in hours) == getattr(whole, name)
        assert getattr(whole, name) >= 0


@given(spans=st.lists(st.tuples(st.integers(0, 100), st.integers(1, 50)), max_size=12))
def test_overlaps_are_counted_once(spans: list[tuple[int, int]]) -> None:
    covered = {ms for start, size in spans for ms in range(start, start + size)}
    assert length(Span(start, start + size) for start, size in spans) == len(covered)
