"""Each agent of a transferred call has a file of his own."""

import pytest
from callcenter.qa import audio
from callcenter.qa.phone import Behaviour
from callcenter.qa.stage import until
from tests.calls.hotline import Hotline, ended
from tests.calls.recording.kept import path_of, sides, stored

pytestmark = pytest.mark.calls


async def test_both_agents_of_a_handed_on_call_are_recorded(hotline: Hotline) -> None:
    first = await hotline.agent("1001", Behaviour(talk_s=None))
    _, call = await hotline.caller("7008")
    talk = await hotline.offered(first)
    await hotline.state("1001", "talking")
    second = await hotline.agent("1002", Behaviour(talk_s=1.5))
    await until(lambda: talk.audio.packets > 60, "the first talk has lasted a second")
    assert await first.transfer(talk, "1002") == 202
    await ended(await hotline.offered(second), 15)
    await ended(call, 10)
    rows = await stored(hotline, 2)
    assert [row["agent"] for row in rows] == ["1001", "1002"]
    for row in rows:
        caller, agent = sides(path_of(hotline, row))
        assert audio.seconds_of_tone(caller, audio.CALLER_HZ) > 0.5
        assert audio.seconds_of_tone(agent, audio.AGENT_HZ) > 0.5
        assert audio.seconds_of_tone(caller, audio.AGENT_HZ) == 0
    assert (await hotline.json("recordings", "check"))["differences"] == []
