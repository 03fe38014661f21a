"""What happens in talks: calls of agents' own, holds, transfers, consults, marks, relaxations."""

from collections.abc import Callable, Mapping
from typing import Any

from callcenter.acd.talk_events import root_of
from callcenter.acd.talk_facts import (
    CallMarked,
    CallPlaced,
    CallRelaxed,
    CallSent,
    CallTransferred,
    CallTurned,
    ConsultEnded,
    ConsultMerged,
    ConsultStarted,
    HoldEnded,
    HoldStarted,
    TransferRefused,
    WaitEstimated,
)
from callcenter.records.fold.drafts import (
    Call,
    Consult,
    Hold,
    Mark,
    Relaxation,
    RingAttempt,
    Transfer,
)
from callcenter.records.fold.page import Page
from callcenter.records.fold.stays import (
    begin_talk,
    close_stay,
    end_hold,
    end_talk,
    end_transfers,
    open_stay,
    ring_of,
    stay_of,
)
from callcenter.records.tables.columns import ms
from callcenter.terms import CallKind, Direction, HandledBy, Outcome, PartyClass, TargetKind

_STAYS = (TargetKind.QUEUE, TargetKind.AGENT, TargetKind.OUTSIDE)
"""Where a call may be handed to and still is with people; elsewhere the dialplan has it."""


def _placed(fact: CallPlaced, page: Page) -> None:
    if fact.call in page.calls:
        return
    internal = fact.kind is CallKind.INTERNAL
    page.add_call(
        Call(
            call_id=fact.call,
            direction=Direction.INTERNAL if internal else Direction.OUT,
            party_class=PartyClass.STAFF if internal else PartyClass.CITIZEN,
            handled_by=HandledBy.CONTROLLER,
            caller=fact.agent,
            called=fact.to or fact.called,
            queue=fact.to if fact.to_kind is TargetKind.QUEUE else "",
            arrived_at=ms(fact.at),
            agent=fact.agent,
        )
    )


def _held(fact: HoldStarted, page: Page) -> None:
    _hold(page, root_of(fact.call), fact.leg, fact.agent, ms(fact.at))


def _hold(page: Page, call: str, leg: str, agent: str, at: int) -> None:
    if leg not in page.holds:
        page.add_hold(Hold(leg=leg, started_at=at, call_id=call, agent=agent))


def _retrieved(fact: HoldEnded, page: Page) -> None:
    end_hold(page, fact.leg, ms(fact.at))


def _transferred(fact: CallTransferred, page: Page) -> None:
    call, at = page.calls.get(fact.call), ms(fact.at)
    if call is not None and call.ended_at is not None:
        return
    ring = ring_of(page, fact.call, fact.leg)
    if ring is not None:
        end_talk(page, ring, at)
    _file(page, fact, fact.how)
    _first_stay(page, call, ring)
    before = stay_of(page, fact.call)
    moved = fact.how == "moved"
    close_stay(page, fact.call, None, "moved" if moved else "transferred", at)
    if call is not None and fact.to_kind in _STAYS:
        # Who was moved in line keeps his place in time.
        since = before.requested_at if moved and before is not None else at
        open_stay(page, fact.call, fact.to_kind, fact.to, since)


def _first_stay(page: Page, call: Call | None, ring: RingAttempt | None) -> None:
    """A call that an agent placed has stays from when it is handed on: this was the first."""
    if call is None or ring is None or page.segments.get(call.call_id):
        return
    if call.direction == Direction.IN or call.call_id in page.callbacks:
        return
    kind = TargetKind.AGENT if ring.agent else TargetKind.OUTSIDE
    stay = open_stay(page, call.call_id, kind, ring.agent or call.called, call.arrived_at)
    stay.answered_at, stay.agent = call.answered_at, ring.agent or call.agent
    stay.talk_ms, stay.hold_ms = call.talk_ms, call.hold_ms
    ring.segment = stay.number


def _turned(fact: CallTurned, page: Page) -> None:
    """The talk goes on as it was, on another channel."""


