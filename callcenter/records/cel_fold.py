"""Asterisk's events of one call, folded into what happened to it. Pure."""

from collections.abc import Iterable, Sequence

from callcenter.acd.facts import RingEnded, RingStarted, TalkEnded, TalkStarted
from callcenter.records.cel import CelRow
from callcenter.records.cel_legs import AgentLeg, agent_legs
from callcenter.records.facts import CallFolded, JournalFact, VoicemailLeft
from callcenter.records.fold import OVERFLOW_OUTCOME
from callcenter.terms import Direction, HandledBy, Outcome, PartyClass, RingResult

_CANCEL_S = 0.1
"""app_queue ends the ringing leg some milliseconds before it tells of the caller's hangup."""
_TURNS = ("CC_REQUEST", "CC_OVERFLOW", "CC_REFUSED")
"""The last of these tells whether the caller was in a queue at the end, or why not."""
_BUSY, _DECLINED = 17, 21
_RESULT_BY_CAUSE = {
    3: RingResult.UNREACHABLE,
    18: RingResult.UNREACHABLE,
    20: RingResult.UNREACHABLE,
    _BUSY: RingResult.BUSY,
    _DECLINED: RingResult.DECLINED,
}
"""Q.850 cause of a leg that did not answer; any other: it rang in vain."""


def is_call(rows: Iterable[CelRow]) -> bool:
    """True for a call from outside; false for agents' codes and calls among themselves."""
    return any(row.event == "CC_ARRIVED" for row in rows)


def asked_for_human(rows: Iterable[CelRow]) -> bool:
    """True when the caller was led to a queue, so that the controller may know the call."""
    return any(row.event == "CC_REQUEST" for row in rows)


def boxes(rows: Iterable[CelRow]) -> set[str]:
    """The voicemail boxes that the caller was led to."""
    return {row.words[0] for row in rows if row.event == "CC_VOICEMAIL"}


def fold_call(
    rows: Sequence[CelRow],
    messages: Sequence[VoicemailLeft],
    *,
    handled_by: HandledBy = HandledBy.ASTERISK,
    lost: bool = False,
) -> list[JournalFact]:
    """The facts of one call from outside, of which no more events will come.

    `messages` are those that the caller left; `lost` tells that Asterisk went down with the call.
    Legs that the controller called (`CALL~N`) are told by the floor's own facts, not again here.
    """
    call = rows[0].linkedid
    mine = [row for row in rows if row.uniqueid == call]
    end = max((r.at for r in mine if r.event in ("HANGUP", "CHAN_END")), default=rows[-1].at)
    legs = agent_legs(rows, end)
    queue = _first(mine, "CC_REQUEST")
    native = [leg for leg in legs if not leg.uniqueid.startswith(f"{call}~")]
    rings = [fact for leg in native for fact in _ring_facts(leg, call, queue, end)]
    folded = _folded(mine, legs, end, bool(messages), lost, handled_by)
    return [*rings, *messages, folded]


def _folded(
    mine: Sequence[CelRow],
    legs: Sequence[AgentLeg],
    end: float,
    left_message: bool,
    lost: bool,
    handled_by: HandledBy,
) -> CallFolded:
    talks = sorted((span, leg.agent) for leg in legs for span in leg.talk)
    requested_at = _requested_at(mine, legs)
    if talks:
        outcome, cause = Outcome.ANSWERED, ""
    elif requested_at is None:
        outcome, cause = Outcome.IVR_END, "closed" if _first(mine, "CC_CLOSED") else ""
    else:
        outcome, cause = _unanswered(mine, legs, end, lost)
        outcome = Outcome.VOICEMAIL if left_message else outcome
    arrived = next(row for row in mine if row.event == "CC_ARRIVED")
    called, language, test = (*arrived.words, "", "")[:3]
    return CallFolded(
        at=end,
        call=mine[0].linkedid,
        direction=Direction.IN,
        party_class=PartyClass.TEST if test == "1" else PartyClass.CITIZEN,
        handled_by=handled_by,
        caller=arrived.caller,
        called=called,
        language=language,
        arrived_at=next((row.at for row in mine if row.event == "ANSWER"), arrived.at),
        requested_at=requested_at,
        queue=_first(mine, "CC_REQUEST"),
        answered_at=talks[0][0].start if talks else None,
        left_queue_at=None if talks or requested_at is None else _left_queue_at(mine, end),
        ended_at=end,
        outcome=outcome,
        cause=cause,
        agent=talks[-1][1] if talks else "",
        talk_s=sum(span.end - span.start for span, _ in talks),
    )


def _first(rows: Sequence[CelRow], event: str) -> str:
    """The first word of the first such event; empty where there is none."""
    return next((row.words[0] for row in rows if row.event == event), "")


def _requested_at(mine: Sequence[CelRow], legs: Sequence[AgentLeg]) -> float | None:
    """When a human was first asked for: at a queue, or by a number that leads to one agent."""
    asked = [row.at for row in mine if row.event == "CC_REQUEST"]
    return min([*asked, *(leg.started_at for leg in legs)], default=None)


def _left_queue_at(mine: Sequence[CelRow], end: float) -> float:
    """When the last wait ended: at its overflow, or with the call."""
    turn = _last_turn(mine)
    return end if turn is None or turn.event == "CC_REQUEST" else turn.at


def _last_turn(mine: Sequence[CelRow]) -> CelRow | None:
    return next((row for row in reversed(mine) if row.event in _TURNS), None)


def _unanswered(
    mine: Sequence[CelRow], legs: Sequence[AgentLeg], end: float, lost: bool
) -> tuple[Outcome, str]:
    """How a call ended that asked for a human and got none, message or not; and why."""
    turn = _last_turn(mine)
    if turn is not None and turn.event != "CC_REQUEST":
        cause = turn.words[-1]
        return OVERFLOW_OUTCOME.get(cause, Outcome.TIMEOUT), cause
    if lost:
        return Outcome.SYSTEM_FAIL, "asterisk_restarted"
    ringing = any(_cut_off(leg, end) for leg in legs)
    return (Outcome.ABANDONED_RING if ringing else Outcome.ABANDONED_QUEUE), ""


def _cut_off(leg: AgentLeg, end: float) -> bool:
    """True when the phone still rang, or was just picked up, when the caller went."""
    return leg.ended_at > end - _CANCEL_S and leg.cause not in (_BUSY, _DECLINED)


def _ring_facts(leg: AgentLeg, call: str, queue: str, end: float) -> list[JournalFact]:
    """A ring by Asterisk's own queue, told as the floor would tell its own."""
    if leg.answered_at is not None:
        result = RingResult.ANSWERED
    elif _cut_off(leg, end):
        result = RingResult.CALLER_GONE
    else:
        result = _RESULT_BY_CAUSE.get(leg.cause, RingResult.NO_ANSWER)
    rang_until = leg.answered_at or leg.ended_at
    facts: list[JournalFact] = [
        RingStarted(leg.started_at, call, leg.uniqueid, leg.agent, queue, {"by": "app_queue"}),
        RingEnded(rang_until, call, leg.uniqueid, leg.agent, result, 0),
    ]
    for span in leg.talk[:1]:
        facts += [
            TalkStarted(span.start, call, leg.uniqueid, leg.agent, queue),
            TalkEnded(span.end, call, leg.uniqueid, leg.agent, "system"),
        ]
    return facts
