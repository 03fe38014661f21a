"""Calls that agents placed are handed on, asked about and shared, as callers' talks are."""

import pytest
from callcenter.acd.commands import HangUpLeg, HoldInQueue, RingAgent
from callcenter.acd.events import LegGone
from callcenter.acd.facts import CallEnded, CallQueued, TalkEnded
from callcenter.acd.talk_commands import (
    AnswerTransfer,
    ParkCaller,
    Rejoin,
    RingOutside,
    TurnRound,
    UseLine,
)
from callcenter.acd.talk_events import (
    CallMoved,
    ConsultAsked,
    ConsultCompleted,
    ConsultReturned,
    LegHeld,
    MergeAsked,
    SwapAsked,
    TakeOverAsked,
    TransferAsked,
)
from callcenter.acd.talk_facts import CallTransferred, CallTurned, HoldEnded, TransferRefused
from callcenter.terms import CallKind, CallState, Outcome, RingResult
from tests.acd.stage import Stage, site, target
from tests.acd.test_restart_talks import restart

pytestmark = pytest.mark.pure


def placed(
    to: str = "outside 0201", agents: str = "ann, bob, cyd", *, wrapping: bool = False
) -> Stage:
    """Ann talks with whom she called; the call is `p`."""
    stage = Stage(site(agents), talk="c" if wrapping else "")
    if wrapping:
        stage.agent_hangs_up("c")
    stage.calls("ann", to)
    stage.picks_up("p")
    stage.now += 10
    return stage


def hands_on(stage: Stage, to: str) -> None:
    stage.tell(TransferAsked("p", "p", target(to)))


def asks(stage: Stage, to: str, line: str = "", *, answered: bool = True) -> None:
    stage.tell(ConsultAsked("p", "p", target(to), line))
    view = stage.floor.call("p")
    assert view is not None
    assert view.consult is not None
    if answered:
        stage.picks_up(view.consult.consult)


def ends(stage: Stage) -> list[tuple[str, str]]:
    return [(fact.outcome, fact.cause) for fact in stage.told(CallEnded) if fact.call == "p"]


def test_to_a_colleague() -> None:
    stage = placed()
    hands_on(stage, "agent bob")
    assert stage.told(CallTurned) == [CallTurned(stage.now, "p", "p~1", "ann", "", "0201")]
    assert stage.said(TurnRound) == [TurnRound("p", "p~1", "0201")]
    assert AnswerTransfer("p", "p", done=True) in stage.commands
    assert HangUpLeg("p", "p~1") in stage.commands
    assert ParkCaller("p") in stage.commands
    assert [command.agent for command in stage.said(RingAgent)] == ["bob"]
    assert stage.agent("ann") == "wrap_up"
    stage.picks_up("p")
    view = stage.floor.call("p")
    assert view is not None
    assert (view.kind, view.agent, view.caller) == (CallKind.OUTBOUND, "bob", "0201")
    stage.now += 5
    stage.hang_up("p")
    assert ends(stage) == [(Outcome.OUTBOUND, "caller")]
    assert stage.agent("bob") == "wrap_up"
    assert [(f.leg, f.agent) for f in stage.told(TalkEnded)] == [("p~1", "ann"), ("p~2", "bob")]


def test_to_a_queue_behind_whoever_asked_before() -> None:
    stage = placed(agents="ann")
    stage.enter("w")
    stage.now += 1
    hands_on(stage, "queue hotline")
    assert HoldInQueue("p", "hotline") in stage.commands
    assert stage.floor.queue_view("hotline").waiting == ("w", "p")
    (queued,) = [fact for fact in stage.told(CallQueued) if fact.call == "p"]
    assert (queued.caller, queued.requested_at) == ("0201", stage.now)
    stage.wait(3600)
    assert stage.call("p") != CallState.GONE, "an outbound call never overflows"
    stage.enter("x", "other")
    stage.tell(CallMoved("p", "other", "eve"))
    assert stage.floor.queue_view("other").waiting == ("p", "x")


def test_to_a_queue_where_nobody_is_signed_in_is_refused() -> None:
    queues = "queue | needs\nhotline |\nother | spanish 1"
    stage = Stage(site("ann, bob", queues), talk="")
    stage.calls("ann", "outside 0201")
    stage.picks_up("p")
    hands_on(stage, "queue other")
    assert stage.refusal() == "no_agent"
    assert stage.call("p") == "talking"


