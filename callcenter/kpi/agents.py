"""Measures of agents: who takes the calls that ring."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from callcenter.kpi.calls import RingRow
from callcenter.kpi.numbers import Ratio
from callcenter.terms import RingResult


@dataclass(slots=True)
class Rings:
    """Rings of one agent's phone."""

    answered: int = 0
    missed: int = 0
    """No answer, busy, declined, unreachable, failed: the agent's miss, never a lost call."""
    caller_gone: int = 0
    """The caller went while it rang: neither answered nor missed."""
    elsewhere: int = 0
    """Another agent took the call first (ring all, pickup): neither answered nor missed."""

    @property
    def answer_rate(self) -> Ratio:
        """座席应答率: answered / (answered + missed)."""
        return Ratio(self.answered, self.answered + self.missed)


def rings_by_agent(rows: Iterable[RingRow]) -> Mapping[str, Rings]:
    """Agent -> counts of the rings that have ended."""
    counts: dict[str, Rings] = {}
    for row in rows:
        if row.result is None:
            continue
        rings = counts.setdefault(row.agent, Rings())
        if row.result is RingResult.ANSWERED:
            rings.answered += 1
        elif row.result is RingResult.CALLER_GONE:
            rings.caller_gone += 1
        elif row.result is RingResult.ELSEWHERE:
            rings.elsewhere += 1
        else:
            rings.missed += 1
    return counts
