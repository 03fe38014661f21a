"""An agent pauses the recording with a code in the talk."""

import json

import pytest
from callcenter.qa import audio
from callcenter.qa.stage import until
from tests.calls.hotline import Hotline
from tests.calls.recording.kept import path_of, sides, stored
from tests.calls.softphones import HotlinePhones

pytestmark = [pytest.mark.calls, pytest.mark.timeout(120)]


async def test_a_code_pauses_and_resumes(hotline: Hotline, softphones: HotlinePhones) -> None:
    phone = await softphones.agent("1001")
    _, call = await softphones.caller("7008")
    his = await phone.offered()
    await his.answer()
    await his.say(audio.AGENT_HZ)
    await call.hears(audio.AGENT_HZ)
    await his.press("*28")
    await until(lambda: told(hotline, "paused"), "the pause is noted", 20.0)
    await his.hears(None)  # the announcement
    await his.press("*28")
    await until(lambda: told(hotline, "resumed"), "its end is noted", 20.0)
    await his.hang_up()
    await call.end()
    (row,) = await stored(hotline)
    ((start, end),) = json.loads(row["gaps"])
    caller, _ = sides(path_of(hotline, row))
    silent = len(caller) / audio.RATE - audio.seconds_of_sound(caller)
    assert silent == pytest.approx((end - start) / 1000, abs=0.7)


def told(hotline: Hotline, what: str) -> bool:
    return f"recording {what}" in hotline.stage.controller_log.read_text(errors="replace")
