"""The course of a call: queued, rung, talked, overflowed, ended."""

from collections.abc import Callable, Mapping
from typing import Any

from callcenter.acd.facts import (
    CallEnded,
    CallOverflowed,
    CallQueued,
    RingEnded,
    RingStarted,
    TalkEnded,
    TalkStarted,
)
from callcenter.acd.talk_events import root_of
from callcenter.records.fold.callbacks import close_callback, dialled_is_there
from callcenter.records.fold.drafts import Call, RingAttempt
from callcenter.records.fold.ends import end_call
from callcenter.records.fold.page import Page
from callcenter.records.fold.stays import (
    begin_talk,
    close_stay,
    end_talk,
    end_transfers,
    open_stay,
    ring_of,
    stay_of,
)
from callcenter.records.journal.facts import CallFolded
from callcenter.records.tables.columns import ms
from callcenter.terms import Direction, HandledBy, Outcome, PartyClass, RingResult, TargetKind

OVERFLOW_OUTCOME = {
    "max_wait": Outcome.TIMEOUT,
    "full": Outcome.REFUSED_FULL,
    "ratio": Outcome.REFUSED_FULL,
    "estimated_wait": Outcome.REFUSED_FULL,
    "no_agent": Outcome.REFUSED_NOAGENT,
    "none_ready": Outcome.REFUSED_NOAGENT,
    "emergency": Outcome.REFUSED_NOAGENT,
    "closed": Outcome.REFUSED_NOAGENT,
}
"""How a stay in a queue ended that overflowed for this cause: too many callers for the queue, or
nobody to serve them. Any other cause, such as a transfer, is a timeout."""


BY_KEY = "key-"
"""Begins the cause of who left the line by a key: he gave up waiting, as who hangs up does."""


def overflow_outcome(cause: str) -> Outcome:
    """How a stay ended that overflowed for this cause."""
    if cause.startswith(BY_KEY):
        return Outcome.ABANDONED_QUEUE
    return OVERFLOW_OUTCOME.get(cause, Outcome.TIMEOUT)


def _queued(fact: CallQueued, page: Page) -> None:
    if root_of(fact.call) != fact.call or fact.call in page.callbacks:
        return  # an agent's question to a queue, or a callback in line: no request of a caller
    call = page.calls.get(fact.call)
    if call is None:
        call = page.add_call(
            Call(
                call_id=fact.call,
                direction=Direction.IN,
                party_class=PartyClass.TEST if fact.test else PartyClass.CITIZEN,
                handled_by=HandledBy.CONTROLLER,
                caller=fact.caller,
                called=fact.called,
                language=fact.language,
                priority=fact.priority,
                queue=fact.queue,
                arrived_at=ms(fact.arrived_at),
                requested_at=ms(fact.requested_at),
                entered_queue_at=ms(fact.at),
            )
        )
    if call.ended_at is not None:
        return
    call.left_queue_at = None
    stay = stay_of(page, fact.call)
    if stay is None or stay.queue != fact.queue:
        first = not page.segments.get(fact.call)
        if stay is not None:
            # Nobody answered where he was handed to: he is back in line.
            close_stay(page, fact.call, None, "unanswered", ms(fact.at))
            end_transfers(page, fact.call, "unanswered", ms(fact.at))
        # The first stay begins with the call's request for a human.
        since = call.requested_at if first and call.requested_at is not None else ms(fact.at)
        open_stay(page, fact.call, TargetKind.QUEUE, fact.queue, since)


def _ring_started(fact: RingStarted, page: Page) -> None:
    ring = _ring(fact, page)
    ring.queue, ring.why = fact.queue, dict(fact.why)
    dialled_is_there(page, fact.call, ms(fact.at))


def _ring_ended(fact: RingEnded, page: Page) -> None:
    ring = _ring(fact, page)
    if ring.ended_at is None:
        ring.ended_at, ring.result, ring.sip_code = ms(fact.at), fact.result, fact.sip_code


def _ring(fact: RingStarted | RingEnded | TalkStarted, page: Page) -> RingAttempt:
    root = root_of(fact.call)
    ring = ring_of(page, root, fact.leg)
    if ring is not None:
        return ring
    stay = stay_of(page, root)
    return page.add_ring(
        RingAttempt(
            leg=fact.leg,
            call_id=root,
            agent=fact.agent,
            started_at=ms(fact.at),
            segment=stay.number if stay is not None and fact.call == root else 0,
            consult=fact.call if fact.call != root else "",
        )
    )