@pytest.mark.parametrize("to", ["menu x", "voicemail x", "survey x"])
def test_places_without_people_are_refused_and_the_talk_goes_on(to: str) -> None:
    stage = placed()
    hands_on(stage, to)
    assert stage.refusal() == "not_permitted"
    (fact,) = stage.told(TransferRefused)
    assert (fact.leg, fact.agent) == ("p", "ann")
    assert not stage.told(CallTurned)


def test_to_another_number_outside() -> None:
    stage = placed()
    hands_on(stage, "outside 0202")
    assert stage.said(RingOutside) == [RingOutside("p", "p~2", "0202", "", 45.0)]
    stage.picks_up("p")
    stage.now += 1
    stage.leg_goes("p")
    assert ends(stage) == [(Outcome.OUTBOUND, "agent")]


def test_nobody_takes_him_and_he_is_back_with_who_handed_him_on() -> None:
    stage = placed()
    hands_on(stage, "agent bob")
    stage.leg_fails("p", RingResult.DECLINED)
    assert stage.call("p") == "ringing ann"
    stage.picks_up("p")
    assert stage.call("p") == "talking ann"
    assert stage.agent("bob") == "ready"


def test_nobody_takes_him_nor_who_handed_him_on() -> None:
    stage = placed()
    hands_on(stage, "agent bob")
    stage.leg_fails("p", RingResult.DECLINED)
    stage.leg_fails("p", RingResult.NO_ANSWER)
    assert ends(stage) == [(Outcome.OUTBOUND, "no_answer")]


def test_from_a_queue_he_goes_back_to_it() -> None:
    stage = placed(agents="ann, bob, cyd")
    stage.not_ready("cyd")
    hands_on(stage, "queue hotline")
    stage.picks_up("p")
    assert stage.call("p") == "talking bob"
    stage.ready("cyd")
    stage.not_ready("cyd")
    stage.transfer("agent cyd", "p")
    stage.leg_fails("p", RingResult.DECLINED)
    assert stage.call("p") in ("waiting", "ringing ann", "ringing bob")
    assert stage.told(CallQueued)[-1].queue == "hotline"


@pytest.mark.parametrize("line", ["", "line-1"])
def test_asked_about_swapped_and_completed(line: str) -> None:
    stage = placed()
    asks(stage, "agent bob", line)
    assert stage.call("p") == "talking ann"
    stage.wish(SwapAsked, "p")
    assert Rejoin("p", ("p~1",)) in stage.commands
    stage.wish(SwapAsked, "p")
    stage.wish(ConsultCompleted, "p")
    assert stage.call("p") == "talking bob"
    assert stage.agent("ann") == "wrap_up"
    assert [f.how for f in stage.told(CallTransferred)] == ["attended"]


def test_the_asking_channel_is_told_before_it_asks() -> None:
    stage = placed()
    stage.tell(ConsultAsked("p", "p", target("agent bob"), ""))
    kinds = [type(command) for command in stage.commands]
    assert kinds.index(TurnRound) < kinds.index(UseLine)
    assert UseLine("p^2", "p~1") in stage.commands


def test_asked_about_and_returned() -> None:
    stage = placed()
    asks(stage, "agent bob")
    stage.wish(ConsultReturned, "p")
    assert (stage.call("p"), stage.agent("bob")) == ("talking ann", "ready")
    stage.agent_hangs_up("p")
    assert ends(stage) == [(Outcome.OUTBOUND, "agent")]
    assert stage.agent("ann") == "wrap_up"


def test_three_talk_and_the_one_who_called_leaves() -> None:
    stage = placed()
    asks(stage, "agent bob")
    stage.wish(MergeAsked, "p")
    assert Rejoin("p", ("p~1", "p^2~1")) in stage.commands
    stage.agent_hangs_up("p")
    assert stage.call("p") == "talking bob"
    stage.hang_up("p")
    assert ends(stage) == [(Outcome.OUTBOUND, "caller")]


def test_a_hold_ends_before() -> None:
    stage = placed()
    stage.tell(LegHeld("p", "p"))
    hands_on(stage, "agent bob")
    assert [fact.leg for fact in stage.told(HoldEnded)] == ["p"]


