"""Counts of calls, and the measures that follow from them. Formulas: docs/kpi.md."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self

from callcenter.kpi.calls import ABANDONED, CallRow, Standing
from callcenter.kpi.numbers import Mean, Ratio
from callcenter.terms import Outcome


@dataclass(frozen=True, slots=True)
class Rules:
    """Switches of the measures, in milliseconds."""

    service_level_ms: int = 20_000
    """T: an answer after a wait of at most this is in time."""
    short_abandon_ms: int = 0
    """Abandons after a wait below this leave the denominator; 0 counts all."""


def step(wait_ms: int) -> int:
    """Twice the whole seconds, and one more where some milliseconds are left: so that both "at
    most T" and "less than s" can be told for whole seconds."""
    return 2 * (wait_ms // 1000) + (wait_ms % 1000 > 0)


def at_most(waits: Mapping[int, int], seconds: int) -> int:
    """How many waits, by `step`, are no longer than that."""
    return sum(n for s, n in waits.items() if s <= 2 * seconds)


@dataclass(slots=True)
class Tally:
    """Counts of a set of calls; sums of tallies are tallies."""

    standing: Counter[Standing] = field(default_factory=Counter)
    outcomes: Counter[Outcome] = field(default_factory=Counter)
    """Of the requests that count."""
    short_abandons: int = 0
    """Requests that do not count, by the rule of short abandons."""
    in_time: int = 0
    """Answered within T."""
    abandoned_in_time: int = 0
    """Abandoned within T."""
    answered_wait_ms: int = 0
    abandoned_wait_ms: int = 0
    wait_ms: int = 0
    """Of all requests that count."""
    handling_ms: int = 0
    """Talk, hold and wrap-up of answered calls."""
    answer_waits: Counter[int] = field(default_factory=Counter)
    """Waits of the answered by `step`: all whole seconds can be asked of it, exactly."""
    abandon_waits: Counter[int] = field(default_factory=Counter)
    """The same of those who hung up."""

    def add(self, row: CallRow, rules: Rules) -> None:
        """Count one call."""
        standing = row.standing
        self.standing[standing] += 1
        if standing is not Standing.REQUEST or row.outcome is None:
            return
        if row.outcome in ABANDONED and row.wait_ms < rules.short_abandon_ms:
            self.short_abandons += 1
            return
        self.outcomes[row.outcome] += 1
        self.wait_ms += row.wait_ms
        in_time = row.wait_ms <= rules.service_level_ms
        if row.outcome is Outcome.ANSWERED:
            self.in_time += in_time
            self.answer_waits[step(row.wait_ms)] += 1
            self.answered_wait_ms += row.wait_ms
            self.handling_ms += row.talk_ms + row.hold_ms + row.wrap_ms
        elif row.outcome in ABANDONED:
            self.abandoned_in_time += in_time
            self.abandon_waits[step(row.wait_ms)] += 1
            self.abandoned_wait_ms += row.wait_ms

    def __iadd__(self, other: "Tally") -> Self:
        """Pool: a month's rate is that of its calls, never a mean of its days' rates."""
        self.standing += other.standing
        self.outcomes += other.outcomes
        self.answer_waits += other.answer_waits
        self.abandon_waits += other.abandon_waits
        for name in (
            "short_abandons", "in_time", "abandoned_in_time", "answered_wait_ms",
            "abandoned_wait_ms", "wait_ms", "handling_ms",
        ):  # fmt: skip
            setattr(self, name, getattr(self, name) + getattr(other, name))
        return self

    @property
    def inbound(self) -> int:
        """Calls that came in and have ended, test calls included."""
        counted = (Standing.REQUEST, Standing.IVR_END, Standing.BLACKLISTED, Standing.TEST)
        return sum(self.standing[standing] for standing in counted)

    @property
    def requests(self) -> int:
        """R, 人工请求量."""
        return self.standing[Standing.REQUEST] - self.short_abandons

    @property
    def answered(self) -> int:
        """A, 人工接通量."""
        return self.outcomes[Outcome.ANSWERED]

    @property
    def abandoned(self) -> int:
        """放弃量."""
        return sum(self.outcomes[outcome] for outcome in ABANDONED)

    def within(self, seconds: int) -> Ratio:
        """N 秒接通率: answered after a wait of at most so many seconds / R."""
        return Ratio(at_most(self.answer_waits, seconds), self.requests)

    def abandoned_between(self, first: int, end: int | None) -> int:
        """Callers who hung up after a wait of `[first, end)` seconds; None: any longer one."""
        waits = self.abandon_waits.items()
        return sum(n for s, n in waits if 2 * first <= s and (end is None or s < 2 * end))

    @property
    def connection_rate(self) -> Ratio:
        """接通率: A / R."""
        return Ratio(self.answered, self.requests)

    @property
    def gross_rate(self) -> Ratio:
        """毛接通率: A / inbound without test calls; information only."""
        return Ratio(self.answered, self.inbound - self.standing[Standing.TEST])

    @property
    def loss_rate(self) -> Ratio:
        """呼损率: requests without an answer / R."""
        return Ratio(self.requests - self.answered, self.requests)

    @property
    def abandon_rate(self) -> Ratio:
        """放弃率: abandoned / R."""
        return Ratio(self.abandoned, self.requests)

    @property
    def service_level_a(self) -> Ratio:
        """SL-A, 20秒接通率 of all requests: in time / R. The default, and the strictest."""
        return Ratio(self.in_time, self.requests)

    @property
    def service_level_b(self) -> Ratio:
        """SL-B, of the answered: in time / A."""
        return Ratio(self.in_time, self.answered)

    @property
    def service_level_c(self) -> Ratio:
        """SL-C: in time / (R - abandoned in time)."""
        return Ratio(self.in_time, self.requests - self.abandoned_in_time)

    @property
    def service_level_d(self) -> Ratio:
        """SL-D: (in time + abandoned in time) / R."""
        return Ratio(self.in_time + self.abandoned_in_time, self.requests)

    @property
    def answer_speed(self) -> Mean:
        """ASA, 平均应答速度: mean wait of the answered."""
        return Mean(self.answered_wait_ms, self.answered)

    @property
    def mean_wait(self) -> Mean:
        """平均等待: mean wait of all requests, answered or not."""
        return Mean(self.wait_ms, self.requests)

    @property
    def mean_abandon_wait(self) -> Mean:
        """Mean wait of those who hung up."""
        return Mean(self.abandoned_wait_ms, self.abandoned)

    @property
    def handling_time(self) -> Mean:
        """AHT, 平均处理时长: (talk + hold + wrap-up) / A."""
        return Mean(self.handling_ms, self.answered)
