"""After the talk the caller rates, without the controller too; it never changes how he ended."""

import signal
import time
from datetime import datetime
from typing import Any

import pytest
from callcenter.qa import audio
from callcenter.qa.softphone_call import SoftCall
from callcenter.qa.stage import until
from tests.calls.hotline import Hotline
from tests.calls.softphones import HotlinePhones

pytestmark = pytest.mark.calls

HEARTBEAT_OLD_S = 6.0
"""After this the dialplan frees the other side of a talk by itself."""

Answers = list[tuple[str, str, str, int | None, str]]


@pytest.fixture(autouse=True)
def _foreseen(hotline: Hotline) -> None:
    hotline.foreseen += ["Stasis app 'callcenter' not active", "Error reading from web socket"]


async def talk(softphones: HotlinePhones, number: str) -> tuple[SoftCall, SoftCall]:
    """(the agent's call, the caller's call), both up and heard."""
    ann = await softphones.agent("1001")
    _, call = await softphones.caller(number)
    his = await ann.offered()
    await his.answer()
    await his.say(audio.AGENT_HZ)
    await call.hears(audio.AGENT_HZ)
    return his, call


async def answers(hotline: Hotline, count: int) -> tuple[dict[str, Any], Answers]:
    """The one call's row, and (survey, question, result, rating, agent) of its answers."""
    call = await hotline.call()

    def rows() -> list[dict[str, Any]]:
        return hotline.table("rating", call["call_id"])

    await until(lambda: len(rows()) >= count, f"{count} answers are in the records", 20.0)
    told = [(r["survey"], r["question"], r["result"], r["rating"], r["agent"]) for r in rows()]
    return (await hotline.call()), sorted(told)


def seconds(call: dict[str, Any]) -> float:
    """From the answer to the end, as the record tells."""
    ended, answered = (datetime.fromisoformat(call[key]) for key in ("ended_at", "answered_at"))
    return (ended - answered).total_seconds()


async def test_the_agent_hangs_up_and_the_caller_rates(
    hotline: Hotline, softphones: HotlinePhones
) -> None:
    his, call = await talk(softphones, "7001")
    await his.hang_up()
    await hotline.state("1001", "ready")
    await call.hears(None)
    await call.press("2")
    await call.end()
    row, told = await answers(hotline, 1)
    assert told == [("rate", "1", "rated", 2, "1001")]
    assert (row["outcome"], row["rating"], row["rating_invited"]) == ("answered", 2, 1)
    assert abs(row["talk_ms"] / 1000 - seconds(row)) < 0.05
    assert len(hotline.table("segment", row["call_id"])) == 1
    report = await hotline.json("report", "survey")
    (mine,) = [line for line in report["tables"][0]["rows"] if line["agent"] == "1001"]
    assert mine["fairly"] >= 1


async def test_two_questions_with_a_scale_of_their_own_wrong_key_and_silence(
    hotline: Hotline, softphones: HotlinePhones
) -> None:
    his, call = await talk(softphones, "7002")
    await his.hang_up()
    await call.hears(None)
    await call.press("7")
    await call.end()
    _, told = await answers(hotline, 2)
    assert told == [
        ("stars", "1", "invalid", None, "1001"),
        ("stars", "2", "timeout", None, "1001"),
    ]


async def test_who_hangs_up_in_the_survey_has_given_no_answer(
    hotline: Hotline, softphones: HotlinePhones
) -> None:
    his, call = await talk(softphones, "7004")
    await his.hang_up()
    await call.hears(None)
    await call.hang_up()
    row, told = await answers(hotline, 1)
    assert told == [("rate", "1", "hung_up", None, "1001")]
    assert (row["outcome"], row["rating"]) == ("answered", None)


async def test_the_caller_who_hangs_up_first_is_not_asked(
    hotline: Hotline, softphones: HotlinePhones
) -> None:
    his, call = await talk(softphones, "7001")
    await call.hang_up()
    await his.end()
    row = await hotline.call()
    assert not row["rating_invited"]


@pytest.mark.parametrize("way", ["code", "number"])
async def test_the_agent_hands_the_caller_to_the_survey(
    hotline: Hotline, softphones: HotlinePhones, way: str
) -> None:
    his, call = await talk(softphones, "7002")
    if way == "code":
        await his.press("*27")
    else:
        assert await his.transfer("4001") == 202
        assert await his.transferred() == 200
    await his.end()
    await hotline.state("1001", "ready")
    await call.hears(None)
    await call.press("5")
    await call.hears(None)
    await call.press("4")
    await call.end()
    row, told = await answers(hotline, 2)
    assert told == [("stars", "1", "rated", 1, "1001"), ("stars", "2", "rated", 4, "1001")]
    assert (row["outcome"], row["rating"]) == ("answered", 1)


async def test_the_controller_dies_during_the_talk_and_the_caller_rates_all_the_same(
    hotline: Hotline, softphones: HotlinePhones
) -> None:
    his, call = await talk(softphones, "7001")
    await hotline.stage.stop_controller(signal.SIGKILL)
    killed = time.monotonic()
    await until(lambda: time.monotonic() - killed > HEARTBEAT_OLD_S, "the heartbeat is old", 20.0)
    await his.hang_up()
    await call.hears(None)
    await call.press("1")
    await call.end()
    await hotline.stage.start_controller()
    row, told = await answers(hotline, 1)
    assert told == [("rate", "1", "rated", 1, "1001")]
    assert row["outcome"] == "answered"


async def test_the_controller_dies_during_the_survey(
    hotline: Hotline, softphones: HotlinePhones
) -> None:
    his, call = await talk(softphones, "7001")
    await his.hang_up()
    await call.hears(None)
    await hotline.stage.stop_controller(signal.SIGKILL)
    await call.press("3")
    await call.end()
    await hotline.stage.start_controller()
    row, told = await answers(hotline, 1)
    assert told == [("rate", "1", "rated", 3, "1001")]
    assert row["outcome"] == "answered"


async def test_asterisks_own_queue_leads_to_the_survey_too(
    hotline: Hotline, softphones: HotlinePhones
) -> None:
    ann = await softphones.agent("1001")

    async def member() -> bool:
        return "PJSIP/1001" in await hotline.stage.rx("queue show desk")

    await until(member, "Asterisk's own queue has the agent", 20.0)
    await hotline.stage.stop_controller(signal.SIGKILL)
    _, call = await softphones.caller("7001")
    his = await ann.offered()
    await his.answer()
    await his.say(audio.AGENT_HZ)
    await call.hears(audio.AGENT_HZ)
    await his.hang_up()
    await call.hears(None)
    await call.press("1")
    await call.end()
    await hotline.stage.start_controller()
    row, told = await answers(hotline, 1)
    assert told == [("rate", "1", "rated", 1, "1001")]
    assert (row["outcome"], row["handled_by"]) == ("answered", "asterisk")
