"""A call that is handed on is one call with segments, and talk is counted net of hold."""

import pytest
from callcenter.acd.facts import (
    AgentChanged,
    CallOverflowed,
    RingEnded,
    RingStarted,
    TalkEnded,
    TalkStarted,
)
from callcenter.acd.talk_facts import (
    CallbackDialled,
    CallbackMissed,
    CallbackRequested,
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
    NotReadyRefused,
    TransferRefused,
    WaitEstimated,
)
from callcenter.records.fold.page import Page
from callcenter.records.journal.facts import ActDone, JournalFact, Rated, SurveyInvited
from callcenter.records.writing.hours import HOTLINE, counted
from callcenter.terms import AgentState, CallKind, Outcome, RingResult, TargetKind
from tests.records.rows import folded, of_page
from tests.records.story import C, completed, consulted, ended, queued, talks, transferred

pytestmark = pytest.mark.pure
LEG1, LEG2 = f"{C}~1", f"{C}~2"
AGENT, QUEUE, OUTSIDE = TargetKind.AGENT, TargetKind.QUEUE, TargetKind.OUTSIDE


def stays(page: Page) -> list[tuple[str, str, str | None, str, int]]:
    return [
        (s.kind, s.queue or s.target, s.outcome, s.how_ended, s.talk_ms) for s in page.segments[C]
    ]


def transfers(page: Page) -> list[tuple[str, str, str | None, str]]:
    return [(t.how, t.to_name, t.result, t.agent_after) for t in page.transfers[C]]


def test_blind_into_a_queue_whose_caller_hangs_up_is_answered_once() -> None:
    """Example E8 of the measures."""
    page = folded(
        [
            queued(100.0),
            *talks(1, "1001", 106.0, None),
            *transferred(136.0, 1, "1001", QUEUE, "social"),
            queued(136.0, "social"),
            ended(160.0, Outcome.ABANDONED_QUEUE),
        ]
    )
    call = page.calls[C]
    assert list(page.calls) == [C]
    assert (call.outcome, call.talk_ms, call.agent) == ("answered", 30000, "1001")
    assert stays(page) == [
        ("queue", "general", "answered", "transferred", 30000),
        ("queue", "social", "abandoned_queue", "abandoned_queue", 0),
    ]
    assert page.segments[C][1].requested_at == 136000
    assert transfers(page) == [("blind", "social", "abandoned_queue", "")]


@pytest.mark.parametrize(
    ("cause", "rings", "stay"),
    [
        ("caller", False, "abandoned_queue"),
        ("caller", True, "abandoned_ring"),
        ("agent", True, "abandoned_ring"),
        ("callback", False, "callback_requested"),
        ("bridge failed", False, "system_fail"),
    ],
)
def test_an_answered_calls_last_stay_has_an_outcome_of_its_own(
    cause: str, rings: bool, stay: str
) -> None:
    ring = [
        RingStarted(150.0, C, LEG2, "1002", "social", {}),
        RingEnded(160.0, C, LEG2, "1002", RingResult.CALLER_GONE, 0),
    ]
    page = folded(
        [
            queued(100.0),
            *talks(1, "1001", 106.0, None),
            *transferred(136.0, 1, "1001", QUEUE, "social"),
            queued(136.0, "social"),
            *(ring if rings else []),
            ended(160.0, Outcome.ANSWERED, cause),
        ]
    )
    assert page.calls[C].outcome == "answered"
    assert stays(page)[1] == ("queue", "social", stay, stay, 0)
    assert page.transfers[C][0].result == stay


def test_blind_into_the_queue_he_came_from_is_a_new_stay() -> None:
    page = folded(
        [
            queued(100.0),
            *talks(1, "1001", 106.0, None),
            *transferred(136.0, 1, "1001", QUEUE, "general"),
            queued(136.0),
            *talks(2, "1002", 150.0, 170.0),
            ended(170.0, Outcome.ANSWERED),
        ]
    )
    assert [how for *_, how, _ in stays(page)] == ["transferred", "answered"]
    assert (page.calls[C].talk_ms, page.calls[C].agent) == (50000, "1002")
    assert transfers(page) == [("blind", "general", "answered", "1002")]


