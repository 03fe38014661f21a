"""The recording of a talk holds both speakers, and is found from the call's record."""

import pytest
from callcenter.qa import audio
from callcenter.qa.phone import Behaviour
from tests.calls.hotline import Hotline, ended

pytestmark = pytest.mark.calls

TALK_S = 2.0


async def test_both_speakers_are_in_the_file_of_the_call(hotline: Hotline) -> None:
    agent = await hotline.agent("1001", Behaviour(talk_s=TALK_S))
    callers = await hotline.callers("7008")
    talk = await hotline.offered(agent)
    await ended(talk)
    await callers.result()
    call = await hotline.call()
    (recording,) = hotline.table("recording", call["call_id"])
    assert recording["agent"] == "1001"
    assert call["call_id"] in recording["file"]
    samples = audio.read_wav(hotline.stage.node.spool / "monitor" / recording["file"])
    assert len(samples) / audio.RATE == pytest.approx(TALK_S, abs=0.5)
    assert audio.seconds_of_tone(samples, audio.CALLER_HZ) > TALK_S - 0.7
    assert audio.seconds_of_tone(samples, audio.AGENT_HZ) > TALK_S - 0.7


async def test_caller_and_agent_hear_each_other(hotline: Hotline) -> None:
    agent = await hotline.agent("1001", Behaviour(talk_s=1.5))
    _, call = await hotline.caller("7008")
    talk = await hotline.offered(agent)
    await ended(call, 10)
    to_caller = audio.linear(bytes(call.audio.heard))
    to_agent = audio.linear(bytes(talk.audio.heard))
    assert audio.seconds_of_tone(to_caller, audio.AGENT_HZ) > 1.0
    assert audio.seconds_of_tone(to_agent, audio.CALLER_HZ) > 1.0
    assert audio.seconds_of_tone(to_agent, audio.AGENT_HZ) == 0


async def test_a_queue_that_is_not_recorded_has_no_file(hotline: Hotline) -> None:
    await hotline.agent("1001", Behaviour(talk_s=0.5))
    await (await hotline.callers("7001")).result()
    call = await hotline.call()
    assert hotline.table("recording", call["call_id"]) == []
