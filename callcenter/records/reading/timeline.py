"""A call as one line of time: what happened, who did it, and why."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from callcenter.records.reading.dossier import Dossier
from callcenter.records.tables.calls import (
    Call,
    Callback,
    Consult,
    Hold,
    Rating,
    RingAttempt,
    Segment,
    Transfer,
)
from callcenter.terms import Direction

_ORDER = (
    "arrived",
    "ring ended",
    "retrieved",
    "talk ended",
    "transfer",
    "consult",
    "consult ended",
    "left queue",
    "left agent",
    "left outside",
    "to queue",
    "to agent",
    "to outside",
    "hold",
    "ring",
    "consult talk",
    "talk",
    "ended",
)
_RANK = {event: rank for rank, event in enumerate(_ORDER)}
_MIDDLE = len(_ORDER) - 2
"""What is not in `_ORDER` stands before the talk and the end, but after all else."""

Detail = Mapping[str, str | int | float]


@dataclass(frozen=True, slots=True)
class Moment:
    """One thing that happened; `at` in milliseconds since 1970 (UTC)."""

    at: int
    event: str
    detail: Detail
    """What belongs to it; empty values are left out. Numbers of callers stand in `caller` and
    `number`, and nowhere else."""


def timeline(dossier: Dossier, steps: Iterable[Moment] = ()) -> list[Moment]:
    """The moments of a call; of the same time, what ends stands before what begins.

    `steps` are what is known beside the records; see steps.py.
    """
    moments = [moment for part in _PARTS for moment in part(dossier) if moment is not None]
    return sorted(
        [*moments, *steps], key=lambda moment: (moment.at, _RANK.get(moment.event, _MIDDLE))
    )


def _moment(at: int | None, event: str, **detail: object) -> Moment | None:
    """A moment; None for what has not happened."""
    if at is None:
        return None
    told = {
        name: value if isinstance(value, int | float) else str(value)
        for name, value in detail.items()
        if value is not None and value != ""
    }
    return Moment(at, event, told)


def _begin(dossier: Dossier) -> Iterator[Moment | None]:
    call = dossier.call
    if call.direction == Direction.IN:
        told = {"caller": call.caller, "called": call.called, "language": call.language}
        yield _moment(call.arrived_at, "arrived", **told)
    else:
        agent = call.caller if call.callback_of is None else ""
        yield _moment(call.arrived_at, "placed", agent=agent, number=call.called)
    if call.requested_at is not None and not dossier.segments:
        yield _moment(call.requested_at, "asked for a human")


def _stays(dossier: Dossier) -> Iterator[Moment | None]:
    for stay in dossier.segments:
        yield _moment(_entered(stay, dossier.call), f"to {stay.kind}", **_to(stay))
        yield _moment(
            stay.estimated_at, "wait foretold", queue=stay.queue, seconds=_s(stay.estimate_ms)
        )


def _ends_of_stays(dossier: Dossier) -> Iterator[Moment | None]:
    for stay in dossier.segments:
        yield _moment(
            stay.ended_at, f"left {stay.kind}", **_to(stay), how=stay.how_ended, cause=stay.cause,
            outcome=stay.outcome if stay.outcome != stay.how_ended else "",
        )  # fmt: skip


def _entered(stay: Segment, call: Call) -> int:
    """The first stay begins with the request, and is shown where the queue took the call."""
    first = stay.number == 1 and call.entered_queue_at is not None
    return call.entered_queue_at or 0 if first else stay.requested_at


def _to(stay: Segment) -> dict[str, str]:
    name = {"queue": "queue", "agent": "agent", "outside": "number"}[stay.kind]
    return {name: stay.queue or stay.target}


def _relaxations(dossier: Dossier) -> Iterator[Moment | None]:
    for step in dossier.relaxations:
        yield _moment(step.at, "relaxed", step=step.step, what=step.what)


def _rings(dossier: Dossier) -> Iterator[Moment | None]:
    for ring in dossier.rings:
        why = {name: value for name, value in ring.why.items() if name != "number"}
        yield _moment(ring.started_at, "ring", **_rung(ring), **{"queue": ring.queue} | why)
        yield _moment(
            ring.ended_at, "ring ended", **_rung(ring), result=ring.result, sip=ring.sip_code or ""
        )
        joined = ring.with_caller_at if ring.with_caller_at is not None else ring.joined_at
        if ring.consult and ring.joined_at is not None:
            yield _moment(ring.joined_at, "consult talk", **_rung(ring))
            joined = ring.with_caller_at
        if joined != ring.left_at:  # else nobody was there any more
            yield _moment(joined, "talk", **_rung(ring))
        yield _moment(ring.left_at, "talk ended", **_rung(ring), hold_s=_s(ring.hold_ms) or "")


def _rung(ring: RingAttempt) -> dict[str, object]:
    if ring.agent:
        return {"agent": ring.agent}
    return {"number": ring.why.get("number", ""), "leg": ring.leg}


def _holds(dossier: Dossier) -> Iterator[Moment | None]:
    for hold in dossier.holds:
        yield _moment(hold.started_at, "hold", agent=hold.agent)
        yield _moment(hold.ended_at, "retrieved", agent=hold.agent, seconds=_length(hold))


def _length(hold: Hold) -> float | None:
    return None if hold.ended_at is None else _s(hold.ended_at - hold.started_at)


def _consults(dossier: Dossier) -> Iterator[Moment | None]:
    for consult in dossier.consults:
        yield _moment(consult.started_at, "consult", agent=consult.agent, **_whom(consult))
        yield _moment(consult.merged_at, "three-way", agent=consult.agent)
        yield _moment(consult.ended_at, "consult ended", agent=consult.agent, how=consult.how)


def _transfers(dossier: Dossier) -> Iterator[Moment | None]:
    for transfer in dossier.transfers:
        event = "transfer refused" if transfer.result == "refused" else "transfer"
        yield _moment(
            transfer.at, event, agent=transfer.agent, how=transfer.how, **_whom(transfer),
            result=transfer.result if transfer.result != "refused" else "",
            then=transfer.agent_after, reason=transfer.reason,
        )  # fmt: skip


def _whom(row: Transfer | Consult) -> dict[str, str]:
    if row.to_kind == "outside":
        return {"to": "outside", "number": row.to_name}
    return {"to": f"{row.to_kind} {row.to_name}"}


def _notes(dossier: Dossier) -> Iterator[Moment | None]:
    for mark in dossier.marks:
        yield _moment(mark.at, "marked", agent=mark.agent, mark=mark.mark)
    for recording in dossier.recordings:
        yield _moment(recording.started_at, "recording", agent=recording.agent, file=recording.file)
    for message in dossier.messages:
        yield _moment(message.left_at, "message", box=message.box, seconds=_s(message.duration_ms))
        yield _moment(message.done_at, "message handled", by=message.done_by, note=message.note)


def _ratings(dossier: Dossier) -> Iterator[Moment | None]:
    for rating in dossier.ratings:
        yield _moment(rating.at, "rating", **_rated(rating))


def _rated(rating: Rating) -> dict[str, object]:
    return {
        "agent": rating.agent,
        "question": rating.question,
        "result": rating.result,
        "rating": rating.rating,
    }


def _callbacks(dossier: Dossier) -> Iterator[Moment | None]:
    for callback in dossier.callbacks:
        if callback.call_id == dossier.call.call_id:
            yield from _asked_for(callback)


def _asked_for(callback: Callback) -> Iterator[Moment | None]:
    yield _moment(
        callback.asked_at, "callback asked for", number=callback.number, call=callback.callback
    )
    yield _moment(
        callback.ended_at, "callback ended",
        result=callback.result, attempts=callback.attempts, agent=callback.agent,
    )  # fmt: skip


def _end(dossier: Dossier) -> Iterator[Moment | None]:
    call = dossier.call
    yield _moment(call.ended_at, "ended", outcome=call.outcome, cause=call.cause)


def _s(length_ms: int | None) -> float | None:
    return None if length_ms is None else length_ms / 1000


_PARTS = (
    _begin,
    _stays,
    _relaxations,
    _rings,
    _holds,
    _consults,
    _transfers,
    _ends_of_stays,
    _notes,
    _ratings,
    _callbacks,
    _end,
)
