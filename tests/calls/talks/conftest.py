"""What the cases of talks share: a number outside, and a talk that has begun."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack

import pytest_asyncio
from callcenter.qa.phone import TALKS, Behaviour, Phone
from tests.calls.hotline import Hotline
from tests.calls.talking import Begin, talk

__all__ = ["Begin", "talk"]

OUTSIDE_HZ = 1500.0
MUSIC_HZ = 1800.0


Outside = Callable[..., Awaitable[Phone]]


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
