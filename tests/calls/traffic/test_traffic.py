"""What `loadtest` and `up --demo` play, with fewer calls; SIPp and the records count the same."""

from pathlib import Path

import pytest
import yaml
from callcenter.pbx.site_files import read_site
from callcenter.qa import demo, load
from callcenter.qa.stage import Stage
from callcenter.site.dump import dump
from tests.calls.hotline import Hotline

pytestmark = [pytest.mark.calls, pytest.mark.timeout(200)]

EXAMPLE = Path(__file__).parents[3] / "examples" / "hotline-12345"


async def test_a_load_is_served_and_counted(hotline: Hotline) -> None:
    stage = hotline.stage
    played = load.Load(calls_per_s=3, agents=3, talk_s=0.5, seconds=4, number="7001")
    hotline.placed = 12
    counts = await load.play(stage.site, stage.secrets, played, lambda line: None)
    assert (counts.calls, counts.ok, counts.failed) == (12, 12, 0)
    assert counts.answered == counts.offered == 12
    calls = await hotline.calls()
    assert [(call["outcome"], call["party_class"]) for call in calls] == [("answered", "test")] * 12
    states = await hotline.agents()
    assert {states[name]["state"] for name in ("1001", "1002", "1003")} == {"signed_out"}


async def test_the_demo_shows_every_kind_of_call(tmp_path: Path) -> None:
    site = yaml.safe_load(dump(read_site(EXAMPLE)))
    async with Stage(tmp_path, site) as stage, Hotline(stage, tmp_path) as line:
        line.placed = demo.CALLS
        told: list[str] = []
        counts = await demo.play(stage.site, stage.secrets, stage.node.path, 30, told.append)
        assert (counts.calls, counts.failed) == (demo.CALLS, 0)
        assert told
        outcomes = {call["outcome"] for call in await line.calls(20)}
        assert outcomes >= {"answered", "abandoned_queue", "ivr_end", "voicemail"}
        answered = [call for call in await line.calls() if call["outcome"] == "answered"]
        assert len(answered) > demo.CALLS / 3
        await line.is_tidy()
