"""Demand as the records tell it: how many call, how long they talk, how long they wait.

Pure: rows in, values out. Times are milliseconds since 1970 (UTC) in rows, seconds elsewhere.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from random import Random

from callcenter.acd.agents.agent import MISSED_CALLS, RESTING, UNREACHABLE
from callcenter.kpi.calls import ABANDONED, CallRow, Standing
from callcenter.kpi.spans import Span, cut
from callcenter.kpi.windows import Window
from callcenter.sim.day import HALF_HOUR_S, Caller, Demand, Roster, Shift
from callcenter.terms import AgentState, Outcome

NEVER = float("inf")


@dataclass(frozen=True, slots=True)
class Past:
    """What a queue's calls of some days were."""

    days: int
    calls: Sequence[float]
    """Mean calls of each half hour of a day."""
    talks_s: Sequence[float]
    """Every answered call's time with its agent, hold included."""
    patience_s: float
    """Mean patience; infinite where nobody gave up."""

    def demand(self, queue: str, priority: int = 0) -> Demand:
        """The same demand for a simulated day."""
        return Demand(queue, self.calls, self.talks_s or 0.0, self.patience_s, priority)


def past(rows: Iterable[CallRow], days: Sequence[Window]) -> Past:
    """What these days were like; rows that lie in none of them are left out.

    Patience is the maximum-likelihood estimate of an exponential time that is cut short by the
    answer: the sum of all waits / the number of those who gave up.
    """
    counts = [0] * max((_half_hours(day) for day in days), default=0)
    talks: list[float] = []
    waited_s, gave_up = 0.0, 0
    for row in rows:
        day = next((d for d in days if d.start_ms <= row.window_ms < d.end_ms), None)
        if day is None or row.standing is not Standing.REQUEST:
            continue
        counts[int((row.window_ms - day.start_ms) // (HALF_HOUR_S * 1000))] += 1
        waited_s += row.wait_ms / 1000
        gave_up += row.outcome in ABANDONED
        if row.outcome is Outcome.ANSWERED:
            talks.append((row.talk_ms + row.hold_ms) / 1000)
    patience_s = waited_s / gave_up if gave_up and waited_s else NEVER
    return Past(len(days), [n / max(1, len(days)) for n in counts], talks, patience_s)


def replayed(
    rows: Iterable[tuple[str, CallRow]], start_ms: int, patience_s: float, random: Random
) -> list[Caller]:
    """The callers of a past day again, each with his queue, time, talk and patience.

    Who gave up then gives up after the same wait; who was answered would have waited on for an
    exponential time with that mean. Who was never answered talks as long as one who was.
    """
    some = list(rows)
    talks = [
        (row.talk_ms + row.hold_ms) / 1000 for _, row in some if row.outcome is Outcome.ANSWERED
    ]
    again = []
    for queue, row in some:
        if row.standing is not Standing.REQUEST or row.requested_ms is None:
            continue
        patience = row.wait_ms / 1000
        if row.outcome not in ABANDONED:
            patience += random.expovariate(1 / patience_s) if patience_s != NEVER else NEVER
        answered = row.outcome is Outcome.ANSWERED
        talk_s = (row.talk_ms + row.hold_ms) / 1000 if answered else random.choice(talks or [0.0])
        at = (row.requested_ms - start_ms) / 1000
        again.append(
            Caller(at, queue, talk_s, patience, arrived_at=(row.arrived_ms - start_ms) / 1000)
        )
    return sorted(again, key=lambda caller: caller.at)


def shifts(duties: Iterable[tuple[str, str, Span]], period: Window) -> Roster:
    """Who was there when, by agents' states: agent, reason, span with the state, each agent's in
    order. A rest after a missed ring is no break: a run has its own misses.
    """
    found: dict[str, list[tuple[float, float, bool]]] = {}
    for agent, reason, span in duties:
        inside = next(cut([span], period), None)
        if inside is None or span.kind == AgentState.SIGNED_OUT:
            continue
        away = span.kind == AgentState.NOT_READY and reason not in _OWN_DOING
        start, end = ((ms - period.start_ms) / 1000 for ms in inside[:2])
        found.setdefault(agent, []).append((start, end, away))
    return Roster(tuple(shift for agent in found for shift in _shifts(agent, found[agent])))


_OWN_DOING = frozenset({RESTING, MISSED_CALLS, UNREACHABLE})


def _shifts(agent: str, parts: Sequence[tuple[float, float, bool]]) -> Iterable[Shift]:
    first, last = parts[0][0], parts[0][0]
    breaks: list[tuple[float, float]] = []
    for start, end, away in parts:
        if start > last:
            yield Shift(agent, first, last, tuple(breaks))
            first, breaks = start, []
        if away:
            breaks.append((start, end))
        last = end
    yield Shift(agent, first, last, tuple(breaks))


def _half_hours(day: Window) -> int:
    length_ms = day.end_ms - day.start_ms
    return -int(-length_ms // (HALF_HOUR_S * 1000))
