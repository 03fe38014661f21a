"""The controller is killed while a talk is recorded, and while its file is archived."""

import signal

import pytest
from callcenter.qa import audio
from callcenter.qa.phone import Behaviour
from callcenter.qa.stage import until
from tests.calls.hotline import Hotline
from tests.calls.recording.kept import path_of, sides, stored

pytestmark = pytest.mark.calls


async def test_a_talk_is_recorded_once_and_whole_over_a_restart(hotline: Hotline) -> None:
    agent = await hotline.agent("1001", Behaviour(talk_s=None))
    _, call = await hotline.caller("7008")
    talk = await hotline.offered(agent)
    await hotline.state("1001", "talking")
    await hotline.stage.stop_controller(signal.SIGKILL)
    await hotline.stage.start_controller()
    await hotline.state("1001", "talking")
    began = talk.audio.packets
    await until(lambda: talk.audio.packets > began + 50, "they talk on for a second")
    await agent.hang_up(talk)
    await call.ended.wait()
    (row,) = await stored(hotline)
    said = ((audio.CALLER_HZ, talk), (audio.AGENT_HZ, call))
    for side, (hz, listener) in zip(sides(path_of(hotline, row)), said, strict=True):
        heard_s = audio.seconds_of_tone(audio.linear(bytes(listener.audio.heard)), hz)
        assert heard_s > 1.0
        assert audio.seconds_of_tone(side, hz) == pytest.approx(heard_s, abs=0.7)


@pytest.mark.parametrize("moment", ["raw", "half pressed", "kept"])
async def test_killed_in_mid_archive_nothing_is_lost_or_told_twice(
    hotline: Hotline, moment: str
) -> None:
    node = hotline.stage.node
    raw = (node.spool / "monitor", "*/*/*/*.raw")
    kept = (node.recordings, "*/*/*/[!.]*.flac")
    folder, pattern = kept if moment == "kept" else raw
    before = set(folder.glob(pattern))
    await hotline.agent("1001", Behaviour(talk_s=1.0))
    await (await hotline.callers("7008")).result()
    found = await until(lambda: set(folder.glob(pattern)) - before, f"{moment} file", 20.0)
    await hotline.stage.stop_controller(signal.SIGKILL)
    if moment == "half pressed":  # as sox leaves it that is killed with the controller
        assert isinstance(found, set)
        (file,) = found
        half = node.recordings / file.relative_to(folder).with_name(f".{file.stem}.1.flac")
        half.parent.mkdir(parents=True, exist_ok=True)
        half.write_bytes(b"fLaC")
    await hotline.stage.start_controller()
    (row,) = await stored(hotline)
    caller, _ = sides(path_of(hotline, row))
    assert audio.seconds_of_tone(caller, audio.CALLER_HZ) > 0.5
    await until(lambda: not list((node.spool / "monitor").rglob("*.raw")), "no raw file is left")
    assert not list(node.recordings.rglob(".*"))
    told = await hotline.json("recordings", "check", "--deep")
    assert told["differences"] == []
