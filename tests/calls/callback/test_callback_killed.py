"""The controller dies in each state of a callback: its caller is dialled once, and is not lost."""

import signal
import time

import pytest
from callcenter.qa.dialog import Dialog
from callcenter.qa.phone import BUSY, RINGS, Behaviour, Phone
from callcenter.qa.stage import until
from tests.calls.callback.conftest import OUTSIDE_HZ, Asks, Outside, comes, ends, waiting
from tests.calls.callback.test_callback import presses
from tests.calls.hotline import Hotline
from tests.calls.softphones import HotlinePhones

pytestmark = pytest.mark.calls

THERE = Behaviour(code=0, tone_hz=OUTSIDE_HZ)


@pytest.fixture(autouse=True)
def _foreseen(hotline: Hotline) -> None:
    hotline.foreseen += ["Stasis app 'callcenter' not active", "Error reading from web socket"]


async def dies_and_returns(hotline: Hotline) -> None:
    await hotline.stage.stop_controller(signal.SIGKILL)
    await hotline.stage.start_controller()


async def picks_up_while_it_is_away(hotline: Hotline, far: Phone, call: Dialog) -> None:
    await hotline.stage.stop_controller(signal.SIGKILL)
    await far.answer(call)
    await hotline.stage.start_controller()


async def is_greeted(hotline: Hotline, call: Dialog) -> None:
    """Until the controller has him, music is all he hears, and no key is."""

    async def so() -> bool:
        return any("!callcenter,callback!" in channel for channel in await hotline.channels())

    await until(so, "he is with the controller")
    call.audio.heard.clear()
    await until(lambda: call.audio.heard, "he is greeted")


async def state(hotline: Hotline, name: str) -> str:
    (row,) = [row for row in await waiting(hotline) if row["call"] == name]
    return str(row["state"])


async def test_from_the_offer_to_the_talk(
    hotline: Hotline, softphones: HotlinePhones, outside: Outside
) -> None:
    far = await outside(THERE)
    _, call = await softphones.caller("7001")
    await hotline.waiting("desk")
    await call.press("1")
    await call.hears(None)
    await dies_and_returns(hotline)
    await hotline.waiting("desk")
    await call.press("11")
    await call.end(15.0)
    (asked,) = await hotline.calls()
    name = asked["call_id"] + "+cb"
    await dies_and_returns(hotline)
    assert await state(hotline, name) == "waiting"
    ann = await comes(hotline, softphones, "1001")
    dialled = await hotline.offered(far)
    await dies_and_returns(hotline)
    assert await state(hotline, name) == "dialling"
    await hotline.state("1001", "reserved")
    await picks_up_while_it_is_away(hotline, far, dialled)
    his = await ann.offered()
    await dies_and_returns(hotline)
    await his.answer()
    await his.hears(OUTSIDE_HZ)
    await dies_and_returns(hotline)
    await hotline.state("1001", "talking")
    await his.hears(OUTSIDE_HZ)
    hotline.placed += 1
    await his.hang_up()
    row = await ends(hotline, name)
    assert (row["result"], row["agent"], row["attempts"]) == ("reached", "1001", 1)
    assert (len(far.offers), len(ann.offers)) == (1, 1)
    await hotline.state("1001", "ready")


async def test_he_who_picks_up_meanwhile_is_still_asked_for_a_key(
    hotline: Hotline, softphones: HotlinePhones, outside: Outside, asks: Asks
) -> None:
    far = await outside(THERE)
    name = await asks("7002", queue="asked")
    ann = await comes(hotline, softphones, "1001")
    dialled = await hotline.offered(far)
    await picks_up_while_it_is_away(hotline, far, dialled)
    await is_greeted(hotline, dialled)
    assert ann.offers == []
    await presses(dialled, "1")
    hotline.placed += 1
    his = await ann.offered()
    await his.answer()
    await his.hears(OUTSIDE_HZ)
    await his.hang_up()
    row = await ends(hotline, name)
    assert (row["result"], row["attempts"], len(far.offers)) == ("reached", 1, 1)


async def test_until_it_is_tried_no_more(
    hotline: Hotline, softphones: HotlinePhones, outside: Outside, asks: Asks
) -> None:
    far = await outside(RINGS)
    name = await asks()
    await comes(hotline, softphones, "1001")
    dialled = await hotline.offered(far)
    far.behaviour = BUSY
    await hotline.stage.stop_controller(signal.SIGKILL)
    await far.answer(dialled, 486)
    await hotline.stage.start_controller()
    await hotline.offered(far, 2)
    hotline.placed += 1
    row = await ends(hotline, name)
    assert (row["result"], row["attempts"], len(far.offers)) == ("not_reached", 2, 2)
    await dies_and_returns(hotline)
    assert await waiting(hotline) == []
    await hotline.state("1001", "ready")
    await hotline.calls()


async def test_it_expires_while_the_controller_is_away(
    hotline: Hotline, softphones: HotlinePhones, outside: Outside, asks: Asks
) -> None:
    far = await outside(THERE)
    name = await asks("7005", queue="soon")
    (row,) = await waiting(hotline)
    over = time.monotonic() + row["expires_in_s"]
    await hotline.stage.stop_controller(signal.SIGKILL)
    await until(lambda: time.monotonic() > over, "it has expired", 15.0)
    await hotline.stage.start_controller()
    assert (await ends(hotline, name))["result"] == "expired"
    assert await waiting(hotline) == []
    assert far.offers == []
