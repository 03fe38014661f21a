"""The agent who has been without a call for longest is called; pausing does not help."""

import pytest
from callcenter.qa.phone import Behaviour
from tests.calls.hotline import Hotline

pytestmark = pytest.mark.calls

SHORT = Behaviour(talk_s=0.3)


async def test_calls_go_round_by_idle_time(hotline: Hotline) -> None:
    for name in ("1003", "1001", "1002"):
        await hotline.agent(name, SHORT)
    for _ in range(4):
        assert (await (await hotline.callers("7001")).result()).ok == 1
        await hotline.calls()
    assert [agent for agent, _ in await hotline.rings()] == ["1003", "1001", "1002", "1003"]


async def test_a_pause_keeps_the_place(hotline: Hotline) -> None:
    first = await hotline.agent("1001", SHORT)
    await hotline.agent("1002", SHORT)
    codes = hotline.stage.site.feature_codes
    await hotline.dial(first, codes.not_ready + "1")
    await hotline.state("1001", "not_ready", "break")
    await hotline.dial(first, codes.ready)
    await hotline.state("1001", "ready")
    assert (await (await hotline.callers("7001")).result()).ok == 1
    assert await hotline.rings() == [("1001", "answered")]
