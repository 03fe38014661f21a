"""On whose channel a talk is recorded."""

import pytest
from callcenter.acd.talk_events import ConsultAsked
from callcenter.live.calls.hearing import Hearing
from callcenter.live.recordings.sides import TalkSides
from callcenter.pbx.ari.events import Channel
from callcenter.terms import Direction
from tests.acd.stage import Stage, site, target

pytestmark = pytest.mark.pure


def stand() -> tuple[Stage, TalkSides, Hearing]:
    stage, hearing = Stage(site(), talk=""), Hearing()
    for name, agent in (("p", "ann"), ("p~1", "line"), ("c", "caller"), ("c~1", "ann")):
        hearing.channels[name] = Channel(name, agent, "Up", "", "Stasis", "", {})
    return stage, TalkSides(stage.floor, hearing), hearing


def test_a_caller_s_talk_on_the_leg_of_its_agent() -> None:
    stage, sides, _ = stand()
    stage.enter("c")
    stage.talk("c")
    assert (sides.recorded("c~1"), sides.direction("c")) == ("ann", Direction.IN)


def test_of_a_call_out_on_the_channel_of_who_placed_it_before_and_after_a_turn() -> None:
    stage, sides, hearing = stand()
    stage.calls("ann", "outside 0201")
    stage.picks_up("p")
    assert (sides.recorded("p~1"), sides.direction("p")) == ("ann", Direction.OUT)
    stage.now += 1
    stage.tell(ConsultAsked("p", "p", target("agent bob"), ""))
    hearing.turn("p", "p~1", "0201")
    assert sides.recorded("p~1") == "ann"


def test_a_call_that_is_gone_was_a_caller_s() -> None:
    _, sides, _ = stand()
    assert sides.direction("x") is Direction.IN
