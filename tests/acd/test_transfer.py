"""Blind transfers, moves, hold, marks: the caller is never lost, the agent is free."""

import pytest
from callcenter.acd.commands import HangUpCaller, HangUpLeg, HoldInQueue
from callcenter.acd.events import CallerGone, CallLost, LegGone, LegRinging
from callcenter.acd.facts import CallQueued, TalkEnded, TalkStarted
from callcenter.acd.talk_commands import AnswerTransfer, ParkCaller, RingOutside, SendCaller
from callcenter.acd.talk_events import (
    CallMoved,
    HangUpAsked,
    LegHeld,
    LegRetrieved,
    MarkAsked,
    TransferAsked,
)
from callcenter.acd.talk_facts import (
    CallMarked,
    CallSent,
    CallTransferred,
    HoldEnded,
    HoldStarted,
    TransferRefused,
)
from callcenter.terms import Outcome, RingResult
from tests.acd.stage import Stage, site, target

pytestmark = pytest.mark.pure


def test_to_a_queue_the_caller_waits_with_his_first_request() -> None:
    stage = Stage(site("ann"))
    stage.enter("later", "other")
    stage.transfer("queue other")
    assert stage.call("c") == "waiting"
    assert stage.floor.queue_view("other").waiting == ("c", "later")
    assert stage.agent("ann") == "wrap_up"
    assert stage.commands[0] == AnswerTransfer("c", "c~1", done=True)
    assert HoldInQueue("c", "other") in stage.commands
    assert HangUpLeg("c", "c~1") in stage.commands
    (moved,) = stage.told(CallTransferred)
    assert (moved.how, moved.to) == ("blind", "other")
    (_, _, again) = stage.told(CallQueued)
    assert (again.queue, again.requested_at) == ("other", stage.told(CallQueued)[0].requested_at)


def test_to_an_agent_his_phone_rings_and_he_has_the_talk() -> None:
    stage = Stage()
    stage.transfer("agent bob")
    assert stage.call("c") == "ringing bob"
    assert ParkCaller("c") in stage.commands
    stage.tell(LegRinging("c", stage.leg("c")))
    assert stage.agent("bob") == "ringing"
    stage.picks_up("c")
    assert stage.call("c") == "talking bob"
    stage.hang_up("c")
    assert stage.end("c") == Outcome.ANSWERED


@pytest.mark.parametrize("to", ["agent bob", "outside 0201"])
def test_who_is_not_taken_goes_back_to_his_queue(to: str) -> None:
    stage = Stage(site("ann, bob"))
    stage.not_ready("bob")
    stage.transfer(to)
    stage.leg_fails("c")
    assert stage.call("c") == "waiting"
    assert HoldInQueue("c", "hotline") in stage.commands
    assert stage.agent("bob") == "not_ready break"
    stage.ready("bob")
    assert stage.call("c") == "ringing bob"


def test_not_ready_and_called_by_name_he_is_not_ready_again_afterwards() -> None:
    stage = Stage()
    stage.not_ready("bob")
    stage.transfer("agent bob")
    stage.picks_up("c")
    stage.hang_up("c")
    assert stage.agent("bob") == "not_ready break"


def test_to_a_number_outside_nobody_of_ours_talks() -> None:
    stage = Stage()
    stage.transfer("outside 0201")
    (dial,) = stage.said(RingOutside)
    assert (dial.number, dial.caller_id, dial.timeout_s) == ("0201", "", 45.0)
    stage.tell(LegRinging("c", stage.leg("c")))
    stage.picks_up("c")
    view = stage.floor.call("c")
    assert view is not None
    assert (view.agent, view.outside) == ("", "0201")
    assert stage.told(TalkStarted)[-1].agent == ""
    stage.now += 3
    stage.leg_goes("c")
    assert stage.end("c") == Outcome.ANSWERED
    assert HangUpCaller("c") in stage.commands


def test_outside_that_answers_and_cannot_be_joined_sends_him_back_to_the_line() -> None:
    stage = Stage(site("ann"))
    stage.transfer("outside 0201")
    stage.answers("c")
    stage.wait(6)
    assert stage.call("c") == "waiting"


@pytest.mark.parametrize("kind", ["menu", "voicemail", "survey"])
def test_to_the_dialplan_he_leaves_the_floor_and_may_come_back(kind: str) -> None:
    stage = Stage()
    stage.transfer(f"{kind} x")
    assert stage.call("c") == "gone"
    assert stage.said(SendCaller) == [SendCaller("c", target(f"{kind} x"))]
    assert [fact.to for fact in stage.told(CallSent)] == ["x"]
    stage.enter("c")
    assert stage.leg("c") == "c~2"


