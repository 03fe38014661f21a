"""What the facts of a call become in the tables."""

from collections.abc import Sequence
from itertools import pairwise

import pytest
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
from callcenter.records.journal.facts import (
    CallFolded,
    JournalFact,
    VoicemailLeft,
)
from callcenter.records.journal.files import Entry
from callcenter.records.journal.recordings_facts import RecordingMade
from callcenter.records.tables.calls import METADATA, AgentInterval, Call, RingAttempt, Segment
from callcenter.records.writing.writer import write_entries
from callcenter.terms import (
    AgentState,
    Direction,
    HandledBy,
    Outcome,
    PartyClass,
    RingResult,
)
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import StaticPool, create_engine
from tests.records.rows import folded, of_database, of_page
from tests.records.strategies import histories

pytestmark = pytest.mark.pure

C = "hot-1764500000.7"
LEG1, LEG2 = f"{C}~1", f"{C}~2"


def queued(at: float, queue: str = "general") -> CallQueued:
    return CallQueued(at, C, queue, "13800000001", "12345", 100.0, 105.5, "zh", 0, False)


def rung(leg: str, agent: str, at: float, result: RingResult, after: float) -> list[JournalFact]:
    return [
        RingStarted(at, C, leg, agent, "general", {"candidates": 2, "key": "idle"}),
        RingEnded(at + after, C, leg, agent, result, 0),
    ]


def talked(leg: str, agent: str, at: float, seconds: float) -> list[JournalFact]:
    return [
        TalkStarted(at, C, leg, agent, "general"),
        TalkEnded(at + seconds, C, leg, agent, "caller"),
    ]


def ended(at: float, outcome: Outcome, cause: str = "") -> CallEnded:
    return CallEnded(at, C, outcome, cause)


def asterisks(outcome: Outcome, **changes: object) -> CallFolded:
    told: dict[str, object] = {
        "at": 190.0, "call": C, "direction": Direction.IN, "party_class": PartyClass.CITIZEN,
        "handled_by": HandledBy.ASTERISK, "caller": "13800000001", "called": "12345",
        "language": "zh", "arrived_at": 100.0, "requested_at": 105.5, "queue": "general",
        "answered_at": None, "left_queue_at": None, "ended_at": 190.0, "outcome": outcome,
        "cause": "", "agent": "", "talk_s": 0.0,
    }  # fmt: skip
    return CallFolded(**{**told, **changes})  # type: ignore[arg-type]


def call_of(facts: Sequence[JournalFact]) -> tuple[Call, list[Segment], dict[str, RingAttempt]]:
    page = folded(facts)
    return page.calls[C], page.segments.get(C, []), page.rings.get(C, {})


def test_an_answered_call() -> None:
    call, (segment,), rings = call_of(
        [
            queued(106.0),
            *rung(LEG1, "1001", 106.0, RingResult.NO_ANSWER, 15.0),
            *rung(LEG2, "1002", 121.0, RingResult.ANSWERED, 4.0),
            *talked(LEG2, "1002", 125.25, 60.5),
            ended(185.75, Outcome.ANSWERED),
        ]
    )
    assert (call.outcome, call.agent, call.queue) == ("answered", "1002", "general")
    assert (call.arrived_at, call.requested_at, call.entered_queue_at) == (100000, 105500, 106000)
    assert (call.answered_at, call.ended_at, call.talk_ms) == (125250, 185750, 60500)
    assert (segment.outcome, segment.requested_at, segment.talk_ms) == ("answered", 105500, 60500)
    assert [(r.agent, r.result, r.joined_at) for r in rings.values()] == [
        ("1001", "no_answer", None),
        ("1002", "answered", 125250),
    ]
    assert rings[LEG1].why == {"candidates": 2, "key": "idle"}


def test_picked_up_when_the_caller_was_gone_is_not_answered() -> None:
    call, (segment,), rings = call_of(
        [
            queued(106.0),
            *rung(LEG1, "1001", 106.0, RingResult.ANSWERED, 4.0),
            *talked(LEG1, "1001", 110.0, 0.0),
            ended(110.0, Outcome.ABANDONED_RING),
        ]
    )
    assert (call.outcome, call.answered_at, call.agent) == ("abandoned_ring", None, "")
    assert (segment.outcome, segment.answered_at) == ("abandoned_ring", None)
    assert rings[LEG1].result == "answered"


