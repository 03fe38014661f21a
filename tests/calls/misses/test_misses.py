"""An agent does not take the call: the next one gets it, and he rests or is set not ready."""

import pytest
from callcenter.qa.phone import BUSY, DECLINES, RINGS, Behaviour
from tests.calls.hotline import Hotline

pytestmark = pytest.mark.calls


@pytest.mark.parametrize(
    ("behaviour", "result"),
    [(BUSY, "busy"), (DECLINES, "declined"), (RINGS, "no_answer")],
    ids=["busy", "declined", "no answer"],
)
async def test_the_next_agent_gets_the_call(
    hotline: Hotline, behaviour: Behaviour, result: str
) -> None:
    first = await hotline.agent("1001", behaviour)
    second = await hotline.agent("1002", Behaviour(talk_s=0.5))
    counts = await (await hotline.callers("7001")).result()
    assert counts.ok == 1
    assert (len(first.offers), len(second.offers)) == (1, 1)
    assert await hotline.rings() == [("1001", result), ("1002", "answered")]
    assert (await hotline.call())["agent"] == "1002"
    await hotline.state("1001", "ready")


@pytest.mark.parametrize(
    ("scenario", "result"),
    [("uas-busy", "busy"), ("uas-declines", "declined"), ("uas-rings", "no_answer")],
)
async def test_so_it_is_with_phones_that_sipp_plays(
    hotline: Hotline, scenario: str, result: str
) -> None:
    first = await hotline.sipp_agent("1001", scenario)
    second = await hotline.agent("1002", Behaviour(talk_s=0.5))
    assert (await (await hotline.callers("7001")).result()).ok == 1
    assert len(second.offers) == 1
    assert await hotline.rings() == [("1001", result), ("1002", "answered")]
    counts = await first.stop()
    assert (counts.ok, counts.failed) == (1, 0)


async def test_an_unregistered_phone_is_passed_over(hotline: Hotline) -> None:
    first = await hotline.agent("1001")
    await hotline.agent("1002", Behaviour(talk_s=0.5))
    await first.register(expires_s=0)
    hotline.foreseen.append("'1001'")  # Asterisk calls it an error
    assert (await (await hotline.callers("7001")).result()).ok == 1
    assert await hotline.rings() == [("1001", "unreachable"), ("1002", "answered")]
    assert first.offers == []


async def test_after_misses_in_a_row_he_is_not_ready(hotline: Hotline) -> None:
    agent = await hotline.agent("1001", DECLINES)
    callers = await hotline.callers("7001", patience_s=6.0)
    await hotline.offered(agent, 2)
    await hotline.state("1001", "not_ready", "missed-calls")
    agent.behaviour = Behaviour(talk_s=0.3)
    await hotline.dial(agent, hotline.stage.site.feature_codes.ready)
    assert (await callers.result()).ok == 1
    assert [result for _, result in await hotline.rings()] == ["declined"] * 2 + ["answered"]


async def test_who_waited_longest_keeps_his_place(hotline: Hotline) -> None:
    """Passed over by a miss, he is served before those who came after him."""
    agent = await hotline.agent("1001", DECLINES)
    first = await hotline.callers("7001")
    await hotline.offered(agent)
    second = await hotline.callers("7001")
    await hotline.waiting("desk", 2)
    agent.behaviour = Behaviour(talk_s=0.3)
    assert ((await first.result()).ok, (await second.result()).ok) == (1, 1)
    calls = await hotline.calls()
    assert calls[0]["answered_at"] < calls[1]["answered_at"]
