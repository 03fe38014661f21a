"""What the cases of talks share: a number outside, and a talk that has begun."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass

import pytest_asyncio
from callcenter.qa import audio
from callcenter.qa.phone import TALKS, Behaviour, Phone
from callcenter.qa.softphone import Softphone
from callcenter.qa.softphone_call import SoftCall
from tests.calls.hotline import Hotline
from tests.calls.softphones import HotlinePhones

OUTSIDE_HZ = 1500.0
MUSIC_HZ = 1800.0


@dataclass
class Talk:
    """A caller and an agent who talk."""

    agent: Softphone
    his: SoftCall
    caller: Softphone
    call: SoftCall


Begin = Callable[..., Awaitable[Talk]]
Outside = Callable[..., Awaitable[Phone]]


@pytest_asyncio.fixture(loop_scope="session")
async def talk(softphones: HotlinePhones) -> Begin:
    """Begins a talk: `await talk("1001", "7001")`."""

    async def begin(agent: str = "1001", number: str = "7001") -> Talk:
        phone = await softphones.agent(agent)
        caller, call = await softphones.caller(number)
        his = await phone.offered()
        await his.answer()
        await his.say(audio.AGENT_HZ)
        await call.hears(audio.AGENT_HZ)
        return Talk(phone, his, caller, call)

    return begin


@pytest_asyncio.fixture(loop_scope="session")
async def outside(hotline: Hotline) -> AsyncIterator[Outside]:
    """Answers what is dialled over a trunk: `await outside("main")`."""
    async with AsyncExitStack() as stack:

        async def answer(trunk: str = "main", behaviour: Behaviour = TALKS) -> Phone:
            line = hotline.stage.site.trunks[trunk]
            phone = Phone(
                "outside", "", hotline.stage.server, behaviour, (str(line.host), line.port)
            )
            return await stack.enter_async_context(phone)

        yield answer