def test_one_millisecond_of_talk_is_answered() -> None:
    call, _, _ = call_of(
        [
            queued(106.0),
            *rung(LEG1, "1001", 106.0, RingResult.ANSWERED, 4.0),
            *talked(LEG1, "1001", 110.0, 0.001),
            ended(110.001, Outcome.ANSWERED),
        ]
    )
    assert (call.outcome, call.talk_ms) == ("answered", 1)


def test_a_transferred_call_has_a_segment_for_each_queue() -> None:
    call, (first, second), _ = call_of(
        [
            queued(106.0),
            *rung(LEG1, "1001", 106.0, RingResult.ANSWERED, 4.0),
            *talked(LEG1, "1001", 110.0, 30.0),
            CallOverflowed(140.0, C, "general", "transfer"),
            queued(141.0, "social-security"),
            ended(160.0, Outcome.ABANDONED_QUEUE),
        ]
    )
    assert call.outcome == "answered"
    assert (first.queue, first.outcome) == ("general", "answered")
    assert (second.queue, second.outcome) == ("social-security", "abandoned_queue")
    assert (second.requested_at, second.ended_at) == (141000, 160000)


@pytest.mark.parametrize(
    ("cause", "stay"),
    [
        ("max_wait", "timeout"),
        ("full", "refused_full"),
        ("ratio", "refused_full"),
        ("estimated_wait", "refused_full"),
        ("no_agent", "refused_noagent"),
        ("none_ready", "refused_noagent"),
        ("emergency", "refused_noagent"),
        ("closed", "refused_noagent"),
    ],
)
def test_an_overflowed_call_waits_for_its_end(cause: str, stay: str) -> None:
    facts: list[JournalFact] = [queued(106.0), CallOverflowed(166.0, C, "general", cause)]
    call, (segment,), _ = call_of(facts)
    assert (call.outcome, call.ended_at) == (None, None)
    assert (segment.outcome, segment.ended_at) == (stay, 166000)
    call, segments, _ = call_of([*facts, asterisks(Outcome.VOICEMAIL)])
    assert (call.outcome, call.ended_at, call.cause) == ("voicemail", 190000, cause)
    assert call.left_queue_at == 166000
    assert len(segments) == 1


def test_a_call_that_asterisk_handled_alone() -> None:
    told = asterisks(Outcome.ANSWERED, answered_at=120.0, talk_s=70.0, agent="1003")
    call, (segment,), _ = call_of([told])
    assert (call.handled_by, call.outcome, call.agent) == ("asterisk", "answered", "1003")
    assert (call.answered_at, call.talk_ms, call.ended_at) == (120000, 70000, 190000)
    assert (segment.queue, segment.outcome, segment.requested_at) == ("general", "answered", 105500)


def test_a_message_left_after_asterisks_own_queue_is_no_wait() -> None:
    call, (segment,), _ = call_of([asterisks(Outcome.VOICEMAIL, left_queue_at=150.0)])
    assert (call.left_queue_at, call.ended_at) == (150000, 190000)
    assert (segment.ended_at, segment.outcome) == (150000, "voicemail")


def test_a_call_that_ended_in_the_menus_has_no_segment() -> None:
    told = asterisks(Outcome.IVR_END, requested_at=None, queue="", cause="closed")
    call, segments, _ = call_of([told])
    assert (call.outcome, call.cause, call.requested_at) == ("ivr_end", "closed", None)
    assert segments == []


def test_a_talk_that_ended_while_the_controller_was_away() -> None:
    call, (segment,), rings = call_of(
        [
            queued(106.0),
            *rung(LEG1, "1001", 106.0, RingResult.ANSWERED, 4.0),
            TalkStarted(110.0, C, LEG1, "1001", "general"),
            asterisks(Outcome.ANSWERED, answered_at=110.01, talk_s=79.5, agent="1001"),
        ]
    )
    assert (call.handled_by, call.outcome, call.talk_ms) == ("controller", "answered", 79500)
    assert (call.answered_at, call.ended_at) == (110000, 190000)
    assert (segment.talk_ms, segment.outcome) == (79500, "answered")
    assert rings[LEG1].left_at == 189500


