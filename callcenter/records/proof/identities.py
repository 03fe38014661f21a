"""Proves the records: what counts as what, the sums of kpi.md that must close, hours as counted.

The sums are made here from the rows alone, by other code than that of the reports, so that an
error in one of them shows.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import tzinfo

from sqlmodel import Session, select

from callcenter.kpi.calls import Standing
from callcenter.kpi.tally import Rules, Tally
from callcenter.kpi.traffic import Hours
from callcenter.kpi.windows import Grain, Window, window_of
from callcenter.records.database.state import calls_since
from callcenter.records.tables.calls import Call
from callcenter.records.tables.columns import iso
from callcenter.records.writing.hours import differences, tallies
from callcenter.terms import Direction, Outcome, PartyClass

_BATCH = 2000
_NO_REQUEST = frozenset({Outcome.IVR_END, Outcome.BLACKLISTED})
REQUESTS = frozenset(set(Outcome) - _NO_REQUEST - {Outcome.OUTBOUND})
"""How a request for a human may end."""
_GRAINS = (Grain.HOUR, Grain.FOUR_HOURS, Grain.DAY, Grain.MONTH)
_TEST = "test"
_END_MS = 253_402_214_400_000
"""As late as dates go."""
Sums = dict[Window, Counter[str]]


@dataclass(frozen=True, slots=True)
class Fault:
    """Something in the records that must not be."""

    rule: str
    """Which rule is broken, in a word."""
    where: str
    """The call, or the window's start (UTC)."""
    found: str


def faults(session: Session, zone: tzinfo) -> Iterator[Fault]:
    """All faults of all records; none proves them."""
    for (hour, queue), kept, counted in differences(session):
        where = f"{iso(hour)} {queue or 'hotline'}"
        yield Fault("hours", where, _apart(kept, counted))
    # Of earlier hours only the counts are left.
    since = calls_since(session.connection())
    sums: dict[Grain, Sums] = {grain: {} for grain in _GRAINS}
    query = select(Call).execution_options(yield_per=_BATCH)
    for some in session.exec(query).partitions(_BATCH):
        for call in some:
            yield from faults_of(call)
            if _window_ms(call) >= since:
                _sum(call, sums, zone)
        session.expunge_all()
    yield from _windows(session, sums, zone, since)


def faults_of(call: Call) -> Iterator[Fault]:
    """What is wrong with one call's row."""
    for rule, broken in _RULES.items():
        if found := broken(call):
            yield Fault(rule, call.call_id, found)


def _outcome(call: Call) -> str:
    """Exactly one outcome for every call that has ended, and none before."""
    if (call.outcome is None) != (call.ended_at is None):
        return f"outcome {call.outcome}, ended_at {_at(call.ended_at)}"
    inbound = call.direction == Direction.IN
    if call.outcome is not None and (call.outcome == Outcome.OUTBOUND) == inbound:
        return f"a call {call.direction} has outcome {call.outcome}"
    return ""


def _request(call: Call) -> str:
    """A request has the time at which it was made; what is none has not."""
    if call.direction != Direction.IN or call.outcome is None:
        return ""
    asked = call.requested_at is not None
    if asked != (call.outcome in REQUESTS):
        return f"outcome {call.outcome}, requested_at {_at(call.requested_at)}"
    return ""


def _answer(call: Call) -> str:
    """Answered is who talked: an agent was bridged, and talk and hold together last."""
    if call.direction != Direction.IN or call.outcome is None:
        return ""
    talked = call.answered_at is not None and call.talk_ms + call.hold_ms > 0
    if talked != (call.outcome == Outcome.ANSWERED):
        return f"outcome {call.outcome}, answered_at {_at(call.answered_at)}, {call.talk_ms} ms"
    return ""


def _order(call: Call) -> str:
    """Arrival, request, answer and end follow each other."""
    if call.direction != Direction.IN:
        return ""
    times = [call.arrived_at, call.requested_at, call.answered_at, call.ended_at]
    known = [at for at in times if at is not None]
    return "" if known == sorted(known) else ", ".join(map(_at, times))


_RULES = {"outcome": _outcome, "request": _request, "answer": _answer, "order": _order}


def _at(at_ms: int | None) -> str:
    return "none" if at_ms is None else iso(at_ms)


def _window_ms(call: Call) -> int:
    """The time by which a call belongs to an hour."""
    return call.arrived_at if call.requested_at is None else call.requested_at


def _sum(call: Call, sums: dict[Grain, Sums], zone: tzinfo) -> None:
    """Add an inbound call that has ended to its windows."""
    if call.direction != Direction.IN:
        return
    test = call.party_class == PartyClass.TEST
    if call.outcome is None and not test:
        return
    at = _window_ms(call)
    word = _TEST if test else str(call.outcome)
    for grain, windows in sums.items():
        windows.setdefault(window_of(at, grain, zone), Counter())[word] += 1


def _windows(
    session: Session, sums: Mapping[Grain, Sums], zone: tzinfo, since: int
) -> Iterator[Fault]:
    """The reports' own figures against the sums, window by window."""
    whole = Window(since, _END_MS)
    hours = Hours(dict(tallies(session, whole, Rules())), zone)
    for grain, windows in sums.items():
        found: dict[Window, Tally] = {}
        for hour_ms, tally in hours.tallies.items():
            found.setdefault(window_of(hour_ms, grain, zone), Tally())
            found[window_of(hour_ms, grain, zone)] += tally
        for window in sorted({*windows, *found}):
            yield from _identities(
                grain, window, windows.get(window, Counter()), found.get(window, Tally())
            )


def _identities(grain: Grain, window: Window, rows: Counter[str], tally: Tally) -> Iterator[Fault]:
    asked = sum(n for word, n in rows.items() if word in REQUESTS)
    without = {word: rows[word] for word in (Outcome.IVR_END, Outcome.BLACKLISTED, _TEST)}
    said = {
        "inbound": (tally.inbound, rows.total()),
        "requests": (tally.requests, asked),
        "sum of outcomes": (tally.requests, sum(tally.outcomes.values())),
        "sum of inbound": (tally.inbound, sum(without.values()) + asked),
        "ivr_end": (tally.standing[Standing.IVR_END], rows[Outcome.IVR_END]),
        "blacklisted": (tally.standing[Standing.BLACKLISTED], rows[Outcome.BLACKLISTED]),
        "test": (tally.standing[Standing.TEST], rows[_TEST]),
        **{str(o): (tally.outcomes[o], rows[o]) for o in sorted(REQUESTS)},
    }
    for name, (figure, counted) in said.items():
        if figure != counted:
            where = f"{grain} {iso(window.start_ms)}"
            yield Fault("identity", where, f"{name}: {figure}, by the rows {counted}")


def _apart(kept: Mapping[str, int], counted: Mapping[str, int]) -> str:
    names = sorted(n for n in {*kept, *counted} if kept.get(n, 0) != counted.get(n, 0))
    told = (f"{name} {kept.get(name, 0)}, by the rows {counted.get(name, 0)}" for name in names)
    return "; ".join(told)
