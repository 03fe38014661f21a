"""Facts to rows: no database, no clock; the same facts always give the same rows.

A fact that is told again, or late, changes nothing that is settled: a call's first end stands.
"""

from functools import singledispatch

from callcenter.acd.facts import (
    AgentAsked,
    AgentChanged,
    CallEnded,
    CallOverflowed,
    CallQueued,
    RingEnded,
    RingStarted,
    TalkEnded,
    TalkStarted,
)
from callcenter.records.columns import ms
from callcenter.records.facts import (
    CallFolded,
    CelRead,
    JournalFact,
    RecordingMade,
    VoicemailLeft,
)
from callcenter.records.page import Page
from callcenter.records.tables import (
    AgentInterval,
    Call,
    Recording,
    RingAttempt,
    Segment,
    VoicemailMessage,
)
from callcenter.terms import AgentState, Direction, HandledBy, Outcome, PartyClass

OVERFLOW_OUTCOME = {
    "max_wait": Outcome.TIMEOUT,
    "full": Outcome.REFUSED_FULL,
    "no_agent": Outcome.REFUSED_NOAGENT,
}
"""How a stay in a queue ended that overflowed for this cause."""


@singledispatch
def fold(fact: JournalFact, page: Page) -> None:
    """Bring one fact into the rows."""
    raise TypeError(f"no row tells of {type(fact).__name__}")


@fold.register
def _(fact: CelRead, page: Page) -> None:
    """A place in a file changes no row."""


@fold.register
def _(fact: CallQueued, page: Page) -> None:
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
    stay = _segment(page, fact.call)
    if stay is None or stay.queue != fact.queue:
        _open_segment(page, fact.call, fact.queue, ms(fact.at))


def _open_segment(page: Page, call: str, queue: str, at: int) -> Segment:
    """A stay in a queue; the first one begins with the call's request for a human."""
    earlier = page.segments.get(call, [])
    requested = at if earlier else page.calls[call].requested_at or at
    return page.add_segment(
        Segment(call_id=call, number=len(earlier) + 1, queue=queue, requested_at=requested)
    )


def _answerable(page: Page, call_id: str) -> list[Call | Segment]:
    """The call's row and its open stay's: what holds for one answer holds for both."""
    rows = page.calls.get(call_id), _segment(page, call_id)
    return [row for row in rows if row is not None]


def _segment(page: Page, call: str) -> Segment | None:
    """The stay that has not ended."""
    segments = page.segments.get(call)
    return segments[-1] if segments and segments[-1].ended_at is None else None


@fold.register(RingStarted)
@fold.register(RingEnded)
def _(fact: RingStarted | RingEnded, page: Page) -> None:
    ring = page.rings.get(fact.call, {}).get(fact.leg)
    if ring is None:
        ring = page.add_ring(
            RingAttempt(leg=fact.leg, call_id=fact.call, agent=fact.agent, started_at=ms(fact.at))
        )
    if isinstance(fact, RingStarted):
        ring.queue, ring.why = fact.queue, dict(fact.why)
    elif ring.ended_at is None:
        ring.ended_at, ring.result, ring.sip_code = ms(fact.at), fact.result, fact.sip_code


@fold.register
def _(fact: TalkStarted, page: Page) -> None:
    at = ms(fact.at)
    ring = page.rings.get(fact.call, {}).get(fact.leg)
    if ring and ring.joined_at is None:
        ring.joined_at = at
    call = page.calls.get(fact.call)
    if call and call.ended_at is None:
        call.answered_at = at if call.answered_at is None else call.answered_at
        call.agent = fact.agent
    segment = _segment(page, fact.call)
    if segment and segment.answered_at is None:
        segment.answered_at, segment.agent = at, fact.agent


@fold.register
def _(fact: TalkEnded, page: Page) -> None:
    _end_talk(fact.call, fact.leg, ms(fact.at), page)


def _end_talk(call_id: str, leg: str, at: int, page: Page) -> None:
    ring = page.rings.get(call_id, {}).get(leg)
    if ring is None or ring.joined_at is None or ring.left_at is not None:
        return
    ring.left_at = at
    talk_ms = at - ring.joined_at
    for row in _answerable(page, call_id):
        row.talk_ms += talk_ms
        if row.talk_ms == 0:
            # Picked up when the caller was already gone: nobody talked, nothing was answered.
            row.answered_at, row.agent = None, ""


