"""An agent asks somebody while his caller hears music; then hands over, comes back, or all talk."""

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


async def test_a_second_line_of_the_phone_and_an_attended_transfer(
    hotline: Hotline, softphones: HotlinePhones, talk: Begin
) -> None:
    begun = await talk("1001")
    bob = await softphones.agent("1002", BOB)
    await begun.his.hold()
    line = await begun.agent.call("1002", audio.AGENT_HZ)
    await line.hears(BOB_HZ)
    await begun.call.hears_no(audio.AGENT_HZ)
    assert await begun.his.transfer_to(line) == 202
    assert await begun.his.transferred() == 200
    await begun.call.hears(BOB_HZ)
    await (await bob.offered()).hears(audio.CALLER_HZ)
    await line.end()
    await begun.his.end()
    await hotline.state("1001", "ready")
    await begun.call.hang_up()
    assert (await hotline.call())["outcome"] == "answered"
    assert await hotline.rings() == [("1001", "answered"), ("1002", "answered")]
    assert await segments(hotline) == [("queue", "desk", "1001"), ("agent", "1002", "1002")]


async def test_keys_consult_swap_and_complete(
    hotline: Hotline, softphones: HotlinePhones, talk: Begin
) -> None:
    begun = await talk("1001")
    bob = await softphones.agent("1002", BOB)
    await begun.his.press("*221002#")
    asked = await bob.offered()
    await asked.hears(audio.AGENT_HZ)
    await begun.his.hears(BOB_HZ)
    await begun.call.hears_no(audio.AGENT_HZ)
    await begun.his.press("*23")
    await begun.call.hears(audio.AGENT_HZ)
    await asked.hears_no(audio.AGENT_HZ)
    await begun.his.press("*23")
    await begun.his.hears(BOB_HZ)
    await begun.his.press("*24")
    await begun.call.hears(BOB_HZ)
    await begun.his.end()
    await begun.call.hang_up()
    assert await hotline.rings() == [("1001", "answered"), ("1002", "answered")]


async def test_the_consulted_party_is_let_go_and_the_talk_goes_on(
    hotline: Hotline, softphones: HotlinePhones, talk: Begin
) -> None:
    begun = await talk("1001")
    bob = await softphones.agent("1002", BOB)
    await begun.his.press("*221002#")
    asked = await bob.offered()
    await begun.his.hears(BOB_HZ)
    await begun.his.press("*25")
    await begun.call.hears(audio.AGENT_HZ)
    await asked.end()
    await begun.call.hang_up()
    assert await segments(hotline) == [("queue", "desk", "1001")]


async def test_three_talk_and_any_may_leave(
    hotline: Hotline, softphones: HotlinePhones, talk: Begin
) -> None:
    begun = await talk("1001")
    bob = await softphones.agent("1002", BOB)
    await begun.his.press("*221002#")
    asked = await bob.offered()
    await begun.his.hears(BOB_HZ)
    await begun.his.press("*26")
    await begun.call.hears(BOB_HZ)
    await begun.call.hears(audio.AGENT_HZ)
    await asked.hears(audio.CALLER_HZ)
    await asked.hears(audio.AGENT_HZ)
    await asked.hang_up()
    await begun.call.hears(audio.AGENT_HZ)
    await begun.his.hears(audio.CALLER_HZ)
    await begun.his.hang_up()
    await begun.call.end()
    assert (await hotline.call())["outcome"] == "answered"


async def test_the_agent_leaves_a_talk_of_three_and_the_two_go_on(
    hotline: Hotline, softphones: HotlinePhones, talk: Begin
) -> None:
    begun = await talk("1001")
    bob = await softphones.agent("1002", BOB)
    await begun.his.press("*221002#")
    await bob.offered()
    await begun.his.hears(BOB_HZ)
    await begun.his.press("*26")
    await begun.call.hears(BOB_HZ)
    await begun.his.hang_up()
    await begun.call.hears(BOB_HZ)
    await begun.call.hears_no(audio.AGENT_HZ)
    await begun.call.hang_up()
    assert await segments(hotline) == [("queue", "desk", "1001"), ("agent", "1002", "1002")]


async def test_a_consult_with_a_number_outside_that_is_completed(
    hotline: Hotline, talk: Begin, outside: Outside
) -> None:
    await outside("main", Behaviour(tone_hz=OUTSIDE_HZ))
    begun = await talk("1001")
    await begun.his.press("*2213800138000#")
    await begun.his.hears(OUTSIDE_HZ)
    await begun.his.press("*24")
    await begun.call.hears(OUTSIDE_HZ)
    await begun.his.end()
    await begun.call.hang_up()
    assert (await hotline.rings())[-1] == ("", "answered")


async def test_a_consult_with_a_queue(
    hotline: Hotline, softphones: HotlinePhones, talk: Begin
) -> None:
    begun = await talk("1001")
    cai = await softphones.agent("1003", BOB)
    line = await begun.agent.call("4003", audio.AGENT_HZ)
    await line.hears(BOB_HZ)
    await line.hang_up()
    await (await cai.offered()).end()
    await begun.call.hears(audio.AGENT_HZ)
    await begun.call.hang_up()
    assert await segments(hotline) == [("queue", "desk", "1001")]


async def test_the_caller_gives_up_during_a_consult(
    hotline: Hotline, softphones: HotlinePhones, talk: Begin
) -> None:
    begun = await talk("1001")
    bob = await softphones.agent("1002", BOB)
    await begun.his.press("*221002#")
    await begun.his.hears(BOB_HZ)
    await begun.call.hang_up()
    await begun.his.end()
    await (await bob.offered()).end()
    await hotline.state("1001", "ready")
    await hotline.state("1002", "ready")


async def test_a_colleague_who_declines_leaves_the_agent_with_his_caller(
    hotline: Hotline, softphones: HotlinePhones, talk: Begin
) -> None:
    begun = await talk("1001")
    await softphones.agent("1002", Behaviour(code=603))
    await begun.his.press("*221002#")
    await begun.call.hears_no(audio.AGENT_HZ)
    await begun.call.hears(audio.AGENT_HZ)
    await begun.call.hang_up()
    assert ("1002", "declined") in await hotline.rings()
