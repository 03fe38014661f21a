"""Waiting callers are told their place; the music is nearly silent, so it can be heard."""

import pytest
from callcenter.qa import audio
from callcenter.qa.phone import Behaviour
from callcenter.qa.stage import until
from tests.calls.hotline import Hotline, ended

pytestmark = pytest.mark.calls


async def test_the_place_is_told_while_waiting_and_cut_by_the_agent(hotline: Hotline) -> None:
    phone, call = await hotline.caller("7005")

    def speech() -> float:
        return audio.seconds_of_sound(audio.linear(bytes(call.audio.heard)))

    await until(lambda: speech() > 0.5, "the place was told", 20.0)
    await hotline.agent("1001", Behaviour(talk_s=0.5))
    await ended(call, 10)
    assert audio.seconds_of_tone(audio.linear(bytes(call.audio.heard)), audio.AGENT_HZ) > 0.2
    assert (await hotline.call())["outcome"] == "answered"
    assert phone.offers == []
