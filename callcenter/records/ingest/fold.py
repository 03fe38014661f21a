"""Asterisk's events of one call, folded into what happened to it. Pure."""

from collections.abc import Iterable, Sequence

from callcenter.acd.facts import RingEnded, RingStarted, TalkEnded, TalkStarted
from callcenter.records.fold.calls import overflow_outcome
from callcenter.records.ingest.cel import CelRow
from callcenter.records.ingest.legs import AgentLeg, agent_legs
from callcenter.records.ingest.survey import survey_facts
from callcenter.records.journal.facts import CallFolded, JournalFact, VoicemailLeft
from callcenter.records.journal.recordings_facts import RecordingMade
from callcenter.render.cel import UserEvent
from callcenter.terms import Direction, HandledBy, Outcome, PartyClass, RingResult

_CANCEL_S = 0.1
"""app_queue ends the ringing leg some milliseconds before it tells of the caller's hangup."""
MONITOR = "/var/spool/asterisk/monitor/"
"""Where Asterisk's own recordings are, as Asterisk names it."""
_ASKED = (UserEvent.REQUEST, UserEvent.DIRECT)
_TURNS = (*_ASKED, UserEvent.OVERFLOW, UserEvent.REFUSED, UserEvent.LEFT)
"""The last of these tells what the caller was waiting for at the end, or why he no longer was."""
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
    return any(row.event == UserEvent.ARRIVED and row.uniqueid == row.linkedid for row in rows)


def asked_for_human(rows: Iterable[CelRow]) -> bool:
    """True when the caller was led to a queue, so that the controller may know the call."""
    return any(row.event == UserEvent.REQUEST for row in rows)


def boxes(rows: Iterable[CelRow]) -> set[str]:
    """The voicemail boxes that the caller was led to."""
    return {row.words[0] for row in rows if row.event == UserEvent.VOICEMAIL}


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
    left_us = next((row.at for row in mine if row.event == UserEvent.OUTSIDE), end)
    # Who is reached outside is none of our agents; that call got none.
    legs = [leg for leg in agent_legs(rows, end) if leg.started_at <= left_us]
    queue = _first(mine, UserEvent.REQUEST)
    native = [leg for leg in legs if not leg.uniqueid.startswith((f"{call}~", f"{call}^"))]
    rings = [fact for leg in native for fact in ring_facts(leg, call, queue, end)]
    rings += _recordings(rows, native)
    folded = _folded(mine, legs, end, bool(messages), lost, handled_by)
    return [*rings, *messages, folded, *survey_facts(rows)]


def _folded(
    mine: Sequence[CelRow],
    legs: Sequence[AgentLeg],
    end: float,
    left_message: bool,
    lost: bool,
    handled_by: HandledBy,
) -> CallFolded:
    talks = sorted((span, leg.agent) for leg in legs for span in leg.talk)
    requested_at = _requested_at(mine)
    if talks:
        outcome, cause = Outcome.ANSWERED, ""
    elif requested_at is None:
        outcome, cause = _without_request(mine)
    else:
        outcome, cause = _unanswered(mine, legs, end, lost)
        outcome = Outcome.VOICEMAIL if left_message else outcome
    arrived = next(row for row in mine if row.event == UserEvent.ARRIVED)
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
        queue=_first(mine, UserEvent.REQUEST),
        answered_at=talks[0][0].start if talks else None,
        left_queue_at=None if talks or requested_at is None else _left_queue_at(mine, legs, end),
        ended_at=end,
        outcome=outcome,
        cause=cause,
        agent=talks[-1][1] if talks else "",
        talk_s=sum(span.end - span.start for span, _ in talks),
    )


def _without_request(mine: Sequence[CelRow]) -> tuple[Outcome, str]:
    """How a call ended that never asked for a human, and why."""
    if blocked := _first(mine, UserEvent.BLOCKED):
        return Outcome.BLACKLISTED, blocked
    return Outcome.IVR_END, "closed" if _first(mine, UserEvent.CLOSED) else ""


