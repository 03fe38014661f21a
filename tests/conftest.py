"""What tests of several folders share."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from callcenter.qa.softphone import Softphones
from hypothesis import HealthCheck, settings

# How long an example takes says how busy the machine is, and nothing about what is tested.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")

CASES = Path(__file__).parent / "calls"


@pytest.hookimpl(tryfirst=True)  # before the groups are read
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
