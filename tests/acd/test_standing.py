"""What must be there for each call, beside which Asterisk's channels are held."""

import pytest
from callcenter.acd.standing import Standing
from callcenter.acd.talk_events import LegHeld
from callcenter.terms import CallKind
from tests.acd.stage import Stage, site

pytestmark = pytest.mark.pure


def standing(stage: Stage, call: str) -> Standing:
    return {one.call: one for one in stage.floor.standings()}[call]


def test_who_waits_hears_his_queue_also_while_a_phone_rings() -> None:
    stage = Stage(site("ann"), talk="")
    stage.enter("c")
    stage.enter("d")
    rings, waits = standing(stage, "c"), standing(stage, "d")
    assert (rings.caller, rings.legs, rings.waits_in, rings.talks) == (
        True,
        ("c~1",),
        "hotline",
        False,
    )
    assert (waits.legs, waits.waits_in) == ((), "hotline")


def test_who_talks_is_with_his_agent_unless_he_is_held() -> None:
    stage = Stage()
    talks = standing(stage, "c")
    assert (talks.legs, talks.waits_in, talks.talks) == ((stage.leg("c"),), "", True)
    stage.tell(LegHeld("c", stage.leg("c")))
    assert not standing(stage, "c").talks


def test_a_consult_has_a_caller_where_the_agent_has_a_second_line() -> None:
    over_the_line, over_the_leg = Stage(), Stage()
    name = over_the_line.consult("agent bob", "line-1")
    told = standing(over_the_line, name)
    assert (told.kind, told.caller, told.line) == (CallKind.CONSULT, True, "line-1")
    told = standing(over_the_leg, over_the_leg.consult("agent bob"))
    assert (told.caller, told.line) == (False, "")
    assert not standing(over_the_leg, "c").talks


def test_a_callback_has_nobody_on_the_line() -> None:
    stage = Stage(site("ann"))
    stage.enter("w")
    stage.wants_callback("w")
    told = standing(stage, "w+cb")
    assert (told.kind, told.caller, told.waits_in) == (CallKind.CALLBACK, False, "")
