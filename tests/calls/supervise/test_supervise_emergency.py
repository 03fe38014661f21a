"""An emergency closure: who waits and who comes goes elsewhere; also without the controller."""

import signal

import pytest
from callcenter.qa import audio
from callcenter.qa.stage import until
from tests.calls.hotline import Hotline
from tests.calls.softphones import HotlinePhones
from tests.calls.supervise.conftest import acts, audited
from tests.calls.supervise.test_supervise_acts import LOUD, code

pytestmark = pytest.mark.calls


@pytest.fixture(autouse=True)
def _foreseen(hotline: Hotline) -> None:
    hotline.foreseen += ["Stasis app 'callcenter' not active", "Error reading from web socket"]


async def test_closed_and_open_again(hotline: Hotline, softphones: HotlinePhones) -> None:
    ida = await softphones.agent("1009", sign_in=False)
    _, waiting = await softphones.caller("7001")
    await hotline.waiting("desk")
    await code(ida, "*471")
    await waiting.end()
    ann = await softphones.agent("1001")
    _, newcomer = await softphones.caller("7001")
    await newcomer.end()
    assert not ann.offers
    told = {queue["queue"]: queue for queue in await hotline.json("queues", "list")}
    assert told["desk"]["emergency"] == "site"
    assert told["red"]["emergency"] is None
    await code(ida, "*470")
    _, call = await softphones.caller("7001")
    his = await ann.offered()
    await his.answer()
    await his.say(audio.AGENT_HZ)
    await call.hears(audio.AGENT_HZ)
    await call.hang_up()
    causes = [call["cause"] for call in await hotline.calls()]
    assert causes[:2] == ["emergency", "emergency"]
    assert [act[1] for act in acts(hotline)] == ["emergency", "emergency"]


async def test_one_queue_to_a_place_of_its_own(hotline: Hotline, softphones: HotlinePhones) -> None:
    await hotline.stage.command("queues", "emergency", "on", "red", "--to", "play:sorry")
    await until(lambda: _told(hotline, "CC_CLOSED_red=cc-blocked|sorry|1"), "it is led", 20.0)
    _, call = await softphones.caller("7003")
    await call.end()
    assert max(map(abs, call.heard())) > LOUD
    await hotline.stage.command("queues", "emergency", "off", "red")
    found = await hotline.call()
    assert found["cause"] == "emergency"


async def test_it_holds_without_the_controller(hotline: Hotline, softphones: HotlinePhones) -> None:
    ann = await softphones.agent("1001")
    await hotline.stage.command("queues", "emergency", "on", "desk")
    await until(lambda: _closed(hotline), "Asterisk knows", 20.0)
    await hotline.stage.stop_controller(signal.SIGKILL)
    _, call = await softphones.caller("7001")
    await call.end()
    assert not ann.offers
    await hotline.stage.start_controller()
    _, newcomer = await softphones.caller("7001")
    await newcomer.end()
    assert not ann.offers
    await hotline.stage.command("queues", "emergency", "off", "desk")
    assert not await _closed(hotline)
    assert [call["cause"] for call in await hotline.calls()] == ["emergency", "emergency"]


async def _closed(hotline: Hotline) -> bool:
    row = "cc-closed/desk" in await hotline.stage.rx("database show cc-closed")
    return row and await _told(hotline, "CC_CLOSED_desk=site")


async def _told(hotline: Hotline, text: str) -> bool:
    return text in await hotline.stage.rx("dialplan show globals")


async def test_an_overflow_is_led_elsewhere(hotline: Hotline, softphones: HotlinePhones) -> None:
    await softphones.agent("1003")
    refused = await hotline.stage.command(
        "queues", "overflow", "desk", "--to", "queue:desk", code=1
    )
    assert "go round for ever" in refused
    await hotline.stage.command("queues", "overflow", "second", "--to", "queue:red")
    told = {queue["queue"]: queue for queue in await hotline.json("queues", "list")}
    assert told["second"]["overflow"] == "queue:red"
    assert "second" in await hotline.stage.rx("database show cc-overflow")
    await hotline.stage.command("queues", "overflow", "second", "--end")
    told = {queue["queue"]: queue for queue in await hotline.json("queues", "list")}
    assert told["second"]["overflow"] is None


async def test_only_his_own_queues(hotline: Hotline) -> None:
    command = ("queues", "emergency", "on", "red", "--as", "1009")
    assert "other team" in await hotline.stage.command(*command, code=1)
    await audited(hotline, ("1009", "emergency", "red", "refused"))
    told = await hotline.json("audit", "list", "--act", "emergency", "--result", "refused")
    assert told[0]["who"] == "1009"
