"""The controller is killed while twenty calls wait and talk, and comes back.

Talks go on, waiting callers keep waiting and are served afterwards, new callers get Asterisk's
own queue, and in the records every call ends exactly once.
"""

import asyncio
import signal
import time

import pytest
from callcenter.qa.phone import RINGS, Behaviour, Phone
from callcenter.qa.stage import until
from tests.calls.hotline import Hotline, ended

pytestmark = [pytest.mark.calls, pytest.mark.timeout(120)]

TALKING = 10
WAITING = 10
HEARTBEAT_OLD_S = 6.0
"""After this the dialplan frees the other side of a talk by itself."""


@pytest.fixture(autouse=True)
def _foreseen(hotline: Hotline) -> None:
    hotline.foreseen += [
        "Stasis app 'callcenter' not active",
        "Error reading from web socket",
        # Both sides hang up at once: each one's handler frees the other, who ends already.
        "An async goto just messed up our execution location",
    ]


async def sound_goes_on(agents: list[Phone]) -> None:
    """Half a second of new audio at each talking agent."""
    talks = [agent.offers[-1] for agent in agents]
    before = [talk.audio.packets for talk in talks]

    def more() -> bool:
        return all(talk.audio.packets - n >= 25 for talk, n in zip(talks, before, strict=True))

    await until(more, "every talk's audio goes on", 2.0)
    assert all(talk.up for talk in talks)


async def test_every_call_ends_exactly_once(hotline: Hotline) -> None:
    agents = await hotline.team(1001, TALKING)
    callers = await hotline.callers("7001", count=TALKING + WAITING - 1, patience_s=90)
    await asyncio.gather(*(hotline.state(agent.user, "talking", within_s=15) for agent in agents))
    impatient, call = await hotline.caller("7001")
    await hotline.waiting("desk", WAITING)

    await hotline.stage.stop_controller(signal.SIGKILL)
    killed = time.monotonic()
    await sound_goes_on(agents)
    await impatient.hang_up(call)

    # A talk that ends now: the caller is freed by Asterisk alone, once the heartbeat is old.
    await until(lambda: time.monotonic() - killed > HEARTBEAT_OLD_S, "the heartbeat is old", 20.0)
    freed = agents[0]
    freed.behaviour = Behaviour(talk_s=0.5)
    await freed.hang_up(freed.offers[-1])
    await until(lambda: callers.counts().ok >= 1, "his caller was freed")

    # New callers: one gets the freed agent by Asterisk's own queue, one leaves a message.
    native = await hotline.callers("7001")
    await hotline.offered(freed, 2)
    assert (await native.result()).ok == 1
    freed.behaviour = RINGS
    message = await hotline.callers("7002", patience_s=7.0)
    assert (await message.result()).failed == 0

    await hotline.stage.start_controller()
    await sound_goes_on(agents[1:])
    short = Behaviour(talk_s=0.2)
    for agent in agents:
        agent.behaviour = short
    await asyncio.gather(*(agent.hang_up(agent.offers[-1]) for agent in agents[1:]))
    counts = await asyncio.wait_for(callers.result(), 30)
    assert (counts.ok, counts.failed) == (TALKING + WAITING - 1, 0)

    calls = await hotline.calls(20.0)
    outcomes = sorted(call["outcome"] for call in calls)
    assert outcomes == sorted(["answered"] * 20 + ["abandoned_queue", "voicemail"])
    alone = [call for call in calls if call["handled_by"] == "asterisk"]
    assert sorted(call["outcome"] for call in alone) == ["answered", "voicemail"]


async def test_a_talk_that_ends_at_once_is_cleared_on_return(hotline: Hotline) -> None:
    """Within the heartbeat's age nobody frees the caller: the returning controller does."""
    agent = await hotline.agent("1001")
    callers = await hotline.callers("7001", patience_s=60)
    talk = await hotline.offered(agent)
    await hotline.state("1001", "talking")
    await until(lambda: talk.audio.packets > 25, "they talk")
    await hotline.stage.stop_controller(signal.SIGKILL)
    await agent.hang_up(talk)
    await hotline.stage.start_controller()
    assert (await asyncio.wait_for(callers.result(), 30)).ok == 1
    assert (await hotline.call())["outcome"] == "answered"
    await hotline.state("1001", "ready")


async def test_asterisks_own_queue_serves_while_it_is_away(hotline: Hotline) -> None:
    agent = await hotline.agent("1001", Behaviour(talk_s=0.5))
    away = await hotline.agent("1002")
    await hotline.dial(away, hotline.stage.site.feature_codes.not_ready)
    await hotline.stage.stop_controller(signal.SIGKILL)
    try:
        callers = await hotline.callers("7000", "1")
        assert (await callers.result()).ok == 1
        code = await hotline.dial(agent, hotline.stage.site.feature_codes.sign_out)
        await ended(code)
    finally:
        await hotline.stage.start_controller()
    assert (len(agent.offers), len(away.offers)) == (1, 0)
    call = await hotline.call()
    assert (call["outcome"], call["handled_by"], call["agent"]) == ("answered", "asterisk", "1001")
    await hotline.state("1001", "ready")
    await hotline.state("1002", "not_ready")
