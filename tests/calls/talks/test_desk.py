"""At the desk: another's phone, more time after a call, figures, pickup, messages, lamps."""

import pytest
from callcenter.qa import audio
from callcenter.qa.phone import Behaviour
from callcenter.qa.stage import until
from callcenter.site.secrets import agent_pin
from tests.calls.hotline import Hotline
from tests.calls.softphones import HotlinePhones
from tests.calls.talks.conftest import Begin

pytestmark = pytest.mark.calls


async def test_an_agent_signs_in_on_another_s_phone_with_his_pin(
    hotline: Hotline, softphones: HotlinePhones
) -> None:
    pin = hotline.stage.secrets[agent_pin("1001")]
    phone = await softphones.agent("1004", sign_in=False)
    hotline.expect("1001")
    code = await phone.call(hotline.stage.site.feature_codes.sign_in + "1001", None)
    await code.press("000000")
    await code.hears(None)
    await code.press(pin)
    await code.end()
    await hotline.state("1001", "ready")
    phone.forget()
    _, call = await softphones.caller("7001")
    his = await phone.offered()
    await his.answer()
    await his.say(audio.AGENT_HZ)
    await call.hears(audio.AGENT_HZ)
    await hotline.state("1001", "talking")
    await his.hang_up()
    await call.end()
    assert await hotline.rings() == [("1001", "answered")]
    out = await phone.call(hotline.stage.site.feature_codes.sign_out, None)
    await out.end()
    await hotline.state("1001", "signed_out")
    assert pin not in hotline.stage.controller_log.read_text()


async def test_a_wrong_pin_three_times_is_the_end(
    hotline: Hotline, softphones: HotlinePhones
) -> None:
    phone = await softphones.agent("1004", sign_in=False)
    code = await phone.call(hotline.stage.site.feature_codes.sign_in + "1002", None)
    for _ in range(3):
        await code.press("000000")
    await code.end()
    assert (await hotline.agents())["1002"]["state"] == "signed_out"


async def test_more_time_after_a_call(hotline: Hotline, talk: Begin) -> None:
    codes = hotline.stage.site.feature_codes
    begun = await talk("1001", "7002")
    await begun.call.hang_up()
    await begun.his.end()
    await hotline.state("1001", "wrap_up")
    more = await begun.agent.call(codes.extend, None)
    await more.hears(None)
    await more.end()
    await hotline.state("1001", "ready")

    async def in_the_record() -> bool:
        return bool((await hotline.call())["wrap_ms"] > 2000)

    await until(in_the_record, "both wrap-ups are in the record")


async def test_own_figures_are_spoken(hotline: Hotline, talk: Begin) -> None:
    begun = await talk("1001")
    await begun.call.hang_up()
    await begun.his.end()
    await hotline.call()
    told = await begun.agent.call(hotline.stage.site.feature_codes.figures, None)
    await told.hears(None)
    await told.end(20.0)


async def test_a_team_mate_s_ringing_call_is_picked_up(
    hotline: Hotline, softphones: HotlinePhones
) -> None:
    ann = await softphones.agent("1001")
    bob = await softphones.agent("1002", sign_in=False)
    _, call = await softphones.caller("7001")
    rings = await ann.offered()
    line = await bob.call(hotline.stage.site.feature_codes.pickup, audio.AGENT_HZ)
    await call.hears(audio.AGENT_HZ)
    await line.hears(audio.CALLER_HZ)
    await rings.end()
    await line.hang_up()
    await call.end()
    assert (await hotline.call())["agent"] == "1002"
    assert ("1001", "elsewhere") in await hotline.rings()
    assert ("1002", "answered") in await hotline.rings()


async def test_nothing_rings_to_be_picked_up(hotline: Hotline, softphones: HotlinePhones) -> None:
    bob = await softphones.agent("1002")
    line = await bob.call(hotline.stage.site.feature_codes.pickup, None)
    await line.hears(None)
    await line.end()


async def test_messages_to_a_colleague_and_to_a_team(
    hotline: Hotline, softphones: HotlinePhones
) -> None:
    ann = await softphones.agent("1001")
    bob = await softphones.agent("1002")
    cai = await softphones.agent("1003", sign_in=False)
    assert await ann.message("1002", "lunch?") in (200, 202)
    await until(lambda: [m.text for m in bob.messages] == ["lunch?"], "Bob has it", 20.0)
    assert await ann.message("blue", "all of you") in (200, 202)
    await until(lambda: len(bob.messages) == 2, "the team has it", 20.0)
    assert "1001" in bob.messages[0].peer
    assert not ann.messages
    assert await ann.message("red", "anybody?") in (200, 202)
    assert not cai.messages
    assert "lunch" not in hotline.stage.log.read_text()


async def test_lamps_of_sign_in_ready_and_wrap_up(
    hotline: Hotline, softphones: HotlinePhones
) -> None:
    codes = hotline.stage.site.feature_codes
    dan = await softphones.agent("1004", sign_in=False)
    lamps = {
        what: f"{code}1001"
        for what, code in (("in", codes.sign_in), ("ready", codes.ready), ("wrap", codes.extend))
    }
    for lamp in lamps.values():
        await dan.watch(lamp)
    ann = await softphones.agent("1001", Behaviour(talk_s=0.5))
    on = "On the phone"
    await until(lambda: dan.lamps.get(lamps["in"]) == on, "signed in", 20.0)
    await until(lambda: dan.lamps.get(lamps["ready"]) == on, "ready", 20.0)
    _, call = await softphones.caller("7002")
    await (await ann.offered()).end()
    await until(lambda: dan.lamps.get(lamps["wrap"]) == on, f"wrap-up {dan.lamps}", 20.0)
    assert dan.lamps.get(lamps["ready"]) != on
    await call.end()
