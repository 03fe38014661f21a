"""The controller is killed while a supervisor listens: nothing hangs, and the talk goes on."""

import signal
import time

import pytest
from callcenter.qa import audio
from callcenter.qa.stage import until
from tests.calls.hotline import Hotline
from tests.calls.softphones import HotlinePhones
from tests.calls.supervise.conftest import SUPERVISOR_HZ, Begin, audited

pytestmark = [pytest.mark.calls, pytest.mark.timeout(120)]

AWAY_S = 6
"""A heartbeat of this age is no sign of life."""


@pytest.fixture(autouse=True)
def _foreseen(hotline: Hotline) -> None:
    hotline.foreseen += [
        "Stasis app 'callcenter' not active",
        "Error reading from web socket",
        "An async goto just messed up our execution location",
    ]


async def test_it_comes_back_while_the_talk_goes_on(
    hotline: Hotline, softphones: HotlinePhones, talk: Begin
) -> None:
    begun = await talk("1001")
    ida = await softphones.agent("1009")
    hers = await ida.call("*431001", tone_hz=SUPERVISOR_HZ)
    await begun.call.hears(SUPERVISOR_HZ)
    await hotline.stage.stop_controller(signal.SIGKILL)
    await begun.call.hears(SUPERVISOR_HZ)
    await hotline.stage.start_controller()
    await hers.end()
    await begun.call.hears(audio.AGENT_HZ)
    await hotline.state("1009", "ready")
    await begun.call.hang_up()
    await begun.his.end()
    await audited(hotline, ("1009", "barge", "1001", "done"), ("1009", "end", "1001", "done"))
    assert (await hotline.call())["outcome"] == "answered"


@pytest.mark.parametrize("who_leaves", ["supervisor", "caller"])
async def test_it_stays_away(
    hotline: Hotline, softphones: HotlinePhones, talk: Begin, who_leaves: str
) -> None:
    begun = await talk("1001")
    ida = await softphones.agent("1009", sign_in=False)
    hers = await ida.call("*411001", tone_hz=SUPERVISOR_HZ)
    await hers.hears(audio.CALLER_HZ)
    await hotline.stage.stop_controller(signal.SIGKILL)
    killed = time.monotonic()
    await until(lambda: time.monotonic() - killed > AWAY_S, "the heartbeat is old", 20.0)
    if who_leaves == "supervisor":
        await hers.hang_up()
        await until(lambda: _channels(hotline, 2), "the Snoop channel is gone", 20.0)
        await begun.call.hears(audio.AGENT_HZ)
        await begun.call.hang_up()
    else:
        await begun.call.hang_up()
        await hers.end(10.0)
    await until(lambda: _channels(hotline, 0), "no channel is left", 20.0)
    await hotline.stage.start_controller()


async def _channels(hotline: Hotline, count: int) -> bool:
    return len(await hotline.channels()) == count
