"""Callbacks: the place is kept, nobody is dialled twice, each ends once."""

import dataclasses

import pytest
from callcenter.acd.commands import HangUpCaller, HoldInQueue, RingAgent, Say
from callcenter.acd.events import CallerGone, CallLost, PlanChanged
from callcenter.acd.facts import CallEnded
from callcenter.acd.talk_commands import DialCaller, TakeLeave
from callcenter.acd.talk_events import (
    CallbackAsked,
    CallbackWithdrawn,
    CallMoved,
    DialledAnswered,
    DialledFailed,
    HangUpAsked,
)
from callcenter.acd.talk_facts import CallbackDialled, CallbackMissed, CallbackRequested
from callcenter.terms import Outcome, RingResult
from tests.acd.stage import RULE, Stage, site

pytestmark = pytest.mark.pure


def stage_with_callback(queues: str = "queue\nhotline\nother") -> Stage:
    """Ann talks; the callback `w+cb` waits."""
    stage = Stage(site("ann", queues))
    stage.enter("w")
    stage.wants_callback("w")
    return stage


def dialled() -> Stage:
    """Ann is reserved, the caller is dialled."""
    stage = stage_with_callback()
    stage.agent_hangs_up("c")
    stage.ready("ann")
    return stage


def end_of(stage: Stage, call: str) -> tuple[str, str]:
    (end,) = [f for f in stage.told(CallEnded) if f.call == call]
    return end.outcome, end.cause


def test_his_own_call_ends_and_the_callback_has_his_place() -> None:
    stage = Stage(site("ann"))
    stage.enter("w")
    stage.now += 5
    stage.enter("later")
    stage.wants_callback("w")
    assert end_of(stage, "w") == (Outcome.CALLBACK_REQUESTED, "callback")
    assert stage.commands == (TakeLeave("w"),)
    assert stage.floor.queue_view("hotline").waiting == ("w+cb", "later")
    (asked,) = stage.told(CallbackRequested)
    assert (asked.call, asked.callback, asked.number) == ("w", "w+cb", "138")


def test_in_its_turn_an_agent_is_reserved_and_the_caller_dialled() -> None:
    stage = dialled()
    assert stage.agent("ann") == "reserved"
    assert stage.said(DialCaller) == [DialCaller("w+cb", "138", 20.0)]
    assert stage.call("w+cb") == "dialling ann"
    stage.tell(DialledAnswered("w+cb"))
    assert len(stage.said(RingAgent)) == 1
    stage.tell(DialledAnswered("w+cb"))
    assert stage.commands == ()
    stage.picks_up("w+cb")
    stage.now += 5
    stage.hang_up("w+cb")
    assert end_of(stage, "w+cb") == (Outcome.OUTBOUND, "caller")
    assert stage.agent("ann") == "wrap_up"


@pytest.mark.parametrize("how", ["failed", "gone", "lost", "overdue"])
def test_not_reached_he_is_dialled_again_and_then_given_up(how: str) -> None:
    stage = dialled()
    for attempt in (1, 2):
        if how == "failed":
            stage.tell(DialledFailed("w+cb", RingResult.BUSY, 486))
        elif how == "gone":
            stage.tell(CallerGone("w+cb"))
        elif how == "lost":
            stage.tell(CallLost("w+cb", "x"))
        else:
            stage.wait(25)
        missed = stage.told(CallbackMissed)
        assert len(missed) == attempt
        assert stage.agent("ann") == "ready"
        if attempt == 1:
            assert stage.call("w+cb") == "postponed"
            assert missed[0].next_at == stage.now + 30
            stage.wait(30)
    assert missed[1].next_at is None
    assert end_of(stage, "w+cb") == (Outcome.OUTBOUND, "not_reached")
    assert [fact.attempt for fact in stage.told(CallbackDialled)] == [1, 2]


def test_news_of_an_attempt_before_changes_nothing() -> None:
    stage = dialled()
    stage.tell(DialledFailed("w+cb", RingResult.BUSY))
    for event in (
        DialledFailed("w+cb", RingResult.BUSY),
        CallerGone("w+cb"),
        CallLost("w+cb", "x"),
    ):
        stage.tell(event)
        assert stage.call("w+cb") == "postponed"
    stage.tell(DialledAnswered("w+cb"))
    assert stage.commands == (HangUpCaller("w+cb"),)
    stage.tell(DialledAnswered("nobody+cb"))
    assert stage.commands == (HangUpCaller("nobody+cb"),)
    stage.tell(DialledFailed("nobody+cb", RingResult.BUSY))
    assert stage.commands == ()


