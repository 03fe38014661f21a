"""After a call the agent has his wrap-up; then, or when he says ready, the next caller is his."""

import pytest
from callcenter.qa.phone import Behaviour
from tests.calls.hotline import Hotline, ended

pytestmark = pytest.mark.calls

WRAP_UP_S = 2.0


async def test_the_next_caller_waits_for_the_end_of_wrap_up(hotline: Hotline) -> None:
    agent = await hotline.agent("1001", Behaviour(talk_s=0.3))
    callers = await hotline.callers("7004", count=2)
    first = await hotline.offered(agent)
    await ended(first)
    await hotline.state("1001", "wrap_up")
    second = await hotline.offered(agent, 2)
    assert WRAP_UP_S <= second.invited_at - first.ended_at <= WRAP_UP_S + 0.5
    assert (await callers.result()).ok == 2
    calls = await hotline.calls()
    assert [call["outcome"] for call in calls] == ["answered"] * 2


async def test_ready_ends_wrap_up(hotline: Hotline) -> None:
    agent = await hotline.agent("1001", Behaviour(talk_s=0.3))
    callers = await hotline.callers("7004", count=2)
    first = await hotline.offered(agent)
    await ended(first)
    await hotline.state("1001", "wrap_up")
    code = await agent.call(hotline.stage.site.feature_codes.ready)
    second = await hotline.offered(agent, 2)
    assert second.invited_at - first.ended_at < WRAP_UP_S
    await ended(code)
    assert (await callers.result()).ok == 2
