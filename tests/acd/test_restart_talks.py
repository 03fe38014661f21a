"""A restart in the middle of talks: who talks goes on, what cannot be adopted ends cleanly."""

import dataclasses

import pytest
from callcenter.acd.commands import HangUpLeg, HoldInQueue, Join, RingAgent
from callcenter.acd.events import AgentFound, CallFound, CallVanished, Restored
from callcenter.acd.floor import Floor
from callcenter.acd.known import CallEntered, CallKnown, ConsultKnown, LegKnown, PlacedKnown
from callcenter.acd.restart.recall import Recall
from callcenter.acd.talk_commands import DialCaller, ParkCaller, Rejoin, UseLine
from callcenter.acd.talk_events import (
    ConsultCompleted,
    DialledAnswered,
    DialledFailed,
    LegHeld,
    MergeAsked,
    SwapAsked,
)
from callcenter.acd.talk_facts import (
    CallbackDialled,
    CallbackMissed,
    CallRelaxed,
    CallTransferred,
    ConsultEnded,
    ConsultMerged,
    ConsultStarted,
    HoldEnded,
    HoldStarted,
)
from callcenter.acd.target import Target
from callcenter.terms import AgentState, CallKind, CallState, Outcome, RingResult, TargetKind
from tests.acd.stage import Stage, site

pytestmark = pytest.mark.pure


def restart(
    stage: Stage,
    *gone_legs: str,
    vanished: tuple[str, ...] = (),
    away: tuple[str, ...] = (),
    line_there: bool = True,
    caller_there: bool = True,
    answered: bool = True,
    platform: bool = False,
) -> None:
    """The journal's facts, and all that they know of is there but what is named."""
    recall = Recall()
    for fact in stage.journal:
        recall.add(fact)
    calls = []
    for name, known in recall.calls.items():
        legs = [leg for leg in (known.leg, *(o.leg for o in known.others)) if leg]
        legs = [leg for leg in legs if leg not in gone_legs]
        joined = known.joined_at if legs and name not in away else None
        calls.append(
            CallFound(
                known.entered,
                known.attempts,
                leg=legs[0] if legs else "",
                agent=known.agent,
                answered=answered and known.state is not CallState.RINGING,
                joined_at=joined,
                known=known,
                others=tuple(legs[1:]),
                line_there=line_there,
                caller_there=caller_there,
            )
        )
    stage.floor = Floor(stage.floor.plan)
    stage.tell(
        Restored(
            tuple(recall.agents.values()),
            tuple(found for found in calls if found.entered.call not in vanished),
            tuple(CallVanished(recall.calls[name], stage.now, platform) for name in vanished),
            handed_over=recall.handed_over,
        )
    )


def consulting(line: str = "", to: str = "agent bob", *, answered: bool = True) -> Stage:
    stage = Stage()
    stage.consult(to, line, answered=answered)
    return stage


@pytest.mark.parametrize("to", ["agent bob", "outside 0201", "queue other"])
def test_a_consult_goes_on(to: str) -> None:
    stage = consulting("line-1", to)
    restart(stage, away=("c",))
    assert stage.facts == ()
    assert stage.consult_state() == "speaking"
    wanted = (UseLine("c^2", "line-1"), ParkCaller("c"), Rejoin("c^2", ("c^2~1",)))
    assert stage.commands[:3] == wanted
    assert stage.said(Join) == []


def test_whom_the_agent_talks_to_is_told_by_the_bridges() -> None:
    stage = consulting()
    stage.wish(SwapAsked)
    restart(stage, away=("c^2",))
    assert stage.consult_state() == "away"
    assert stage.commands[:3] == (
        UseLine("c^2", "c~1"),
        ParkCaller("c^2"),
        Rejoin("c", ("c~1",)),
    )


def test_a_three_way_goes_on() -> None:
    stage = consulting("line-1")
    stage.wish(MergeAsked)
    restart(stage, line_there=False)
    assert stage.consult_state() == "merged"
    assert Rejoin("c", ("c~1", "c^2~1")) in stage.commands
    stage.leg_goes("c")
    assert stage.call("c") == "talking bob"


@pytest.mark.parametrize("to", ["agent bob", "outside 0201"])
def test_a_consult_that_rings_goes_on_ringing(to: str) -> None:
    stage = consulting(to=to, answered=False)
    restart(stage, away=("c",))
    assert stage.consult_state() == "asking"
    assert ParkCaller("c") in stage.commands
    stage.picks_up("c^2")
    assert stage.consult_state() == "speaking"


