"""Calls that agents place: outside with the hotline's number, to colleagues, and those refused."""

import pytest
from callcenter.qa import audio
from callcenter.qa.phone import Behaviour, Refused
from tests.calls.hotline import Hotline
from tests.calls.softphones import HotlinePhones
from tests.calls.talks.conftest import OUTSIDE_HZ, Outside

pytestmark = pytest.mark.calls

FAR = Behaviour(tone_hz=OUTSIDE_HZ)


async def outcomes(hotline: Hotline, count: int = 1) -> list[tuple[str, str, str]]:
    """(direction, called, outcome) of the calls that agents placed in the case."""
    hotline.placed += count
    return [(c["direction"], c["called"], c["outcome"]) for c in await hotline.calls()]


async def test_the_hotline_s_number_is_shown_outside(
    hotline: Hotline, softphones: HotlinePhones, outside: Outside
) -> None:
    far = await outside("main", FAR)
    ann = await softphones.agent("1001")
    call = await ann.call("13800138000", audio.AGENT_HZ)
    await call.hears(OUTSIDE_HZ)
    await hotline.state("1001", "talking")
    invite = far.offers[0].invite
    assert invite is not None
    assert "12345" in invite.header("From")
    await call.hang_up()
    assert await outcomes(hotline) == [("out", "13800138000", "outbound")]
    assert await hotline.rings() == [("", "answered")]


async def test_a_prefix_is_taken_off_and_only_the_team_may(
    hotline: Hotline, softphones: HotlinePhones, outside: Outside
) -> None:
    far = await outside("main", FAR)
    ann = await softphones.agent("1001")
    dan = await softphones.agent("1004")
    call = await ann.call("901088886666", audio.AGENT_HZ)
    await call.hears(OUTSIDE_HZ)
    invite = far.offers[0].invite
    assert invite is not None
    assert invite.target.startswith("sip:01088886666@")
    await call.hang_up()
    with pytest.raises(Refused, match="403"):
        await dan.call("901088886666")
    assert len(await outcomes(hotline)) == 1


@pytest.mark.parametrize(("code", "told"), [(486, "486"), (603, "603|403")])
async def test_why_nobody_is_there_is_told_to_the_phone(
    hotline: Hotline, softphones: HotlinePhones, outside: Outside, code: int, told: str
) -> None:
    await outside("main", Behaviour(code=code))
    ann = await softphones.agent("1001")
    with pytest.raises(Refused, match=told):
        await ann.call("13800138000")
    await hotline.state("1001", "ready")
    assert (await outcomes(hotline))[0][2] == "outbound"


async def test_a_colleague_is_called_and_is_not_offered_calls(
    hotline: Hotline, softphones: HotlinePhones
) -> None:
    ann = await softphones.agent("1001")
    bob = await softphones.agent("1002", Behaviour(tone_hz=700.0))
    call = await ann.call("1002", audio.AGENT_HZ)
    await call.hears(700.0)
    await hotline.state("1001", "talking")
    await hotline.state("1002", "talking")
    await call.hang_up()
    await (await bob.offered()).end()
    await hotline.state("1001", "ready")
    await hotline.state("1002", "ready")
    assert (await outcomes(hotline))[0][0] == "internal"


async def test_a_number_that_nothing_has_is_not_permitted(
    hotline: Hotline, softphones: HotlinePhones
) -> None:
    ann = await softphones.agent("1001")
    with pytest.raises(Refused, match="403"):
        await ann.call("5555")
