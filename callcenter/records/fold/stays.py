"""Stays of a call, and talks with the caller: how their rows are opened and closed."""

from callcenter.records.fold.drafts import Call, Hold, RingAttempt, Segment
from callcenter.records.fold.owed import serve
from callcenter.records.fold.page import Page
from callcenter.terms import Direction, Outcome, TargetKind


def stay_of(page: Page, call: str) -> Segment | None:
    """The stay that has not ended."""
    stays = page.segments.get(call)
    return stays[-1] if stays and stays[-1].ended_at is None else None


def ring_of(page: Page, call: str, leg: str) -> RingAttempt | None:
    """The ring attempt that became this leg; None for a leg that was never rung."""
    return page.rings.get(call, {}).get(leg)


def open_stay(page: Page, call: str, kind: TargetKind, target: str, at: int) -> Segment:
    """The next stay of a call: in a queue, with an agent, or with a number outside."""
    in_queue = kind is TargetKind.QUEUE
    return page.add_segment(
        Segment(
            call_id=call,
            number=len(page.segments.get(call, [])) + 1,
            kind=kind,
            queue=target if in_queue else "",
            target="" if in_queue else target,
            requested_at=at,
        )
    )


def close_stay(
    page: Page, call: str, outcome: Outcome | None, how: str, at: int, cause: str = ""
) -> None:
    """End the stay that goes on, if any. An answered one stays answered, however it went on."""
    stay = stay_of(page, call)
    if stay is None:
        return
    stay.ended_at, stay.cause = at, cause
    stay.outcome = Outcome.ANSWERED if stay.answered_at is not None else outcome
    stay.how_ended = how


def end_transfers(page: Page, call: str, result: str, at: int) -> None:
    """What came of the transfers of which it was not known yet."""
    for transfer in page.transfers.get(call, ()):
        if transfer.result is None:
            transfer.result, transfer.result_at = result, at


def begin_talk(page: Page, ring: RingAttempt, at: int) -> None:
    """This leg talks with the caller from now on; a consulted one did so with the agent before."""
    if ring.with_caller_at is not None:
        return
    ring.with_caller_at, ring.left_at = at, None
    call, stay = page.calls.get(ring.call_id), stay_of(page, ring.call_id)
    if call is not None and call.ended_at is None:
        call.answered_at = at if call.answered_at is None else call.answered_at
        # Of a call that an agent placed it is always he, whoever had it later.
        placed = call.direction != Direction.IN and call.call_id not in page.callbacks
        if ring.agent and not placed:
            call.agent = ring.agent
    if stay is not None:
        ring.segment = stay.number
        if stay.answered_at is None:
            stay.answered_at, stay.agent = at, ring.agent


def end_talk(page: Page, ring: RingAttempt, at: int) -> None:
    """This leg talks no longer."""
    if ring.joined_at is None or ring.left_at is not None:
        return
    for leg in (ring.leg, ring.call_id):
        end_hold(page, leg, at)
    ring.left_at = at
    if ring.with_caller_at is None:
        return  # a consult that was not completed
    length_ms = at - ring.with_caller_at
    for row in answerable(page, ring):
        row.talk_ms += length_ms - ring.hold_ms
        if row.talk_ms + row.hold_ms == 0:
            # Picked up when the caller was already gone: nobody talked, nothing was answered.
            row.answered_at, row.agent = None, ""
    if length_ms > 0:
        _answered(page, ring, at)


def end_hold(page: Page, leg: str, at: int) -> None:
    """The leg's hold is over, if there is one; talk is counted net of it."""
    hold = page.holds.pop(leg, None)
    if hold is None:
        return
    hold.ended_at = at
    for ring in _held(page, hold):
        begun = max(hold.started_at, ring.with_caller_at or 0)
        for row in (ring, *answerable(page, ring)):
            row.hold_ms += max(0, at - begun)


def _held(page: Page, hold: Hold) -> list[RingAttempt]:
    """The talk that was held: the leg's own, or of an agent who placed the call its only one."""
    rings = page.rings.get(hold.call_id, {})
    own = hold.leg != hold.call_id
    talks = [rings[hold.leg]] if own and hold.leg in rings else [] if own else list(rings.values())
    return [r for r in talks if r.with_caller_at is not None and r.left_at is None][:1]


def answerable(page: Page, ring: RingAttempt) -> list[Call | Segment]:
    """The call's row and that of the talk's stay: what holds for one answer holds for both."""
    stays = page.segments.get(ring.call_id, [])
    stay = stays[ring.segment - 1] if 0 < ring.segment <= len(stays) else None
    return [row for row in (page.calls.get(ring.call_id), stay) if row is not None]


def add_wrap_up(page: Page, call: str, agent: str, length_ms: int) -> None:
    """The agent has wrapped up: that belongs to the call, and to the stay in which he talked."""
    rings = page.rings.get(call, {}).values()
    talks = [r for r in rings if r.agent == agent and r.with_caller_at is not None]
    last = max(talks, key=lambda ring: ring.with_caller_at or 0, default=None)
    rows = answerable(page, last) if last else [page.calls.get(call)]
    for row in rows:
        if row is not None:
            row.wrap_ms += length_ms


def _answered(page: Page, ring: RingAttempt, at: int) -> None:
    """A talk longer than zero: whoever waited for it is served."""
    for transfer in page.transfers.get(ring.call_id, ()):
        if transfer.result is None and transfer.leg != ring.leg:
            transfer.result, transfer.result_at = "answered", ring.with_caller_at
            transfer.agent_after = ring.agent
    call = page.calls.get(ring.call_id)
    if call is not None:
        serve(page, call, ring.agent, at)
