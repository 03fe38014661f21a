"""The recording of a talk: caller left, agent right, kept compressed, found from the call."""

import hashlib

import pytest
from callcenter.qa import audio
from callcenter.qa.phone import Behaviour
from tests.calls.hotline import Hotline, ended
from tests.calls.recording.kept import path_of, sides, stored

pytestmark = pytest.mark.calls

TALK_S = 2.0


async def test_the_caller_is_left_and_the_agent_right(hotline: Hotline) -> None:
    agent = await hotline.agent("1001", Behaviour(talk_s=TALK_S))
    callers = await hotline.callers("7008")
    talk = await hotline.offered(agent)
    await ended(talk)
    await callers.result()
    call = await hotline.call()
    (recording,) = await stored(hotline)
    assert (recording["agent"], recording["queue"], recording["direction"]) == (
        "1001",
        "recorded",
        "in",
    )
    assert call["call_id"] in recording["file"]
    kept = path_of(hotline, recording)
    caller, agent_side = sides(kept)
    assert audio.seconds_of_tone(caller, audio.CALLER_HZ) > TALK_S - 0.7
    assert audio.seconds_of_tone(agent_side, audio.AGENT_HZ) > TALK_S - 0.7
    assert audio.seconds_of_tone(caller, audio.AGENT_HZ) == 0
    assert audio.seconds_of_tone(agent_side, audio.CALLER_HZ) == 0
    assert recording["length_ms"] == pytest.approx(len(caller) / 8, abs=1)
    assert recording["length_ms"] / 1000 == pytest.approx(TALK_S, abs=0.5)
    data = kept.read_bytes()
    assert (recording["bytes"], recording["sha256"]) == (
        len(data),
        hashlib.sha256(data).hexdigest(),
    )
    assert not list((hotline.stage.node.spool / "monitor").rglob("*.raw"))


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
    await stored(hotline)


async def test_a_queue_that_is_not_recorded_has_no_file(hotline: Hotline) -> None:
    await hotline.agent("1001", Behaviour(talk_s=0.5))
    await (await hotline.callers("7001")).result()
    call = await hotline.call()
    assert hotline.table("recording", call["call_id"]) == []
