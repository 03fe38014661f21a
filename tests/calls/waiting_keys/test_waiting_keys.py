"""A waiting caller presses a key: he leaves his line for where it leads, with the right record."""

import signal

import pytest
from callcenter.qa import audio
from callcenter.qa.phone import Behaviour
from callcenter.qa.stage import until
from tests.calls.hotline import Hotline
from tests.calls.softphones import HotlinePhones

pytestmark = pytest.mark.calls


@pytest.fixture(autouse=True)
def _foreseen(hotline: Hotline) -> None:
    hotline.foreseen += ["Stasis app 'callcenter' not active", "Error reading from web socket"]


async def stays(hotline: Hotline) -> list[tuple[str, str, str]]:
    """(queue, outcome, cause) of the one call's stays, in their order."""
    call = await hotline.call()
    rows = sorted(hotline.table("segment", call["call_id"]), key=lambda row: row["number"])
    return [(row["queue"], row["outcome"], row["cause"]) for row in rows]


async def test_to_another_queue_keeping_the_place(
    hotline: Hotline, softphones: HotlinePhones
) -> None:
    await softphones.agent("1001", Behaviour(talk_s=1.0))
    _, call = await softphones.caller("7001")
    await hotline.waiting("desk")
    await call.press("73")
    await call.hears(audio.AGENT_HZ)
    await call.end()
    row = await hotline.call()
    assert (row["outcome"], row["agent"]) == ("answered", "1001")
    assert await stays(hotline) == [
        ("desk", "abandoned_queue", "key-3"),
        ("second", "answered", ""),
    ]
    first, second = hotline.table("segment", row["call_id"])
    assert row["requested_at"] == first["requested_at"] <= second["requested_at"]


async def test_to_a_box_with_and_without_a_message(
    hotline: Hotline, softphones: HotlinePhones
) -> None:
    for patience_s, outcome in ((4.0, "voicemail"), (0.5, "abandoned_queue")):
        _, call = await softphones.caller("7001")
        await hotline.waiting("desk")
        await call.press("2")
        await hotline.waiting("desk", 0)
        await call.listen(patience_s)
        await call.hang_up()
        row = (await hotline.calls())[-1]
        assert (row["outcome"], row["cause"]) == (outcome, "key-2")


async def test_to_a_menu_and_back_into_the_line(
    hotline: Hotline, softphones: HotlinePhones
) -> None:
    _, call = await softphones.caller("7001")
    await hotline.waiting("desk")
    await call.press("9")
    await hotline.waiting("desk", 0)
    await call.press("1")
    await hotline.waiting("desk")
    await call.hang_up()
    row = await hotline.call()
    assert row["outcome"] == "abandoned_queue"
    assert await stays(hotline) == [
        ("desk", "abandoned_queue", "key-9"),
        ("desk", "abandoned_queue", ""),
    ]


async def test_a_key_without_a_meaning_leaves_him_in_line(
    hotline: Hotline, softphones: HotlinePhones
) -> None:
    _, call = await softphones.caller("7001")
    await hotline.waiting("desk")
    await call.press("5#*0")
    await softphones.agent("1002", Behaviour(talk_s=0.5))
    await call.end()
    assert await stays(hotline) == [("desk", "answered", "")]


async def test_the_same_without_the_controller(hotline: Hotline, softphones: HotlinePhones) -> None:
    await softphones.agent("1002", Behaviour(code=0))

    async def member() -> bool:
        return "PJSIP/1002" in await hotline.stage.rx("queue show desk")

    async def waits() -> bool:
        return "1. PJSIP/" in await hotline.stage.rx("queue show desk")

    await until(member, "Asterisk's own queue has the agent", 20.0)
    await hotline.stage.stop_controller(signal.SIGKILL)
    try:
        _, call = await softphones.caller("7001")
        await until(waits, "he waits in Asterisk's own queue", 20.0)
        await call.press("2")
        await hotline.is_at("cc-voicemail")
        await call.hang_up()
    finally:
        await hotline.stage.start_controller()
    row = await hotline.call()
    assert (row["outcome"], row["cause"]) == ("abandoned_queue", "key-2")
