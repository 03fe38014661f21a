"""Who can serve whom, and who is best: a filter, then one visible sort key.

Queues with equal needs and strategy draw on the same agents: they share one pool. A pool ranks its
idle agents and its waiting calls, so that neither a free agent nor a new call makes anyone look
through all agents or all calls. The cost of a decision is the logarithm of the floor for each
pool that the agent can serve. A call that relaxes its needs moves to another pool.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import NamedTuple, TypeAlias

from callcenter.acd.agents.figures import Figures
from callcenter.acd.matching.estimate import Estimator
from callcenter.acd.matching.merit import MOVING_MERIT, STANDING_MERIT, Ranks, Skills
from callcenter.acd.matching.order import Order, Place
from callcenter.acd.matching.ranking import Ranking
from callcenter.acd.matching.why import Reason, Why
from callcenter.acd.plan import Plan, QueuePolicy, Strategy
from callcenter.site.needs import Needs

Standing: TypeAlias = tuple[float, float, str]
"""An idle agent's sort key in a pool: merit, then who has been idle for longest, then name."""

_Counts: TypeAlias = tuple[int, int, int, int]
"""Of agents: candidates, at work, pausing, and signed in but not able to serve."""


def place_of(priority: int, requested_at: float, call: str) -> Place:
    """The key by which calls are served; lower is earlier."""
    return (-priority, requested_at, call)


def needs_of(policy: QueuePolicy) -> Needs:
    """What the queue asks for at first."""
    return policy.needs if isinstance(policy.needs, Needs) else Needs.of(policy.needs)


@dataclass(slots=True, eq=False)
class Crew:
    """All agents of the floor, counted."""

    signed_in: int = 0


@dataclass(slots=True, eq=False)
class Pool:
    """The agents who can serve the same needs, and the calls that wait for them."""

    needs: Needs
    strategy: Strategy
    ranks: Ranks = field(default_factory=dict)
    floor: Crew = field(default_factory=Crew)
    idle: Ranking[str] = field(default_factory=Ranking)
    """READY agents by Standing."""
    line: Order = field(default_factory=Order)
    """WAITING calls by Place."""
    signed_in: int = 0
    """Agents signed in who can serve, whatever they do now."""
    paused: int = 0
    """Of those, who is not ready for longer than a rest."""
    queues: "list[Queue]" = field(default_factory=list)

    @property
    def at_work(self) -> int:
        """Agents who can serve and do not pause."""
        return self.signed_in - self.paused

    def best_agent(self, now: float) -> tuple[str, Why] | None:
        """The best idle agent and why he is; None when all are busy."""
        idle = self.idle
        if idle.head is None:
            return None
        unable = self.floor.signed_in - self.signed_in
        counts = (len(idle.keys), self.signed_in - self.paused, self.paused, unable)
        best, second = idle.head, idle.runner_up_key()
        return best[2], Reason(_why_the_agent, (self.strategy, best, second, counts, now))


class Stage(NamedTuple):
    """What a queue's calls ask for after some of its steps."""

    pool: Pool
    priority: int
    """The queue's own, with what the steps have added."""


class Queue:
    """One queue's policy and its callers in order."""

    __slots__ = ("closed", "estimator", "order", "policy", "pool", "stages")

    def __init__(
        self, policy: QueuePolicy, pool: Pool, closed: bool, stages: tuple[Stage, ...] = ()
    ) -> None:
        self.policy = policy
        self.pool = pool
        """Who serves a call at first."""
        self.stages = stages or (Stage(pool, policy.priority),)
        """What is asked for at first, and after each step."""
        self.closed = closed
        """No longer in the plan: its callers are served, new ones are turned away."""
        self.order = Order()
        """Its callers, in whichever line each of them stands."""
        self.estimator = Estimator()

    @property
    def has_its_pool_alone(self) -> bool:
        """Its callers, and no others, stand in its pool's line, and in no other line."""
        pools = {stage.pool for stage in self.stages}
        return pools == {self.pool} and self.pool.queues == [self] and self.policy.sticky is None

    def stage(self, steps: int) -> Stage:
        """What is asked for after so many steps; a new deployment may have fewer."""
        return self.stages[min(steps, len(self.stages) - 1)]

    def enter(self, place: Place, line: Order, now: float) -> None:
        """The call waits from now on, at its place, in this line: a pool's, or an agent's own."""
        order, pool = self.order, self.pool
        self.estimator.pass_time(now, pool.signed_in - pool.paused, order.size + 1)
        order.add(place)
        if line is not order:
            line.add(place)

    def leave(self, place: Place, line: Order, now: float) -> None:
        """The call waits no longer."""
        order, pool = self.order, self.pool
        self.estimator.pass_time(now, pool.signed_in - pool.paused, order.size - 1)
        order.remove(place)
        if line is not order:
            line.remove(place)

    def position(self, place: Place) -> int:
        """How many are served before him in this queue, and he; 1 is next."""
        return self.order.position(place)