def test_the_consulted_party_the_line_or_the_agent_has_gone_meanwhile() -> None:
    stage = consulting()
    restart(stage, "c^2~1")
    assert (stage.call("c"), stage.consult_state()) == ("talking ann", "")
    stage = consulting("line-1")
    restart(stage, line_there=False)
    assert [f.how for f in stage.told(ConsultEnded)] == ["returned"]
    stage = consulting()
    restart(stage, "c~1")
    assert stage.call("c") == "talking bob"


@pytest.mark.parametrize("platform", [False, True])
def test_what_the_shell_cannot_tell_of_ends_and_the_talk_goes_on(platform: bool) -> None:
    stage = consulting()
    restart(stage, vanished=("c^2",), platform=platform)
    assert stage.call("c") == "talking ann"
    assert HangUpLeg("c^2", "c^2~1") in stage.commands
    stage = consulting()
    restart(stage, vanished=("c", "c^2"), platform=platform)
    assert stage.floor.calls() == ()
    assert len(stage.told(ConsultEnded)) == 1
    assert stage.end("c") == Outcome.ANSWERED


@pytest.mark.parametrize("to", ["agent bob", "outside 0201", "queue other"])
@pytest.mark.parametrize("answered", [False, True])
def test_who_was_handed_over_stays_so(to: str, answered: bool) -> None:
    stage = consulting(to=to, answered=answered)
    stage.wish(ConsultCompleted)
    before = stage.floor.call("c")
    restart(stage)
    assert stage.floor.call("c") == before
    assert stage.facts == ()


def test_a_directed_ring_goes_on_and_the_caller_hears_music() -> None:
    stage = Stage()
    stage.transfer("outside 0201")
    restart(stage)
    assert ParkCaller("c") in stage.commands
    stage.wait(50)
    assert stage.call("c") == "ringing bob"
    assert HoldInQueue("c", "hotline") in stage.commands


def test_a_hold_goes_on() -> None:
    stage = Stage()
    stage.tell(LegHeld("c", "c~1"))
    restart(stage)
    stage.hang_up("c")
    assert len(stage.told(HoldEnded)) == 1
    stage = consulting()
    stage.tell(LegHeld("c^2", "c^2~1"))
    restart(stage, away=("c",))
    stage.hang_up("c")
    assert len(stage.told(HoldEnded)) == 2


def test_a_placed_call_goes_on() -> None:
    stage = Stage(site(), talk="")
    stage.not_ready("ann")
    stage.calls("ann", "outside 0201")
    restart(stage)
    assert stage.agent("ann") == "talking"
    stage.picks_up("p")
    restart(stage)
    stage.now += 3
    stage.hang_up("p")
    assert stage.agent("ann") == "not_ready break"


def test_wrap_up_after_a_placed_call_ends_as_it_would_have() -> None:
    stage = Stage(site(), talk="")
    stage.calls("ann", "outside 0201")
    stage.picks_up("p")
    stage.now += 3
    stage.hang_up("p")
    restart(stage)
    stage.wait(9)
    assert stage.agent("ann") == "wrap_up"
    stage.wait(1)
    assert stage.agent("ann") == "ready"


@pytest.mark.parametrize("vanished", [(), ("w+cb",)])
def test_a_callback_keeps_its_place_whatever_is_told_of_its_channel(
    vanished: tuple[str, ...],
) -> None:
    stage = Stage(site("ann"))
    stage.enter("w")
    stage.wants_callback("w")
    restart(stage, vanished=vanished, platform=True)
    assert stage.floor.queue_view("hotline").waiting == ("w+cb",)
    stage.enter("again")
    stage.wants_callback("again")
    assert len(stage.floor._room.callbacks) == 1
    stage.wait(1000)
    assert stage.end("w+cb") == Outcome.OUTBOUND


def dialled() -> Stage:
    stage = Stage(site("ann"))
    stage.enter("w")
    stage.wants_callback("w")
    stage.agent_hangs_up("c")
    stage.ready("ann")
    return stage


def test_a_restart_while_the_caller_is_dialled() -> None:
    stage = dialled()
    restart(stage)
    assert stage.call("w+cb") == "dialling ann"
    assert stage.said(DialCaller) == []
    stage.wait(25)
    assert stage.call("w+cb") == "postponed"
    stage = dialled()
    restart(stage)
    stage.tell(DialledAnswered("w+cb"))
    assert len(stage.said(RingAgent)) == 1
    stage.picks_up("w+cb")
    restart(stage)
    assert stage.call("w+cb") == "talking ann"
    for vanished in ((), ("w+cb",)):
        stage = dialled()
        restart(stage, caller_there=False, vanished=vanished)
        assert stage.call("w+cb") == "postponed"
        assert stage.told(CallbackMissed)[-1].result is RingResult.FAILED


