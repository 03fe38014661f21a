"""Callers of a list, and who pressed a key that says so, are served before others, or after."""

from typing import Any

import pytest
from callcenter.qa.phone import Behaviour, Phone
from tests.calls.hotline import Hotline

pytestmark = pytest.mark.calls

VIP, PLAIN, LATE = "13900000001", "13900000002", "13900000003"


async def waits(hotline: Hotline, user: str, place: int) -> None:
    """A caller is in the queue by now, as the so many-th."""
    phone = Phone(user, "", hotline.stage.server)
    await hotline.joins(phone)
    await phone.call("7001")
    await hotline.waiting("desk", place)


async def serve(hotline: Hotline, count: int) -> list[dict[str, Any]]:
    """One agent takes all who wait; the calls' records in the order of their answers."""
    agent = await hotline.agent("1001", Behaviour(talk_s=0.2), sign_in=False)
    await hotline.stage.ask(do="sign_in", agent=agent.user)
    await hotline.offered(agent, count)
    return sorted(await hotline.calls(), key=lambda call: call["answered_at"])


@pytest.fixture(autouse=True)
async def _empty(hotline: Hotline) -> None:
    """Each case begins with empty lists."""
    for name in ("vip", "late"):
        for entry in await hotline.json("lists", "show", name, "--full-numbers"):
            await hotline.stage.command("lists", "remove", name, entry["form"])


async def test_lists_say_who_is_served_first_and_last(hotline: Hotline) -> None:
    await hotline.stage.command("lists", "add", "vip", VIP)
    await hotline.stage.command("lists", "add", "late", "1390000XXX3")
    for place, user in enumerate((LATE, PLAIN, VIP), 1):
        await waits(hotline, user, place)
    served = await serve(hotline, 3)
    assert [(call["caller"], call["priority"]) for call in served] == [
        (VIP, 10),
        (PLAIN, 0),
        (LATE, -10),
    ]


async def test_a_key_of_a_menu_may_say_who_is_served_first(hotline: Hotline) -> None:
    await hotline.callers("7000", "1")
    await hotline.waiting("desk", 1)
    await hotline.callers("7000", "2")
    await hotline.waiting("desk", 2)
    assert [call["priority"] for call in await serve(hotline, 2)] == [5, 0]


async def test_a_listed_caller_who_presses_it_gets_both(hotline: Hotline) -> None:
    await hotline.stage.command("lists", "add", "vip", "139*")
    await hotline.callers("7000", "2")
    await hotline.waiting("desk", 1)
    assert [call["priority"] for call in await serve(hotline, 1)] == [15]
