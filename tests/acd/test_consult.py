"""Consults: whoever leaves in whatever state, the caller keeps somebody, or knows nobody."""

import pytest
from callcenter.acd.commands import HangUpCaller, HangUpLeg, HoldInQueue, Join
from callcenter.acd.events import CallerGone, CallLost, LegFailed, LegGone, LegJoined
from callcenter.acd.facts import RingEnded, TalkEnded, TalkStarted
from callcenter.acd.talk_commands import (
    AnswerTransfer,
    HangUpLine,
    ParkCaller,
    Rejoin,
    RingOutside,
    UseLine,
)
from callcenter.acd.talk_events import (
    ConsultAsked,
    ConsultCompleted,
    ConsultReturned,
    HangUpAsked,
    LegHeld,
    LineGone,
    MergeAsked,
    SwapAsked,
    TransferAsked,
)
from callcenter.acd.talk_facts import (
    CallTransferred,
    ConsultEnded,
    ConsultMerged,
    ConsultStarted,
    HoldEnded,
    HoldStarted,
)
from callcenter.terms import Outcome, RingResult
from tests.acd.stage import Stage, site, target

pytestmark = pytest.mark.pure


def ends(stage: Stage) -> list[str]:
    return [fact.how for fact in stage.told(ConsultEnded)]


def test_the_caller_hears_music_and_who_is_asked_rings() -> None:
    stage = Stage()
    consult = stage.consult("agent bob", answered=False)
    assert consult == "c^2"
    assert stage.call(consult) == "ringing bob"
    assert stage.commands[:2] == (ParkCaller("c"), UseLine(consult, "c~1"))
    assert stage.consult_state() == "asking"
    stage.picks_up(consult)
    assert stage.consult_state() == "speaking"
    ann = stage.floor.agent("ann")
    assert ann is not None
    assert (ann.consult, ann.call) == ("speaking", "c")


def test_swapped_there_and_back() -> None:
    stage = Stage()
    consult = stage.consult("agent bob")
    stage.wish(SwapAsked)
    assert stage.commands == (ParkCaller(consult), Rejoin("c", ("c~1",)))
    assert stage.consult_state() == "away"
    stage.wish(SwapAsked)
    assert stage.commands == (ParkCaller("c"), Rejoin(consult, ("c^2~1",)))
    assert stage.consult_state() == "speaking"


@pytest.mark.parametrize("before", [[], [SwapAsked], [MergeAsked]])
@pytest.mark.parametrize("hangs_up", [False, True])
def test_completed_caller_and_consulted_go_on(before: list[type], hangs_up: bool) -> None:
    stage = Stage()
    consult = stage.consult("agent bob")
    for wish in before:
        stage.wish(wish)
    if hangs_up:
        stage.leg_goes("c")
    else:
        stage.wish(ConsultCompleted)
        assert AnswerTransfer("c", "c~1", done=True) in stage.commands
    assert stage.call("c") == "talking bob"
    assert stage.leg("c") == "c^2~1"
    assert stage.call(consult) == "gone"
    assert Rejoin("c", ("c^2~1",)) in stage.commands
    assert (HangUpLeg("c", "c~1") in stage.commands) != hangs_up
    assert stage.agent("ann") == "wrap_up"
    assert ends(stage) == ["completed"]
    kinds = [type(f) for f in stage.facts]
    order = [TalkEnded, CallTransferred, TalkEnded, ConsultEnded, TalkStarted]
    assert [kind for kind in kinds if kind in order] == order
    bob = stage.floor.agent("bob")
    assert bob is not None
    assert bob.call == "c"
    stage.leg_goes("c")
    assert stage.end("c") == Outcome.ANSWERED
    assert stage.agent("bob") == "wrap_up"


@pytest.mark.parametrize("before", [[], [SwapAsked], [MergeAsked]])
def test_returned_the_agent_is_back_with_his_caller(before: list[type]) -> None:
    stage = Stage()
    consult = stage.consult("agent bob")
    for wish in before:
        stage.wish(wish)
    stage.wish(ConsultReturned)
    assert stage.call("c") == "talking ann"
    assert stage.call(consult) == "gone"
    assert stage.commands[0] == Rejoin("c", ("c~1",))
    assert HangUpLeg(consult, "c^2~1") in stage.commands
    assert (stage.agent("bob"), ends(stage)) == ("ready", ["returned"])
    assert stage.consult("agent bob") == "c^3"


@pytest.mark.parametrize("before", [[], [SwapAsked], [MergeAsked]])
def test_the_consulted_party_leaves(before: list[type]) -> None:
    stage = Stage()
    consult = stage.consult("outside 0201")
    for wish in before:
        stage.wish(wish)
    stage.leg_goes(consult)
    assert stage.call("c") == "talking ann"
    assert ends(stage) == ["left"]


