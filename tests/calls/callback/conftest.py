"""Lines outside, and callers who have asked to be called back."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Any

import pytest_asyncio
from callcenter.qa.phone import TALKS, Behaviour, Phone
from callcenter.qa.softphone import Softphone
from callcenter.qa.stage import until
from tests.calls.hotline import Hotline
from tests.calls.softphones import HotlinePhones

OUTSIDE_HZ = 1500.0
Outside = Callable[..., Awaitable[Phone]]
Asks = Callable[..., Awaitable[str]]


@pytest_asyncio.fixture(loop_scope="session")
async def outside(hotline: Hotline) -> AsyncIterator[Outside]:
    """The phones outside, behind the trunk: `await outside(Behaviour(code=486))`."""
    async with AsyncExitStack() as stack:

        async def answer(behaviour: Behaviour = TALKS) -> Phone:
            line = hotline.stage.site.trunks["main"]
            where = (str(line.host), line.port)
            phone = Phone("outside", "", hotline.stage.server, behaviour, where)
            return await stack.enter_async_context(phone)

        yield answer


@pytest_asyncio.fixture(loop_scope="session")
async def asks(hotline: Hotline, softphones: HotlinePhones) -> Asks:
    """A caller who presses his keys and is hung up; his callback's name."""

    async def ask(number: str = "7001", keys: str = "11", queue: str = "desk") -> str:
        _, call = await softphones.caller(number)
        await hotline.waiting(queue)
        await call.press(keys)
        await call.end(15.0)
        rows = await waiting(hotline)
        return str(rows[-1]["call"])

    return ask


async def waiting(hotline: Hotline) -> list[dict[str, Any]]:
    """Who is to be called back, as the controller tells it."""
    answer = await hotline.stage.ask(do="callbacks")
    found: list[dict[str, Any]] = answer["callbacks"]
    return found


async def ends(hotline: Hotline, name: str, within_s: float = 15.0) -> dict[str, Any]:
    """The callback's row, once it has ended."""

    def row() -> list[dict[str, Any]]:
        rows = hotline._rows("SELECT * FROM callback WHERE ended_at IS NOT NULL")
        return [each for each in rows if each["callback"] == name]

    await until(row, f"the callback {name} has ended", within_s)
    return row()[0]


async def comes(
    hotline: Hotline, softphones: HotlinePhones, name: str, behaviour: Behaviour | None = None
) -> Softphone:
    """An agent who is chosen for whoever waits as soon as he has signed in."""
    phone = await softphones.agent(name, behaviour, sign_in=False)
    assert (await hotline.stage.ask(do="sign_in", agent=name))["ok"]
    return phone
