"""The controller dies and comes back in the middle of what agents do: all of it goes on."""

import signal

import pytest
from callcenter.qa import audio
from callcenter.qa.phone import Behaviour
from tests.calls.hotline import Hotline
from tests.calls.softphones import HotlinePhones
from tests.calls.talks.conftest import OUTSIDE_HZ, Begin, Outside
from tests.calls.talks.told import segments

pytestmark = pytest.mark.calls

BOB_HZ = 700.0
BOB = Behaviour(tone_hz=BOB_HZ)


async def dies_and_returns(hotline: Hotline) -> None:
    await hotline.stage.stop_controller(signal.SIGKILL)
    await hotline.stage.start_controller()


async def test_in_a_consult_over_a_second_line(
    hotline: Hotline, softphones: HotlinePhones, talk: Begin
) -> None:
    begun = await talk("1001")
    await softphones.agent("1002", BOB)
    await begun.his.hold()
    line = await begun.agent.call("1002", audio.AGENT_HZ)
    await line.hears(BOB_HZ)
    await dies_and_returns(hotline)
    await line.hears(BOB_HZ)
    assert await begun.his.transfer_to(line) == 202
    await begun.call.hears(BOB_HZ)
    await begun.his.end()
    await line.end()
    await begun.call.hang_up()
    assert await segments(hotline) == [("queue", "desk", "1001"), ("agent", "1002", "1002")]


async def test_in_a_consult_over_keys(
    hotline: Hotline, softphones: HotlinePhones, talk: Begin
) -> None:
    begun = await talk("1001")
    bob = await softphones.agent("1002", BOB)
    await begun.his.press("*221002#")
    await begun.his.hears(BOB_HZ)
    await dies_and_returns(hotline)
    await begun.his.hears(BOB_HZ)
    await begun.his.press("*25")
    await begun.call.hears(audio.AGENT_HZ)
    await (await bob.offered()).end()
    await begun.call.hang_up()
    assert await segments(hotline) == [("queue", "desk", "1001")]


async def test_in_a_talk_of_three(hotline: Hotline, softphones: HotlinePhones, talk: Begin) -> None:
    begun = await talk("1001")
    bob = await softphones.agent("1002", BOB)
    await begun.his.press("*221002#")
    asked = await bob.offered()
    await begun.his.hears(BOB_HZ)
    await begun.his.press("*26")
    await begun.call.hears(BOB_HZ)
    await dies_and_returns(hotline)
    await begun.call.hears(BOB_HZ)
    await begun.call.hears(audio.AGENT_HZ)
    await begun.call.hang_up()
    await begun.his.end()
    await asked.end()
    assert (await hotline.call())["outcome"] == "answered"


async def test_in_a_talk_with_a_number_outside(
    hotline: Hotline, talk: Begin, outside: Outside
) -> None:
    await outside("main", Behaviour(tone_hz=OUTSIDE_HZ))
    begun = await talk("1001")
    assert await begun.his.transfer("13800138000") == 202
    await begun.call.hears(OUTSIDE_HZ)
    await dies_and_returns(hotline)
    await begun.call.hears(OUTSIDE_HZ)
    await begun.call.hang_up()
    assert (await hotline.call())["outcome"] == "answered"


async def test_in_a_picked_up_talk(hotline: Hotline, softphones: HotlinePhones) -> None:
    ann = await softphones.agent("1001")
    bob = await softphones.agent("1002", sign_in=False)
    _, call = await softphones.caller("7001")
    await ann.offered()
    line = await bob.call(hotline.stage.site.feature_codes.pickup, audio.AGENT_HZ)
    await call.hears(audio.AGENT_HZ)
    await dies_and_returns(hotline)
    await call.hears(audio.AGENT_HZ)
    await line.hang_up()
    await call.end()
    assert (await hotline.call())["agent"] == "1002"


async def test_in_a_call_that_an_agent_placed(
    hotline: Hotline, softphones: HotlinePhones, outside: Outside
) -> None:
    await outside("main", Behaviour(tone_hz=OUTSIDE_HZ))
    ann = await softphones.agent("1001")
    call = await ann.call("13800138000", audio.AGENT_HZ)
    await call.hears(OUTSIDE_HZ)
    await dies_and_returns(hotline)
    await call.hears(OUTSIDE_HZ)
    await call.hang_up()
    hotline.placed += 1
    assert (await hotline.call())["direction"] == "out"
    await hotline.state("1001", "wrap_up")


async def test_an_agent_still_sits_at_another_s_phone(
    hotline: Hotline, softphones: HotlinePhones
) -> None:
    phone = await softphones.agent("1004", sign_in=False)
    hotline.expect("1001")
    code = await phone.call(hotline.stage.site.feature_codes.sign_in + "1001", None)
    await code.press(hotline.stage.secrets["pins.1001"])
    await code.end()
    await hotline.state("1001", "ready")
    phone.forget()
    await dies_and_returns(hotline)
    await hotline.state("1001", "ready")
    _, call = await softphones.caller("7001")
    await (await phone.offered()).answer()
    await call.hang_up()
    assert (await hotline.rings())[0][0] == "1001"
