"""What tests of several folders share."""

from collections.abc import AsyncIterator

import pytest_asyncio
from callcenter.qa.softphone import Softphones


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def softphone_library() -> AsyncIterator[Softphones]:
    """The one pjsua2 of this process; tests that use it run on the session's event loop."""
    async with Softphones() as phones:
        yield phones
