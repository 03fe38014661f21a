"""Virtual hold: the caller gives up the line, keeps his place, and is dialled in his turn."""

import asyncio

import pytest
from callcenter.qa import audio
from callcenter.qa.dialog import Dialog
from callcenter.qa.phone import BUSY, Behaviour
from callcenter.qa.rtp import key_events
from callcenter.qa.stage import until
from tests.calls.callback.conftest import OUTSIDE_HZ, Asks, Outside, comes, ends, waiting
from tests.calls.hotline import Hotline
from tests.calls.softphones import HotlinePhones

pytestmark = pytest.mark.calls

THERE = Behaviour(tone_hz=OUTSIDE_HZ)


async def test_he_confirms_his_number_is_dialled_and_talks(
    hotline: Hotline, softphones: HotlinePhones, outside: Outside, asks: Asks
) -> None:
    far = await outside(THERE)
    name = await asks()
    (asked,) = await hotline.calls()
    assert (asked["outcome"], asked["cause"]) == ("callback_requested", "callback")
    ann = await comes(hotline, softphones, "1001")
    hotline.placed += 1
    his = await ann.offered()
    await his.answer()
    await his.hears(OUTSIDE_HZ)
    await his.hang_up()
    row = await ends(hotline, name)
    assert (row["result"], row["agent"], row["attempts"]) == ("reached", "1001", 1)
    _, placed = await hotline.calls()
    assert (placed["call_id"], placed["callback_of"]) == (name, asked["call_id"])
    assert (placed["direction"], placed["outcome"]) == ("out", "outbound")
    assert placed["requested_at"] is None
    assert placed["talk_ms"] > 0
    assert len(far.offers) == 1


async def test_another_number_that_is_permitted(
    hotline: Hotline, softphones: HotlinePhones, outside: Outside, asks: Asks
) -> None:
    far = await outside(THERE)
    name = await asks(keys="1" + "2" + "999#" + "13800138000#" + "1")
    (row,) = await waiting(hotline)
    assert row["number"] == "13800138000"
    await comes(hotline, softphones, "1001", Behaviour(talk_s=0.5))
    hotline.placed += 1
    assert (await ends(hotline, name))["result"] == "reached"
    assert len(far.offers) == 1


@pytest.mark.parametrize("keys", ["1777", "12#9#9#"])
async def test_nothing_comes_of_it_and_he_has_his_place(
    hotline: Hotline, softphones: HotlinePhones, keys: str
) -> None:
    _, first = await softphones.caller("7001")
    await hotline.waiting("desk", 1)
    _, second = await softphones.caller("7001")
    await hotline.waiting("desk", 2)
    await first.press(keys)
    assert await waiting(hotline) == []
    ann = await comes(hotline, softphones, "1001")
    his = await ann.offered()
    await his.answer()
    await his.say(audio.AGENT_HZ)
    await first.hears(audio.AGENT_HZ)
    await first.hang_up()
    await (await ann.offered(2)).answer()
    await hotline.state("1001", "talking")
    await second.hang_up()
    assert [row["outcome"] for row in await hotline.calls()] == ["answered", "answered"]


async def test_an_agent_answers_in_the_middle_of_the_questions(
    hotline: Hotline, softphones: HotlinePhones
) -> None:
    _, call = await softphones.caller("7004")
    await hotline.waiting("desk")
    await call.press("1213")
    await call.hears(None)
    ann = await comes(hotline, softphones, "1001")
    his = await ann.offered()
    await his.answer()
    await his.say(audio.AGENT_HZ)
    await call.hears(audio.AGENT_HZ)
    await call.press("800138000#1")
    await his.hang_up()
    await call.end()
    assert await waiting(hotline) == []
    assert (await hotline.call())["outcome"] == "answered"


async def test_busy_he_is_dialled_again_and_then_owed_a_call(
    hotline: Hotline, softphones: HotlinePhones, outside: Outside, asks: Asks
) -> None:
    far = await outside(BUSY)
    name = await asks(keys="1213900139000#1")
    await comes(hotline, softphones, "1001")
    hotline.placed += 1
    row = await ends(hotline, name)
    assert (row["result"], row["attempts"], row["last_result"]) == ("not_reached", 2, "busy")
    await hotline.state("1001", "ready")
    owed = await hotline.json("owed", "list", "--full-numbers")
    assert ("13900139000", "callback_not_reached") in [(r["number"], r["reason"]) for r in owed]
    await until(lambda: len(far.offers) == 2, "he was dialled twice, in all", 20.0)
    assert await waiting(hotline) == []


