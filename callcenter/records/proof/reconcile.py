"""Our calls against what Asterisk wrote down by itself: every difference, with its cause.

Pure but for the rows that it reads. What has no known cause is a fault of ours, or of the papers.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from sqlmodel import Session, col, select

from callcenter.kpi.windows import Window
from callcenter.records.ingest.files import Paper, Papers
from callcenter.records.proof.causes import Cause
from callcenter.records.reading.periods import SLACK_MS
from callcenter.records.tables.calls import Call, Consult, Transfer
from callcenter.records.tables.columns import iso, ms
from callcenter.render.cel import UserEvent
from callcenter.terms import Direction, HandledBy, Outcome

_BATCH = 500
CLOCK_MS = 2000
"""CDR and queue_log know whole seconds, and the floor hears of an end a little after Asterisk."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One call of which two sources tell different things."""

    call: str
    source: str
    """`cdr`, `cel` or `queue_log`."""
    found: str
    cause: Cause | None
    """None: unexplained."""


@dataclass(slots=True)
class Reconciled:
    """All calls of a period, compared."""

    calls: int = 0
    """Our calls of the period."""
    same: Counter[str] = field(default_factory=Counter)
    """Source -> calls of which it tells the same as we."""
    differences: list[Difference] = field(default_factory=list)

    @property
    def unexplained(self) -> list[Difference]:
        """Those without a known cause."""
        return [each for each in self.differences if each.cause is None]


def reconcile(session: Session, papers: Mapping[str, Papers], period: Window) -> Reconciled:
    """Compare. `papers` has `cdr`, `cel` and `queue_log`."""
    done, seen = Reconciled(), set()
    query = select(Call).where(
        col(Call.arrived_at) >= period.start_ms, col(Call.arrived_at) < period.end_ms
    )
    for some in session.exec(query.execution_options(yield_per=_BATCH)).partitions(_BATCH):
        moved = _moved(session, [call.call_id for call in some], period)
        for call in some:
            seen.add(call.call_id)
            done.calls += 1
            for source, paper in papers.items():
                _note(done, source, call, list(_compared(source, call, paper, papers, moved)))
        session.expunge_all()
    for source, paper in papers.items():
        done.differences += _unknown(session, source, paper, papers["cel"], period, seen)
    return done


def _note(done: Reconciled, source: str, call: Call, found: list[tuple[str, Cause | None]]) -> None:
    done.differences += [Difference(call.call_id, source, text, why) for text, why in found]
    done.same[source] += not found


def _moved(session: Session, calls: list[str], period: Window) -> set[str]:
    """Those of them, calls of the period, that were handed on, or about which an agent asked."""
    found: set[str] = set()
    for table, at in ((Transfer, col(Transfer.at)), (Consult, col(Consult.started_at))):
        of_calls = select(table.call_id).where(col(table.call_id).in_(calls))
        found |= set(session.exec(of_calls.where(at >= period.start_ms - SLACK_MS)))
    return found


def _compared(
    source: str, call: Call, paper: Papers, papers: Mapping[str, Papers], moved: set[str]
) -> Iterator[tuple[str, Cause | None]]:
    """What that source tells differently of one call of ours."""
    theirs = paper.calls.get(call.call_id)
    if theirs is None:
        yield f"not in {source}", _missing(source, call, paper, papers["cel"])
    elif source == "queue_log":
        yield from _queue(call, theirs)
    else:
        yield from _times(call, theirs, source, papers["cel"].calls.get(call.call_id))
        if source == "cel":
            yield from _course(call, theirs, call.call_id in moved)


def _missing(source: str, call: Call, paper: Papers, cel: Papers) -> Cause | None:
    if call.ended_at is None:
        return Cause.GOES_ON
    if call.direction != Direction.IN:
        return Cause.NO_MENU
    told = cel.calls.get(call.call_id)
    if told is not None and told.folded is None:
        return Cause.STOPPED
    if source == "queue_log":
        return _not_in_queue(call, told)
    if paper.since is not None and call.arrived_at < paper.since:
        return Cause.GONE
    return None