def test_blind_to_an_agent_who_does_not_answer_brings_the_caller_back_into_line() -> None:
    leg = LEG2
    page = folded(
        [
            queued(100.0),
            *talks(1, "1001", 106.0, None),
            *transferred(136.0, 1, "1001", AGENT, "1002"),
            RingStarted(136.0, C, leg, "1002", "", {"chose": "asked"}),
            RingEnded(151.0, C, leg, "1002", RingResult.NO_ANSWER, 480),
            queued(151.0),
            *talks(3, "1003", 160.0, 170.0),
            ended(170.0, Outcome.ANSWERED),
        ]
    )
    assert stays(page) == [
        ("queue", "general", "answered", "transferred", 30000),
        ("agent", "1002", None, "unanswered", 0),
        ("queue", "general", "answered", "answered", 10000),
    ]
    assert transfers(page) == [("blind", "1002", "unanswered", "")]
    assert page.rings[C][leg].segment == 2


def test_a_call_outside_is_a_stay_without_an_agent_and_the_last_agent_is_kept() -> None:
    why = {"chose": "outside", "number": "07711234567"}
    page = folded(
        [
            queued(100.0),
            *talks(1, "1001", 106.0, None),
            *transferred(136.0, 1, "1001", OUTSIDE, "07711234567"),
            RingStarted(136.0, C, LEG2, "", "", why),
            RingEnded(140.0, C, LEG2, "", RingResult.ANSWERED, 0),
            TalkStarted(140.0, C, LEG2, "", ""),
            TalkEnded(160.0, C, LEG2, "", "caller"),
            ended(160.0, Outcome.ANSWERED),
        ]
    )
    assert stays(page)[1] == ("outside", "07711234567", "answered", "answered", 20000)
    assert (page.calls[C].agent, page.calls[C].talk_ms) == ("1001", 50000)


def test_attended_the_consult_itself_is_no_talk_of_the_caller() -> None:
    page = folded(
        [
            queued(100.0),
            *talks(1, "1001", 106.0, None),
            *consulted(116.0, 2, "1001", "1002", 120.0),
            *completed(130.0, 2, 1, "1001", "1002"),
            TalkEnded(160.0, C, f"{C}^2~1", "1002", "caller"),
            ended(160.0, Outcome.ANSWERED),
        ]
    )
    call, ring = page.calls[C], page.rings[C][f"{C}^2~1"]
    assert (call.talk_ms, call.hold_ms, call.agent) == (40000, 14000, "1002")
    assert page.segments[C][0].hold_ms == 14000
    assert stays(page) == [
        ("queue", "general", "answered", "transferred", 10000),
        ("agent", "1002", "answered", "answered", 30000),
    ]
    assert (ring.consult, ring.joined_at, ring.with_caller_at) == (f"{C}^2", 120000, 130000)
    assert (page.consults[f"{C}^2"].how, page.consults[f"{C}^2"].ended_at) == ("completed", 130000)
    assert transfers(page) == [("attended", "1002", "answered", "1002")]


def test_completed_while_the_consulted_phone_still_rings() -> None:
    consult, leg = f"{C}^2", f"{C}^2~1"
    page = folded(
        [
            queued(100.0),
            *talks(1, "1001", 106.0, None),
            ConsultStarted(116.0, C, consult, "1001", AGENT, "1002", ""),
            RingStarted(116.0, consult, leg, "1002", "", {"chose": "asked"}),
            *transferred(118.0, 1, "1001", AGENT, "1002", "attended"),
            ConsultEnded(118.0, C, consult, "completed"),
            RingEnded(121.0, C, leg, "1002", RingResult.ANSWERED, 0),
            TalkStarted(121.0, C, leg, "1002", ""),
            ended(141.0, Outcome.ANSWERED),
        ]
    )
    assert stays(page)[1] == ("agent", "1002", "answered", "answered", 20000)
    assert (page.calls[C].talk_ms, page.calls[C].hold_ms) == (30000, 2000)
    assert page.calls[C].agent == "1002"


@pytest.mark.parametrize("how", ["returned", "failed", "left"])
def test_a_consult_that_ends_without_a_transfer_changes_no_stay(how: str) -> None:
    page = folded(
        [
            queued(100.0),
            *talks(1, "1001", 106.0, None),
            *consulted(116.0, 2, "1001", "1002", 120.0),
            ConsultMerged(125.0, C, f"{C}^2"),
            ConsultEnded(130.0, C, f"{C}^2", how),
            TalkEnded(160.0, C, LEG1, "1001", "caller"),
            ended(160.0, Outcome.ANSWERED),
        ]
    )
    # The caller hears music until the three talk.
    assert stays(page) == [("queue", "general", "answered", "answered", 45000)]
    assert page.calls[C].hold_ms == 9000
    assert page.rings[C][f"{C}^2~1"].left_at == 130000
    assert (page.consults[f"{C}^2"].merged_at, page.consults[f"{C}^2"].how) == (125000, how)
    assert page.calls[C].agent == "1001"