class Seat(NamedTuple):
    """One agent's part in one pool."""

    pool: Pool
    merit: float
    moving: Callable[[str, Figures, Ranks], float] | None = None
    """Tells the merit anew, where it does not stay."""


class Matching:
    """All pools and queues of a plan."""

    __slots__ = ("_by_skill", "_pools", "_seats", "floor", "queues")

    def __init__(self, plan: Plan, closed: Iterable[QueuePolicy] = ()) -> None:
        self.floor = Crew()
        self.queues: dict[str, Queue] = {}
        self._pools: dict[tuple[Needs, Strategy, tuple[str, ...]], Pool] = {}
        self._by_skill: dict[str, list[Pool]] = {}
        self._seats: dict[frozenset[tuple[str, int]], tuple[Seat, ...]] = {}
        for policy in plan.queues.values():
            self._open(policy, closed=False)
        for policy in closed:
            self._open(policy, closed=True)
        for queue in self.queues.values():
            if queue.has_its_pool_alone:
                queue.order = queue.pool.line

    def seats(self, skills: Skills) -> tuple[Seat, ...]:
        """The pools that an agent of these skills can serve. Agents with equal skills share it."""
        same = frozenset(skills.items())
        if same not in self._seats:
            near = [pool for skill in ("", *skills) for pool in self._by_skill.get(skill, ())]
            self._seats[same] = tuple(
                _seat(pool, skills) for pool in dict.fromkeys(near) if pool.needs.met_by(skills)
            )
        return self._seats[same]

    def _open(self, policy: QueuePolicy, closed: bool) -> None:
        needs, priority = needs_of(policy), policy.priority
        stages = [Stage(self._pool(needs, policy), priority)]
        for step in policy.relax:
            needs, priority = step.needs or needs, priority + step.priority
            stages.append(Stage(self._pool(needs, policy), priority))
        queue = Queue(policy, stages[0].pool, closed, tuple(stages))
        self.queues[policy.name] = queue
        for pool in dict.fromkeys(stage.pool for stage in stages):
            pool.queues.append(queue)

    def _pool(self, needs: Needs, policy: QueuePolicy) -> Pool:
        ranking = policy.ranking if policy.strategy is Strategy.RANKED else ()
        same = (needs, policy.strategy, ranking)
        pool = self._pools.get(same)
        if pool is None:
            ranks = {agent: rank for rank, agent in enumerate(ranking)}
            pool = self._pools[same] = Pool(needs, policy.strategy, ranks, self.floor)
            # An agent finds the pool by a skill that he needs for one of its ways.
            for skill in {_first_skill(way) for way in needs.ways}:
                self._by_skill.setdefault(skill, []).append(pool)
        return pool


def best_call(
    lines: Iterable[Order], now: float, own: Order | None = None
) -> tuple[str, Why] | None:
    """The best of all waiting calls that the agent can serve, and why; None when nobody waits.

    `lines` are those of his pools, `own` the calls that wait for him alone.
    """
    heads: list[Place] = []
    candidates = 0
    for line in lines:
        head = line.head
        if head is not None:
            heads.append(head)
            candidates += line.size
    key = "priority, wait"
    if own is not None and own.head is not None:
        heads.append(own.head)
        candidates += own.size
        if own.head == min(heads):
            key = "sticky"
    if not heads:
        return None
    heads.sort()
    return heads[0][2], Reason(_why_the_call, (heads, candidates, key, now))


def _why_the_call(heads: list[Place], candidates: int, key: str, now: float) -> Why:
    """`heads` are those of the lines that he can serve, the best first."""
    priority, requested_at, _ = heads[0]
    why: dict[str, str | int | float] = {
        "chose": "call",
        "candidates": candidates,
        "key": key,
        "value": -priority,
        "wait_s": round(now - requested_at, 3),
    }
    if len(heads) > 1:
        priority, requested_at, call = heads[1]
        why["next"] = f"{call} {-priority}, {now - requested_at:.0f} s"
    return why


def _why_the_agent(
    strategy: Strategy, best: Standing, second: Standing | None, counts: _Counts, now: float
) -> Why:
    merit, idle_since, _ = best
    candidates, at_work, paused, unable = counts
    why: dict[str, str | int | float] = {
        "chose": "agent",
        "candidates": candidates,
        "key": strategy.value,
        "value": abs(merit),
        "idle_s": round(now - idle_since, 3),
    }
    if second is not None:
        merit, idle_since, runner_up = second
        why["next"] = f"{runner_up} {abs(merit):g}, {now - idle_since:.0f} s"
    passed_over = {"busy": at_work - candidates, "not_ready": paused, "unable": unable}
    return why | {name: count for name, count in passed_over.items() if count > 0}


def _seat(pool: Pool, skills: Skills) -> Seat:
    moving = MOVING_MERIT.get(pool.strategy)
    if moving is not None:
        return Seat(pool, 0, moving)
    return Seat(pool, STANDING_MERIT[pool.strategy](skills, pool.needs))


def _first_skill(way: Iterable[tuple[str, int, int]]) -> str:
    return next((skill for skill, lowest, _ in way if lowest > 0), "")
