"""What a simulated day is made of: callers who come, agents who are there, and how they behave.

Times are seconds from any zero; durations are seconds.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from heapq import merge
from random import Random

HALF_HOUR_S = 1800.0


@dataclass(frozen=True, slots=True)
class Caller:
    """One caller: when he asks for a human, how long he waits, how long he talks."""

    at: float
    queue: str
    talk_s: float
    patience_s: float
    """He hangs up after so long without an answer; infinite: never."""
    priority: int = 0
    arrived_at: float | None = None
    """When the trunk was answered, where it is known; else when he asks."""


@dataclass(frozen=True, slots=True)
class Shift:
    """One agent is signed in from a time to a time, but for his breaks."""

    agent: str
    start: float
    end: float
    breaks: Sequence[tuple[float, float]] = ()


@dataclass(frozen=True, slots=True)
class Habits:
    """What agents do with rings."""

    pick_up_s: float = 2.0
    """Mean time until an agent picks up, exponential; 0: at once."""
    miss: float = 0.0
    """Share of rings that are not picked up."""


@dataclass(frozen=True, slots=True)
class Demand:
    """Callers of one queue: how many come, how long they talk and wait."""

    queue: str
    calls: Sequence[float]
    """Expected calls of each half hour, from the day's start."""
    talk_s: float | Sequence[float]
    """Mean of an exponential time, or measured times to draw from."""
    patience_s: float
    """Mean of an exponential patience; infinite: nobody gives up."""
    priority: int = 0

    def scaled(self, factor: float) -> "Demand":
        """The same with more or fewer calls."""
        calls = [each * factor for each in self.calls]
        return Demand(self.queue, calls, self.talk_s, self.patience_s, self.priority)


def callers(demands: Iterable[Demand], random: Random, start: float = 0.0) -> Iterator[Caller]:
    """Callers of all demands in the order of their time: Poisson with each half hour's rate."""
    streams = [_stream(demand, Random(random.random()), start) for demand in demands]
    return merge(*streams, key=lambda caller: caller.at)


def _stream(demand: Demand, random: Random, start: float) -> Iterator[Caller]:
    measured = None if isinstance(demand.talk_s, int | float) else demand.talk_s
    mean_s = 0.0 if measured is not None else float(demand.talk_s)  # type: ignore[arg-type]
    for n, expected in enumerate(demand.calls):
        at, end = start + n * HALF_HOUR_S, start + (n + 1) * HALF_HOUR_S
        while expected > 0 and (at := at + random.expovariate(expected / HALF_HOUR_S)) < end:
            talk_s = random.choice(measured) if measured else random.expovariate(1 / mean_s)
            patience = demand.patience_s
            patience_s = patience if patience == _NEVER else random.expovariate(1 / patience)
            yield Caller(at, demand.queue, talk_s, patience_s, demand.priority)


_NEVER = float("inf")


@dataclass(frozen=True, slots=True)
class Roster:
    """Who is there when."""

    shifts: Sequence[Shift] = field(default_factory=tuple)

    @staticmethod
    def always(agents: Iterable[str], start: float, end: float) -> "Roster":
        """All of them, all the time."""
        return Roster(tuple(Shift(agent, start, end) for agent in agents))

    @staticmethod
    def by_half_hour(needed: Sequence[int], agents: Sequence[str], start: float = 0.0) -> "Roster":
        """So many agents in each half hour, always the first ones of the list.

        Raises ValueError when more are needed than there are.
        """
        if max(needed, default=0) > len(agents):
            raise ValueError(f"{max(needed)} agents are needed, and there are {len(agents)}")
        shifts = []
        for n, agent in enumerate(agents):
            began: float | None = None
            for half_hour, count in enumerate([*needed, 0]):
                at = start + half_hour * HALF_HOUR_S
                if n < count and began is None:
                    began = at
                elif n >= count and began is not None:
                    shifts.append(Shift(agent, began, at))
                    began = None
        return Roster(tuple(shifts))


def copies(profiles: Mapping[str, Mapping[str, int]], count: int) -> dict[str, Mapping[str, int]]:
    """So many agents with the skills of those given, in turn: the same mix at another size.

    Raises ValueError when there are none to copy.
    """
    if not profiles:
        raise ValueError("there are no agents whose skills could be copied")
    names = list(profiles)
    return {f"{names[n % len(names)]}+{n // len(names)}": profiles[names[n % len(names)]]
            for n in range(count)}  # fmt: skip
