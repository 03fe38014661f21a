"""A caller and an agent who talk, where a case begins with that."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import pytest_asyncio
from callcenter.qa import audio
from callcenter.qa.softphone import Softphone
from callcenter.qa.softphone_call import SoftCall
from tests.calls.softphones import HotlinePhones


@dataclass
class Talk:
    """A caller and an agent who talk."""

    agent: Softphone
    his: SoftCall
    caller: Softphone
    call: SoftCall


Begin = Callable[..., Awaitable[Talk]]


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
