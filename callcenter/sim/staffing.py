"""Agents needed in each half hour, by runs of the site's own floor.

Erlang A gives the first guess; the runs correct it for what no formula knows: skills, priorities,
overflows, ring times, breaks, and a queue that reaches into the next half hour.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import sqrt
from random import Random
from statistics import fmean

from callcenter.acd.plan import AgentProfile, Plan
from callcenter.kpi.erlang import erlang_a, least
from callcenter.kpi.tally import Rules, Tally
from callcenter.sim.day import HALF_HOUR_S, Demand, Habits, Roster, callers, copies
from callcenter.sim.world import World

_PATIENT_S = 1e7
"""Patience that stands for endless patience in Erlang A."""


@dataclass(frozen=True, slots=True)
class Goal:
    """What each half hour has to reach, in percent; None asks nothing."""

    connection_rate: float | None = 90.0
    service_level: float | None = None


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean over runs with its 95 % confidence interval, in percent."""

    mean: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class HalfHour:
    """One line of the staffing table."""

    start_s: float
    calls: float
    """Expected."""
    agents: int
    connection_rate: Estimate | None
    """None where no run had a call."""
    service_level: Estimate | None
    reached: bool


@dataclass(frozen=True, slots=True)
class Setting:
    """All that the runs share."""

    plan: Plan
    demands: Sequence[Demand]
    habits: Habits = field(default_factory=Habits)
    rules: Rules = field(default_factory=Rules)
    overflow: Callable[[str, str], str | None] = lambda queue, cause: None
    runs: int = 10
    seed: int = 1

    def scaled(self, factor: float) -> "Setting":
        """The same with more or fewer calls."""
        return replace(self, demands=[demand.scaled(factor) for demand in self.demands])


_T_95 = (12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262)
"""Student's t, two-sided 95 %, for 1 to 9 degrees of freedom; beyond, 2 is close enough."""
_ROUNDS = 100
_IN_VAIN = 3
"""Rounds with more agents and no better rate, after which a half hour is given up."""


def staff(
    setting: Setting,
    goal: Goal,
    limit: int = 2000,
    progress: Callable[[str], None] = lambda _: None,
) -> list[HalfHour]:
    """The table: the fewest agents found with which each half hour reaches the goal.

    Agents have the skills of the site's own in the same mix. Where more agents change nothing,
    because calls are lost to ring times or a full queue, the line keeps the number from which on
    nothing changed and is not `reached`. `progress` is told of each round.
    Raises ValueError when more than `limit` agents were needed, or the site has none to copy.
    """
    profiles = {name: agent.skills for name, agent in setting.plan.agents.items()}
    needed = _first_guess(setting, goal)
    tries = [_Tries(count) for count in needed]
    for round_ in range(1, _ROUNDS + 1):
        if max(needed, default=0) > limit:
            raise ValueError(f"more than {limit} agents would be needed")
        table = measure(setting, needed, copies(profiles, max([*needed, 1])), goal)
        short = [n for n, line in enumerate(table) if not line.reached and not tries[n].given_up]
        progress(f"round {round_}: {len(short)} of {len(table)} half hours are short of agents")
        if not short:
            break
        for n in short:
            needed[n] = tries[n].next(table[n], goal)
    return table


class _Tries:
    """The numbers of agents tried for one half hour."""

    def __init__(self, first: int) -> None:
        self.given_up = False
        self._best = -1.0
        self._best_at = first
        self._in_vain = 0

    def next(self, line: HalfHour, goal: Goal) -> int:
        """The number to try next; the best one so far, when more has been in vain."""
        gap = _gap(line, goal)
        if 100 - gap > self._best:
            self._best, self._best_at, self._in_vain = 100 - gap, line.agents, 0
        else:
            self._in_vain += 1
        if self._in_vain >= _IN_VAIN:
            self.given_up = True
            return self._best_at
        # More at once where it is far away.
        return line.agents + max(1, int(line.agents * gap / 200))


