"""Routing on a real Asterisk: steps, overflows by cause, agents whom callers know, limits."""

import pytest
from callcenter.qa import audio
from callcenter.qa.phone import Behaviour, Phone
from callcenter.qa.stage import until
from tests.calls.hotline import Hotline, ended

pytestmark = pytest.mark.calls

SHORT = Behaviour(talk_s=0.4)
OUTSIDE_HZ = 1500.0


async def test_a_caller_gets_whoever_will_do_once_he_has_waited(hotline: Hotline) -> None:
    ann = await hotline.agent("1001", SHORT)
    excluded = await hotline.agent("1003", SHORT)
    callers = await hotline.callers("7002")
    assert (await callers.result()).ok == 1
    assert (len(ann.offers), len(excluded.offers)) == (1, 0)
    call = await hotline.call()
    (step,) = hotline.table("relaxation", call["call_id"])
    assert (step["step"], step["what"]) == (1, "french >= 1, say sorry")


async def test_into_another_queue_with_his_place_in_time(hotline: Hotline) -> None:
    await hotline.agent("1002", SHORT)
    assert (await (await hotline.callers("7003")).result()).ok == 1
    call = await hotline.call()
    assert (call["outcome"], call["agent"]) == ("answered", "1002")
    stays = hotline.table("segment", call["call_id"])
    assert [(s["queue"], s["outcome"]) for s in stays] == [
        ("closing", "timeout"),
        ("desk", "answered"),
    ]
    assert call["requested_at"] == stays[0]["requested_at"]


async def test_who_comes_from_another_queue_keeps_his_place_in_time(hotline: Hotline) -> None:
    """He asked between the two who wait here: the old queue's priority is left behind."""
    early = await hotline.callers("7001", patience_s=20.0)
    await hotline.waiting("desk")
    moved = await hotline.callers("7007", patience_s=20.0)
    await hotline.waiting("leaving")
    late = await hotline.callers("7001", patience_s=20.0)
    await hotline.waiting("desk", 3)
    await hotline.agent("1002", SHORT)
    for callers in (early, moved, late):
        assert (await callers.result()).ok == 1
    calls = sorted(await hotline.calls(), key=lambda call: call["answered_at"])
    assert [call["queue"] for call in calls] == ["desk", "leaving", "desk"]
    assert calls == sorted(calls, key=lambda call: call["requested_at"])


async def test_each_cause_has_its_own_way(hotline: Hotline) -> None:
    first = await hotline.callers("7003", patience_s=2.0)
    await hotline.waiting("closing")
    second = await hotline.callers("7003", patience_s=6.0)
    await first.result()
    await second.result()
    outcomes = sorted(call["outcome"] for call in await hotline.calls())
    assert outcomes == ["abandoned_queue", "voicemail"]


async def test_to_a_number_outside_with_the_hotline_s_own(hotline: Hotline) -> None:
    line = hotline.stage.site.trunks["line"]
    behaviour = Behaviour(talk_s=0.5, tone_hz=OUTSIDE_HZ)
    outside = Phone("outside", "", hotline.stage.server, behaviour, (str(line.host), line.port))
    await hotline.joins(outside)
    hotline.placed -= 1  # it is called, and calls nobody
    _, call = await hotline.caller("7004")
    await ended(call, 15)
    assert len(outside.offers) == 1
    assert audio.seconds_of_tone(audio.linear(bytes(call.audio.heard)), OUTSIDE_HZ) > 0.2
    record = await hotline.call()
    assert (record["outcome"], record["agent"]) == ("timeout", "")


async def test_who_calls_again_gets_the_agent_he_knows(hotline: Hotline) -> None:
    ann = await hotline.agent("1001", SHORT)
    assert (await (await hotline.callers("7001")).result()).ok == 1
    await hotline.state("1001", "ready")
    await hotline.agent("1002", SHORT)
    for _ in range(2):
        assert (await (await hotline.callers("7001")).result()).ok == 1
        await hotline.state("1001", "ready")
    assert await hotline.rings() == [("1001", "answered")] * 3
    assert len(ann.offers) == 3


async def test_the_second_of_a_team_is_told_that_he_may_not_pause(hotline: Hotline) -> None:
    code = hotline.stage.site.feature_codes.not_ready + "1"
    ann = await hotline.agent("1001")
    bob = await hotline.agent("1002")
    await hotline.dial(ann, code)
    await hotline.state("1001", "not_ready", "break")
    call = await hotline.dial(bob, code)
    assert audio.seconds_of_sound(audio.linear(bytes(call.audio.heard))) > 0.5
    await hotline.state("1002", "ready")


async def test_the_wait_to_expect_is_told(hotline: Hotline) -> None:
    await hotline.agent("1001", Behaviour(talk_s=6.0))
    busy, talk = await hotline.caller("7001")
    await hotline.state("1001", "talking")
    _, call = await hotline.caller("7005")

    def speech() -> float:
        return audio.seconds_of_sound(audio.linear(bytes(call.audio.heard)))

    await until(lambda: speech() > 1.0, "the wait was told", 20.0)
    await ended(talk, 10)
    await ended(call, 12)
    assert busy.offers == []
    assert [c["outcome"] for c in await hotline.calls()] == ["answered", "answered"]


async def test_a_queue_has_hours_of_its_own(hotline: Hotline) -> None:
    await hotline.agent("1002")
    assert (await (await hotline.callers("7006")).result()).failed == 0
    call = await hotline.call()
    assert (call["outcome"], call["cause"], call["requested_at"]) == ("ivr_end", "closed", None)