def test_a_colleague_is_handed_on_by_who_called_him() -> None:
    stage = placed("agent bob")
    hands_on(stage, "agent cyd")
    view = stage.floor.call("p")
    assert view is not None
    assert (view.kind, view.placed_by, view.agent) == (CallKind.INTERNAL, "bob", "cyd")
    assert (stage.agent("ann"), stage.agent("bob")) == ("ready", "talking")
    stage.picks_up("p")
    hands_on(stage, "outside 0202")  # now bob, whose channel is the caller's side
    assert [fact.agent for fact in stage.told(CallTurned)] == ["ann", "bob"]
    view = stage.floor.call("p")
    assert view is not None
    assert (view.placed_by, view.outside) == ("cyd", "0202")
    stage.leg_fails("p", RingResult.BUSY)
    assert ends(stage) == [(Outcome.OUTBOUND, "busy")]
    assert [stage.agent(name) for name in ("ann", "bob", "cyd")] == ["ready"] * 3


def test_a_colleague_hands_on_who_called_him() -> None:
    stage = placed("agent bob")
    stage.transfer("agent cyd", "p")
    assert not stage.told(CallTurned)
    view = stage.floor.call("p")
    assert view is not None
    assert (view.placed_by, view.agent) == ("ann", "cyd")
    assert stage.agent("bob") == "ready"
    stage.picks_up("p")
    stage.hang_up("p")
    assert [stage.agent(name) for name in ("ann", "cyd")] == ["ready"] * 2


def test_wrap_up_is_given_back_to_who_hands_a_colleague_on() -> None:
    stage = placed("agent bob", wrapping=True)
    asks(stage, "agent cyd")
    restart(stage, away=("p",))
    stage.wish(ConsultCompleted, "p")
    assert (stage.agent("ann"), stage.agent("bob")) == ("wrap_up", "talking")


def test_after_a_restart_all_is_as_it_was() -> None:
    stage = placed()
    hands_on(stage, "agent bob")
    before = stage.floor.call("p")
    restart(stage)
    assert stage.floor.call("p") == before
    assert ParkCaller("p") in stage.commands
    stage.picks_up("p")
    restart(stage)
    assert stage.call("p") == "talking bob"
    stage.tell(LegGone("p", "p~2"))
    assert ends(stage) == [(Outcome.OUTBOUND, "agent")]


def test_a_supervisor_takes_over_whom_an_agent_called_and_handed_on() -> None:
    stage = placed(agents="ann, bob, cyd")
    hands_on(stage, "agent bob")
    stage.picks_up("p")
    stage.tell(TakeOverAsked("cyd", "line-1", "p"))
    stage.joined("p")
    assert stage.call("p") == "talking cyd"
    stage.hang_up("p")
    assert ends(stage) == [(Outcome.OUTBOUND, "caller")]


def test_a_supervisor_who_took_him_over_and_is_gone_leaves_nobody_waiting() -> None:
    stage = placed(agents="ann, bob, cyd")
    asks(stage, "agent bob", "line-1")
    stage.tell(TakeOverAsked("cyd", "line-2", "p"))
    stage.leg_goes("p")
    assert ends(stage) == [(Outcome.OUTBOUND, "failed")]
    assert stage.call("p") == "gone"


def test_who_comes_back_to_his_agent_is_bound_for_him_after_a_restart() -> None:
    stage = placed()
    hands_on(stage, "agent bob")
    stage.leg_fails("p", RingResult.DECLINED)
    before = stage.floor.call("p")
    restart(stage)
    assert stage.floor.call("p") == before
    stage.leg_fails("p", RingResult.NO_ANSWER)
    assert ends(stage) == [(Outcome.OUTBOUND, "no_answer")]


def test_in_a_consult_nothing_is_handed_on() -> None:
    stage = placed("agent bob")
    stage.tell(ConsultAsked("p", "p~1", target("agent cyd"), ""))
    stage.picks_up("p^2")
    hands_on(stage, "agent cyd")
    assert stage.refusal() == "in_consult"
    stage.tell(TransferAsked("p^2", "p^2~1", target("outside 0202")))
    assert stage.refusal() == "not_permitted"
