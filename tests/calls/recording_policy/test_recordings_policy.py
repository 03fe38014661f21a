"""Which calls are recorded, by the controller and without it, and what callers are told."""

import signal

import pytest
from callcenter.qa import audio
from callcenter.qa.phone import Behaviour
from callcenter.qa.stage import until
from callcenter.render.cel import FILE
from callcenter.site.recording import is_recorded
from callcenter.terms import Direction
from tests.calls.hotline import Hotline
from tests.calls.recording.kept import path_of, sides, stored

pytestmark = [pytest.mark.calls, pytest.mark.timeout(120)]

CALLS = 12
SHORT = Behaviour(talk_s=0.7)


async def expected(hotline: Hotline) -> set[str]:
    """The case's calls that the policy's rule chooses."""
    calls = {call["call_id"] for call in await hotline.calls(within_s=30)}
    site = hotline.stage.site
    return {call for call in calls if is_recorded(site, "half", Direction.IN, call)}


async def test_a_share_of_the_calls_is_recorded_and_the_rule_tells_which(hotline: Hotline) -> None:
    await hotline.team(1001, 4, SHORT)
    await (await hotline.callers("7001", count=CALLS, rate=4)).result()
    chosen = await expected(hotline)
    assert 0 < len(chosen) < CALLS
    rows = await stored(hotline, len(chosen))
    assert {row["call_id"] for row in rows} == chosen
    assert {row["format"] for row in rows} == {"wav"}
    assert (await hotline.json("recordings", "check"))["differences"] == []


async def test_without_the_controller_the_same_rule_holds(hotline: Hotline) -> None:
    hotline.foreseen += ["Stasis app 'callcenter' not active", "Error reading from web socket"]
    await hotline.team(1001, 4, SHORT)
    await hotline.stage.stop_controller(signal.SIGKILL)
    try:
        await (await hotline.callers("7001", count=CALLS, rate=2)).result()
    finally:
        await hotline.stage.start_controller()
    chosen = await expected(hotline)
    assert 0 < len(chosen) < CALLS
    rows = await stored(hotline, len(chosen))
    assert {row["call_id"] for row in rows} == chosen
    caller, agent = sides(path_of(hotline, rows[0]))
    assert len(caller) == len(agent) > 0
    assert (await hotline.json("recordings", "check"))["differences"] == []


def told(hotline: Hotline) -> int:
    """How many callers have been told so far."""
    file = hotline.stage.node.inside(FILE)
    return file.read_text(errors="replace").count('"CC_TOLD,') if file.exists() else 0


async def test_a_caller_is_told_once_even_when_a_second_queue_may_record_him(
    hotline: Hotline,
) -> None:
    before = told(hotline)
    phone, call = await hotline.caller("7002")
    await until(lambda: call.audio.packets > 50, "he hears something")
    await hotline.waiting("half", within_s=20)
    await phone.hang_up(call)
    assert (await hotline.call())["queue"] == "first"
    assert told(hotline) == before + 1


async def test_who_is_not_recorded_is_not_told(hotline: Hotline) -> None:
    await hotline.agent("1001", SHORT)
    before = told(hotline)
    await (await hotline.callers("7003")).result()
    await hotline.calls()
    assert told(hotline) == before


async def test_a_call_to_one_agent_without_a_queue_is_recorded_too(hotline: Hotline) -> None:
    await hotline.agent("1001", Behaviour(talk_s=1.5), sign_in=False)
    before = told(hotline)
    await (await hotline.callers("7004")).result()
    (row,) = await stored(hotline)
    assert (row["agent"], row["queue"]) == ("1001", "")
    caller, agent = sides(path_of(hotline, row))
    assert audio.seconds_of_tone(caller, audio.CALLER_HZ) > 0.7
    assert audio.seconds_of_tone(agent, audio.AGENT_HZ) > 0.7
    assert told(hotline) == before + 1
    assert (await hotline.json("recordings", "check"))["differences"] == []


async def test_what_is_old_goes_and_what_is_held_stays(hotline: Hotline) -> None:
    await hotline.agent("1001", Behaviour(talk_s=0.7), sign_in=False)
    await (await hotline.callers("7004", count=2, rate=0.5)).result()
    old, held = await stored(hotline, 2)
    command = ("recordings", "hold", "--call", str(held["call_id"]), "--why", "court 17")
    await hotline.stage.command(*command)

    async def in_force() -> bool:
        return (await hotline.json("recordings", "retain", "--dry-run"))["held"] == 1

    await until(in_force, "the hold is in the tables", 20.0)
    told = await hotline.json("recordings", "retain")
    assert told["destroyed"] == told["due"] >= 1
    assert not path_of(hotline, old).exists()
    assert path_of(hotline, held).exists()

    async def noted() -> bool:
        return (await hotline.json("recordings", "retain", "--dry-run"))["due"] == 0

    await until(noted, "the destruction is in the tables", 20.0)
    assert (await hotline.json("recordings", "check"))["differences"] == []