def test_a_postponed_callback_is_dialled_in_time() -> None:
    stage = dialled()
    stage.tell(DialledFailed("w+cb", RingResult.BUSY))
    stage.now += 20
    restart(stage)
    assert stage.call("w+cb") == "postponed"
    stage.wait(10)
    assert stage.call("w+cb") == "dialling ann"
    assert stage.told(CallbackDialled)[-1].attempt == 2


def entered(call: str) -> CallEntered:
    return CallEntered(call, "hotline", "138", "12345", 0, 0)


def signed_in(name: str, state: AgentState = AgentState.TALKING) -> AgentFound:
    return AgentFound(name, state, "", 0, 0, 0)


def test_a_journal_that_was_cut_before_the_ring_is_mended() -> None:
    """Of a placed call, a consult and a transfer: whoever was to ring was never called."""
    bob = Target(TargetKind.AGENT, "bob")
    root = CallKnown(entered("c"), 0, CallState.TALKING, 2, "c~1", "ann", 1.0)
    consult = CallKnown(
        entered("c^2"), 0, kind=CallKind.CONSULT, aim=bob, consult=ConsultKnown(bob, "")
    )
    placed = CallKnown(
        dataclasses.replace(entered("p"), queue=""),
        0,
        kind=CallKind.INTERNAL,
        aim=bob,
        placed=PlacedKnown("cyd", in_wrap_up=False),
    )
    moved = CallKnown(entered("t"), 0, aim=bob)
    calls = [
        CallFound(known.entered, leg=known.leg, joined_at=known.joined_at, known=known)
        for known in (consult, root, placed, moved)
    ]
    stage = Stage(site(), talk="")
    stage.now = 50
    stage.tell(Restored((signed_in("ann"), signed_in("cyd"), signed_in("bob")), tuple(calls)))
    assert [f.how for f in stage.told(ConsultEnded)] == ["failed"]
    assert stage.call("p") == "gone"
    assert stage.call("c") == "talking ann"
    assert stage.call("t").startswith(("ringing", "waiting"))


def test_a_consult_without_its_talk_is_nothing() -> None:
    bob = Target(TargetKind.AGENT, "bob")
    told = ConsultKnown(bob, "")
    root = CallKnown(entered("c"), 0, CallState.TALKING, 2, "c~1", "ann", 1.0)
    waiting = CallKnown(entered("d"), 0)
    consults = [
        CallKnown(entered(name), 0, kind=CallKind.CONSULT, aim=bob, consult=told)
        for name in ("c^2", "c^3", "d^1", "e^1")
    ]
    calls = [
        CallFound(known.entered, leg=known.leg, joined_at=known.joined_at, known=known)
        for known in (root, waiting, *consults)
    ]
    stage = Stage(site("ann"), talk="")
    stage.tell(Restored((signed_in("ann"),), tuple(calls)))
    assert {call.call for call in stage.floor.calls()} == {"c", "d"}


def test_several_phones_that_ring_are_taken_over_and_one_has_gone() -> None:
    known = CallKnown(
        entered("c"),
        0,
        CallState.RINGING,
        3,
        "c~1",
        "ann",
        others=(LegKnown("c~2", "bob"), LegKnown("c~3", "cyd")),
    )
    agents = tuple(signed_in(name, AgentState.RINGING) for name in ("ann", "bob", "cyd"))
    found = CallFound(
        known.entered, 3, "c~2", "bob", answered=True, known=known, others=("c~3", "c~9")
    )
    stage = Stage(site(), talk="")
    stage.now = 60
    stage.tell(Restored(agents, (found,)))
    assert HangUpLeg("c", "c~9") in stage.commands
    assert stage.call("c") == "joining bob"
    assert (stage.agent("ann"), stage.agent("cyd")) == ("not_ready missed", "ready")


def test_facts_whose_beginning_was_not_seen_are_passed_over() -> None:
    recall = Recall()
    kind = TargetKind.AGENT
    for fact in (
        ConsultStarted(1, "x", "x^1", "ann", kind, "bob", ""),
        ConsultMerged(1, "x", "x^1"),
        ConsultEnded(1, "x", "x^1", "completed"),
        CallTransferred(1, "x", "x~1", "ann", kind, "bob", "blind"),
        HoldStarted(1, "x", "x~1", "ann"),
        HoldEnded(1, "x", "x~1", "ann"),
        CallbackDialled(1, "x+cb", "ann", 1),
        CallbackMissed(1, "x+cb", "ann", 1, RingResult.BUSY, 486, None),
        CallRelaxed(1, "x", 1, "english >= 1"),
    ):
        recall.add(fact)
    assert recall.calls == {}
