"""A caller is handed on: by the phone (REFER) and by keys, to everything that has a number."""

import pytest
from callcenter.qa import audio
from callcenter.qa.phone import Behaviour
from tests.calls.hotline import Hotline
from tests.calls.softphones import HotlinePhones
from tests.calls.talks.conftest import OUTSIDE_HZ, Begin, Outside
from tests.calls.talks.told import segments

pytestmark = pytest.mark.calls


async def test_the_phone_hands_on_to_a_colleague(
    hotline: Hotline, softphones: HotlinePhones, talk: Begin
) -> None:
    begun = await talk("1001")
    bob = await softphones.agent("1002", Behaviour(tone_hz=700.0))
    assert await begun.his.transfer("1002") == 202
    assert await begun.his.transferred() == 200
    await begun.call.hears(700.0)
    await hotline.state("1001", "ready")
    await (await bob.offered()).hears(audio.CALLER_HZ)
    await begun.call.hang_up()
    assert (await hotline.call())["outcome"] == "answered"
    assert await hotline.rings() == [("1001", "answered"), ("1002", "answered")]
    assert await segments(hotline) == [("queue", "desk", "1001"), ("agent", "1002", "1002")]


async def test_keys_hand_on_to_a_queue(
    hotline: Hotline, softphones: HotlinePhones, talk: Begin
) -> None:
    begun = await talk("1001")
    cai = await softphones.agent("1003", Behaviour(tone_hz=700.0))
    await begun.his.press("*214003#")
    await begun.his.end()
    await begun.call.hears(700.0)
    await (await cai.offered()).hang_up()
    await begun.call.end()
    assert await segments(hotline) == [("queue", "desk", "1001"), ("queue", "second", "1003")]


async def test_nobody_answers_and_the_caller_is_in_his_queue_again(
    hotline: Hotline, softphones: HotlinePhones, talk: Begin
) -> None:
    begun = await talk("1001")
    await softphones.agent("1004", Behaviour(code=603))
    assert await begun.his.transfer("1004") == 202
    assert await begun.his.transferred() == 200
    await begun.his.end()
    again = await begun.agent.offered(2)
    await again.answer()
    await again.say(audio.AGENT_HZ)
    await begun.call.hears(audio.AGENT_HZ)
    await begun.call.hang_up()
    assert await hotline.rings() == [
        ("1001", "answered"),
        ("1004", "declined"),
        ("1001", "answered"),
    ]


async def test_a_colleague_who_is_not_here_is_refused_and_the_talk_goes_on(
    hotline: Hotline, softphones: HotlinePhones, talk: Begin
) -> None:
    begun = await talk("1001")
    assert await begun.his.transfer("1002") == 202
    assert await begun.his.transferred() >= 400
    await begun.call.hears(audio.AGENT_HZ)
    await begun.call.hang_up()
    assert await segments(hotline) == [("queue", "desk", "1001")]


async def test_to_a_number_outside_over_the_line(
    hotline: Hotline, talk: Begin, outside: Outside
) -> None:
    far = await outside("main", Behaviour(tone_hz=OUTSIDE_HZ))
    begun = await talk("1001")
    await begun.his.press("*2113800138000#")
    await begun.his.end()
    await begun.call.hears(OUTSIDE_HZ)
    invite = far.offers[0].invite
    assert invite is not None
    assert invite.target.startswith("sip:13800138000@")
    assert "12345" in invite.header("From")
    await begun.call.hang_up()
    assert await segments(hotline) == [
        ("queue", "desk", "1001"),
        ("outside", "13800138000", ""),
    ]


async def test_the_standby_line_carries_what_the_main_line_does_not(
    hotline: Hotline, talk: Begin, outside: Outside
) -> None:
    await outside("main", Behaviour(code=503, after_s=0.0))
    await outside("standby", Behaviour(tone_hz=OUTSIDE_HZ))
    begun = await talk("1001")
    await begun.his.press("*2113800138000#")
    await begun.call.hears(OUTSIDE_HZ)
    await begun.call.hang_up()
    assert (await hotline.rings())[1] == ("", "answered")


async def test_a_number_that_is_not_permitted_is_refused(
    hotline: Hotline, softphones: HotlinePhones, talk: Begin
) -> None:
    begun = await talk("1003", "7003")
    assert await begun.his.transfer("90085212345678") == 202
    assert await begun.his.transferred() >= 400
    await begun.his.press("*2190085212345678#")
    await begun.call.hears(audio.AGENT_HZ)
    await begun.call.hang_up()
    call = await hotline.call()
    assert hotline.table("ring_attempt", call["call_id"])[0]["agent"] == "1003"


async def test_back_into_the_menu(hotline: Hotline, softphones: HotlinePhones, talk: Begin) -> None:
    begun = await talk("1001")
    assert await begun.his.transfer("4000") == 202
    assert await begun.his.transferred() == 200
    await begun.his.end()
    await begun.call.press("1")
    again = await begun.agent.offered(2)
    await again.answer()
    await again.say(audio.AGENT_HZ)
    await begun.call.hears(audio.AGENT_HZ)
    await begun.call.hang_up()
    call = await hotline.call()
    assert call["outcome"] == "answered"
    assert [agent for agent, _ in await hotline.rings()] == ["1001", "1001"]