def _not_in_queue(call: Call, cel: Paper | None) -> Cause | None:
    if cel is None or UserEvent.FALLBACK not in cel.words:
        return Cause.NATIVE_ONLY
    refused = (Outcome.REFUSED_FULL, Outcome.REFUSED_NOAGENT, Outcome.VOICEMAIL)
    return Cause.REFUSED if call.outcome in refused else None


def _times(
    call: Call, theirs: Paper, source: str, cel: Paper | None
) -> Iterator[tuple[str, Cause | None]]:
    if call.direction != Direction.IN:
        return
    if abs(theirs.started - call.arrived_at) > CLOCK_MS:
        yield f"arrived {iso(call.arrived_at)}, {source} {iso(theirs.started)}", None
    if call.ended_at is None:
        yield "has no end in our records", _open(source, theirs)
    elif abs(theirs.ended - call.ended_at) > CLOCK_MS:
        cause = _end_cause(call, theirs, source, cel)
        yield f"ended {iso(call.ended_at)}, {source} {iso(theirs.ended)}", cause


def _end_cause(call: Call, theirs: Paper, source: str, cel: Paper | None) -> Cause | None:
    if call.outcome == Outcome.SYSTEM_FAIL:
        return Cause.HELD_UP
    earlier = theirs.ended < (call.ended_at or 0)
    if call.outcome == Outcome.CALLBACK_REQUESTED and not earlier:
        return Cause.CALLBACK
    if not earlier and cel is not None and UserEvent.SURVEY in cel.words:
        return Cause.SURVEY
    if source == "cdr" and earlier and cel is not None and UserEvent.FALLBACK in cel.words:
        return Cause.DIALLED
    return _away(call, theirs)


def _open(source: str, theirs: Paper) -> Cause | None:
    return Cause.GOES_ON if source == "cel" and theirs.folded is None else None


def _away(call: Call, theirs: Paper) -> Cause | None:
    """The floor may hear of an end late, never early: a restarted controller finds it over."""
    late = (call.ended_at or 0) > theirs.ended and call.handled_by == HandledBy.CONTROLLER
    return Cause.AWAY if late else None


def _course(call: Call, theirs: Paper, moved: bool) -> Iterator[tuple[str, Cause | None]]:
    """Outcome and talk against those that CEL tells by itself."""
    if call.direction != Direction.IN or call.ended_at is None:
        return
    told = theirs.folded
    if told is None:
        yield "its last event is missing", Cause.STOPPED
        return
    if call.party_class != told.party_class:
        yield f"party class {call.party_class}, cel {told.party_class}", None
    if call.outcome != told.outcome:
        yield f"outcome {call.outcome}, cel {told.outcome}", _outcome_cause(call, theirs, moved)
    yield from _talk(call, theirs, ms(told.talk_s), moved)


def _talk(
    call: Call, theirs: Paper, cel_ms: int, moved: bool
) -> Iterator[tuple[str, Cause | None]]:
    """CEL tells who shared a bridge: held by a code the caller leaves it, by his phone he stays."""
    most = call.talk_ms + call.hold_ms
    if abs(most - cel_ms) > CLOCK_MS:
        cause = _talk_cause(call, theirs, cel_ms, moved)
        yield f"talk {call.talk_ms} ms and hold {call.hold_ms} ms, cel {cel_ms} ms", cause


def _talk_cause(call: Call, theirs: Paper, cel_ms: int, moved: bool) -> Cause | None:
    most = call.talk_ms + call.hold_ms
    if call.talk_ms - CLOCK_MS <= cel_ms < most:
        return Cause.HELD
    if moved:
        return Cause.MOVED
    if call.handled_by == HandledBy.CONTROLLER and cel_ms < most:
        if most <= theirs.up_ms + CLOCK_MS:
            return Cause.APART
        if most <= theirs.up_ms + theirs.alone_ms + CLOCK_MS:
            return Cause.AWAY
    return _away(call, theirs)


