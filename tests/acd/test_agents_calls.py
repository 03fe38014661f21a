"""Calls that agents place or reach for: outbound, internal, pickup, take-over."""

import dataclasses

import pytest
from callcenter.acd.commands import CancelRing, HangUpCaller, HangUpLeg, HoldInQueue, Join
from callcenter.acd.events import CallerGone, LegJoined
from callcenter.acd.facts import CallEnded, RingEnded
from callcenter.acd.plan import Plan
from callcenter.acd.talk_commands import AdoptLeg, RingOutside
from callcenter.acd.talk_events import AgentCalls, LegHeld, PickupAsked, TakeOverAsked
from callcenter.acd.talk_facts import CallPlaced, CallTransferred, ConsultEnded, HoldStarted
from callcenter.terms import CallKind, Outcome, RingResult
from tests.acd.stage import Stage, site, target

pytestmark = pytest.mark.pure


def idle(agents: str = "ann, bob, cyd") -> Stage:
    return Stage(site(agents), talk="")


def cause(stage: Stage, call: str = "p") -> str:
    (end,) = [f for f in stage.told(CallEnded) if f.call == call]
    assert end.outcome is Outcome.OUTBOUND
    return end.cause


def test_an_outbound_call_talks_and_is_wrapped_up() -> None:
    stage = idle()
    stage.calls("ann", "outside 0201")
    assert stage.said(RingOutside) == [RingOutside("p", "p~1", "0201", "12345", 45.0)]
    assert (stage.agent("ann"), stage.call("p")) == ("talking", "ringing")
    stage.picks_up("p")
    view = stage.floor.call("p")
    assert view is not None
    assert (view.kind, view.outside, view.placed_by) == (CallKind.OUTBOUND, "0201", "ann")
    stage.tell(LegHeld("p", "p"))
    assert [fact.agent for fact in stage.told(HoldStarted)] == ["ann"]
    stage.now += 5
    stage.hang_up("p")
    assert HangUpLeg("p", "p~1") in stage.commands
    assert (cause(stage), stage.agent("ann")) == ("caller", "wrap_up")
    stage.wait(10)
    assert stage.agent("ann") == "ready"


@pytest.mark.parametrize("state", ["ready", "not_ready break", "signed_out"])
def test_not_reached_he_is_what_he_was(state: str) -> None:
    stage = idle()
    if state == "signed_out":
        stage.sign_out("ann")
    elif state != "ready":
        stage.not_ready("ann")
    stage.calls("ann", "outside 0201")
    stage.leg_fails("p", RingResult.BUSY)
    assert (cause(stage), stage.agent("ann")) == ("busy", state)
    assert HangUpCaller("p") in stage.commands


def test_a_colleague_is_rung_and_both_are_what_they_were() -> None:
    stage = idle()
    stage.calls("ann", "agent bob")
    assert stage.call("p") == "ringing bob"
    stage.picks_up("p")
    assert stage.said(Join) == []
    stage.leg_goes("p")
    assert (stage.agent("ann"), stage.agent("bob")) == ("ready", "ready")
    assert stage.told(CallPlaced)[0].kind is CallKind.INTERNAL


def test_talk_among_colleagues_is_not_recorded_and_gives_wrap_up_back() -> None:
    stage = Stage()
    stage.agent_hangs_up("c")
    stage.calls("ann", "agent bob")
    stage.answers("p")
    assert stage.said(Join) == [Join("p", "p~1", False)]
    stage.joined("p")
    stage.hang_up("p")
    assert stage.agent("ann") == "wrap_up"


def test_a_queue_is_called_and_waited_for_without_an_overflow() -> None:
    stage = idle("ann")
    stage.calls("ann", "queue other")
    assert stage.call("p") == "waiting"
    assert HoldInQueue("p", "other") in stage.commands
    stage.hang_up("p")
    assert (cause(stage), stage.agent("ann")) == ("caller", "ready")


@pytest.mark.parametrize(
    ("agent", "to", "reason"),
    [
        ("ann", "agent bob", "busy"),
        ("ann", "agent ann", "busy"),
        ("ann", "agent nobody", "unknown"),
        ("ann", "agent cyd", "signed_out"),
        ("ann", "menu x", "not_permitted"),
        ("nobody", "agent bob", "unknown"),
        ("bob", "outside 0201", "busy"),
    ],
)
def test_what_cannot_be_called_ends_at_once(agent: str, to: str, reason: str) -> None:
    stage = idle()
    stage.calls("bob", "outside 0202", "q")
    stage.sign_out("cyd")
    stage.calls(agent, to)
    assert (cause(stage), stage.refusal()) == (reason, reason)
    assert HangUpCaller("p") in stage.commands
    assert stage.agent("ann") == "ready"