@fold.register
def _(fact: CallOverflowed, page: Page) -> None:
    outcome = OVERFLOW_OUTCOME.get(fact.cause, Outcome.TIMEOUT)
    _close_segment(page, fact.call, outcome, ms(fact.at))
    call = page.calls.get(fact.call)
    if call and call.ended_at is None:
        call.cause, call.left_queue_at = fact.cause, ms(fact.at)


def _close_segment(page: Page, call: str, outcome: Outcome, at: int) -> None:
    segment = _segment(page, call)
    if segment:
        segment.ended_at = at
        # An answered stay stays answered, however the call went on.
        segment.outcome = Outcome.ANSWERED if segment.answered_at is not None else outcome


@fold.register
def _(fact: CallEnded, page: Page) -> None:
    call = page.calls.get(fact.call)
    if call is None or call.ended_at is not None:
        return
    _end(call, fact.outcome, fact.cause, ms(fact.at), page)


def _end(call: Call, outcome: Outcome, cause: str, at: int, page: Page) -> None:
    """The one way a call's rows are closed."""
    for ring in page.rings.get(call.call_id, {}).values():
        _end_talk(call.call_id, ring.leg, at, page)
        ring.ended_at = at if ring.ended_at is None else ring.ended_at
    _close_segment(page, call.call_id, outcome, at)
    if call.answered_at is not None:
        call.left_queue_at = None
    elif call.requested_at is not None and call.left_queue_at is None:
        call.left_queue_at = at
    call.ended_at = at
    call.outcome = Outcome.ANSWERED if call.answered_at is not None else outcome
    call.cause = cause or call.cause


@fold.register
def _(fact: CallFolded, page: Page) -> None:
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
        )
    )
    if call.ended_at is not None:
        return
    call.blacklist_hit = fact.outcome is Outcome.BLACKLISTED
    if fact.requested_at is not None and fact.queue and not page.segments.get(fact.call):
        _open_segment(page, fact.call, fact.queue, ms(fact.requested_at))
        call.entered_queue_at = ms(fact.requested_at)
    if fact.left_queue_at is not None and call.left_queue_at is None:
        call.left_queue_at = ms(fact.left_queue_at)
        _close_segment(page, fact.call, fact.outcome, call.left_queue_at)
    if fact.answered_at is not None:
        _talked_without_us(fact, page)
    _end(call, fact.outcome, fact.cause, ms(fact.ended_at), page)


def _talked_without_us(fact: CallFolded, page: Page) -> None:
    """Talk as Asterisk's events tell it; it is the whole talk, so it replaces what we knew."""
    answered, talk_ms = ms(fact.answered_at or 0), ms(fact.talk_s)
    for ring in page.rings.get(fact.call, {}).values():
        if ring.joined_at is not None and ring.left_at is None:
            ring.left_at = ring.joined_at + talk_ms
    for row in _answerable(page, fact.call):
        row.answered_at = answered if row.answered_at is None else row.answered_at
        row.agent = fact.agent or row.agent
        row.talk_ms = talk_ms


@fold.register
def _(fact: AgentChanged, page: Page) -> None:
    at = ms(fact.at)
    before = page.duties.pop(fact.agent, None)
    if before:
        before.ended_at = at
        call = page.calls.get(before.call_id)
        if call and before.state == AgentState.WRAP_UP:
            call.wrap_ms += at - before.started_at
    page.add_duty(
        AgentInterval(
            agent=fact.agent,
            state=fact.state,
            reason=fact.reason,
            call_id=fact.call,
            started_at=at,
        )
    )


@fold.register
def _(fact: AgentAsked, page: Page) -> None:
    """What an agent asks for changes no row before he gets it."""


@fold.register
def _(fact: RecordingMade, page: Page) -> None:
    if fact.leg not in page.recordings:
        page.add_recording(
            Recording(
                leg=fact.leg,
                call_id=fact.call,
                agent=fact.agent,
                started_at=ms(fact.at),
                file=fact.file,
            )
        )


@fold.register
def _(fact: VoicemailLeft, page: Page) -> None:
    if (fact.call, fact.message) not in page.messages:
        page.add_message(
            VoicemailMessage(
                call_id=fact.call,
                message_id=fact.message,
                box=fact.box,
                left_at=ms(fact.at),
                file=fact.file,
                duration_ms=ms(fact.duration_s),
            )
        )