async def test_a_machine_presses_nothing_a_person_does(
    hotline: Hotline, softphones: HotlinePhones, outside: Outside, asks: Asks
) -> None:
    far = await outside(THERE)
    name = await asks("7002", queue="asked")
    ann = await comes(hotline, softphones, "1001")
    hotline.placed += 1
    machine = await hotline.offered(far, 1)
    await until(machine.ended.is_set, "the machine is hung up", 20.0)
    assert ann.offers == []
    person = await hotline.offered(far, 2)
    await until(lambda: audio.seconds_of_sound(heard(person)) > 0.3, "he is greeted", 20.0)
    await presses(person, "1")
    his = await ann.offered()
    await his.answer()
    await his.hears(OUTSIDE_HZ)
    await his.hang_up()
    row = await ends(hotline, name)
    assert (row["result"], row["attempts"], row["last_result"]) == ("reached", 2, "machine")


async def presses(call: Dialog, key: str) -> None:
    """A key of who was called: its events have the payload type that Asterisk has offered."""
    for payload in key_events(key):
        call.audio._emit(101, 0, payload)
        await asyncio.sleep(0.02)


def heard(call: Dialog) -> list[int]:
    return audio.linear(bytes(call.audio.heard))


async def test_who_overflows_is_offered_it_and_keeps_his_first_place(
    hotline: Hotline, softphones: HotlinePhones, outside: Outside
) -> None:
    await outside(THERE)
    _, call = await softphones.caller("7003")
    await call.hears(None)
    await call.press("1")
    await call.end(15.0)
    (row,) = await waiting(hotline)
    asked = await hotline.call()
    assert asked["outcome"] == "callback_requested"
    stays = sorted(hotline.table("segment", asked["call_id"]), key=lambda each: each["number"])
    assert [stay["outcome"] for stay in stays] == ["timeout", "callback_requested"]
    await comes(hotline, softphones, "1001", Behaviour(talk_s=0.5))
    hotline.placed += 1
    assert (await ends(hotline, row["call"]))["result"] == "reached"


async def test_who_overflows_and_does_not_want_it_is_let_go(
    hotline: Hotline, softphones: HotlinePhones
) -> None:
    _, call = await softphones.caller("7003")
    await call.hears(None)
    await call.press("777")
    await call.end(15.0)
    assert await waiting(hotline) == []
    assert (await hotline.call())["outcome"] == "timeout"


async def test_who_calls_again_and_is_answered_is_not_called_back(
    hotline: Hotline, softphones: HotlinePhones, outside: Outside
) -> None:
    far = await outside(THERE)
    caller, call = await softphones.caller("7001")
    await hotline.waiting("desk")
    await call.press("11")
    await call.end(15.0)
    (row,) = await waiting(hotline)
    hotline.placed += 1
    again = await caller.call("7002", audio.CALLER_HZ)
    assert len(await waiting(hotline)) == 1
    await comes(hotline, softphones, "1002", Behaviour(talk_s=0.5))
    await again.end()
    assert (await ends(hotline, row["call"]))["result"] == "withdrawn"
    assert far.offers == []


async def test_the_list_for_people_and_for_machines(
    hotline: Hotline, outside: Outside, asks: Asks
) -> None:
    name = await asks(keys="1213700137000#1")
    (row,) = await hotline.json("callbacks", "list")
    assert (row["call"], row["queue"], row["state"]) == (name, "desk", "waiting")
    assert row["number"] == "137****7000"
    assert "137****7000" in await hotline.stage.command("callbacks", "list")
    await hotline.stage.command("callbacks", "withdraw", name)
    assert "Nobody" in await hotline.stage.command("callbacks", "list")
    await hotline.stage.command("callbacks", "withdraw", name, code=1)
    (act, refused) = (await hotline.json("records", "audit"))[-2:]
    assert {act["result"], refused["result"]} == {"done", "refused"}
    assert (await ends(hotline, name))["result"] == "withdrawn"
