"""Without the controller Asterisk dials for agents by itself: colleagues, and permitted numbers."""

import pytest
from callcenter.qa import audio
from callcenter.qa.phone import Behaviour, Refused
from tests.calls.hotline import Hotline
from tests.calls.softphones import HotlinePhones
from tests.calls.talks.conftest import OUTSIDE_HZ, Outside

pytestmark = pytest.mark.calls

TOLD = ("direction", "caller", "called", "handled_by", "cause", "party_class")


async def test_agents_still_call_colleagues_and_permitted_numbers(
    hotline: Hotline, softphones: HotlinePhones, outside: Outside
) -> None:
    await outside("main", Behaviour(code=503, after_s=0.0))
    far = await outside("standby", Behaviour(tone_hz=OUTSIDE_HZ))
    ann = await softphones.agent("1001", sign_in=False)
    dan = await softphones.agent("1004", Behaviour(tone_hz=700.0), sign_in=False)
    hotline.foreseen.append("not active")
    await hotline.stage.stop_controller()
    try:
        call = await ann.call("1004", audio.AGENT_HZ)
        await call.hears(700.0)
        await call.hang_up()
        call = await ann.call("901088886666", audio.AGENT_HZ)
        await call.hears(OUTSIDE_HZ)
        invite = far.offers[0].invite
        assert invite is not None
        assert invite.target.startswith("sip:01088886666@")
        assert "12345" in invite.header("From")
        await call.hang_up()
        with pytest.raises(Refused, match="403"):
            await dan.call("901088886666")
    finally:
        await hotline.stage.start_controller()
    hotline.placed += 2
    inside, outside_call = await hotline.calls()
    assert [inside[column] for column in TOLD] == [
        "internal",
        "1001",
        "1004",
        "asterisk",
        "",
        "staff",
    ]
    assert [outside_call[column] for column in TOLD] == [
        "out", "1001", "01088886666", "asterisk", "", "citizen",
    ]  # fmt: skip
    assert inside["outcome"] == outside_call["outcome"] == "outbound"
    assert min(inside["talk_ms"], outside_call["talk_ms"]) > 0
    assert await hotline.rings() == [("1004", "answered"), ("", "failed"), ("", "answered")]
    assert "No difference is unexplained" in await hotline.stage.command("records", "reconcile")
