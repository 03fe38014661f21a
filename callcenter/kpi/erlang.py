"""How many agents or lines a load needs: Erlang B, C and A, exactly as their formulas stand.

Load is in erlang: calls per second times mean handling time in seconds. All three assume calls
that come at random (Poisson) at a steady rate and handling times that are exponential; where that
does not hold (several skills, overflow, changing load), a simulation is the right tool.

Sources: A. K. Erlang 1917 (B, C); C. Palm 1957, the M/M/n+M queue (A); docs/staffing.md.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import exp, inf


def blocking(load: float, lines: int) -> float:
    """Erlang B: the share of calls that find all lines taken, and are lost.

    Raises ValueError for a negative load or number of lines.
    """
    _check(load, lines)
    share = 1.0
    for n in range(1, lines + 1):
        share = load * share / (n + load * share)
    return share


@dataclass(frozen=True, slots=True)
class Waiting:
    """What callers meet. Times in seconds; shares from 0 to 1."""

    agents: int
    load: float
    waits: float
    """Share of calls that have to wait at all."""
    asa_s: float
    """Mean wait of all calls (平均应答速度); infinite where the queue only grows."""
    occupancy: float
    """Share of the agents' time that calls take."""
    abandoned: float
    """Share of callers who give up; Erlang C knows none."""
    _rate: float
    """The waiting line's speed, 1/s: the wait of those who wait, by Erlang C, is exponential."""

    @property
    def connection_rate(self) -> float:
        """Share of calls that reach an agent (接通率)."""
        return 1.0 - self.abandoned

    def within(self, seconds: float) -> float:
        """Share of calls answered within this wait (service level), by Erlang C."""
        return 1.0 - self.waits * exp(-self._rate * seconds) if self._rate > 0 else 0.0


def erlang_c(load: float, agents: int, handling_s: float) -> Waiting:
    """Callers who wait for ever. With no more agents than load the line grows without end.

    Raises ValueError for a negative load or number of agents, or a handling time of zero or less.
    """
    _check(load, agents, handling_s)
    if agents <= load:
        idle = load == 0
        waits = 0.0 if idle and agents else 1.0
        return Waiting(agents, load, waits, inf, 1.0, 0.0, 0.0)
    lost = blocking(load, agents)
    waits = agents * lost / (agents - load * (1 - lost))
    rate = (agents - load) / handling_s
    return Waiting(agents, load, waits, waits / rate, load / agents, 0.0, rate)


@dataclass(frozen=True, slots=True)
class Impatient:
    """What callers meet who give up. Times in seconds; shares from 0 to 1."""

    agents: int
    load: float
    waits: float
    asa_s: float
    """Mean time in line of all calls, also of those who give up."""
    occupancy: float
    abandoned: float

    @property
    def connection_rate(self) -> float:
        """Share of calls that reach an agent (接通率)."""
        return 1.0 - self.abandoned


_NEGLIGIBLE = 1e-14
"""States of the line beyond this share of the likeliest one add nothing to any figure."""


def erlang_a(load: float, agents: int, handling_s: float, patience_s: float) -> Impatient:
    """Callers who give up after an exponential patience with this mean.

    A birth-death chain of calls in the house: arrivals load/handling a second; ends n/handling
    while n agents talk, and beyond that one more 1/patience for each who waits. Each state's share
    is relative to the one before, so that nothing overflows at any size.

    Raises ValueError for a negative load or number of agents, or times of zero or less.
    """
    _check(load, agents, handling_s, patience_s)
    arrivals, ends, leaves = load / handling_s, 1 / handling_s, 1 / patience_s
    weight = total = 1.0
    talking = waiting = in_line = 0.0
    calls = 0
    while arrivals:
        calls += 1
        served, queued = min(calls, agents), max(calls - agents, 0)
        weight *= arrivals / (served * ends + queued * leaves)
        total, talking = total + weight, talking + served * weight
        waiting += weight * (calls >= agents)
        in_line += queued * weight
        if total > _HUGE:
            weight, total = weight / _HUGE, total / _HUGE
            talking, waiting, in_line = talking / _HUGE, waiting / _HUGE, in_line / _HUGE
        if queued and weight < _NEGLIGIBLE * total:
            break
    if agents == 0:
        waiting = total
    line = in_line / total
    return Impatient(
        agents=agents,
        load=load,
        waits=waiting / total,
        asa_s=line / arrivals if arrivals else 0.0,
        occupancy=talking / total / agents if agents else 0.0,
        abandoned=leaves * line / arrivals if arrivals else 0.0,
    )


_HUGE = 1e200


def least(enough: Callable[[int], bool], first: int = 0, limit: int = 100_000) -> int:
    """The smallest number from `first` that is enough; more never being less good.

    Raises ValueError when not even `limit` is enough.
    """
    low, high = first, max(first, 1)
    while not enough(high):
        low, high = high + 1, high * 2
        if low > limit:
            raise ValueError(f"not even {limit} are enough")
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle + 1, high)
    return high


def rostered(agents: int, shrinkage: float) -> int:
    """Agents on the roster, so that this many sit there in spite of breaks, leave and training.

    `shrinkage` is the share of paid time away, from 0 to below 1. Raises ValueError outside it.
    """
    if not 0 <= shrinkage < 1:
        raise ValueError("shrinkage lies from 0 to below 1")
    # A hair below, so that 21 / 0.7 stays 30 in binary fractions.
    return -int(-agents / (1 - shrinkage) * (1 - 1e-12) // 1)


def _check(load: float, servers: int, *times_s: float) -> None:
    if not 0 <= load < inf or servers < 0 or any(not 0 < time < inf for time in times_s):
        raise ValueError("loads and numbers are not negative, times are above zero")