def test_a_hold_of_before_outlasts_the_consult_and_a_swap_ends_the_music() -> None:
    page = folded(
        [
            queued(100.0),
            *talks(1, "1001", 106.0, None),
            HoldStarted(110.0, C, LEG1, "1001"),
            *consulted(112.0, 2, "1001", "1002", 115.0),
            ConsultEnded(120.0, C, f"{C}^2", "returned"),
            HoldEnded(125.0, C, LEG1, "1001"),
            *consulted(130.0, 3, "1001", "1003", 132.0),
            HoldEnded(135.0, C, LEG1, "1001"),
            HoldStarted(140.0, C, LEG1, "1001"),
            ConsultEnded(142.0, C, f"{C}^3", "returned"),
            TalkEnded(150.0, C, LEG1, "1001", "caller"),
            ended(150.0, Outcome.ANSWERED),
        ]
    )
    assert (page.calls[C].hold_ms, page.calls[C].talk_ms) == (22000, 22000)


def test_hold_is_not_talk_also_where_the_talk_ends_in_it() -> None:
    page = folded(
        [
            queued(100.0),
            *talks(1, "1001", 106.0, None),
            HoldStarted(110.0, C, LEG1, "1001"),
            HoldEnded(113.5, C, LEG1, "1001"),
            HoldStarted(120.0, C, LEG1, "1001"),
            TalkEnded(130.0, C, LEG1, "1001", "caller"),
            HoldEnded(130.0, C, LEG1, "1001"),
            ended(130.0, Outcome.ANSWERED),
        ]
    )
    call = page.calls[C]
    assert (call.talk_ms, call.hold_ms) == (10500, 13500)
    assert (page.segments[C][0].talk_ms, page.segments[C][0].hold_ms) == (10500, 13500)
    assert [h["ended_at"] for h in of_page(page)["Hold"]] == [113500, 130000]


def test_a_talk_of_nothing_but_hold_is_answered() -> None:
    page = folded(
        [
            queued(100.0),
            *talks(1, "1001", 106.0, None),
            HoldStarted(106.0, C, LEG1, "1001"),
            ended(110.0, Outcome.ANSWERED),
        ]
    )
    assert (page.calls[C].outcome, page.calls[C].talk_ms, page.calls[C].hold_ms) == (
        "answered", 0, 4000,
    )  # fmt: skip


def test_a_refused_transfer_leaves_the_talk_alone() -> None:
    page = folded(
        [
            queued(100.0),
            *talks(1, "1001", 106.0, None),
            TransferRefused(120.0, C, LEG1, "1001", AGENT, "1002", "signed_out"),
            TalkEnded(130.0, C, LEG1, "1001", "caller"),
            ended(130.0, Outcome.ANSWERED),
        ]
    )
    assert transfers(page) == [("", "1002", "refused", "")]
    assert page.transfers[C][0].reason == "signed_out"
    assert stays(page) == [("queue", "general", "answered", "answered", 24000)]


def test_moved_by_a_supervisor_the_place_in_time_is_kept() -> None:
    page = folded(
        [
            queued(100.0),
            CallTransferred(130.0, C, "", "", QUEUE, "social", "moved"),
            queued(130.0, "social"),
            *talks(1, "1001", 150.0, 160.0, queue="social"),
            ended(160.0, Outcome.ANSWERED),
        ]
    )
    assert stays(page) == [
        ("queue", "general", None, "moved", 0),
        ("queue", "social", "answered", "answered", 10000),
    ]
    assert page.segments[C][1].requested_at == 100000


def test_taken_over_with_a_phone_that_was_never_rung() -> None:
    page = folded(
        [
            queued(100.0),
            *talks(1, "1001", 106.0, None),
            *transferred(120.0, 1, "1001", AGENT, "9001", "take_over"),
            TalkStarted(120.0, C, LEG2, "9001", ""),
            TalkEnded(140.0, C, LEG2, "9001", "caller"),
            ended(140.0, Outcome.ANSWERED),
        ]
    )
    assert (page.calls[C].agent, page.calls[C].talk_ms) == ("9001", 34000)
    assert (page.rings[C][LEG2].result, page.rings[C][LEG2].why) == ("answered", {"chose": "took"})
    assert transfers(page) == [("take_over", "9001", "answered", "9001")]