def measure(
    setting: Setting, agents: Sequence[int], profiles: Mapping[str, Mapping[str, int]], goal: Goal
) -> list[HalfHour]:
    """What these numbers of agents reach, half hour by half hour."""
    plan = replace(
        setting.plan, agents={name: AgentProfile(name, skills) for name, skills in profiles.items()}
    )
    roster = Roster.by_half_hour(agents, list(profiles))
    runs = [_run(setting, plan, roster, len(agents), run) for run in range(setting.runs)]
    lines = []
    for n, count in enumerate(agents):
        tallies = [run[n] for run in runs]
        rate = _estimate([(t.answered, t.requests) for t in tallies])
        level = _estimate([(t.in_time, t.requests) for t in tallies])
        lines.append(
            HalfHour(
                start_s=n * HALF_HOUR_S,
                calls=sum(d.calls[n] for d in setting.demands if n < len(d.calls)),
                agents=count,
                connection_rate=rate,
                service_level=level,
                reached=_reaches(rate, goal.connection_rate)
                and _reaches(level, goal.service_level),
            )
        )
    return lines


def _run(setting: Setting, plan: Plan, roster: Roster, half_hours: int, run: int) -> list[Tally]:
    random = Random(f"{setting.seed}/{run}")
    world = World(
        plan, callers(setting.demands, random), roster, random, setting.habits, setting.overflow
    )
    tallies = [Tally() for _ in range(half_hours)]
    for row in world.run():
        tallies[int(row.window_ms // (HALF_HOUR_S * 1000))].add(row, setting.rules)
    return tallies


def _first_guess(setting: Setting, goal: Goal) -> list[int]:
    """By Erlang A with all agents alike, which is at most what is needed but for rounding."""
    half_hours = max((len(demand.calls) for demand in setting.demands), default=0)
    guess = []
    for n in range(half_hours):
        calls = [(d, d.calls[n]) for d in setting.demands if n < len(d.calls) and d.calls[n] > 0]
        total = sum(count for _, count in calls)
        if not total:
            guess.append(0)
            continue
        handling_s = sum(count * _handling_s(setting, d) for d, count in calls) / total
        patience = min(d.patience_s for d, _ in calls)
        load = total * handling_s / HALF_HOUR_S
        guess.append(_by_formula(load, handling_s, patience, goal.connection_rate or 0.0))
    return guess


def _by_formula(load: float, handling_s: float, patience_s: float, percent: float) -> int:
    patience_s = min(patience_s, _PATIENT_S)

    def enough(agents: int) -> bool:
        return 100 * erlang_a(load, agents, handling_s, patience_s).connection_rate >= percent

    return least(enough, first=1)


def _handling_s(setting: Setting, demand: Demand) -> float:
    talk = demand.talk_s
    mean = float(talk) if isinstance(talk, int | float) else fmean(talk or [0.0])
    policy = setting.plan.queues.get(demand.queue)
    return max(0.001, mean + setting.habits.pick_up_s + (policy.wrap_up_s if policy else 0.0))


def _gap(line: HalfHour, goal: Goal) -> float:
    """Percentage points to the goal, the larger one of the two."""
    pairs = (
        (goal.connection_rate, line.connection_rate),
        (goal.service_level, line.service_level),
    )
    gaps = [wanted - found.mean for wanted, found in pairs if wanted is not None and found]
    return max([0.0, *gaps])


def _reaches(found: Estimate | None, wanted: float | None) -> bool:
    return wanted is None or found is None or found.mean >= wanted


def _estimate(runs: Sequence[tuple[int, int]]) -> Estimate | None:
    """Pooled percentage of all runs, and the interval of a ratio of two sums.

    Source: W. G. Cochran, Sampling Techniques, 3rd ed., section 6.4 (ratio estimate).
    """
    whole = sum(each for _, each in runs)
    if not whole:
        return None
    ratio = sum(part for part, _ in runs) / whole
    if len(runs) == 1:
        return Estimate(100 * ratio, 0.0, 100.0)
    spread = sum((part - ratio * each) ** 2 for part, each in runs) / (len(runs) - 1)
    t = _T_95[len(runs) - 2] if len(runs) - 2 < len(_T_95) else 2.0
    half = t * sqrt(spread * len(runs)) / whole
    return Estimate(100 * ratio, 100 * max(0.0, ratio - half), 100 * min(1.0, ratio + half))
