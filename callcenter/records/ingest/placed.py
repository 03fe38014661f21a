"""Calls that agents placed while the controller was away, and callbacks that it let go, from
Asterisk's events of them. Pure.

Asterisk dials for them by itself, and says so by an event of ours. Who calls is told by his phone.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from callcenter.acd.facts import RingEnded
from callcenter.acd.value import changed
from callcenter.records.ingest.cel import CelRow
from callcenter.records.ingest.fold import ring_facts
from callcenter.records.ingest.legs import AgentLeg, agent_legs
from callcenter.records.ingest.survey import survey_facts
from callcenter.records.ingest.trunks import failed, trunk_of
from callcenter.records.journal.facts import CallFolded, JournalFact
from callcenter.render.cel import UserEvent
from callcenter.terms import Direction, HandledBy, Outcome, PartyClass, RingResult, TargetKind

_BY_STATUS = {"NOANSWER": RingResult.NO_ANSWER, "CANCEL": RingResult.CALLER_GONE}
"""What only Dial knows of a phone that nobody picked up: who gave up first."""


def is_placed(rows: Iterable[CelRow]) -> bool:
    """True for a call that an agent placed, and that Asterisk dialled without us."""
    return any(row.event == UserEvent.PLACED and row.uniqueid == row.linkedid for row in rows)


def fold_placed(rows: Sequence[CelRow]) -> list[JournalFact]:
    """The facts of such a call, of which no more events will come."""
    call = rows[0].linkedid
    mine = [row for row in rows if row.uniqueid == call]
    end = max((r.at for r in mine if r.event in ("HANGUP", "CHAN_END")), default=rows[-1].at)
    kind, to = next((*r.words, "")[:2] for r in mine if r.event == UserEvent.PLACED)
    legs = agent_legs(rows, end)
    if kind == TargetKind.OUTSIDE:
        legs = [replace(leg, agent="") for leg in legs]  # its channel has the name of the trunk
    queue = to if kind == TargetKind.QUEUE else ""
    status = next((row.dialled for row in mine if row.event == "HANGUP"), "")
    facts = [fact for leg in legs for fact in _rings(leg, call, queue, end, status)]
    return [*facts, _folded(mine, legs, kind, to, end, facts)]


def fold_released(call: str, rows: Sequence[CelRow]) -> list[JournalFact]:
    """The end of a callback whose caller an agent had sent to the dialplan: to a menu, a box or a
    survey. All else is told of it already."""
    end = max(row.at for row in rows if row.uniqueid == row.linkedid)
    return [
        CallFolded(
            at=end,
            call=call,
            direction=Direction.OUT,
            party_class=PartyClass.CITIZEN,
            handled_by=HandledBy.CONTROLLER,
            caller="",
            called="",
            language="",
            arrived_at=rows[0].at,
            requested_at=None,
            queue="",
            answered_at=None,
            left_queue_at=None,
            ended_at=end,
            outcome=Outcome.OUTBOUND,
            cause="",
            agent="",
            talk_s=0.0,
        ),
        *survey_facts(rows),
    ]


def _rings(leg: AgentLeg, call: str, queue: str, end: float, status: str) -> Iterator[JournalFact]:
    for fact in ring_facts(leg, call, queue, end, by="dialplan"):
        if isinstance(fact, RingEnded) and fact.result in _BY_STATUS.values() and not queue:
            told = RingResult.FAILED if failed(leg.cause) else _BY_STATUS.get(status, fact.result)
            yield changed(fact, result=told)
        else:
            yield fact


def _folded(
    mine: Sequence[CelRow],
    legs: Sequence[AgentLeg],
    kind: str,
    to: str,
    end: float,
    facts: Sequence[JournalFact],
) -> CallFolded:
    outside = kind == TargetKind.OUTSIDE
    talks = sorted(span for leg in legs for span in leg.talk)
    results = [fact.result for fact in facts if isinstance(fact, RingEnded)]
    agent = trunk_of(mine[0].channel)
    return CallFolded(
        at=end,
        call=mine[0].linkedid,
        direction=Direction.OUT if outside else Direction.INTERNAL,
        party_class=PartyClass.CITIZEN if outside else PartyClass.STAFF,
        handled_by=HandledBy.ASTERISK,
        caller=agent,
        called=to,
        language="",
        arrived_at=mine[0].at,
        requested_at=None,
        queue=to if kind == TargetKind.QUEUE else "",
        answered_at=talks[0].start if talks else None,
        left_queue_at=None,
        ended_at=end,
        outcome=Outcome.OUTBOUND,
        cause="" if talks else [RingResult.UNREACHABLE, *results][-1],
        agent=agent,
        talk_s=sum(span.end - span.start for span in talks),
    )
