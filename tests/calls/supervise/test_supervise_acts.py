"""Take-over, forced states, hang-up, moves, changes at once, and escalation."""

import signal

import pytest
from callcenter.qa import audio
from callcenter.qa.softphone import Softphone
from callcenter.qa.stage import until
from tests.calls.hotline import Hotline
from tests.calls.softphones import HotlinePhones
from tests.calls.supervise.conftest import SUPERVISOR_HZ, Begin, acts, audited

pytestmark = pytest.mark.calls

LOUD = 1000
"""A sample of speech, at least."""


async def code(phone: Softphone, dialled: str) -> None:
    """Dial a code and hear the answer out."""
    call = await phone.call(dialled)
    await call.end()
    assert max(map(abs, call.heard())) > LOUD


@pytest.mark.parametrize("first", ["*441001", "*411001", "calls take-over"])
async def test_taking_over_keeps_one_call(
    hotline: Hotline, softphones: HotlinePhones, talk: Begin, first: str
) -> None:
    begun = await talk("1001")
    ida = await softphones.agent("1009", sign_in=False)
    if first.startswith("calls"):
        (up,) = await hotline.json("calls", "now")
        await hotline.stage.command(*first.split(), up["call"], "--phone", "1009")
        hers = await ida.offered()
        await hers.answer()
        await hers.say(SUPERVISOR_HZ)
    else:
        hers = await ida.call(first, tone_hz=SUPERVISOR_HZ)
    if first.startswith("*41"):
        await hers.hears(audio.CALLER_HZ)
        await hers.press("7")
    await begun.call.hears(SUPERVISOR_HZ)
    await hers.hears(audio.CALLER_HZ)
    await begun.his.end()
    await hotline.state("1001", "ready")
    await begun.call.hang_up()
    await hers.end()
    call = await hotline.call()
    rows = sorted(hotline.table("segment", call["call_id"]), key=lambda row: row["number"])
    assert [row["agent"] for row in rows] == ["1001", "1009"]
    assert call["outcome"] == "answered"
    assert ("take_over", "1001", "done") in [act[1:] for act in acts(hotline)]


async def test_states_are_forced(hotline: Hotline, softphones: HotlinePhones) -> None:
    await softphones.agent("1001")
    ida = await softphones.agent("1009", sign_in=False)
    await code(ida, "*461001")
    await hotline.state("1001", "not_ready", "supervisor")
    await code(ida, "*451001")
    await hotline.state("1001", "ready")
    await code(ida, "*481001")
    await hotline.state("1001", "signed_out")
    await code(ida, "*481003")
    await audited(
        hotline,
        ("1009", "force_not_ready", "1001", "done"),
        ("1009", "force_ready", "1001", "done"),
        ("1009", "force_sign_out", "1001", "done"),
        ("1009", "force_sign_out", "1003", "refused"),
    )


async def test_a_call_is_ended(hotline: Hotline, softphones: HotlinePhones, talk: Begin) -> None:
    begun = await talk("1001")
    ida = await softphones.agent("1009", sign_in=False)
    await code(ida, "*491001")
    await begun.call.end()
    await begun.his.end()
    await audited(hotline, ("1009", "hang_up", "1001", "done"))


async def test_a_waiting_call_is_moved(hotline: Hotline, softphones: HotlinePhones) -> None:
    _, call = await softphones.caller("7001")
    await hotline.waiting("desk")
    told = await hotline.json("calls", "now")
    await hotline.stage.command("calls", "move", told[0]["call"], "second")
    await hotline.waiting("second")
    cai = await softphones.agent("1003", sign_in=False)
    await hotline.stage.ask(do="sign_in", agent="1003")
    his = await cai.offered()
    await his.answer()
    await his.say(audio.AGENT_HZ)
    await call.hears(audio.AGENT_HZ)
    await call.hang_up()
    found = await hotline.call()
    rows = sorted(hotline.table("segment", found["call_id"]), key=lambda row: row["number"])
    assert [row["queue"] for row in rows] == ["desk", "second"]
    assert [act[1] for act in acts(hotline)] == ["move"]


async def test_a_waiting_call_is_moved_by_code(hotline: Hotline, softphones: HotlinePhones) -> None:
    ida = await softphones.agent("1009", sign_in=False)
    _, call = await softphones.caller("7001")
    await hotline.waiting("desk")
    await code(ida, "*504001*4003")
    await hotline.waiting("desk")
    await call.hang_up()
    await audited(hotline, ("1009", "move", "red", "refused"))


