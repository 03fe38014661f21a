"""What is said in a pause is in no file, and the pause is noted."""

import json

import pytest
from callcenter.qa import audio
from callcenter.qa.phone import Behaviour
from callcenter.qa.rtp import Audio
from callcenter.qa.stage import until
from tests.calls.hotline import Hotline
from tests.calls.recording.kept import path_of, sides, stored

pytestmark = pytest.mark.calls


async def test_a_pause_is_silence_of_its_length_on_both_sides(hotline: Hotline) -> None:
    agent = await hotline.agent("1001", Behaviour(talk_s=None))
    _, call = await hotline.caller("7008")
    talk = await hotline.offered(agent)
    await hotline.state("1001", "talking")
    (now,) = (await hotline.stage.ask(do="snapshot"))["calls"]
    await heard(talk.audio, 1.0)
    assert (await hotline.stage.ask(do="pause_recording", call=now["call"], by="1001"))["paused"]
    await heard(talk.audio, 1.5)
    assert (await hotline.stage.ask(do="resume_recording", call=now["call"], by="1001"))["resumed"]
    await heard(talk.audio, 1.0)
    await agent.hang_up(talk)
    await call.ended.wait()
    (row,) = await stored(hotline)
    ((start, end),) = json.loads(row["gaps"])
    assert (end - start) / 1000 == pytest.approx(1.5, abs=0.3)
    for side, hz in zip(
        sides(path_of(hotline, row)), (audio.CALLER_HZ, audio.AGENT_HZ), strict=True
    ):
        whole = len(side) / audio.RATE
        assert whole == pytest.approx(3.5, abs=0.6)  # silence is kept: times stay true
        silent = whole - audio.seconds_of_tone(side, hz)
        assert silent == pytest.approx(1.5, abs=0.5)


async def heard(line: Audio, seconds: float) -> None:
    """Wait until so much sound more has come."""
    upto = line.packets + round(seconds * 50)
    await until(lambda: line.packets >= upto, f"{seconds} s of sound")


async def test_what_is_not_recorded_cannot_be_paused(hotline: Hotline) -> None:
    agent = await hotline.agent("1001", Behaviour(talk_s=None))
    _, call = await hotline.caller("7001")
    talk = await hotline.offered(agent)
    await hotline.state("1001", "talking")
    (now,) = (await hotline.stage.ask(do="snapshot"))["calls"]
    told = await hotline.stage.ask(do="pause_recording", call=now["call"], by="1001")
    assert told == {"ok": False, "error": "that call is not being recorded"}
    await agent.hang_up(talk)
    await call.ended.wait()