@pytest.mark.parametrize("before", [[], [SwapAsked], [MergeAsked]])
@pytest.mark.parametrize("event", [CallerGone("c"), CallLost("c", "x"), HangUpAsked("c", "eve")])
def test_the_caller_leaves_and_both_are_free(before: list[type], event: CallerGone) -> None:
    stage = Stage()
    stage.consult("agent bob")
    for wish in before:
        stage.wish(wish)
    stage.tell(event)
    assert stage.floor.calls() == ()
    assert (stage.agent("ann"), stage.agent("bob")) == ("wrap_up", "ready")
    assert stage.end("c") == Outcome.ANSWERED
    assert len(ends(stage)) == 1


def test_three_way_is_one_bridge_and_swaps_no_more() -> None:
    stage = Stage()
    consult = stage.consult("agent bob", "line-1")
    stage.wish(MergeAsked)
    assert stage.commands == (Rejoin("c", ("c~1", "c^2~1")), HangUpLine(consult, "line-1"))
    assert len(stage.told(ConsultMerged)) == 1
    for wish in (SwapAsked, MergeAsked):
        stage.wish(wish)
        assert stage.refusal() == "no_consult"
    stage.tell(LineGone(consult, "line-1"))
    assert stage.consult_state() == "merged"


def test_before_the_answer_there_is_nobody_to_swap_or_merge_with() -> None:
    stage = Stage()
    stage.consult("agent bob", answered=False)
    for wish in (SwapAsked, MergeAsked):
        stage.wish(wish)
        assert stage.refusal() == "not_answered"
    stage.wish(ConsultReturned)
    assert stage.told(RingEnded)[-1].result is RingResult.CALLER_GONE
    for wish in (SwapAsked, MergeAsked, ConsultReturned, ConsultCompleted):
        stage.wish(wish)
        assert stage.refusal() == "no_consult"


def test_the_second_line_ends_and_he_is_back_with_his_caller() -> None:
    stage = Stage()
    consult = stage.consult("agent bob", "line-1")
    stage.tell(LineGone(consult, "line-2"))
    assert stage.facts == ()
    stage.tell(LineGone(consult, "line-1"))
    assert ends(stage) == ["returned"]
    assert stage.said(HangUpLine) == []
    stage.tell(LineGone(consult, "line-1"))
    assert stage.facts == ()


def test_the_second_line_is_ended_with_the_consult() -> None:
    stage = Stage()
    consult = stage.consult("agent bob", "line-1")
    stage.wish(ConsultCompleted)
    assert stage.said(HangUpLine) == [HangUpLine(consult, "line-1")]


@pytest.mark.parametrize("to", ["agent bob", "outside 0201"])
@pytest.mark.parametrize("end", ["fails", "rings out", "is not joined"])
def test_nobody_there_he_is_told_and_back_with_his_caller(to: str, end: str) -> None:
    stage = Stage()
    consult = stage.consult(to, answered=False)
    if end == "fails":
        stage.leg_fails(consult, RingResult.CALLER_GONE)
        assert stage.refusal() == "caller_gone"
    elif end == "rings out":
        stage.wait(51)
    else:
        stage.answers(consult)
        stage.wait(6)
    assert ends(stage) == ["failed"]
    assert stage.call("c") == "talking ann"
    assert (stage.agent("bob"), stage.floor.agent("bob").misses) == ("ready", 0)


def test_a_consult_that_the_platform_loses_leaves_the_talk() -> None:
    stage = Stage()
    consult = stage.consult("agent bob")
    stage.tell(CallLost(consult, "x"))
    assert ends(stage) == ["system"]
    consult = stage.consult("agent bob", answered=False)
    stage.tell(HangUpAsked(consult, "eve"))
    consult = stage.consult("agent bob")
    stage.tell(CallerGone(consult))
    assert stage.call("c") == "talking ann"
    assert ends(stage) == ["system", "returned", "returned"]


@pytest.mark.parametrize("to", ["agent bob", "outside 0201"])
def test_completed_while_it_rings_the_ring_goes_on_for_the_caller(to: str) -> None:
    stage = Stage()
    consult = stage.consult(to, answered=False)
    stage.wish(ConsultCompleted)
    assert stage.call(consult) == "gone"
    assert stage.call("c").startswith("ringing")
    assert stage.leg("c") == "c^2~1"
    assert stage.agent("ann") == "wrap_up"
    stage.answers("c")
    assert stage.said(Join) == [Join("c", "c^2~1", True)]
    stage.joined("c")
    assert stage.told(TalkStarted)[-1].call == "c"


def test_completed_while_it_rings_and_not_taken_he_is_in_his_queue() -> None:
    stage = Stage(site("ann, bob"))
    stage.consult("outside 0201", answered=False)
    stage.sign_out("bob")
    stage.wish(ConsultCompleted)
    stage.wait(51)
    assert stage.call("c") == "ringing ann"


