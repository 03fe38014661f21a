"""The floor in simulated time against the formulas of queueing theory, and by itself."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from math import inf, sqrt
from random import Random
from statistics import fmean, stdev

import pytest
from callcenter.acd.plan import AgentProfile, Plan, QueuePolicy
from callcenter.kpi.calls import CallRow
from callcenter.kpi.erlang import erlang_a, erlang_c
from callcenter.kpi.tally import Rules, Tally
from callcenter.sim.day import Caller, Demand, Habits, Roster, Shift, callers
from callcenter.sim.world import World
from callcenter.terms import AgentState, Outcome

pytestmark = pytest.mark.pure

AT_ONCE = Habits(pick_up_s=0)
LONG = 1e7


def plan(agents: int, queue: QueuePolicy | None = None) -> Plan:
    policy = queue or QueuePolicy("q", wrap_up_s=0)
    names = [f"a{n:02}" for n in range(agents)]
    return Plan({policy.name: policy}, {name: AgentProfile(name) for name in names})


def play(
    some: Iterable[Caller],
    agents: int = 1,
    queue: QueuePolicy | None = None,
    habits: Habits = AT_ONCE,
) -> list[CallRow]:
    the_plan = plan(agents, queue)
    roster = Roster.always(the_plan.agents, -1, LONG)
    return list(World(the_plan, some, roster, Random(7), habits).run())


def of_batches(rows: Sequence[CallRow], batches: int) -> list[Tally]:
    """Waits of neighbouring calls are alike, so that only whole batches are independent."""
    tallies = [Tally() for _ in range(batches)]
    for n, row in enumerate(rows):
        tallies[n * batches // len(rows)].add(row, Rules())
    return tallies


def is_near(values: Sequence[float], expected: float) -> bool:
    """Within three standard errors of the mean."""
    return abs(fmean(values) - expected) <= 3 * stdev(values) / sqrt(len(values))


@pytest.fixture(scope="module")
def patient() -> list[CallRow]:
    demand = Demand("q", [180] * 100, 240.0, inf)
    return play(callers([demand], Random(11)), agents=30)


def test_patient_callers_of_one_skill_wait_as_erlang_c_says(patient: list[CallRow]) -> None:
    batches = of_batches(sorted(patient, key=lambda row: row.window_ms), 20)
    c = erlang_c(24, 30, 240)
    assert is_near([t.answered_wait_ms / 1000 / t.answered for t in batches], c.asa_s)
    assert is_near([t.in_time / t.requests for t in batches], c.within(20))


def test_impatient_callers_give_up_as_erlang_a_says() -> None:
    rows = play(callers([Demand("q", [180] * 100, 240.0, 120.0)], Random(12)), agents=24)
    batches = of_batches(sorted(rows, key=lambda row: row.window_ms), 20)
    a = erlang_a(24, 24, 240, 120)
    assert is_near([t.abandoned / t.requests for t in batches], a.abandoned)
    assert is_near([t.wait_ms / 1000 / t.requests for t in batches], a.asa_s)


def test_the_same_seed_gives_the_same_day() -> None:
    days = [
        play(callers([Demand("q", [30] * 4, 100.0, 60.0)], Random(3)), 2, habits=Habits(miss=0.2))
        for _ in range(2)
    ]
    assert days[0] == days[1]
    assert len({row.outcome for row in days[0]}) > 1


def test_one_agent_serves_one_after_the_other() -> None:
    rows = play([Caller(0, "q", 10, inf), Caller(1, "q", 10, inf), Caller(2, "q", 5, 3)])
    assert [(row.outcome, row.requested_ms, row.answered_ms) for row in rows] == [
        (Outcome.ABANDONED_QUEUE, 2000, None),
        (Outcome.ANSWERED, 0, 0),
        (Outcome.ANSWERED, 1000, 10_000),
    ]
    assert [row.wait_ms for row in rows] == [3000, 0, 9000]


def test_a_wait_that_is_over_ends_in_the_overflow_or_goes_on_elsewhere() -> None:
    first = QueuePolicy("q", needs={"s": 1}, max_wait_s=20)
    second = QueuePolicy("r", wrap_up_s=0)
    both = Plan({"q": first, "r": second}, {"a": AgentProfile("a")})
    people = [Caller(0, "q", 30, inf)]
    roster = Roster.always(["a"], -1, LONG)
    (lost,) = World(both, people, roster, Random(1), AT_ONCE).run()
    assert (lost.outcome, lost.wait_ms) == (Outcome.TIMEOUT, 20_000)
    (kept,) = World(
        both, people, roster, Random(1), AT_ONCE, lambda queue, cause: {"q": "r"}.get(queue)
    ).run()
    assert (kept.outcome, kept.answered_ms, kept.talk_ms) == (Outcome.ANSWERED, 20_000, 30_000)


def test_nobody_is_served_during_breaks_and_after_the_shift() -> None:
    one = plan(1, QueuePolicy("q", wrap_up_s=0))
    roster = Roster((Shift("a00", 0, 100, breaks=((10, 40),)),))
    people = [Caller(at, "q", 1, 1000) for at in (5, 20, 99.5, 150)]
    world = World(one, people, roster, Random(1), AT_ONCE)
    rows = sorted(world.run(), key=lambda row: row.window_ms)
    assert [row.answered_ms for row in rows] == [5000, 40_000, 99_500, None]
    assert world.work.seconds[AgentState.NOT_READY] == 30
    assert world.work.signed_in_s == 100.5
    assert round(world.work.occupancy, 4) == round(3 / 70.5, 4)


def test_a_ring_that_nobody_takes_costs_its_time() -> None:
    habits = Habits(pick_up_s=0, miss=1.0)
    (row,) = play([Caller(0, "q", 5, 50)], queue=QueuePolicy("q", ring_timeout_s=15), habits=habits)
    assert (row.outcome, row.wait_ms) == (Outcome.ABANDONED_RING, 50_000)


def test_more_agents_never_answer_fewer(patient: list[CallRow]) -> None:
    rates = []
    for agents in (20, 24, 28):
        rows = play(callers([Demand("q", [180] * 8, 240.0, 60.0)], Random(5)), agents)
        rates.append(sum(row.outcome is Outcome.ANSWERED for row in rows))
    assert rates == sorted(rates)


def test_a_roster_by_half_hour_takes_the_first_agents_of_the_list() -> None:
    roster = Roster.by_half_hour([1, 2, 0, 1], ["a", "b"])
    assert {(s.agent, s.start, s.end) for s in roster.shifts} == {
        ("a", 0, 3600), ("b", 1800, 3600), ("a", 5400, 7200),
    }  # fmt: skip
    with pytest.raises(ValueError, match="3 agents are needed"):
        Roster.by_half_hour([3], ["a", "b"])


def test_scaled_demand_is_more_of_the_same() -> None:
    demand = Demand("q", [10, 20], [60.0, 90.0], 30.0)
    assert demand.scaled(1.1) == replace(demand, calls=[11.0, 22.0])
    talks = {caller.talk_s for caller in callers([demand.scaled(50)], Random(1))}
    assert talks == {60.0, 90.0}
