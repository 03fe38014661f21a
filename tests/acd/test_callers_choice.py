"""Callers who leave the line by a key, ask for a callback late, call again, or are left to rate."""

import dataclasses

import pytest
from callcenter.acd.commands import HangUpCaller, HoldInQueue, Overflow
from callcenter.acd.events import CallEntered, LegGone
from callcenter.acd.facts import CallEnded, CallOverflowed, CallQueued
from callcenter.acd.plan import CallbackRule
from callcenter.acd.talk_commands import SendCaller, TakeLeave
from callcenter.acd.talk_events import (
    CallbackAsked,
    DialledAnswered,
    KeyChosen,
)
from callcenter.acd.talk_facts import CallbackRequested
from callcenter.acd.target import Target
from callcenter.terms import Outcome, TargetKind
from tests.acd.stage import Stage, site

pytestmark = pytest.mark.pure

SURVEY = Target(TargetKind.SURVEY, "rate")


def rated(agents: str = "ann, bob") -> Stage:
    """Ann talks with `c`, of a queue with a survey."""
    made = site(agents)
    queues = {n: dataclasses.replace(q, survey="rate") for n, q in made.queues.items()}
    return Stage(dataclasses.replace(made, queues=queues))


def ends(stage: Stage, call: str) -> list[tuple[str, str]]:
    return [(f.outcome, f.cause) for f in stage.told(CallEnded) if f.call == call]


def test_a_key_leads_out_of_the_line_with_its_cause() -> None:
    stage = Stage(site("ann"))
    stage.enter("w")
    stage.tell(KeyChosen("w", "2"))
    assert stage.commands == (Overflow("w", "hotline", "key-2", "2"),)
    assert [f.cause for f in stage.told(CallOverflowed)] == ["key-2"]
    assert stage.floor.call("w") is None
    assert stage.floor.next_deadline() is None


def test_a_key_does_nothing_when_a_phone_rings_already_or_nobody_waits() -> None:
    stage = Stage(site("ann, bob"), talk="")
    stage.enter("w")
    for call in ("w", "nobody"):
        stage.tell(KeyChosen(call, "2"))
        assert (stage.facts, stage.commands) == ((), ())


def test_who_is_left_by_his_agent_is_asked_to_rate_and_has_one_end() -> None:
    stage = rated()
    stage.agent_hangs_up("c")
    assert SendCaller("c", SURVEY) in stage.commands
    assert HangUpCaller("c") not in stage.commands
    assert ends(stage, "c") == [(Outcome.ANSWERED, "agent")]
    assert stage.agent("ann") == "wrap_up"


def test_who_hangs_up_first_is_not_asked() -> None:
    stage = rated()
    stage.hang_up("c")
    assert stage.said(SendCaller) == []
    assert ends(stage, "c") == [(Outcome.ANSWERED, "caller")]


def test_nobody_is_asked_whose_party_is_outside_or_who_has_no_survey() -> None:
    stage = rated()
    stage.transfer("outside 0201")
    stage.picks_up("c")
    stage.tell(LegGone("c", stage.leg("c"), 16))
    assert stage.said(SendCaller) == []
    stage = Stage()
    stage.agent_hangs_up("c")
    assert HangUpCaller("c") in stage.commands


def test_he_who_is_called_back_is_asked_too() -> None:
    stage = rated("ann")
    stage.enter("w")
    stage.wants_callback("w")
    stage.agent_hangs_up("c")
    stage.ready("ann")
    stage.tell(DialledAnswered("w+cb"))
    assert HoldInQueue("w+cb", "hotline") in stage.commands
    stage.picks_up("w+cb")
    stage.now += 5
    stage.agent_hangs_up("w+cb")
    assert SendCaller("w+cb", SURVEY) in stage.commands
    assert ends(stage, "w+cb") == [(Outcome.OUTBOUND, "agent")]


def late(stage: Stage, queue: str = "hotline") -> CallEntered:
    """The request of a caller who has overflowed."""
    return CallEntered("late", queue, "138", "12345", stage.now, 3.0)


def test_who_has_overflowed_is_called_back_in_his_place() -> None:
    stage = Stage(site("ann"))
    stage.enter("w")
    stage.tell(CallbackAsked("late", "138", late(stage)))
    assert stage.commands == (TakeLeave("late"),)
    assert [type(f) for f in stage.facts] == [CallQueued, CallbackRequested, CallEnded]
    assert ends(stage, "late") == [(Outcome.CALLBACK_REQUESTED, "callback")]
    assert stage.floor.queue_view("hotline").waiting == ("late+cb", "w")


def test_of_a_queue_that_is_gone_nobody_is_called_back() -> None:
    stage = Stage(site("ann"))
    stage.tell(CallbackAsked("late", "138", late(stage, "gone")))
    assert (stage.facts, stage.commands) == ((), (HangUpCaller("late"),))


@pytest.mark.parametrize(("number", "left"), [("+8613800138000", []), ("13900139000", ["w+cb"])])
def test_who_calls_again_and_is_answered_is_not_called_back(number: str, left: list[str]) -> None:
    stage = Stage(site("ann"))
    stage.enter("w")
    stage.wants_callback("w", "13800138000")
    stage.tell(CallEntered("again", "hotline", number, "12345", stage.now, 0.0))
    stage.agent_hangs_up("c")
    stage.ready("ann")
    assert stage.call("again") == "ringing ann"
    assert stage.call("w+cb") == "waiting"
    stage.picks_up("again")
    assert [c.call for c in stage.floor.calls() if c.call == "w+cb"] == left
    assert ends(stage, "w+cb") == [(Outcome.OUTBOUND, "withdrawn")] * (not left)


def test_the_time_to_confirm_belongs_to_the_attempt() -> None:
    made = site("ann")
    rule = CallbackRule(attempts=2, gap_s=30, expires_s=1000, dial_timeout_s=20, confirm_s=15)
    queues = {n: dataclasses.replace(q, callback=rule) for n, q in made.queues.items()}
    stage = Stage(dataclasses.replace(made, queues=queues))
    stage.enter("w")
    stage.wants_callback("w")
    stage.agent_hangs_up("c")
    stage.ready("ann")
    stage.wait(39)
    assert stage.call("w+cb") == "dialling ann"
    stage.wait(1)
    assert stage.call("w+cb") == "postponed"