def test_sent_into_a_menu_and_back_into_a_queue() -> None:
    page = folded(
        [
            queued(100.0),
            *talks(1, "1001", 106.0, None),
            *transferred(120.0, 1, "1001", TargetKind.MENU, "main"),
            CallSent(120.0, C, TargetKind.MENU, "main"),
            queued(140.0, "social"),
            CallOverflowed(200.0, C, "social", "max_wait"),
            ended(201.0, Outcome.TIMEOUT),
        ]
    )
    assert stays(page) == [
        ("queue", "general", "answered", "transferred", 14000),
        ("queue", "social", "timeout", "overflowed", 0),
    ]
    assert page.segments[C][1].cause == "max_wait"
    assert transfers(page) == [("blind", "main", "sent", "")]
    assert page.calls[C].outcome == "answered"


def test_a_call_of_an_agents_own_is_never_the_hotlines() -> None:
    out = CallPlaced(100.0, C, CallKind.OUTBOUND, "1001", OUTSIDE, "13900000002", "9139", "12345")
    page = folded(
        [
            out,
            RingStarted(100.0, C, LEG1, "", "", {"chose": "outside"}),
            RingEnded(105.0, C, LEG1, "", RingResult.ANSWERED, 0),
            TalkStarted(105.0, C, LEG1, "", ""),
            HoldStarted(110.0, C, C, "1001"),
            HoldEnded(112.0, C, C, "1001"),
            TalkEnded(125.0, C, LEG1, "", "caller"),
            ended(125.0, Outcome.OUTBOUND, "caller"),
        ]
    )
    call = page.calls[C]
    assert (call.direction, call.outcome, call.called, call.agent) == (
        "out", "outbound", "13900000002", "1001",
    )  # fmt: skip
    assert (call.answered_at, call.talk_ms, call.hold_ms) == (105000, 18000, 2000)
    assert page.segments == {}


def test_whom_an_agent_called_is_handed_on_in_the_same_record_and_is_no_request() -> None:
    page = folded(
        [
            CallPlaced(100.0, C, CallKind.OUTBOUND, "1001", OUTSIDE, "139", "9139", "12345"),
            RingStarted(100.0, C, LEG1, "", "", {"chose": "outside"}),
            RingEnded(105.0, C, LEG1, "", RingResult.ANSWERED, 0),
            TalkStarted(105.0, C, LEG1, "", ""),
            HoldStarted(110.0, C, C, "1001"),
            HoldEnded(112.0, C, C, "1001"),
            CallTurned(125.0, C, LEG1, "1001", "", "139"),
            *transferred(125.0, 1, "1001", QUEUE, "social"),
            queued(125.0, "social", caller="139"),
            *talks(2, "1002", 140.0, 150.0, queue="social"),
            ended(150.0, Outcome.OUTBOUND, "caller"),
        ]
    )
    call = page.calls[C]
    assert (call.direction, call.outcome, call.requested_at) == ("out", "outbound", None)
    assert (call.caller, call.called, call.agent) == ("1001", "139", "1001")
    assert (call.talk_ms, call.hold_ms) == (28000, 2000)
    assert stays(page) == [
        ("outside", "139", "answered", "transferred", 18000),
        ("queue", "social", "answered", "answered", 10000),
    ]
    assert [stay.agent for stay in page.segments[C]] == ["1001", "1002"]
    assert transfers(page) == [("blind", "social", "answered", "1002")]
    counts = counted(page)
    assert {where: dict(found) for where, found in counts.items()} == {
        (0, HOTLINE): {"is:outbound": 1},
        (0, "social"): {"is:outbound": 1},
    }


def test_a_colleague_who_hands_on_was_the_first_to_talk() -> None:
    page = folded(
        [
            CallPlaced(100.0, C, CallKind.INTERNAL, "1001", AGENT, "1002", "1002", ""),
            *talks(1, "1002", 105.0, None, queue=""),
            *transferred(120.0, 1, "1002", AGENT, "1003"),
            *talks(2, "1003", 125.0, 130.0, queue=""),
            ended(130.0, Outcome.OUTBOUND, "caller"),
        ]
    )
    assert stays(page) == [
        ("agent", "1002", "answered", "transferred", 15000),
        ("agent", "1003", "answered", "answered", 5000),
    ]
    assert page.calls[C].agent == "1001"


def test_an_internal_call_into_a_queue_keeps_the_agent_who_placed_it() -> None:
    page = folded(
        [
            CallPlaced(100.0, C, CallKind.INTERNAL, "1001", QUEUE, "general", "88", ""),
            queued(100.0),
            *talks(1, "1002", 110.0, 120.0),
            ended(120.0, Outcome.ANSWERED),
        ]
    )
    call = page.calls[C]
    assert (call.direction, call.party_class, call.outcome) == ("internal", "staff", "outbound")
    assert (call.caller, call.agent, call.requested_at) == ("1001", "1001", None)