def _talk_started(fact: TalkStarted, page: Page) -> None:
    root, at = root_of(fact.call), ms(fact.at)
    ring = ring_of(page, root, fact.leg)
    if ring is None:
        # Not rung: whoever took the call over, or picked it up, came with his own phone's leg.
        ring = _ring(fact, page)
        ring.queue, ring.ended_at, ring.result = fact.queue, at, RingResult.ANSWERED
        ring.why = {"chose": "took"}
    ring.joined_at = at if ring.joined_at is None else ring.joined_at
    if fact.call == root:
        begin_talk(page, ring, at)


def _talk_ended(fact: TalkEnded, page: Page) -> None:
    ring = ring_of(page, root_of(fact.call), fact.leg)
    if ring is not None:
        end_talk(page, ring, ms(fact.at))


def _overflowed(fact: CallOverflowed, page: Page) -> None:
    if root_of(fact.call) != fact.call:
        return
    outcome = overflow_outcome(fact.cause)
    close_stay(page, fact.call, outcome, "overflowed", ms(fact.at), fact.cause)
    call = page.calls.get(fact.call)
    if call and call.ended_at is None:
        call.cause, call.left_queue_at = fact.cause, ms(fact.at)


def _ended(fact: CallEnded, page: Page) -> None:
    call = page.calls.get(fact.call)
    if call is not None and call.ended_at is None:
        end_call(page, call, fact.outcome, fact.cause, ms(fact.at))
    close_callback(page, fact.call, fact.cause, ms(fact.at))


def _folded(fact: CallFolded, page: Page) -> None:
    call = page.calls.get(fact.call) or page.add_call(
        Call(
            call_id=fact.call,
            direction=fact.direction,
            party_class=fact.party_class,
            handled_by=fact.handled_by,
            arrived_at=ms(fact.arrived_at),
            requested_at=None if fact.requested_at is None else ms(fact.requested_at),
            caller=fact.caller,
            called=fact.called,
            language=fact.language,
            queue=fact.queue,
            agent=fact.agent if fact.direction is not Direction.IN else "",
            blacklist_hit=fact.outcome is Outcome.BLACKLISTED,
        )
    )
    if call.ended_at is not None:
        return
    if fact.requested_at is not None and fact.queue and not page.segments.get(fact.call):
        open_stay(page, fact.call, TargetKind.QUEUE, fact.queue, ms(fact.requested_at))
        call.entered_queue_at = ms(fact.requested_at)
    if fact.left_queue_at is not None and call.left_queue_at is None:
        call.left_queue_at = ms(fact.left_queue_at)
        close_stay(page, fact.call, fact.outcome, fact.outcome, call.left_queue_at)
    if fact.answered_at is not None:
        _talked_without_us(fact, page)
    end_call(page, call, fact.outcome, fact.cause, ms(fact.ended_at))
    close_callback(page, fact.call, fact.cause, ms(fact.ended_at))


def _talked_without_us(fact: CallFolded, page: Page) -> None:
    """Talk as Asterisk's events tell it, which know no hold: all talks of the call together.

    What the floor has told to its end stands; the rest goes to a talk whose end it did not see,
    or to Asterisk's own queue.
    """
    answered, talk_ms = ms(fact.answered_at or 0), ms(fact.talk_s)
    rings = page.rings.get(fact.call, {}).values()
    left = [ring for ring in rings if ring.with_caller_at is not None and ring.left_at is not None]
    known_ms = sum((ring.left_at or 0) - (ring.with_caller_at or 0) for ring in left)
    unseen = [ring for ring in rings if ring.with_caller_at is not None and ring.left_at is None]
    if unseen:
        for ring in unseen:
            begun = ring.with_caller_at or 0
            end_talk(page, ring, begun + max(0, talk_ms - known_ms))
    elif page.calls[fact.call].answered_at is None:
        # Talks told before the call itself, as those of Asterisk's own queue are, found no row.
        for row in (page.calls[fact.call], stay_of(page, fact.call)):
            if row is not None:
                row.answered_at = answered if row.answered_at is None else row.answered_at
                row.agent = fact.agent or row.agent
                row.talk_ms = talk_ms


FOLDS: Mapping[type, Callable[[Any, Page], None]] = {
    CallQueued: _queued,
    RingStarted: _ring_started,
    RingEnded: _ring_ended,
    TalkStarted: _talk_started,
    TalkEnded: _talk_ended,
    CallOverflowed: _overflowed,
    CallEnded: _ended,
    CallFolded: _folded,
}
