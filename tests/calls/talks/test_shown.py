"""One call that is consulted about and handed on, as `callcenter calls show` tells it."""

import pytest
from callcenter.qa import audio
from callcenter.qa.phone import Behaviour
from tests.calls.hotline import Hotline
from tests.calls.softphones import HotlinePhones
from tests.calls.talks.conftest import Begin

pytestmark = pytest.mark.calls

BOB_HZ = 700.0
STORY = [
    ("arrived", None),
    ("to queue", None),
    ("ring", "1001"),
    ("talk", "1001"),
    ("consult", "1001"),
    ("ring", "1002"),
    ("consult talk", "1002"),
    ("talk ended", "1001"),
    ("transfer", "1001"),
    ("to agent", "1002"),
    ("talk", "1002"),
    ("ended", None),
]


async def test_an_attended_transfer_is_one_line_of_time(
    hotline: Hotline, softphones: HotlinePhones, talk: Begin
) -> None:
    begun = await talk("1001")
    bob = await softphones.agent("1002", Behaviour(tone_hz=BOB_HZ))
    await begun.his.press("*221002#")
    await (await bob.offered()).hears(audio.AGENT_HZ)
    await begun.his.hears(BOB_HZ)
    await begun.his.press("*24")
    await begun.call.hears(BOB_HZ)
    await begun.his.end()
    await begun.call.hang_up()
    call = await hotline.call()
    shown = await hotline.json("calls", "show", call["call_id"])
    told = [(moment["event"], moment.get("agent")) for moment in shown["timeline"]]
    steps = iter(told)
    missing = [step for step in STORY if step not in steps]
    assert not missing, told
    assert (call["agent"], call["outcome"]) == ("1002", "answered")
    assert call["hold_ms"] > 0, "the caller heard music while they consulted"
    (ring,) = [m for m in shown["timeline"] if (m["event"], m.get("agent")) == ("ring", "1001")]
    assert ring["candidates"] >= 1, "why this agent was chosen"
    text = await hotline.stage.command("calls", "show", call["call_id"])
    assert "how=attended" in text