def test_told_twice_it_is_placed_once() -> None:
    stage = idle()
    stage.calls("ann", "agent bob")
    stage.tell(AgentCalls("p", "ann", target("agent bob"), "bob", ""))
    assert stage.facts == ()


def test_another_tenants_colleague_is_unknown() -> None:
    made = site("ann, bob")
    agents = dict(made.agents) | {"bob": dataclasses.replace(made.agents["bob"], tenant="b")}
    stage = Stage(dataclasses.replace(made, agents=agents), talk="")
    stage.calls("ann", "agent bob")
    assert stage.refusal() == "unknown"


def other_team(name: str) -> Plan:
    made = site()
    agents = dict(made.agents) | {name: dataclasses.replace(made.agents[name], team="blue")}
    return dataclasses.replace(made, agents=agents)


def test_a_call_that_rings_at_a_team_mate_is_picked_up() -> None:
    stage = Stage()
    stage.enter("d")
    assert stage.call("d") == "ringing bob"
    stage.tell(PickupAsked("cyd", "line-1"))
    assert stage.commands[:3] == (
        CancelRing("d", "d~1"),
        AdoptLeg("d", "d~2", "line-1"),
        Join("d", "d~2", True),
    )
    assert [f.result for f in stage.told(RingEnded)][-2:] == [
        RingResult.ELSEWHERE,
        RingResult.ANSWERED,
    ]
    assert (stage.agent("bob"), stage.agent("cyd")) == ("ready", "reserved")
    bob = stage.floor.agent("bob")
    assert bob is not None
    assert bob.misses == 0
    stage.tell(LegJoined("d", "d~2"))
    assert stage.call("d") == "talking cyd"


@pytest.mark.parametrize(
    ("made", "agent", "reason"),
    [
        (other_team("cyd"), "cyd", "nothing_rings"),
        (other_team("bob"), "cyd", "nothing_rings"),
        (site(), "ann", "busy"),
        (site(), "nobody", "unknown"),
    ],
)
def test_nothing_of_another_team_is_picked_up(made: Plan, agent: str, reason: str) -> None:
    stage = Stage(made)
    stage.enter("d")
    stage.tell(PickupAsked(agent, "line-1"))
    assert stage.refusal() == reason
    assert stage.call("d") == "ringing bob"


def test_without_a_team_there_is_no_pickup() -> None:
    made = site()
    agents = {n: dataclasses.replace(a, team="") for n, a in made.agents.items()}
    stage = Stage(dataclasses.replace(made, agents=agents))
    stage.enter("d")
    stage.tell(PickupAsked("cyd", "line-1"))
    assert stage.refusal() == "nothing_rings"


def test_a_supervisor_takes_a_talk_over_and_its_consult_ends() -> None:
    stage = Stage()
    stage.sign_out("cyd")
    stage.consult("agent bob")
    stage.tell(TakeOverAsked("cyd", "line-1", "c"))
    assert AdoptLeg("c", "c~3", "line-1") in stage.commands
    assert HangUpLeg("c", "c~1") in stage.commands
    assert [f.how for f in stage.told(ConsultEnded)] == ["returned"]
    assert stage.told(CallTransferred)[-1].how == "take_over"
    assert (stage.agent("ann"), stage.agent("bob")) == ("wrap_up", "ready")
    stage.joined("c")
    assert stage.call("c") == "talking cyd"
    stage.tell(CallerGone("c"))
    assert stage.agent("cyd") == "signed_out"
    assert stage.end("c") == Outcome.ANSWERED


@pytest.mark.parametrize(
    ("agent", "call", "reason"),
    [
        ("nobody", "c", "unknown"),
        ("eve", "x", "unknown"),
        ("eve", "w", "busy"),
        ("ann", "p", "busy"),
        ("eve", "p", "not_permitted"),
    ],
)
def test_what_may_not_be_taken_over(agent: str, call: str, reason: str) -> None:
    stage = Stage(site("ann, bob, cyd, dee, eve"))
    stage.calls("dee", "agent bob")
    stage.picks_up("p")
    stage.enter("w")
    assert stage.call("w") == "ringing cyd"
    stage.tell(TakeOverAsked(agent, "line-1", call))
    assert stage.refusal() == reason
    assert stage.facts == ()


def test_a_talk_without_a_consult_is_taken_over_from_outside_as_well() -> None:
    stage = Stage()
    stage.tell(TakeOverAsked("cyd", "line-1", "c"))
    stage.joined("c")
    assert stage.call("c") == "talking cyd"
    stage.transfer("outside 0201")
    stage.picks_up("c")
    stage.tell(TakeOverAsked("bob", "line-2", "c"))
    assert stage.refusal() == "unknown"
