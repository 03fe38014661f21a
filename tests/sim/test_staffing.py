"""Staffing tables and the demand that they are made from."""

from math import inf
from random import Random

import pytest
from callcenter.acd.plan import AgentProfile, Plan, QueuePolicy
from callcenter.kpi.erlang import erlang_a, least
from callcenter.kpi.windows import Window
from callcenter.sim.day import Demand, Habits, copies
from callcenter.sim.history import past, replayed
from callcenter.sim.staffing import Goal, Setting, measure, staff
from callcenter.terms import Outcome
from tests.kpi.rows import other, request

pytestmark = pytest.mark.pure

ONE_SKILL = Plan({"q": QueuePolicy("q", wrap_up_s=0)}, {"a": AgentProfile("a")})
AT_ONCE = Habits(pick_up_s=0)
HALF_HOUR_MS = 1_800_000


def test_one_skill_needs_about_what_erlang_a_says() -> None:
    demand = Demand("q", [180.0] * 6, 240.0, 120.0)
    table = staff(Setting(ONE_SKILL, [demand], AT_ONCE, runs=6), Goal(97.0))
    by_formula = least(lambda n: erlang_a(24, n, 240, 120).connection_rate >= 0.97)
    assert all(line.reached for line in table)
    # The day begins with an empty house: the first half hour needs fewer.
    assert all(abs(line.agents - by_formula) <= 2 for line in table[1:])
    for line in table:
        assert line.connection_rate is not None
        assert line.connection_rate.low <= line.connection_rate.mean <= line.connection_rate.high


def test_a_goal_that_agents_cannot_reach_is_said_and_does_not_hire_the_town() -> None:
    lossy = Habits(pick_up_s=0, miss=1.0)
    demand = Demand("q", [20.0], 60.0, 20.0)
    (line,) = staff(Setting(ONE_SKILL, [demand], lossy, runs=3), Goal(90.0))
    assert not line.reached
    assert line.agents < 10


def test_ten_percent_more_calls_need_more_agents() -> None:
    setting = Setting(ONE_SKILL, [Demand("q", [180.0] * 3, 240.0, 120.0)], AT_ONCE, runs=4)
    usual, surge = staff(setting, Goal(97.0)), staff(setting.scaled(1.1), Goal(97.0))
    assert sum(line.agents for line in surge) > sum(line.agents for line in usual)
    assert [line.calls for line in surge] == pytest.approx([198.0] * 3)


def test_empty_half_hours_need_nobody() -> None:
    (line,) = staff(Setting(ONE_SKILL, [Demand("q", [0.0], 60.0, 60.0)]), Goal(90.0))
    assert (line.agents, line.connection_rate, line.reached) == (0, None, True)


def test_a_skill_that_few_have_needs_more_agents_than_the_formula_says() -> None:
    both = Plan(
        {"q": QueuePolicy("q"), "r": QueuePolicy("r", {"s": 1})},
        {"a": AgentProfile("a"), "b": AgentProfile("b", {"s": 1}), "c": AgentProfile("c")},
    )
    demands = [Demand("q", [20.0] * 3, 120.0, 60.0), Demand("r", [40.0] * 3, 120.0, 60.0)]
    alike = Plan({"q": QueuePolicy("q"), "r": QueuePolicy("r")}, both.agents)
    needed = [
        sum(line.agents for line in staff(Setting(each, demands, runs=5), Goal(90.0)))
        for each in (alike, both)
    ]
    assert needed[1] > needed[0]


def test_more_agents_than_the_limit_is_an_error() -> None:
    setting = Setting(ONE_SKILL, [Demand("q", [1000.0], 600.0, 60.0)])
    with pytest.raises(ValueError, match="more than 10 agents"):
        staff(setting, Goal(95.0), limit=10)


def test_a_single_run_tells_nothing_about_its_spread() -> None:
    setting = Setting(ONE_SKILL, [Demand("q", [30.0], 60.0, 60.0)], runs=1)
    (line,) = measure(setting, [3], copies({"a": {}}, 3), Goal())
    assert line.connection_rate is not None
    assert (line.connection_rate.low, line.connection_rate.high) == (0.0, 100.0)


def test_agents_are_copied_in_their_mix() -> None:
    assert copies({"a": {"s": 1}, "b": {}}, 3) == {"a+0": {"s": 1}, "b+0": {}, "a+1": {"s": 1}}
    with pytest.raises(ValueError, match="no agents"):
        copies({}, 1)


DAYS = [Window(0, 2 * HALF_HOUR_MS), Window(10 * HALF_HOUR_MS, 12 * HALF_HOUR_MS)]


def test_the_past_is_counted_by_half_hour() -> None:
    rows = [
        request(Outcome.ANSWERED, 10, at=0, talk_ms=60_000),
        request(Outcome.ABANDONED_QUEUE, 40, at=HALF_HOUR_MS),
        request(Outcome.ANSWERED, 10, at=10 * HALF_HOUR_MS, talk_ms=90_000),
        request(Outcome.ANSWERED, 10, at=5 * HALF_HOUR_MS),
        other(Outcome.IVR_END, at=0),
    ]
    found = past(rows, DAYS)
    assert (found.days, found.calls, found.talks_s) == (2, [1.0, 0.5], [60.0, 90.0])
    assert found.patience_s == 60.0
    demand = found.demand("q")
    assert (demand.queue, demand.calls, demand.patience_s) == ("q", [1.0, 0.5], 60.0)


def test_where_nobody_gave_up_patience_has_no_end() -> None:
    assert past([request(Outcome.ANSWERED, 10)], DAYS).patience_s == inf
    assert past([], []).calls == []


def test_a_past_day_is_replayed_with_the_same_people() -> None:
    rows = [
        ("q", request(Outcome.ABANDONED_QUEUE, 30, at=5000)),
        ("r", request(Outcome.ANSWERED, 10, at=2000, talk_ms=45_000)),
        ("q", other(Outcome.IVR_END, at=0)),
    ]
    first, second = replayed(rows, 1000, 60.0, Random(1))
    assert (first.queue, first.at, first.talk_s, first.arrived_at) == ("r", 1.0, 45.0, -4.0)
    assert first.patience_s > 10
    assert (second.queue, second.at, second.talk_s, second.patience_s) == ("q", 4.0, 45.0, 30.0)
    forever = replayed(rows, 1000, inf, Random(1))[0]
    assert forever.patience_s == inf
