"""What agents do, and what follows."""

import pytest
from callcenter.acd.agents.agent import Agent
from callcenter.acd.commands import ShowAgent
from callcenter.acd.events import (
    AgentNotReady,
    AgentReady,
    AgentSignedIn,
    AgentSignedOut,
    Event,
    LegJoined,
    PhoneBack,
    PhoneGone,
    WrapUpExtended,
)
from callcenter.acd.facts import AgentAsked, AgentChanged
from callcenter.acd.machine import IllegalMove
from callcenter.terms import AgentState, RingResult
from tests.acd.scene import Scene, plan
from tests.acd.stage import Stage, site

pytestmark = pytest.mark.pure


def scene_of(misses: int = 3, wrap_up: int = 10) -> Scene:
    return Scene(plan("agent\nann", f"queue | wrap_up_s\nhotline | {wrap_up}", misses))


SIGN_IN, SIGN_OUT = AgentSignedIn("ann"), AgentSignedOut("ann")
READY, BREAK, MEETING = AgentReady("ann"), AgentNotReady("ann", "break"), AgentNotReady("ann", "m")


@pytest.mark.parametrize(
    ("acts", "state"),
    [
        ((SIGN_IN,), "ready"),
        ((READY,), "ready"),
        ((BREAK,), "signed_out"),
        ((SIGN_OUT,), "signed_out"),
        ((SIGN_IN, SIGN_OUT), "signed_out"),
        ((SIGN_IN, BREAK), "not_ready break"),
        ((SIGN_IN, BREAK, MEETING), "not_ready m"),
        ((SIGN_IN, BREAK, SIGN_IN), "not_ready break"),
        ((SIGN_IN, BREAK, READY), "ready"),
        ((SIGN_IN, BREAK, SIGN_OUT), "signed_out"),
        ((SIGN_IN, SIGN_IN, READY), "ready"),
    ],
)
def test_between_calls(acts: tuple[Event, ...], state: str) -> None:
    scene = scene_of()
    for act in acts:
        scene.tell(act)
    assert scene.agent("ann") == state


@pytest.mark.parametrize(
    ("acts", "state"),
    [
        ((), "wrap_up"),
        ((READY,), "wrap_up"),
        ((SIGN_IN,), "wrap_up"),
        ((SIGN_OUT,), "signed_out"),
        ((SIGN_OUT, READY), "wrap_up"),
        ((SIGN_OUT, SIGN_IN), "wrap_up"),
        ((BREAK,), "not_ready break"),
        ((BREAK, SIGN_IN), "not_ready break"),
        ((BREAK, MEETING), "not_ready m"),
        ((BREAK, SIGN_OUT), "signed_out"),
        ((SIGN_OUT, BREAK), "not_ready break"),
    ],
)
def test_what_is_asked_for_in_a_talk_takes_effect_after_it(
    acts: tuple[Event, ...], state: str
) -> None:
    scene = scene_of()
    scene.sign_in("ann")
    scene.enter("c1")
    scene.talk("c1")
    for act in acts:
        scene.tell(act)
        assert scene.agent("ann") == "talking"
    scene.wait(1)
    scene.hang_up("c1")
    assert scene.agent("ann") == state


@pytest.mark.parametrize("how", ["fails", "hang_up"])
@pytest.mark.parametrize("rings", [False, True])
@pytest.mark.parametrize(
    ("acts", "state"),
    [
        ((SIGN_OUT,), "signed_out"),
        ((BREAK,), "not_ready break"),
        ((BREAK, SIGN_IN), "not_ready break"),
        ((SIGN_OUT, READY, BREAK), "not_ready break"),
    ],
)
def test_what_is_asked_for_while_the_phone_rings_takes_effect_after_it(
    acts: tuple[Event, ...], state: str, rings: bool, how: str
) -> None:
    scene = scene_of()
    scene.sign_in("ann")
    scene.enter("c1")
    if rings:
        scene.rings("c1")
    for act in acts:
        scene.tell(act)
    getattr(scene, how)("c1")
    assert scene.agent("ann") == state


def test_asking_twice_is_written_once() -> None:
    scene = scene_of()
    scene.sign_in("ann")
    scene.enter("c1")
    scene.sign_out("ann")
    assert scene.facts == (AgentAsked(scene.now, "ann", AgentState.SIGNED_OUT, ""),)
    scene.sign_out("ann")
    assert scene.facts == ()


@pytest.mark.parametrize(
    ("act", "state"),
    [
        (None, "wrap_up"),
        (SIGN_IN, "wrap_up"),
        (READY, "ready"),
        (BREAK, "not_ready break"),
        (SIGN_OUT, "signed_out"),
    ],
)
def test_wrap_up_ends_by_the_clock_or_by_the_agent(act: Event | None, state: str) -> None:
    scene = scene_of()
    scene.sign_in("ann")
    scene.enter("c1")
    scene.talk("c1")
    scene.wait(1)
    scene.hang_up("c1")
    if act is not None:
        scene.tell(act)
    scene.wait(9.9)
    assert scene.agent("ann") == state
    scene.wait(0.1)
    assert scene.agent("ann") == ("ready" if state == "wrap_up" else state)