def test_it_expires_while_it_waits_and_not_while_it_is_dialled() -> None:
    stage = stage_with_callback()
    stage.wait(1000)
    assert end_of(stage, "w+cb") == (Outcome.OUTBOUND, "expired")
    stage = stage_with_callback()
    stage.wait(999)
    stage.agent_hangs_up("c")
    stage.ready("ann")
    stage.wait(5)
    assert stage.call("w+cb") == "dialling ann"
    stage.tell(DialledFailed("w+cb", RingResult.NO_ANSWER))
    assert end_of(stage, "w+cb") == (Outcome.OUTBOUND, "not_reached")


def test_withdrawn_in_every_state_but_too_late_on_the_line() -> None:
    stage = stage_with_callback()
    stage.tell(CallbackWithdrawn("w+cb", "eve"))
    assert end_of(stage, "w+cb") == (Outcome.OUTBOUND, "withdrawn")
    assert stage.commands == ()
    stage = dialled()
    stage.tell(CallbackWithdrawn("w+cb", "eve"))
    assert stage.commands[0] == HangUpCaller("w+cb")
    assert stage.agent("ann") == "ready"
    stage = dialled()
    stage.tell(DialledFailed("w+cb", RingResult.BUSY))
    stage.tell(CallbackWithdrawn("w+cb", "eve"))
    assert stage.call("w+cb") == "gone"
    stage = dialled()
    stage.tell(DialledAnswered("w+cb"))
    stage.tell(CallbackWithdrawn("w+cb", "eve"))
    assert stage.call("w+cb") == "ringing ann"
    stage.tell(CallbackWithdrawn("x", "eve"))
    assert stage.facts == ()


def test_the_same_number_is_owed_one_callback() -> None:
    stage = stage_with_callback()
    stage.enter("again", "other")
    stage.wants_callback("again")
    assert end_of(stage, "again") == (Outcome.CALLBACK_REQUESTED, "callback asked before")
    assert len(stage.told(CallbackRequested)) == 1
    stage.enter("other", "other")
    stage.wants_callback("other", "139")
    assert len(stage.told(CallbackRequested)) == 2


def test_only_a_waiting_caller_asks_for_it() -> None:
    stage = stage_with_callback()
    for call in ("c", "w+cb", "nobody"):
        stage.tell(CallbackAsked(call, "139"))
        assert stage.facts == ()


def test_on_the_line_and_not_answered_he_is_a_caller_like_others() -> None:
    stage = dialled()
    stage.tell(DialledAnswered("w+cb"))
    stage.leg_fails("w+cb")
    assert stage.call("w+cb") == "waiting"
    stage.wait(3)
    assert stage.call("w+cb") == "ringing ann"
    assert stage.said(DialCaller) == []
    stage.hang_up("w+cb")
    assert end_of(stage, "w+cb") == (Outcome.OUTBOUND, "caller")
    assert stage.floor._room.callbacks == {}


def test_who_need_not_confirm_is_told_who_calls() -> None:
    stage = stage_with_callback()
    queues = {
        name: dataclasses.replace(queue, callback=dataclasses.replace(RULE, greeting="we-call"))
        for name, queue in stage.floor.plan.queues.items()
    }
    stage.tell(PlanChanged(dataclasses.replace(stage.floor.plan, queues=queues)))
    stage.agent_hangs_up("c")
    stage.ready("ann")
    stage.tell(DialledAnswered("w+cb"))
    assert stage.said(Say) == [Say("w+cb", "we-call")]


def test_it_never_overflows_and_hears_nothing() -> None:
    stage = stage_with_callback(
        "queue | max_wait_s | overflow_when_empty | announce_first_s\nhotline | 30 | yes | 5"
    )
    stage.wait(100)
    stage.agent_hangs_up("c")
    stage.sign_out("ann")
    assert stage.call("w+cb") == "waiting"
    assert stage.commands[-1:] != (HoldInQueue("w+cb", "hotline"),)


def test_it_is_moved_to_another_queue_and_hung_up_by_a_supervisor() -> None:
    stage = stage_with_callback()
    stage.tell(CallMoved("w+cb", "other", "eve"))
    assert stage.floor.queue_view("other").waiting == ("w+cb",)
    assert stage.said(HoldInQueue) == []
    stage.tell(HangUpAsked("w+cb", "eve"))
    assert end_of(stage, "w+cb") == (Outcome.OUTBOUND, "hung up by eve")


def test_reached_and_not_taken_he_waits_for_another_however_long_it_takes() -> None:
    """Whom the hotline has called is not sent to its overflow."""
    stage = stage_with_callback("queue | max_wait_s\nhotline | 30")
    stage.wait(40)
    stage.agent_hangs_up("c")
    stage.ready("ann")
    stage.tell(DialledAnswered("w+cb"))
    stage.leg_fails("w+cb")
    assert stage.call("w+cb") == "waiting"
    stage.wait(100)
    assert stage.call("w+cb") == "waiting"
    stage.ready("ann")
    assert stage.call("w+cb") == "ringing ann"
