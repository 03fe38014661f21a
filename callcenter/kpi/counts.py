"""Counted calls as plain numbers by name, which can be kept, added and taken away again.

They do not depend on the site's switches: service level and short abandons are applied when the
numbers are read.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from callcenter.kpi.calls import ABANDONED, CallRow, Standing
from callcenter.kpi.tally import Rules, Tally, at_most, step
from callcenter.terms import Outcome

_IS = {standing: f"is:{standing}" for standing in Standing}
_OUT = {outcome: f"out:{outcome}" for outcome in Outcome}


def count(counts: Counter[str], row: CallRow) -> None:
    """Add one call. What a tally adds, said again: tallies take ten times as long."""
    standing, outcome = row.standing, row.outcome
    counts[_IS[standing]] += 1
    if standing is not Standing.REQUEST or outcome is None:
        return
    wait_ms = row.wait_ms
    counts[_OUT[outcome]] += 1
    counts["wait_ms"] += wait_ms
    if outcome is Outcome.ANSWERED:
        counts[f"answer:{step(wait_ms)}"] += 1
        counts["answered_wait_ms"] += wait_ms
        counts["handling_ms"] += row.talk_ms + row.hold_ms + row.wrap_ms
    elif outcome in ABANDONED:
        counts[f"abandon:{step(wait_ms)}"] += 1
        counts["abandoned_wait_ms"] += wait_ms


def fits(rules: Rules) -> bool:
    """True when these switches can be applied to counts; else the calls have to be counted."""
    return rules.short_abandon_ms == 0 and rules.service_level_ms % 1000 == 0


def tally_of(counts: Mapping[str, int], rules: Rules) -> Tally:
    """Counts as a tally by these switches, which must fit."""
    tally = Tally()
    for name, n in counts.items():
        kind, _, key = name.partition(":")
        if kind == "is":
            tally.standing[Standing(key)] = n
        elif kind == "out":
            tally.outcomes[Outcome(key)] = n
        elif kind == "answer":
            tally.answer_waits[int(key)] = n
        elif kind == "abandon":
            tally.abandon_waits[int(key)] = n
        else:
            setattr(tally, kind, n)
    level_s = rules.service_level_ms // 1000
    tally.in_time = at_most(tally.answer_waits, level_s)
    tally.abandoned_in_time = at_most(tally.abandon_waits, level_s)
    return tally


class CountedHours(Mapping[int, Tally]):
    """Hours of which the counts are kept: tallies are made of them when they are asked for."""

    def __init__(self, counts: Mapping[int, Mapping[str, int]], rules: Rules) -> None:
        self._counts = counts
        self._rules = rules

    def __getitem__(self, hour: int) -> Tally:
        return tally_of(self._counts[hour], self._rules)

    def __iter__(self) -> Iterator[int]:
        return iter(self._counts)

    def __len__(self) -> int:
        return len(self._counts)

    def pool(self, hours: Iterable[int]) -> Tally:
        """These hours together. Plain numbers are added much faster than tallies."""
        found: dict[str, int] = {}
        for hour in hours:
            for name, n in self._counts[hour].items():
                found[name] = found.get(name, 0) + n
        return tally_of(found, self._rules)


def pooled(tallies: Mapping[int, Tally], hours: Iterable[int]) -> Tally:
    """The tallies of these hours together."""
    if isinstance(tallies, CountedHours):
        return tallies.pool(hours)
    total = Tally()
    for hour in hours:
        total += tallies[hour]
    return total