def test_completed_while_it_is_joined_it_is_joined_with_the_caller() -> None:
    stage = Stage()
    consult = stage.consult("agent bob", answered=False)
    stage.answers(consult)
    stage.wish(ConsultCompleted)
    assert Join("c", "c^2~1", True) in stage.commands
    stage.tell(LegJoined(consult, "c^2~1"))
    assert stage.call("c") == "joining bob"
    stage.joined("c")
    assert stage.call("c") == "talking bob"


def test_a_queue_is_consulted_and_its_agent_has_the_caller() -> None:
    stage = Stage()
    consult = stage.consult("queue other")
    stage.wish(ConsultCompleted)
    assert stage.call("c") == "talking bob"
    view = stage.floor.call("c")
    assert view is not None
    assert view.queue == "other"
    assert stage.told(CallTransferred)[-1].to == "other"
    assert HoldInQueue(consult, "other") not in stage.commands


def test_a_queue_is_consulted_that_rings_or_waits() -> None:
    stage = Stage()
    stage.consult("queue other", answered=False)
    stage.wish(ConsultCompleted)
    assert stage.call("c") == "ringing bob"
    assert HoldInQueue("c", "other") in stage.commands
    stage = Stage(site("ann"))
    stage.consult("queue other", answered=False)
    assert stage.call("c^2") == "waiting"
    stage.wish(ConsultCompleted)
    assert stage.call("c") == "waiting"
    assert stage.floor.queue_view("other").waiting == ("c",)
    assert stage.told(CallTransferred)[-1].how == "blind"


def test_who_waits_in_a_queue_for_a_colleague_can_go_back() -> None:
    stage = Stage(site("ann"))
    stage.consult("queue other", answered=False)
    stage.wish(ConsultReturned)
    assert stage.floor.queue_view("other").waiting == ()
    assert stage.call("c") == "talking ann"


def test_one_consult_at_a_time_and_no_transfer_meanwhile() -> None:
    stage = Stage()
    consult = stage.consult("agent bob")
    stage.tell(ConsultAsked("c", "c~1", target("agent cyd"), "line-2"))
    assert stage.refusal() == "in_consult"
    assert stage.said(HangUpLine) == [HangUpLine("", "line-2")]
    stage.transfer("agent cyd")
    assert stage.refusal() == "in_consult"
    stage.tell(TransferAsked(consult, "c^2~1", target("agent cyd")))
    assert stage.refusal() == "not_permitted"
    stage.tell(SwapAsked(consult, "c^2~1"))
    assert stage.refusal() == "no_consult"


def test_menus_and_boxes_are_not_consulted_and_nobody_asks_without_a_talk() -> None:
    stage = Stage()
    assert stage.consult("menu main", answered=False) == ""
    assert stage.refusal() == "not_permitted"
    stage.tell(ConsultAsked("x", "x~1", target("agent bob"), "line-2"))
    assert stage.refusal() == "no_talk"
    assert stage.said(HangUpLine) == [HangUpLine("", "line-2")]
    stage.tell(ConsultAsked("x", "x~1", target("agent bob")))
    assert stage.said(HangUpLine) == []


def test_a_consulted_party_holds() -> None:
    stage = Stage()
    consult = stage.consult("agent bob")
    stage.tell(LegHeld(consult, "c^2~1"))
    both = [("c", "ann"), ("c", "bob")]
    assert [(f.call, f.agent) for f in stage.told(HoldStarted)] == both
    stage.wish(ConsultReturned)
    assert [(f.call, f.agent) for f in stage.told(HoldEnded)] == both


def test_the_callers_music_is_a_hold_while_the_agent_is_with_the_other() -> None:
    stage = Stage()
    stage.consult("agent bob")
    for wish, holds in ((SwapAsked, False), (SwapAsked, True), (MergeAsked, False)):
        stage.wish(wish)
        view = stage.floor.call("c")
        assert view is not None
        assert view.held == holds
    assert len(stage.told(HoldStarted)) == len(stage.told(HoldEnded)) == 2
    stage.wish(ConsultReturned)
    stage.consult("agent bob")
    stage.wish(ConsultCompleted)
    assert len(stage.told(HoldStarted)) == len(stage.told(HoldEnded)) == 3


def test_records_of_a_consult_carry_its_name() -> None:
    stage = Stage()
    stage.consult("outside 0201", "line-1")
    (started,) = stage.told(ConsultStarted)
    assert (started.call, started.consult, started.line) == ("c", "c^2", "line-1")
    assert stage.told(TalkStarted)[-1].call == "c^2"
    stage.tell(LegFailed("c^2", "c^2~1", RingResult.FAILED, 500))
    assert stage.told(TalkEnded)[-1].call == "c^2"


def test_the_caller_goes_while_the_agent_has_already_left() -> None:
    stage = Stage()
    stage.consult("agent bob")
    stage.leg_goes("c")
    stage.tell(LegGone("c", "c~1"))
    stage.tell(CallerGone("c"))
    assert HangUpCaller("c") not in stage.commands
    assert stage.end("c") == Outcome.ANSWERED
    assert stage.said(RingOutside) == []
