"""Floor and Asterisk differ, by what no event told: it is mended within seconds, and logged."""

import asyncio

import pytest
from callcenter.qa.phone import TALKS, Behaviour
from callcenter.qa.stage import until
from tests.calls.hotline import Hotline, ended

pytestmark = [pytest.mark.calls, pytest.mark.timeout(120)]

HEALS_S = 25.0
"""Two looks of 5 s each must agree."""


async def test_an_agent_whose_phone_is_away_is_not_offered_until_it_is_back(
    hotline: Hotline,
) -> None:
    agent = await hotline.agent("1001", Behaviour(talk_s=0.5))
    await agent.register(expires_s=0)
    await hotline.state("1001", "not_ready", "unreachable", HEALS_S)
    callers = await hotline.callers("7001", patience_s=40)
    await hotline.waiting("desk", 1)
    assert agent.offers == []
    await agent.register()
    assert (await asyncio.wait_for(callers.result(), HEALS_S)).ok == 1
    assert await hotline.rings() == [("1001", "answered")]
    assert "agent=1001 is ready, his phone is not registered" in mended(hotline)


async def test_who_fell_out_of_a_bridge_is_put_back(hotline: Hotline) -> None:
    agent = await hotline.agent("1001", TALKS)
    _, call = await hotline.caller("7001")
    talk = await hotline.offered(agent)
    await hotline.state("1001", "talking")
    _, music = await hotline.caller("7001")
    await hotline.waiting("desk", 1)
    for line in (await hotline.stage.rx("bridge show all")).splitlines()[1:]:
        await empty(hotline, line.split()[0])
    before = music.audio.packets, talk.audio.packets, call.audio.packets

    def more() -> bool:
        now = music.audio.packets, talk.audio.packets, call.audio.packets
        return all(n > m + 100 for n, m in zip(now, before, strict=True))

    await until(more, "all hear again", HEALS_S)
    assert "talks and is in no bridge" in mended(hotline)
    assert "waits in queue=desk and is in no bridge" in mended(hotline)
    await agent.hang_up(talk)
    talk = await hotline.offered(agent, 2)
    await until(lambda: talk.up, "he talks with the second one")
    await hotline.state("1001", "talking")
    await agent.hang_up(talk)
    await ended(music)
    assert [call["outcome"] for call in await hotline.calls()] == ["answered", "answered"]


async def empty(hotline: Hotline, bridge: str) -> None:
    """Take all channels out of a bridge."""
    shown = await hotline.stage.rx(f"bridge show {bridge}")
    for line in shown.splitlines():
        if line.startswith("Channel: "):
            await hotline.stage.rx(f"bridge kick {bridge} {line.split()[1]}")


def mended(hotline: Hotline) -> str:
    """What the controller logged that it mended."""
    said = hotline.stage.controller_log.read_text(errors="replace")
    return "\n".join(line for line in said.splitlines() if " mended: " in line)
