"""Counted calls as plain numbers by name, which can be kept, added and taken away again.

They do not depend on the site's switches: service level and short abandons are applied when the
numbers are read.
"""

from collections import Counter
from collections.abc import Iterator, Mapping

from callcenter.kpi.calls import CallRow, Standing
from callcenter.kpi.tally import Rules, Tally, at_most
from callcenter.terms import Outcome

_EVERY = Rules()
_SUMS = ("answered_wait_ms", "abandoned_wait_ms", "wait_ms", "handling_ms")


def counts_of(row: CallRow) -> Counter[str]:
    """What one call adds."""
    tally = Tally()
    tally.add(row, _EVERY)
    return Counter(dict(_named(tally)))


def _named(tally: Tally) -> Iterator[tuple[str, int]]:
    yield from ((f"is:{standing}", n) for standing, n in tally.standing.items())
    yield from ((f"out:{outcome}", n) for outcome, n in tally.outcomes.items())
    yield from ((f"answer:{step}", n) for step, n in tally.answer_waits.items())
    yield from ((f"abandon:{step}", n) for step, n in tally.abandon_waits.items())
    yield from ((name, getattr(tally, name)) for name in _SUMS if getattr(tally, name))


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