_RINGING = {Outcome.ABANDONED_QUEUE, Outcome.ABANDONED_RING}


def _outcome_cause(call: Call, theirs: Paper, moved: bool) -> Cause | None:
    assert theirs.folded is not None  # noqa: S101  the caller looked
    told = theirs.folded.outcome
    if {call.outcome, told} == _RINGING:
        return Cause.RING_EDGE
    if call.outcome == Outcome.VOICEMAIL and UserEvent.VOICEMAIL in theirs.words:
        return Cause.MESSAGE
    if call.outcome == Outcome.CALLBACK_REQUESTED and told != Outcome.ANSWERED:
        return Cause.CALLBACK
    if call.outcome == Outcome.SYSTEM_FAIL:
        return Cause.HELD_UP
    return Cause.MOVED if moved and told != Outcome.ANSWERED else None


_QUEUE_SAYS = {
    "CONNECT": {Outcome.ANSWERED},
    "ABANDON": {*_RINGING},
    "EXITWITHTIMEOUT": {Outcome.TIMEOUT, Outcome.VOICEMAIL},
    "EXITWITHKEY": {Outcome.CALLBACK_REQUESTED, Outcome.VOICEMAIL},
    "EXITEMPTY": {Outcome.REFUSED_NOAGENT, Outcome.VOICEMAIL},
}
"""How Asterisk's own queue tells an end -> what that may be with us."""
_LETS_GO = {"EXITWITHTIMEOUT", "EXITEMPTY"}


def _queue(call: Call, theirs: Paper) -> Iterator[tuple[str, Cause | None]]:
    if call.ended_at is None:
        yield "has no end in our records", Cause.GOES_ON
        return
    said = next((event for event in _QUEUE_SAYS if event in theirs.words), "")
    if said and call.outcome not in _QUEUE_SAYS[said]:
        cause = _queue_cause(call, said, theirs.ended)
        yield f"outcome {call.outcome}, queue_log {said}", cause
    elif not said:
        yield "queue_log has no end of it", Cause.STOPPED


def _queue_cause(call: Call, said: str, said_at: int) -> Cause | None:
    if call.direction != Direction.IN:  # handed to a queue while the controller was away
        return Cause.NO_MENU
    if call.outcome == Outcome.ANSWERED and said != "CONNECT":
        # Any talk makes the call an answered one, whatever followed.
        return Cause.TALKED
    at_once = abs(said_at - (call.ended_at or 0)) <= CLOCK_MS
    if call.outcome == Outcome.ABANDONED_QUEUE and said in _LETS_GO and at_once:
        return Cause.LET_GO
    return Cause.HELD_UP if call.outcome == Outcome.SYSTEM_FAIL else None


def _unknown(
    session: Session, source: str, paper: Papers, cel: Papers, period: Window, seen: set[str]
) -> Iterator[Difference]:
    """Calls of that source which we do not have."""
    calls = [
        call
        for call, theirs in paper.calls.items()
        if period.start_ms <= theirs.started < period.end_ms and call not in seen
    ]
    for n in range(0, len(calls), _BATCH):
        some = calls[n : n + _BATCH]
        # One that arrived in a moment before or after the edge stands in our records all the same.
        known = set(session.exec(select(Call.call_id).where(col(Call.call_id).in_(some))))
        for call in some:
            if call not in known:
                cause = _unknown_cause(call, paper.calls[call], cel)
                yield Difference(call, source, "not in our records", cause)


def _unknown_cause(call: str, theirs: Paper, cel: Papers) -> Cause | None:
    told = cel.calls.get(call)
    if not theirs.of_hotline or (told is not None and not told.of_hotline):
        return Cause.CODE
    if told is not None and told.folded is None:
        return Cause.GOES_ON
    if told is None and cel.since is not None and theirs.started < cel.since:
        return Cause.GONE
    return None
