"""Hold and retrieve, by the phone and by a key; marks; keys that are none of ours."""

import pytest
from callcenter.qa import audio
from callcenter.qa.phone import Behaviour
from tests.calls.hotline import Hotline
from tests.calls.softphones import HotlinePhones
from tests.calls.talks.conftest import MUSIC_HZ, Begin

pytestmark = pytest.mark.calls


async def test_the_phone_holds_and_retrieves(hotline: Hotline, talk: Begin) -> None:
    begun = await talk("1001")
    await begun.his.hold()
    await begun.call.hears(MUSIC_HZ)  # what was said before is on its way for a moment
    await begun.call.hears_no(audio.AGENT_HZ)
    await begun.his.retrieve()
    await begun.call.hears(audio.AGENT_HZ)
    await begun.call.hang_up()
    call = await hotline.call()
    assert call["hold_ms"] > 0
    assert call["talk_ms"] > 0


async def test_a_key_holds_and_retrieves(hotline: Hotline, talk: Begin) -> None:
    begun = await talk("1001")
    await begun.his.press("*20")
    await begun.call.hears(MUSIC_HZ)
    await begun.call.hears_no(audio.AGENT_HZ)
    await begun.his.hears_no(audio.CALLER_HZ)
    await begun.his.press("*20")
    await begun.call.hears(audio.AGENT_HZ)
    await begun.his.hears(audio.CALLER_HZ)
    await begun.his.hang_up()
    await begun.call.end()
    assert (await hotline.call())["hold_ms"] > 0


async def test_a_key_whose_packets_come_all_at_once_is_one_key(
    hotline: Hotline, softphones: HotlinePhones
) -> None:
    phone = await hotline.agent("1001", Behaviour(tone_hz=audio.AGENT_HZ))
    _, call = await softphones.caller("7001")
    his = await hotline.offered(phone)
    await call.hears(audio.AGENT_HZ)
    his.audio.key_packets_s = 0.0
    his.audio.press("*20")
    await call.hears(MUSIC_HZ)
    his.audio.press("*20")
    await call.hears(audio.AGENT_HZ)
    await call.hang_up()
    record = await hotline.call()
    assert len(hotline.table("hold", record["call_id"])) == 1


async def test_the_agent_hangs_up_on_a_held_caller(hotline: Hotline, talk: Begin) -> None:
    begun = await talk("1001")
    await begun.his.press("*20")
    await begun.call.hears(MUSIC_HZ)
    await begun.his.hang_up()
    await begun.call.end()
    assert (await hotline.call())["outcome"] == "answered"


async def test_a_malicious_caller_is_marked(hotline: Hotline, talk: Begin) -> None:
    begun = await talk("1001")
    await begun.his.press("*29")
    await begun.his.hears(None)
    await begun.call.hang_up()
    call = await hotline.call()
    assert [row["mark"] for row in hotline.table("mark", call["call_id"])] == ["malicious"]


async def test_the_caller_gets_keys_that_are_no_code_and_no_others(
    hotline: Hotline, talk: Begin
) -> None:
    begun = await talk("1001")
    await begun.his.press("*20")
    await begun.call.hears(MUSIC_HZ)
    await begun.his.press("*20")
    await begun.call.hears(audio.AGENT_HZ)
    await begun.his.press("12#*9")
    # On a starved machine Asterisk tells a key twice: once as it came, once as it should have been.
    await begun.call.has(lambda: begun.call.keys.endswith("12#*9"), "the keys arrive", 10.0)
    assert "*2" not in begun.call.keys
    await begun.call.press("5")
    await begun.his.has(lambda: begun.his.keys == "5", "the caller's key arrives", 10.0)
    await begun.call.hears(audio.AGENT_HZ)
    await begun.call.hang_up()
    assert (await hotline.call())["outcome"] == "answered"
