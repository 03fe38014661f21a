"""The IVR: sub-menus, wrong keys, no key at all. No Python is needed for any of it."""

import pytest
from callcenter.qa.phone import Behaviour
from tests.calls.hotline import Hotline

pytestmark = pytest.mark.calls


async def test_a_sub_menu_leads_to_its_queue(hotline: Hotline) -> None:
    await hotline.agent("1001", Behaviour(talk_s=0.3))
    assert (await (await hotline.callers("7000", "21")).result()).ok == 1
    call = await hotline.call()
    assert (call["outcome"], call["queue"]) == ("answered", "desk")


async def test_keys_may_come_by_sip_info(hotline: Hotline) -> None:
    await hotline.agent("1001", Behaviour(talk_s=0.3))
    callers = await hotline.callers("7000", "21", scenario="uac-caller-info")
    assert (await callers.result()).ok == 1
    assert (await hotline.call())["outcome"] == "answered"


async def test_star_leads_back(hotline: Hotline) -> None:
    await hotline.agent("1001", Behaviour(talk_s=0.3))
    assert (await (await hotline.callers("7000", "2*1")).result()).ok == 1
    assert (await hotline.call())["outcome"] == "answered"


async def test_wrong_keys_end_where_the_menu_says(hotline: Hotline) -> None:
    counts = await (await hotline.callers("7000", "77")).result()
    assert counts.messages["BYE", "Recv"] == 1, "goodbye was played, then hung up"
    assert (await hotline.call())["outcome"] == "ivr_end"


async def test_no_key_leads_where_the_menu_says(hotline: Hotline) -> None:
    await hotline.agent("1001", Behaviour(talk_s=0.3))
    assert (await (await hotline.callers("7000")).result()).ok == 1
    call = await hotline.call()
    assert (call["outcome"], call["queue"]) == ("answered", "brief")


async def test_a_key_may_hang_up(hotline: Hotline) -> None:
    counts = await (await hotline.callers("7000", "9")).result()
    assert counts.messages["BYE", "Recv"] == 1
    assert (await hotline.call())["outcome"] == "ivr_end"
