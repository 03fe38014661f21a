"""What tests of several folders share."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from callcenter.qa.softphone import Softphones

CASES = Path(__file__).parent / "calls"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What shares a running Asterisk stays in one process: a folder of cases, else a file."""
    for item in items:
        group = item.path.parent if CASES in item.path.parents else item.path
        item.add_marker(pytest.mark.xdist_group(str(group.relative_to(CASES.parent))))


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def softphone_library() -> AsyncIterator[Softphones]:
    """The one pjsua2 of this process; tests that use it run on the session's event loop."""
    async with Softphones() as phones:
        yield phones