def _first(rows: Sequence[CelRow], event: str) -> str:
    """The first word of the first such event; empty where there is none."""
    return next((row.words[0] for row in rows if row.event == event), "")


def _requested_at(mine: Sequence[CelRow]) -> float | None:
    """When a human was first asked for: at a queue, or by a number that leads to one agent."""
    return min((row.at for row in mine if row.event in _ASKED), default=None)


def _left_queue_at(mine: Sequence[CelRow], legs: Sequence[AgentLeg], end: float) -> float:
    """When the last wait ended: at its overflow, with the one agent's last ring, or at the end."""
    turn = _last_turn(mine)
    if turn.event == UserEvent.REQUEST:
        return end
    rang_until = [leg.ended_at for leg in legs if leg.started_at >= turn.at]
    return min(end, max([turn.at, *rang_until]))


def _last_turn(mine: Sequence[CelRow]) -> CelRow:
    """Of a call that has asked for a human."""
    return next(row for row in reversed(mine) if row.event in _TURNS)


def _unanswered(
    mine: Sequence[CelRow], legs: Sequence[AgentLeg], end: float, lost: bool
) -> tuple[Outcome, str]:
    """How a call ended that asked for a human and got none, message or not; and why."""
    turn = _last_turn(mine)
    if turn.event not in _ASKED:
        cause = turn.words[-1]
        return overflow_outcome(cause), cause
    if lost:
        return Outcome.SYSTEM_FAIL, "asterisk_restarted"
    if any(_cut_off(leg, end) for leg in legs):
        return Outcome.ABANDONED_RING, ""
    if turn.event == UserEvent.DIRECT:
        rang = any(_ring_result(leg, end) is RingResult.NO_ANSWER for leg in legs)
        return (Outcome.TIMEOUT if rang else Outcome.REFUSED_NOAGENT), "direct"
    return Outcome.ABANDONED_QUEUE, ""


def _cut_off(leg: AgentLeg, end: float) -> bool:
    """True when the phone still rang, or was just picked up, when the caller went."""
    return leg.ended_at > end - _CANCEL_S and leg.cause not in (_BUSY, _DECLINED)


def _ring_result(leg: AgentLeg, end: float) -> RingResult:
    if leg.answered_at is not None:
        return RingResult.ANSWERED
    if _cut_off(leg, end):
        return RingResult.CALLER_GONE
    return _RESULT_BY_CAUSE.get(leg.cause, RingResult.NO_ANSWER)


def _recordings(rows: Sequence[CelRow], legs: Sequence[AgentLeg]) -> list[JournalFact]:
    """Files that the dialplan records of its own queue's talks."""
    agents = {leg.uniqueid: leg.agent for leg in legs}
    return [
        RecordingMade(
            at=row.at,
            call=row.linkedid,
            leg=row.uniqueid,
            agent=agents[row.uniqueid],
            file=row.words[0].removeprefix(MONITOR),
        )
        for row in rows
        if row.event == UserEvent.RECORDED and row.uniqueid in agents
    ]


def ring_facts(
    leg: AgentLeg, call: str, queue: str, end: float, by: str = "app_queue"
) -> list[JournalFact]:
    """A ring by Asterisk itself, told as the floor would tell its own; `by` what made it ring."""
    result = _ring_result(leg, end)
    rang_until = leg.answered_at or leg.ended_at
    facts: list[JournalFact] = [
        RingStarted(leg.started_at, call, leg.uniqueid, leg.agent, queue, {"by": by}),
        RingEnded(rang_until, call, leg.uniqueid, leg.agent, result, 0),
    ]
    for span in leg.talk[:1]:
        facts += [
            TalkStarted(span.start, call, leg.uniqueid, leg.agent, queue),
            TalkEnded(span.end, call, leg.uniqueid, leg.agent, "system"),
        ]
    return facts
