"""The night's work in the middle of the day: logs rotate, and no event of a call is lost."""

import asyncio

import pytest
from callcenter.render.cel import FILE
from tests.calls.hotline import Hotline

pytestmark = [pytest.mark.calls, pytest.mark.timeout(120)]

CALLS = 24
NIGHTS = 3


async def test_calls_that_only_asterisk_tells_of_are_all_recorded_once(hotline: Hotline) -> None:
    node = hotline.stage.node
    callers = await hotline.callers("7000", "9", count=CALLS, rate=4)
    for night in range(NIGHTS):
        assert (await hotline.stage.ask(do="housekeeping"))["done"]
        assert len(rotated(hotline)) >= night  # the first may have found no event yet
        await asyncio.sleep(1.1)  # names tell the second
    await callers.result()
    calls = await hotline.calls(within_s=20)
    assert {call["outcome"] for call in calls} == {"ivr_end"}
    assert len(rotated(hotline)) >= NIGHTS - 1
    assert list(node.log.glob("messages.log.*"))
    assert list(node.path.glob("controller.log.*"))
    assert node.controller_log.exists()


def rotated(hotline: Hotline) -> list[str]:
    file = hotline.stage.node.inside(FILE)
    return sorted(path.name for path in file.parent.glob(f"{file.name}.*"))
