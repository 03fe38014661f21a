"""What tests of several folders share."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from callcenter.qa.softphone import Softphones
from hypothesis import HealthCheck, settings
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

# How long an example takes says how busy the machine is, and nothing about what is tested.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")

CASES = "tests/calls/"


class Together(LoadScopeScheduling):
    """What shares a running Asterisk stays in one process: a folder of cases, else a file."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return file.rpartition("/")[0] if file.startswith(CASES) else file


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Together:
    return Together(config, log)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def softphone_library() -> AsyncIterator[Softphones]:
    """The one pjsua2 of this process; tests that use it run on the session's event loop."""
    async with Softphones() as phones:
        yield phones
