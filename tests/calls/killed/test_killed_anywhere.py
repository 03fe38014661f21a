"""The controller is killed at random amid all that agents and callers do: nothing hangs, and
each call ends in the records once.

The seed of the dice is printed; KILLED_SEED plays it again, KILLED_TIMES makes it longer.
"""

import asyncio
import os
import random
import signal

import pytest
from callcenter.qa.phone import Behaviour
from tests.calls.hotline import Hotline
from tests.calls.killed.crowd import Crowd
from tests.calls.killed.settled import is_settled
from tests.calls.softphones import HotlinePhones
from tests.calls.talks.conftest import Outside, outside

pytestmark = [pytest.mark.calls, pytest.mark.timeout(300)]

__all__ = ["outside"]

KILLS = 50
CALLERS = 6
LIVES_S = 0.8
"""At most; the shortest life is none: killed as soon as it answers."""
AWAY_S = 0.3
LONG_AWAY = {4: 6.0, 17: 6.0, 34: 5.5}
"""Kills after which it stays away: after 5 s Asterisk frees by itself who is left alone."""


@pytest.fixture(autouse=True)
def _foreseen(hotline: Hotline) -> None:
    hotline.foreseen += [
        "Stasis app 'callcenter' not active",
        "Error reading from web socket",
        "An async goto just messed up our execution location",
    ]


async def test_killed_at_random_moments(
    hotline: Hotline, softphones: HotlinePhones, outside: Outside
) -> None:
    seed = int(os.environ.get("KILLED_SEED", random.randrange(10**6)))  # noqa: S311  no secret
    print(f"KILLED_SEED={seed}")  # noqa: T201  to play it again
    dice = random.Random(seed)  # noqa: S311  no secret
    await outside("main", Behaviour(after_s=0.3, talk_s=4.0))
    async with Crowd(hotline, softphones, seed) as crowd:
        await crowd.start(CALLERS)
        for kill in range(int(os.environ.get("KILLED_TIMES", KILLS))):
            await asyncio.sleep(dice.uniform(0.0, LIVES_S))
            await hotline.stage.stop_controller(signal.SIGKILL)
            await asyncio.sleep(LONG_AWAY.get(kill, dice.uniform(0.0, AWAY_S)))
            await hotline.stage.start_controller()
        await crowd.stop()
    print(f"calls {hotline.placed}, acts {crowd.done}")  # noqa: T201
    assert crowd.refused == []
    await is_settled(hotline, crowd.placed)