def test_the_first_end_stands() -> None:
    call, _, _ = call_of(
        [
            queued(106.0),
            ended(120.0, Outcome.ABANDONED_QUEUE),
            asterisks(Outcome.TIMEOUT),
            ended(130.0, Outcome.SYSTEM_FAIL),
        ]
    )
    assert (call.outcome, call.ended_at) == ("abandoned_queue", 120000)
    assert call.left_queue_at == 120000


def test_a_call_lost_while_it_rang_leaves_no_open_ring() -> None:
    _, (segment,), rings = call_of(
        [
            queued(106.0),
            RingStarted(106.0, C, LEG1, "1001", "general", {}),
            ended(109.0, Outcome.SYSTEM_FAIL, "asterisk_restarted"),
        ]
    )
    assert rings[LEG1].ended_at == 109000
    assert segment.outcome == "system_fail"


def test_agents_intervals_and_wrap_up_of_their_call() -> None:
    def duty(at: float, state: AgentState, call: str = "") -> AgentChanged:
        return AgentChanged(at, "1001", state, "", call, 0.0, 0)

    page = folded(
        [
            queued(106.0),
            duty(110.0, AgentState.TALKING, C),
            AgentAsked(115.0, "1001", AgentState.READY, ""),
            ended(130.0, Outcome.ANSWERED),
            duty(130.0, AgentState.WRAP_UP, C),
            duty(142.5, AgentState.READY),
        ]
    )
    assert page.calls[C].wrap_ms == 12500
    assert [
        (r["state"], r["started_at"], r["ended_at"]) for r in of_page(page)["AgentInterval"]
    ] == [
        ("ready", 142500, None),
        ("talking", 110000, 130000),
        ("wrap_up", 130000, 142500),
    ]


def test_recordings_and_messages_are_kept_once() -> None:
    made = RecordingMade(110.0, C, LEG1, "1001", "2025/11/30/x.wav")
    left = VoicemailLeft(180.0, C, "general", "1764-0001", "default/general/INBOX/msg0000.wav", 9.5)
    rows = of_page(folded([made, left, made, left]))
    assert [r["file"] for r in rows["Recording"]] == ["2025/11/30/x.wav"]
    assert [(r["box"], r["duration_ms"]) for r in rows["VoicemailMessage"]] == [("general", 9500)]


@given(histories())
def test_every_ended_call_has_one_outcome_and_closed_rows(facts: list[JournalFact]) -> None:
    page = folded(facts)
    for call in page.calls.values():
        assert (call.ended_at is None) == (call.outcome is None)
        assert (call.outcome == Outcome.ANSWERED) <= (call.talk_ms + call.hold_ms > 0)
        assert min(call.talk_ms, call.hold_ms) >= 0
        stays = page.segments.get(call.call_id, [])
        if call.ended_at is not None:
            assert all(stay.ended_at is not None and stay.how_ended for stay in stays)
            assert not [t for t in page.transfers.get(call.call_id, ()) if t.result is None]
            rings = page.rings.get(call.call_id, {}).values()
            assert not [r for r in rings if r.joined_at is not None and r.left_at is None]
            assert not [h for h in page.holds.values() if h.call_id == call.call_id]
    for duties in _by_agent(page.added).values():
        for one, following in pairwise(duties):
            assert one.ended_at == following.started_at


@settings(max_examples=20, deadline=None)
@given(histories(calls=2), st.data())
def test_however_the_facts_are_cut_into_batches_the_rows_are_the_same(
    facts: list[JournalFact], data: st.DataObject
) -> None:
    engine = create_engine("sqlite://", poolclass=StaticPool)
    METADATA.create_all(engine)
    entries = [Entry(n, fact) for n, fact in enumerate(facts, 1)]
    while entries:
        size = data.draw(st.integers(min(3, len(entries)), len(entries)))
        write_entries(engine, "journal", entries[:size])
        entries = entries[size:]
    assert of_database(engine) == of_page(folded(facts))
    engine.dispose()


def _by_agent(rows: Sequence[object]) -> dict[str, list[AgentInterval]]:
    found: dict[str, list[AgentInterval]] = {}
    for row in rows:
        if isinstance(row, AgentInterval):
            found.setdefault(row.agent, []).append(row)
    return found
