"""How much of a time the platform was there, and what trunks made of the calls."""

from collections.abc import Iterable
from dataclasses import dataclass

from callcenter.kpi.numbers import Ratio
from callcenter.kpi.spans import Span, cut, length
from callcenter.kpi.windows import Window


def availability(window: Window, down: Iterable[Span]) -> Ratio:
    """系统可用率: (window - down) / window, in milliseconds. Planned maintenance is down time too,
    unless the contract says otherwise and it is left out of `down`."""
    whole = window.end_ms - window.start_ms
    return Ratio(whole - length(cut(down, window)), whole)


def budget_ms(window: Window, threshold: float) -> int:
    """Milliseconds of down time that the threshold (percent) leaves, rounded down."""
    whole = window.end_ms - window.start_ms
    return int(whole * (100_000 - round(threshold * 1000)) // 100_000)


@dataclass(frozen=True, slots=True)
class Seizures:
    """Attempts over a trunk, by how they ended. ITU-T E.411, E.425."""

    answered: int = 0
    """An IVR that picks up has answered: this is no connection rate (接通率)."""
    user_busy: int = 0
    no_answer: int = 0
    rejected: int = 0
    """By the terminal."""
    failed: int = 0
    """By the network: congestion, no route, errors."""

    @property
    def seizures(self) -> int:
        """All attempts that got a line."""
        return self.answered + self.user_busy + self.no_answer + self.rejected + self.failed

    @property
    def answer_seizure_ratio(self) -> Ratio:
        """ASR: answers / seizures."""
        return Ratio(self.answered, self.seizures)

    @property
    def network_effectiveness_ratio(self) -> Ratio:
        """NER: all but the network's own failures / seizures."""
        return Ratio(self.seizures - self.failed, self.seizures)