def test_wrap_up_that_is_extended_begins_anew() -> None:
    scene = scene_of()
    scene.sign_in("ann")
    scene.tell(WrapUpExtended("ann"))
    assert scene.agent("ann") == "ready"
    scene.enter("c1")
    scene.talk("c1")
    scene.wait(1)
    scene.hang_up("c1")
    scene.wait(8)
    scene.tell(WrapUpExtended("ann"))
    scene.wait(9.9)
    assert scene.agent("ann") == "wrap_up"
    scene.wait(0.1)
    assert scene.agent("ann") == "ready"


def test_wrap_up_after_a_call_outside_can_be_extended_as_well() -> None:
    stage = Stage(site(), talk="")
    stage.calls("ann", "outside 0201")
    stage.picks_up("p")
    stage.wait(3)
    stage.hang_up("p")
    stage.wait(8)
    stage.tell(WrapUpExtended("ann"))
    stage.wait(9.9)
    assert stage.agent("ann") == "wrap_up"
    stage.wait(0.1)
    assert stage.agent("ann") == "ready"


def test_no_wrap_up_is_ready_at_once() -> None:
    scene = scene_of(wrap_up=0)
    scene.sign_in("ann")
    scene.enter("c1")
    scene.talk("c1")
    scene.wait(1)
    scene.hang_up("c1")
    assert scene.agent("ann") == "ready"


def test_misses_in_a_row_end_in_not_ready_until_the_agent_acts() -> None:
    scene = scene_of(misses=3)
    scene.sign_in("ann")
    scene.enter("c1")
    for miss in (1, 2):
        scene.fails("c1")
        assert scene.agent("ann") == "not_ready missed"
        scene.wait(3)
        assert scene.call("c1") == "ringing ann", miss
    scene.fails("c1", RingResult.BUSY)
    assert scene.agent("ann") == "not_ready missed-calls"
    scene.wait(3600)
    assert scene.agent("ann") == "not_ready missed-calls"
    scene.ready("ann")
    assert scene.call("c1") == "ringing ann"
    scene.fails("c1")
    assert scene.agent("ann") == "not_ready missed"


def test_a_talk_forgives_misses() -> None:
    scene = scene_of(misses=2)
    scene.sign_in("ann")
    scene.enter("c1")
    scene.fails("c1")
    scene.wait(3)
    scene.talk("c1")
    scene.wait(1)
    scene.hang_up("c1")
    scene.wait(10)
    scene.enter("c2")
    scene.fails("c2")
    assert scene.agent("ann") == "not_ready missed"


def test_a_new_sign_in_forgives_misses() -> None:
    scene = scene_of(misses=1)
    scene.sign_in("ann")
    scene.enter("c1")
    scene.fails("c1")
    scene.sign_out("ann")
    scene.sign_in("ann")
    view = scene.floor.agent("ann")
    assert view is not None
    assert view.misses == 0


def test_a_caller_who_hangs_up_is_not_the_agents_miss() -> None:
    scene = scene_of(misses=1)
    scene.sign_in("ann")
    scene.enter("c1")
    scene.hang_up("c1")
    assert scene.agent("ann") == "ready"


def test_an_agent_who_rests_may_say_that_he_is_here() -> None:
    scene = scene_of()
    scene.sign_in("ann")
    scene.enter("c1")
    scene.fails("c1")
    scene.ready("ann")
    assert scene.call("c1") == "ringing ann"


def test_a_break_taken_while_resting_is_not_ended_by_the_rest() -> None:
    scene = scene_of()
    scene.sign_in("ann")
    scene.enter("c1")
    scene.fails("c1")
    scene.not_ready("ann")
    scene.wait(60)
    assert scene.agent("ann") == "not_ready break"


@pytest.mark.parametrize(
    "act",
    [SIGN_IN, SIGN_OUT, READY, BREAK, WrapUpExtended("ann"), PhoneGone("ann"), PhoneBack("ann")],
)
def test_someone_who_is_no_agent_changes_nothing(act: Event) -> None:
    scene = Scene(plan("agent\nbob"))
    assert scene.tell(act) == ((), ())
    assert scene.agent("ann") == "unknown"


def test_lamps_follow_every_change_and_are_told_once_a_step() -> None:
    """Freed and chosen again in one step: two changes in the journal, one for the lamp."""
    scene = scene_of(wrap_up=0)
    scene.sign_in("ann")
    assert scene.commands == (ShowAgent("ann"),)
    scene.enter("c1")
    scene.talk("c1")
    scene.enter("c2")
    scene.wait(1)
    scene.hang_up("c1")
    changes = [f.state for f in scene.facts if isinstance(f, AgentChanged)]
    assert changes == [AgentState.READY, AgentState.RESERVED]
    assert scene.commands.count(ShowAgent("ann")) == 1
    assert scene.commands[-1] == ShowAgent("ann")


def test_the_call_stands_with_the_agents_state_until_wrap_up_is_over() -> None:
    scene = scene_of()
    scene.sign_in("ann")
    scene.enter("c1")
    scene.talk("c1")
    scene.wait(1)
    scene.hang_up("c1")
    scene.wait(10)
    calls = [(f.state, f.call) for f in scene.journal if isinstance(f, AgentChanged)]
    assert calls == [
        ("ready", ""),
        ("reserved", "c1"),
        ("ringing", "c1"),
        ("talking", "c1"),
        ("wrap_up", "c1"),
        ("ready", ""),
    ]


def test_an_illegal_move_names_the_agent() -> None:
    with pytest.raises(IllegalMove, match="agent ann is signed_out: LegJoined cannot happen here"):
        Agent("ann", 0.0).move(LegJoined)