def callback(*middle: JournalFact) -> Page:
    name = f"{C}+cb"
    asked = CallbackRequested(
        120.0, C, name, "13800000001", "general", 0, 100.0, "12345", "zh", False, 900.0
    )
    return folded([queued(100.0), asked, ended(120.0, Outcome.CALLBACK_REQUESTED), *middle])


def test_a_callback_that_reaches_its_caller_at_the_second_attempt() -> None:
    name = f"{C}+cb"
    page = callback(
        CallbackDialled(200.0, name, "1001", 1),
        CallbackMissed(220.0, name, "1001", 1, RingResult.NO_ANSWER, 480, 300.0),
        CallbackDialled(300.0, name, "1002", 2),
        *talks(1, "1002", 311.0, 340.0, call=name),
        ended(340.0, Outcome.OUTBOUND, "caller", call=name),
    )
    row, call = page.callbacks[name], page.calls[name]
    assert (row.attempts, row.last_result, row.result, row.agent) == (
        2, "no_answer", "reached", "1002",
    )  # fmt: skip
    assert (call.direction, call.callback_of, call.talk_ms, call.called) == (
        "out", C, 29000, "13800000001",
    )  # fmt: skip
    dialled = [r.result for r in page.rings[name].values() if not r.agent]
    assert dialled == ["no_answer", "answered"]
    assert page.calls[C].outcome == "callback_requested"


def test_a_callback_that_was_never_dialled_has_no_call() -> None:
    page = callback(ended(900.0, Outcome.OUTBOUND, "expired", call=f"{C}+cb"))
    assert list(page.calls) == [C]
    assert page.callbacks[f"{C}+cb"].result == "expired"


def test_the_wait_that_was_foretold_stands_at_its_stay() -> None:
    page = folded(
        [
            queued(100.0),
            WaitEstimated(100.0, C, "general", 40.0),
            CallRelaxed(120.0, C, 1, "english 3->1"),
            *talks(1, "1001", 130.0, 160.0),
            CallMarked(150.0, C, "1001", "malicious"),
            ended(160.0, Outcome.ANSWERED),
        ]
    )
    assert (page.segments[C][0].estimated_at, page.segments[C][0].estimate_ms) == (100000, 40000)
    rows = of_page(page)
    assert [(r["step"], r["what"]) for r in rows["Relaxation"]] == [(1, "english 3->1")]
    assert [(r["agent"], r["mark"]) for r in rows["Mark"]] == [("1001", "malicious")]


def test_ratings_belong_to_the_last_agent_and_the_first_rated_question_to_the_call() -> None:
    page = folded(
        [
            queued(100.0),
            *talks(1, "1001", 106.0, 130.0),
            SurveyInvited(131.0, C, "1001", "short"),
            Rated(135.0, C, "", "short", "served", "invalid", None, "9"),
            Rated(138.0, C, "", "short", "solved", "rated", 2, "2"),
            Rated(140.0, C, "", "short", "again", "rated", 1, "1"),
            ended(141.0, Outcome.ANSWERED),
        ]
    )
    call = page.calls[C]
    assert (call.rating_invited, call.rating) == (True, 2)
    rows = of_page(page)["Rating"]
    assert {(r["question"], r["agent"], r["result"]) for r in rows} == {
        ("again", "1001", "rated"),
        ("served", "1001", "invalid"),
        ("solved", "1001", "rated"),
    }


def test_acts_and_refusals_are_in_the_audit() -> None:
    page = folded(
        [
            ActDone(100.0, "9001", "force_not_ready", "1001", "meeting", "done"),
            NotReadyRefused(101.0, "1002", "break", "day"),
        ]
    )
    rows = of_page(page)["Act"]
    assert {(r["who"], r["act"], r["target"], r["result"]) for r in rows} == {
        ("1002", "not_ready", "day", "refused"),
        ("9001", "force_not_ready", "1001", "done"),
    }


def test_wrap_up_after_a_consult_belongs_to_the_callers_call() -> None:
    def duty(at: float, state: AgentState, call: str = "") -> AgentChanged:
        return AgentChanged(at, "1002", state, "", call, 0.0, 0)

    page = folded(
        [
            queued(100.0),
            duty(130.0, AgentState.WRAP_UP, f"{C}^2"),
            duty(140.0, AgentState.READY),
        ]
    )
    assert page.calls[C].wrap_ms == 10000
