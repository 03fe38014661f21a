"""A caller presses a key, an agent answers, they talk, one of them hangs up."""

import pytest
from callcenter.qa.phone import Behaviour
from tests.calls.hotline import Hotline, ended

pytestmark = pytest.mark.calls


async def test_agent_hangs_up(hotline: Hotline) -> None:
    agent = await hotline.agent("1001", Behaviour(talk_s=1.0))
    callers = await hotline.callers("7000", "1")
    talk = await hotline.offered(agent)
    await ended(talk)
    assert (await callers.result()).ok == 1
    call = await hotline.call()
    assert (call["outcome"], call["handled_by"]) == ("answered", "controller")
    assert (call["agent"], call["queue"], call["called"]) == ("1001", "desk", "7000")
    assert 500 <= call["talk_ms"] <= 2000
    assert await hotline.rings() == [("1001", "answered")]
    await hotline.state("1001", "ready")


async def test_caller_hangs_up(hotline: Hotline) -> None:
    agent = await hotline.agent("1002")
    callers = await hotline.callers("7001", patience_s=1.5)
    talk = await hotline.offered(agent)
    await ended(talk)
    assert not talk.ended_by_us
    assert (await callers.result()).messages["BYE", "Sent"] == 1
    assert (await hotline.call())["outcome"] == "answered"


async def test_ten_callers_and_three_agents_lose_nobody(hotline: Hotline) -> None:
    agents = [await hotline.agent(name, Behaviour(talk_s=0.4)) for name in ("1001", "1002", "1003")]
    counts = await (await hotline.callers("7001", count=10)).result()
    assert (counts.created, counts.ok, counts.failed) == (10, 10, 0)
    calls = await hotline.calls()
    assert [call["outcome"] for call in calls] == ["answered"] * 10
    assert sum(len(agent.offers) for agent in agents) == 10
    served = [call["call_id"] for call in sorted(calls, key=lambda call: call["answered_at"])]
    assert served == [call["call_id"] for call in calls], "first come, first served"
