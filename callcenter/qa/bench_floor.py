"""What a decision costs: the floor alone, in one process, without Asterisk, journal or network.

A decision is a call matched to an agent. All agents talk and as many calls wait as there are
agents; one agent after another is freed, and the best waiting call that he can serve is chosen. A
call's other events (it enters, the phone rings, is answered, the talk begins) are timed too.
Times are the thread's processor time: what else the machine does is not the floor's. Nor are a
look at the clock, which is a system call, and the collection of garbage, for which the controller
has moments of its own between events (`live/health/garbage.py`).
"""

import gc
import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from math import ceil
from statistics import median

from callcenter.acd.events import (
    AgentSignedIn,
    CallEntered,
    Event,
    LegAnswered,
    LegGone,
    LegJoined,
    LegRinging,
)
from callcenter.acd.facts import RingStarted
from callcenter.acd.floor import Floor
from callcenter.acd.plan import AgentProfile, Plan, QueuePolicy
from callcenter.acd.room import Step

SIZES = (100, 1_000, 10_000)
_MOST_NEEDS = 500
_AGENTS_PER_NEED = 20
_SERVES = 5
"""Queues that each agent can serve, on floors of all sizes."""
_WARM_UP = 1_000
_EPOCH = 1_700_000_000.0


@dataclass(frozen=True, slots=True)
class Price:
    """What decisions cost on a floor of one size."""

    agents: int
    waiting: int
    needs: int
    decisions_per_s: int
    """One over the mean time of the step that decides, from its event to its commands."""
    p99_us: float
    """Of all events, by nearest rank."""
    events_per_s: int
    """Of all events of all calls: a call has five."""


def price(agents: int, decisions: int, progress: Callable[[], None]) -> Price:
    """Measure a floor of so many agents; `progress` is called after each decision."""
    busy = _BusyFloor(agents)
    busy.fill()
    gc.collect()
    gc.freeze()
    gc.disable()
    try:
        for _ in range(_WARM_UP):
            busy.hand_over()
        busy.deciding.clear()
        busy.others.clear()
        for _ in range(decisions):
            busy.hand_over()
            progress()
    finally:
        gc.enable()
        gc.unfreeze()
    times = sorted([*busy.deciding, *busy.others])
    return Price(
        agents,
        busy.waiting,
        busy.needs,
        round(len(busy.deciding) / sum(busy.deciding) * 1e9),
        round(times[ceil(len(times) * 0.99) - 1] / 1000, 1),
        round(len(times) / sum(times) * 1e9),
    )


class _BusyFloor:
    """A floor on which everybody talks, and the times of its steps in ns."""

    def __init__(self, agents: int) -> None:
        self._draw = random.Random(7)  # noqa: S311  the same floor each time
        self.needs = min(_MOST_NEEDS, max(1, agents // _AGENTS_PER_NEED))
        self.waiting = 0
        self.deciding: list[int] = []
        self.others: list[int] = []
        self._wanted = agents
        self._look = _price_of_a_look()
        self._floor = Floor(self._plan(agents))
        self._now = _EPOCH
        self._entered = 0
        self._talking: list[tuple[str, str]] = []
        for name in self._floor.plan.agents:
            self._now += 0.001
            self._floor.handle(AgentSignedIn(name), self._now)

    def _plan(self, agents: int) -> Plan:
        queues = {
            f"q{n}": QueuePolicy(f"q{n}", {f"s{n}": 1 + n % 3}, wrap_up_s=0.0)
            for n in range(self.needs)
        }
        profiles = {
            f"{1000 + n}": AgentProfile(f"{1000 + n}", self._skills()) for n in range(agents)
        }
        return Plan(queues, profiles)

    def _skills(self) -> dict[str, int]:
        served = self._draw.sample(range(self.needs), min(_SERVES, self.needs))
        return {f"s{n}": self._draw.randint(3, 10) for n in served}

    def fill(self) -> None:
        """Calls come until all agents talk and as many calls wait."""
        while self.waiting < self._wanted:
            self._enter()

    def hand_over(self) -> None:
        """Somebody hangs up, gets the next call and takes it; another call comes."""
        n = self._draw.randrange(len(self._talking))
        self._talking[n], self._talking[-1] = self._talking[-1], self._talking[n]
        self._now += 0.001
        call, leg = self._talking.pop()
        if self._talk(self._tell(LegGone(call, leg, 16))):
            self.waiting -= 1
        self._enter()

    def _enter(self) -> None:
        self._entered += 1
        self._now += 0.0001
        call, queue, at = f"node-{self._entered}.1", f"q{self._entered % self.needs}", self._now
        if not self._talk(self._tell(CallEntered(call, queue, "13800000000", "12345", at, at))):
            self.waiting += 1

    def _talk(self, step: Step) -> bool:
        """The phone that was rung is picked up; False when none was."""
        rung = next(_rings(step), None)
        if rung is not None:
            for kind in (LegRinging, LegAnswered, LegJoined):
                self._tell(kind(rung.call, rung.leg))
            self._talking.append((rung.call, rung.leg))
        return rung is not None

    def _tell(self, event: Event) -> Step:
        begun = time.thread_time_ns()
        step = self._floor.handle(event, self._now)
        took = time.thread_time_ns() - begun - self._look
        decides = isinstance(event, LegGone) and any(_rings(step))
        (self.deciding if decides else self.others).append(took)
        return step


def _price_of_a_look() -> int:
    """What it takes to look at the clock, in ns."""
    looks = [time.thread_time_ns() for _ in range(1_001)]
    return round(median(after - before for before, after in pairwise(looks)))


def _rings(step: Step) -> Iterator[RingStarted]:
    return (fact for fact in step.facts if isinstance(fact, RingStarted))