def _refused(fact: TransferRefused, page: Page) -> None:
    transfer = _file(page, fact, "")
    transfer.result, transfer.result_at, transfer.reason = "refused", transfer.at, fact.reason


def _file(page: Page, fact: CallTransferred | TransferRefused, how: str) -> Transfer:
    root = root_of(fact.call)
    transfer = Transfer(
        call_id=root,
        number=len(page.transfers.get(root, ())) + 1,
        at=ms(fact.at),
        leg=fact.leg,
        agent=fact.agent,
        how=how,
        to_kind=fact.to_kind,
        to_name=fact.to,
    )
    page.add_transfer(transfer)
    return transfer


def _sent(fact: CallSent, page: Page) -> None:
    at = ms(fact.at)
    close_stay(page, fact.call, Outcome.TIMEOUT, "transferred", at)
    end_transfers(page, fact.call, "sent", at)


def _consulted(fact: ConsultStarted, page: Page) -> None:
    if fact.consult in page.consults:
        return
    root, at = root_of(fact.call), ms(fact.at)
    page.consults[fact.consult] = page.add(
        Consult(
            consult=fact.consult,
            call_id=root,
            agent=fact.agent,
            to_kind=fact.to_kind,
            to_name=fact.to,
            line=fact.line,
            started_at=at,
        )
    )
    # His caller hears music from now on, told or not.
    for ring in page.rings.get(root, {}).values():
        if ring.agent == fact.agent and ring.with_caller_at is not None and ring.left_at is None:
            _hold(page, root, ring.leg, ring.agent, at)


def _merged(fact: ConsultMerged, page: Page) -> None:
    consult = page.consults.get(fact.consult)
    if consult is not None and consult.merged_at is None:
        consult.merged_at = ms(fact.at)
        _end_music(page, consult, ms(fact.at))


def _end_music(page: Page, consult: Consult, at: int) -> None:
    """The music that the consult began ends with it; a hold of before goes on."""
    for hold in list(page.holds.values()):
        of_consult = hold.call_id == consult.call_id and hold.started_at >= consult.started_at
        if of_consult and hold.agent == consult.agent:
            end_hold(page, hold.leg, at)


def _consult_ended(fact: ConsultEnded, page: Page) -> None:
    consult, at = page.consults.get(fact.consult), ms(fact.at)
    if consult is not None and consult.ended_at is None:
        consult.ended_at, consult.how = at, fact.how
        _end_music(page, consult, at)
    for ring in page.rings.get(root_of(fact.call), {}).values():
        if ring.consult != fact.consult:
            continue
        if fact.how == "completed" and ring.joined_at is not None and ring.left_at in (None, at):
            begin_talk(page, ring, at)
        elif ring.with_caller_at is None:
            end_talk(page, ring, at)


def _marked(fact: CallMarked, page: Page) -> None:
    page.add(Mark(call_id=root_of(fact.call), at=ms(fact.at), agent=fact.agent, mark=fact.mark))


def _relaxed(fact: CallRelaxed, page: Page) -> None:
    page.add(Relaxation(call_id=root_of(fact.call), at=ms(fact.at), step=fact.step, what=fact.what))


def _estimated(fact: WaitEstimated, page: Page) -> None:
    stay = stay_of(page, fact.call)
    if stay is not None and stay.queue == fact.queue and stay.estimated_at is None:
        stay.estimated_at, stay.estimate_ms = ms(fact.at), ms(fact.estimate_s)


FOLDS: Mapping[type, Callable[[Any, Page], None]] = {
    CallPlaced: _placed,
    CallTurned: _turned,
    HoldStarted: _held,
    HoldEnded: _retrieved,
    CallTransferred: _transferred,
    TransferRefused: _refused,
    CallSent: _sent,
    ConsultStarted: _consulted,
    ConsultMerged: _merged,
    ConsultEnded: _consult_ended,
    CallMarked: _marked,
    CallRelaxed: _relaxed,
    WaitEstimated: _estimated,
}