async def test_a_phone_is_rung_from_the_command_line(
    hotline: Hotline, softphones: HotlinePhones, talk: Begin
) -> None:
    begun = await talk("1001")
    ida = await softphones.agent("1009", sign_in=False)
    await hotline.stage.command("supervise", "whisper", "1001", "--phone", "1009")
    hers = await ida.offered()
    await hers.answer()
    await hers.say(SUPERVISOR_HZ)
    await begun.his.hears(SUPERVISOR_HZ)
    await begun.call.hears_no(SUPERVISOR_HZ)
    await hers.press("6")
    await begun.call.hears(SUPERVISOR_HZ)
    await hers.hang_up()
    refused = await hotline.stage.command(
        "supervise", "listen", "1001", "--phone", "1010", "--as", "1010", code=1
    )
    assert "other team" in refused
    (call,) = await hotline.json("calls", "now")
    await hotline.stage.command("calls", "hang-up", call["call"])
    await begun.call.end()
    assert [act[1] for act in acts(hotline)] == ["whisper", "barge", "end", "listen", "hang_up"]


async def test_skills_change_at_once_and_survive_a_restart(
    hotline: Hotline, softphones: HotlinePhones
) -> None:
    ann = await softphones.agent("1001")
    _, call = await softphones.caller("7002")
    await hotline.waiting("second")
    await hotline.stage.command("agents", "skills", "1001", "second=4")
    his = await ann.offered()
    await his.answer()
    await hotline.stage.stop_controller(signal.SIGKILL)
    await hotline.stage.start_controller()
    await hotline.stage.controller_at_work()
    assert (await hotline.agents())["1001"]["skills"] == {"second": 4}
    ida = await softphones.agent("1009", sign_in=False)
    await code(ida, "*511001")
    await until(lambda: _skills(hotline, {}), "what is deployed holds again", 20.0)
    await his.hang_up()
    await call.end()


async def test_codes_change_skills_and_overflows(
    hotline: Hotline, softphones: HotlinePhones
) -> None:
    await softphones.agent("1001", sign_in=False)
    ida = await softphones.agent("1009", sign_in=False)
    await code(ida, "*511001*1*7")
    await until(lambda: _skills(hotline, {"second": 7}), "the skill is there", 20.0)
    await code(ida, "*511001")
    await until(lambda: _skills(hotline, {}), "what is deployed holds again", 20.0)
    await code(ida, "*524001*4001")
    await code(ida, "*524001*4002")
    told = {queue["queue"]: queue for queue in await hotline.json("queues", "list")}
    assert told["desk"]["overflow"] == "queue:second"
    await code(ida, "*524001")
    await audited(
        hotline,
        ("1009", "skills", "1001", "done"),
        ("1009", "skills", "1001", "done"),
        ("1009", "overflow", "desk", "refused"),
        ("1009", "overflow", "desk", "done"),
        ("1009", "overflow", "desk", "done"),
    )


async def _skills(hotline: Hotline, wanted: dict[str, int]) -> bool:
    return bool((await hotline.agents())["1001"]["skills"] == wanted)


async def test_escalation_brings_the_supervisor_in(
    hotline: Hotline, softphones: HotlinePhones, talk: Begin
) -> None:
    begun = await talk("1001")
    ida = await softphones.agent("1009")
    await begun.his.press("*30")
    hers = await ida.offered()
    await hers.answer()
    await hers.say(SUPERVISOR_HZ)
    await begun.call.hears(SUPERVISOR_HZ)
    await begun.his.hears(SUPERVISOR_HZ)
    await hers.hears(audio.CALLER_HZ)
    await begun.call.hang_up()
    await hers.end()
    await hotline.state("1009", "ready")
    call = await hotline.call()
    assert [row["mark"] for row in hotline.table("mark", call["call_id"])] == ["escalated"]
    await audited(
        hotline,
        ("1001", "escalate", call["call_id"], "done"),
        ("1009", "barge", "1001", "done"),
        ("1009", "end", "1001", "done"),
    )


async def test_nobody_to_escalate_to(
    hotline: Hotline, softphones: HotlinePhones, talk: Begin
) -> None:
    begun = await talk("1003", "7003")
    await begun.his.press("*30")
    await begun.his.hears(None)
    await begun.call.hang_up()
    await until(
        lambda: [a[1:2] + a[3:] for a in acts(hotline)] == [("escalate", "failed")], "failed", 5.0
    )
