"""Real softphones through a real Asterisk: registered agents, a caller, and what they hear."""

import pytest
from callcenter.qa import audio
from callcenter.qa.phone import Behaviour, Refused
from callcenter.qa.stage import until
from tests.calls.hotline import Hotline
from tests.calls.softphones import HotlinePhones

pytestmark = pytest.mark.calls
TALKS = Behaviour()


async def test_caller_and_agent_hear_each_other(
    hotline: Hotline, softphones: HotlinePhones
) -> None:
    agent = await softphones.agent("1001")
    _, call = await softphones.caller("7001")
    offer = await agent.offered()
    await offer.answer()
    await offer.hears(audio.CALLER_HZ)
    await offer.say(audio.AGENT_HZ)
    await call.hears(audio.AGENT_HZ)
    await offer.hears_no(audio.AGENT_HZ)
    await call.hang_up()
    await offer.end()
    assert (await hotline.call())["outcome"] == "answered"
    assert await hotline.rings() == [("1001", "answered")]


async def test_hold_plays_music_and_retrieve_ends_it(
    hotline: Hotline, softphones: HotlinePhones
) -> None:
    agent = await softphones.agent("1001", TALKS)
    _, call = await softphones.caller("7001")
    await call.hears(audio.AGENT_HZ)
    offer = await agent.offered()
    await offer.hold()
    await call.hears_no(audio.AGENT_HZ)
    await call.hears(None)
    await offer.retrieve()
    await call.hears(audio.AGENT_HZ)
    await offer.hears(audio.CALLER_HZ)


async def test_keys_reach_the_agent(hotline: Hotline, softphones: HotlinePhones) -> None:
    agent = await softphones.agent("1001", TALKS)
    _, call = await softphones.caller("7001")
    offer = await agent.offered()
    await offer.is_answered()
    await call.press("42#")
    await offer.has(lambda: offer.keys == "42#", "keys arrive", 10.0)


async def test_an_agent_declines(hotline: Hotline, softphones: HotlinePhones) -> None:
    agent = await softphones.agent("1001")
    await softphones.agent("1002", TALKS)
    _, call = await softphones.caller("7001")
    await (await agent.offered()).reject(603)
    await call.hears(audio.AGENT_HZ)
    await call.hang_up()
    assert [agent for agent, _ in await hotline.rings()] == ["1001", "1002"]


async def test_a_wrong_password_is_refused(hotline: Hotline, softphones: HotlinePhones) -> None:
    hotline.stage.secrets["agents.1003"], right = "wrong", hotline.stage.secrets["agents.1003"]
    try:
        with pytest.raises(Refused, match="REGISTER of 1003: 40"):
            await softphones.agent("1003")
    finally:
        hotline.stage.secrets["agents.1003"] = right


async def test_a_lamp_shows_a_team_mate_in_a_call(
    hotline: Hotline, softphones: HotlinePhones
) -> None:
    ann = await softphones.agent("1001", sign_in=False)
    await softphones.agent("1002", TALKS)
    await ann.watch("1002")
    await until(lambda: ann.lamps.get("1002") == "Ready", "the lamp is out")
    _, call = await softphones.caller("7001")
    await until(lambda: ann.lamps["1002"] == "On the phone", "the lamp is on")
    await call.hang_up()
    await until(lambda: ann.lamps["1002"] == "Ready", "the lamp is out again")


async def test_a_vanished_caller_is_told_as_the_end(
    hotline: Hotline, softphones: HotlinePhones
) -> None:
    """The caller hangs up while the agent's phone rings: it stops ringing."""
    agent = await softphones.agent("1001")
    _, call = await softphones.caller("7001")
    offer = await agent.offered()
    await call.hang_up()
    await offer.end()
    assert offer.code == 487
    assert (await hotline.call())["outcome"] == "abandoned_ring"
