"""A caller gives up: in the menu, while he waits, while an agent's phone rings."""

import pytest
from callcenter.qa.phone import RINGS
from tests.calls.hotline import Hotline, ended

pytestmark = pytest.mark.calls


async def test_in_the_menu(hotline: Hotline) -> None:
    callers = await hotline.callers("7000", patience_s=0.3)
    assert (await callers.result()).messages["BYE", "Sent"] == 1
    call = await hotline.call()
    assert (call["outcome"], call["queue"], call["requested_at"]) == ("ivr_end", "", None)


async def test_while_he_waits(hotline: Hotline) -> None:
    callers = await hotline.callers("7001", patience_s=1.0)
    await hotline.waiting("desk")
    assert (await callers.result()).messages["BYE", "Sent"] == 1
    call = await hotline.call()
    assert (call["outcome"], call["queue"]) == ("abandoned_queue", "desk")
    assert await hotline.rings() == []


async def test_while_a_phone_rings(hotline: Hotline) -> None:
    agent = await hotline.agent("1001", RINGS)
    await hotline.callers("7004", patience_s=1.0)
    offer = await hotline.offered(agent)
    await ended(offer)
    assert offer.code == 487, "the phone was told to stop ringing"
    assert (await hotline.call())["outcome"] == "abandoned_ring"
    assert await hotline.rings() == [("1001", "caller_gone")]
    await hotline.state("1001", "ready")
