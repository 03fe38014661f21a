"""Agents tell their state from their phones, and hear that it was understood."""

import pytest
from callcenter.qa import audio
from callcenter.qa.phone import Phone
from tests.calls.hotline import Hotline

pytestmark = pytest.mark.calls


async def heard(hotline: Hotline, phone: Phone, code: str) -> float:
    """Seconds of speech that answered a code."""
    call = await hotline.dial(phone, code)
    return audio.seconds_of_sound(audio.linear(bytes(call.audio.heard)))


async def test_every_code_sets_the_state_and_says_so(hotline: Hotline) -> None:
    codes = hotline.stage.site.feature_codes
    phone = await hotline.agent("1004", sign_in=False)
    await hotline.state("1004", "signed_out")
    for code, state, reason in (
        (codes.sign_in, "ready", ""),
        (codes.not_ready + "2", "not_ready", "meeting"),
        (codes.ready, "ready", ""),
        (codes.not_ready, "not_ready", ""),
        (codes.sign_out, "signed_out", ""),
    ):
        assert await heard(hotline, phone, code) > 0.2, code
        await hotline.state("1004", state, reason)


async def test_an_agent_is_only_himself(hotline: Hotline) -> None:
    """The state is the account's that dialled, whatever the phone claims to be."""
    await hotline.agent("1005")
    await hotline.agent("1006", sign_in=False)
    await hotline.state("1005", "ready")
    await hotline.state("1006", "signed_out")


async def test_signed_out_is_not_called(hotline: Hotline) -> None:
    agent = await hotline.agent("1001")
    await hotline.dial(agent, hotline.stage.site.feature_codes.sign_out)
    callers = await hotline.callers("7001", patience_s=1.0)
    await hotline.waiting("desk")
    await callers.result()
    assert agent.offers == []
    assert (await hotline.call())["outcome"] == "abandoned_queue"
