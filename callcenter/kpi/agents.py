"""Measures of agents: who takes the calls that ring, and what their time was spent on."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from callcenter.kpi.calls import RingRow
from callcenter.kpi.numbers import Mean, Ratio
from callcenter.kpi.spans import Span, common, cut, length
from callcenter.kpi.windows import Window
from callcenter.terms import AgentState, RingResult


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


@dataclass(frozen=True, slots=True)
class Worked:
    """What an agent, a team or all agents did in a window, in milliseconds, and their calls."""

    signed_in_ms: int
    not_ready_ms: int
    talk_ms: int
    """Net of hold."""
    hold_ms: int
    wrap_ms: int
    ring_ms: int
    answered: int
    """Calls of the window that they answered."""

    @property
    def handled_ms(self) -> int:
        """Talk, hold and wrap-up."""
        return self.talk_ms + self.hold_ms + self.wrap_ms

    @property
    def idle_ms(self) -> int:
        """Ready and waiting for a call."""
        return self.signed_in_ms - self.not_ready_ms - self.handled_ms - self.ring_ms

    @property
    def handling_time(self) -> Mean:
        """AHT, 平均处理时长: (talk + hold + wrap-up) / answered."""
        return Mean(self.handled_ms, self.answered)

    @property
    def occupancy(self) -> Ratio:
        """占用率: (talk + hold + wrap-up) / (signed in - not ready); ringing is idle time."""
        return Ratio(self.handled_ms, self.signed_in_ms - self.not_ready_ms)

    @property
    def occupancy_with_ring(self) -> Ratio:
        """The same, with ringing as work."""
        return Ratio(self.handled_ms + self.ring_ms, self.signed_in_ms - self.not_ready_ms)

    @property
    def utilisation(self) -> Ratio:
        """利用率: (talk + hold + wrap-up) / signed in."""
        return Ratio(self.handled_ms, self.signed_in_ms)


def worked(states: Iterable[Span], holds: Iterable[Span], answered: int, window: Window) -> Worked:
    """Time in the window by state; what crosses its edge is shared between the windows.

    `states` are one agent's intervals, their kinds words of AgentState; `holds` lie within his
    talks; `answered` counts the calls of the window that he answered.
    """
    sums: Counter[str] = Counter()
    for span in cut(states, window):
        sums[span.kind] += span.end_ms - span.start_ms
    hold_ms = length(cut(holds, window))
    return Worked(
        signed_in_ms=sum(sums.values()) - sums[AgentState.SIGNED_OUT],
        not_ready_ms=sums[AgentState.NOT_READY],
        talk_ms=sums[AgentState.TALKING] - hold_ms,
        hold_ms=hold_ms,
        wrap_ms=sums[AgentState.WRAP_UP],
        ring_ms=sums[AgentState.RESERVED] + sums[AgentState.RINGING],
        answered=answered,
    )


def adherence(planned: Iterable[Span], done: Iterable[Span]) -> Ratio:
    """遵时率: milliseconds in which the agent did what his shift plan says / planned milliseconds.

    Kinds are the shift plan's words, such as `work` and `break`; `done` speaks the same.
    """
    plan = list(planned)
    return Ratio(common(plan, done), sum(span.end_ms - span.start_ms for span in plan))
