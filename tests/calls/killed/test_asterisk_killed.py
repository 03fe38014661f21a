"""Asterisk itself is killed amid all that agents and callers do: its calls are lost, none of them
is lost to the records, and all goes on when it is back."""

import asyncio
import os
import random
import signal
import time
from datetime import datetime

import pytest
from callcenter.qa.phone import Behaviour
from callcenter.qa.softphone import Softphones
from callcenter.qa.stage import until
from tests.calls.hotline import Hotline
from tests.calls.killed.crowd import Crowd
from tests.calls.killed.settled import Placed, is_settled, rows
from tests.calls.softphones import HotlinePhones
from tests.calls.talks.conftest import Outside, outside

pytestmark = [pytest.mark.calls, pytest.mark.timeout(300)]

__all__ = ["outside"]

KILLS = 3
CALLERS = 5


async def dies_and_returns(hotline: Hotline) -> tuple[float, float]:
    """When it was killed, and when it was back, in epoch seconds."""
    asterisk = hotline.stage.asterisk
    assert asterisk is not None
    assert asterisk.pid is not None
    killed = time.time()
    os.kill(asterisk.pid, signal.SIGKILL)
    assert await asyncio.to_thread(asterisk.wait, 10.0)
    await asyncio.to_thread(asterisk.start)
    await asyncio.to_thread(asterisk.wait_booted)
    back = time.time()
    await hotline.stage.controller_at_work()
    return killed, back


async def are_told(hotline: Hotline, deaths: list[tuple[float, float]]) -> None:
    """Each death is one outage of the report, until Asterisk was there again."""

    def outages() -> list[tuple[float, float]]:
        found = rows(
            hotline, "SELECT since, until FROM downtime WHERE what = 'asterisk' ORDER BY at"
        )
        spans = [tuple(datetime.fromisoformat(r[k]).timestamp() for k in r) for r in found]
        return [(since, until) for since, until in spans if until > deaths[0][0]]

    await until(lambda: len(outages()) == len(deaths), f"{len(deaths)} outages in the records")
    for (killed, back), (since, up) in zip(deaths, outages(), strict=True):
        # The last look at it may have been answered just before, and noted just after.
        assert since < up
        assert killed < up <= back
    (table,) = (await hotline.json("report", "availability", "--by", "day"))["tables"]
    assert table["total"]["outages"] >= len(deaths)
    assert 0 < table["total"]["availability"] < 100


async def test_killed_at_random_moments(
    hotline: Hotline,
    softphones: HotlinePhones,
    softphone_library: Softphones,
    outside: Outside,
) -> None:
    hotline.foreseen += ["ERROR"]  # of a machine that comes and goes
    seed = int(os.environ.get("KILLED_SEED", random.randrange(10**6)))  # noqa: S311  no secret
    print(f"KILLED_SEED={seed}")  # noqa: T201  to play it again
    dice = random.Random(seed)  # noqa: S311  no secret
    await outside("main", Behaviour(after_s=0.3, talk_s=4.0))
    placed: list[Placed] = []
    deaths: list[tuple[float, float]] = []
    for _ in range(int(os.environ.get("KILLED_TIMES", KILLS))):
        async with Crowd(hotline, softphones, seed) as crowd:
            await crowd.start(CALLERS)
            await asyncio.sleep(dice.uniform(5.0, 10.0))
            deaths.append(await dies_and_returns(hotline))
            await crowd.stop()
        await softphone_library.clear()
        placed += crowd.placed
    await is_settled(hotline, placed)
    await are_told(hotline, deaths)