@pytest.mark.parametrize(
    ("to", "reason"),
    [
        ("agent nobody", "unknown"),
        ("agent cyd", "signed_out"),
        ("agent bob", "busy"),
        ("agent ann", "busy"),
        ("queue nowhere", "unknown"),
        ("queue small", "full"),
    ],
)
def test_what_cannot_be_had_is_refused_and_the_talk_goes_on(to: str, reason: str) -> None:
    stage = Stage(site(queues="queue | max_length\nhotline |\nsmall | 0"))
    stage.sign_out("cyd")
    stage.enter("d")
    stage.talk("d")
    stage.transfer(to)
    assert stage.refusal() == reason
    assert stage.call("c") == "talking ann"
    assert [fact.reason for fact in stage.told(TransferRefused)] == [reason]


def test_one_who_wraps_up_is_busy_and_an_unknown_leg_has_no_talk() -> None:
    stage = Stage()
    stage.enter("d")
    stage.talk("d")
    stage.agent_hangs_up("d")
    stage.transfer("agent bob")
    assert stage.refusal() == "busy"
    stage.tell(TransferAsked("x", "x~1", target("agent cyd")))
    assert stage.refusal() == "no_talk"


def test_a_hold_is_told_once_and_ends_with_the_talk() -> None:
    stage = Stage()
    stage.tell(LegRetrieved("c", "c~1"))
    assert stage.facts == ()
    for _ in range(2):
        stage.tell(LegHeld("c", "c~1"))
    view, agent = stage.floor.call("c"), stage.floor.agent("ann")
    assert view is not None
    assert agent is not None
    assert (view.held, agent.held) == (True, True)
    stage.tell(LegRetrieved("c", "c~1"))
    stage.tell(LegHeld("c", "c~1"))
    stage.hang_up("c")
    kinds = [type(f) for f in stage.journal if type(f) in (HoldStarted, HoldEnded, TalkEnded)]
    assert kinds == [HoldStarted, HoldEnded, HoldStarted, HoldEnded, TalkEnded]
    stage.tell(LegHeld("c", "c~1"))
    assert stage.facts == ()


def test_a_caller_is_marked_with_the_agent_who_did_it() -> None:
    stage = Stage()
    stage.tell(MarkAsked("c", "c~1", "malicious"))
    assert [(f.call, f.agent, f.mark) for f in stage.told(CallMarked)] == [
        ("c", "ann", "malicious")
    ]
    stage.tell(MarkAsked("c", "x~1", "malicious"))
    assert stage.facts == ()


def test_a_waiting_call_is_moved_with_its_place_and_only_a_waiting_one() -> None:
    stage = Stage(site("ann"))
    stage.enter("first")
    stage.tell(CallMoved("first", "other", "eve"))
    assert stage.floor.queue_view("other").waiting == ("first",)
    (moved,) = stage.told(CallTransferred)
    assert (moved.how, moved.to, moved.agent) == ("moved", "other", "")
    for call, queue in (("first", "other"), ("first", "nowhere"), ("x", "other"), ("c", "other")):
        stage.tell(CallMoved(call, queue, "eve"))
        assert stage.facts == ()


def test_a_supervisor_ends_a_call_in_any_state() -> None:
    stage = Stage(site("ann"))
    stage.enter("w")
    for call, outcome in (("w", Outcome.SYSTEM_FAIL), ("c", Outcome.ANSWERED)):
        stage.tell(HangUpAsked(call, "eve"))
        assert stage.end(call) == outcome
        assert HangUpCaller(call) in stage.commands
    stage.tell(HangUpAsked("c", "eve"))
    assert stage.facts == ()


def test_a_talk_that_the_platform_loses_after_a_transfer_was_answered() -> None:
    stage = Stage()
    stage.transfer("agent bob")
    stage.tell(CallLost("c", "bridge failed"))
    assert stage.end("c") == Outcome.ANSWERED
    assert stage.agent("bob") == "ready"


def test_the_caller_may_hang_up_while_the_next_phone_rings() -> None:
    stage = Stage()
    stage.transfer("agent bob")
    leg = stage.leg("c")
    stage.tell(CallerGone("c"))
    stage.tell(LegGone("c", leg))
    assert stage.end("c") == Outcome.ANSWERED
    assert stage.agent("bob") == "ready"


def test_a_ring_that_tells_of_the_callers_end_ends_the_call() -> None:
    stage = Stage()
    stage.transfer("agent bob")
    stage.leg_fails("c", RingResult.CALLER_GONE)
    assert stage.end("c") == Outcome.ANSWERED
