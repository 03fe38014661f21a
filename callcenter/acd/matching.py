"""Who can serve whom, and who is best: a filter, then one visible sort key.

Queues with equal needs and strategy draw on the same agents: they share one pool. A pool ranks its
idle agents and its waiting calls, so that neither a free agent nor a new call makes anyone look
through all agents or all calls. The cost of a decision is the logarithm of the floor for each
pool that the agent can serve.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple, TypeAlias

from sortedcontainers import SortedList

from callcenter.acd.plan import Plan, QueuePolicy, Strategy
from callcenter.acd.ranking import Ranking

Skills: TypeAlias = Mapping[str, int]
Why: TypeAlias = Mapping[str, str | int | float]

Place: TypeAlias = tuple[int, float, str]
"""A waiting call's sort key: highest priority first, then who asked for a human first, then id."""

Standing: TypeAlias = tuple[int, float, str]
"""An idle agent's sort key in a pool: merit, then who has been idle for longest, then name."""


def place_of(priority: int, requested_at: float, call: str) -> Place:
    """The key by which calls are served; lower is earlier."""
    return (-priority, requested_at, call)


MERIT: Mapping[Strategy, Callable[[Skills, Skills], int]] = {
    Strategy.LONGEST_IDLE: lambda skills, needs: 0,
    Strategy.BEST_SKILL: lambda skills, needs: -sum(skills.get(skill, 0) for skill in needs),
    Strategy.NARROWEST: lambda skills, needs: len(skills),
}
"""What a strategy puts before idle time, given an agent's skills and a queue's needs; lower is
better."""


def can_serve(skills: Skills, needs: Skills) -> bool:
    """True when every needed skill is there at its level or above."""
    return all(skills.get(skill, 0) >= level for skill, level in needs.items())


@dataclass(slots=True, eq=False)
class Pool:
    """The agents who can serve the same needs, and the calls that wait for them."""

    needs: Skills
    strategy: Strategy
    idle: Ranking[str] = field(default_factory=Ranking)
    """READY agents by Standing."""
    line: Ranking[str] = field(default_factory=Ranking)
    """WAITING calls by Place."""
    signed_in: int = 0
    """Agents signed in who can serve, whatever they do now."""
    queues: "list[Queue]" = field(default_factory=list)

    def best_agent(self, now: float) -> tuple[str, Why] | None:
        """The best idle agent and why he is; None when all are busy."""
        standing = self.idle.best_key()
        if standing is None:
            return None
        merit, idle_since, agent = standing
        return agent, {
            "chose": "agent",
            "candidates": len(self.idle),
            "key": self.strategy.value,
            "value": abs(merit),
            "idle_s": round(now - idle_since, 3),
        }


class Queue:
    """One queue's policy and its callers in order."""

    __slots__ = ("closed", "order", "policy", "pool")

    def __init__(self, policy: QueuePolicy, pool: Pool, closed: bool) -> None:
        self.policy = policy
        self.pool = pool
        self.closed = closed
        """No longer in the plan: its callers are served, new ones are turned away."""
        self.order: SortedList[Place] = SortedList()

    def enter(self, place: Place) -> None:
        """The call waits from now on, at its place."""
        self.order.add(place)
        self.pool.line.add(place[2], place)

    def leave(self, place: Place) -> None:
        """The call waits no longer."""
        self.order.remove(place)
        self.pool.line.discard(place[2])

    def position(self, place: Place) -> int:
        """How many are served before him in this queue, and he; 1 is next."""
        return bisect_left(self.order, place) + 1


class Seat(NamedTuple):
    """One agent's part in one pool."""

    pool: Pool
    merit: int


class Matching:
    """All pools and queues of a plan."""

    __slots__ = ("_by_first_skill", "_pools", "_seats", "queues")

    def __init__(self, plan: Plan, closed: Iterable[QueuePolicy] = ()) -> None:
        self.queues: dict[str, Queue] = {}
        self._pools: dict[tuple[frozenset[tuple[str, int]], Strategy], Pool] = {}
        self._by_first_skill: dict[str, list[Pool]] = {}
        self._seats: dict[frozenset[tuple[str, int]], tuple[Seat, ...]] = {}
        for policy in plan.queues.values():
            self._open(policy, closed=False)
        for policy in closed:
            self._open(policy, closed=True)

    def seats(self, skills: Skills) -> tuple[Seat, ...]:
        """The pools that an agent of these skills can serve. Agents with equal skills share it."""
        same = frozenset(skills.items())
        if same not in self._seats:
            near = [pool for skill in ("", *skills) for pool in self._by_first_skill.get(skill, ())]
            self._seats[same] = tuple(
                Seat(pool, MERIT[pool.strategy](skills, pool.needs))
                for pool in near
                if can_serve(skills, pool.needs)
            )
        return self._seats[same]

    def _open(self, policy: QueuePolicy, closed: bool) -> None:
        # Level 0 or below is no need: an absent skill counts as level 0.
        needs = {skill: level for skill, level in sorted(policy.needs.items()) if level > 0}
        same = (frozenset(needs.items()), policy.strategy)
        pool = self._pools.get(same)
        if pool is None:
            pool = self._pools[same] = Pool(needs, policy.strategy)
            self._by_first_skill.setdefault(next(iter(needs), ""), []).append(pool)
        queue = self.queues[policy.name] = Queue(policy, pool, closed)
        pool.queues.append(queue)


def seat_idle(seats: Iterable[Seat], agent: str, idle_since: float) -> None:
    """The agent can be chosen from now on."""
    for pool, merit in seats:
        pool.idle.add(agent, (merit, idle_since, agent))


def seat_busy(seats: Iterable[Seat], agent: str) -> None:
    """The agent cannot be chosen any longer."""
    for seat in seats:
        seat.pool.idle.discard(agent)


def best_call(seats: Iterable[Seat], now: float) -> tuple[str, Why] | None:
    """The best of all waiting calls that the agent can serve, and why; None when nobody waits."""
    best: Place | None = None
    candidates = 0
    for seat in seats:
        line = seat.pool.line
        if line:
            candidates += len(line)
            head: Place = line.best_key()
            if best is None or head < best:
                best = head
    if best is None:
        return None
    return best[2], {
        "chose": "call",
        "candidates": candidates,
        "key": "priority, wait",
        "value": -best[0],
        "wait_s": round(now - best[1], 3),
    }
