"""The scripted phone and SIPp against each other, without any server between them."""

import asyncio
from pathlib import Path

import pytest
from callcenter.qa import audio, sip
from callcenter.qa.phone import BUSY, DECLINES, Behaviour, Phone, Refused
from callcenter.qa.sipp import Sipp, SippError, SippRun, caller, play

pytestmark = pytest.mark.calls


def address(phone: Phone) -> tuple[str, int]:
    return sip.host_port(sip.uri(phone.contact))


async def test_sipp_calls_a_phone_that_hears_it_and_hangs_up(tmp_path: Path) -> None:
    async with Phone("1001", "", ("127.0.0.1", 9), Behaviour(talk_s=1.0)) as agent:
        row = caller("139", "1001", patience_ms=9000, test=False)
        run = SippRun("uac-caller", address(agent), [row], calls=1)
        counts = await play(run, tmp_path)
    assert (counts.ok, counts.failed) == (1, 0)
    assert counts.messages["BYE", "Recv"] == 1
    heard = audio.linear(bytes(agent.offers[0].audio.heard))
    assert audio.seconds_of_tone(heard, audio.CALLER_HZ) > 0.5


async def test_sipp_counts_a_refused_call_as_failed(tmp_path: Path) -> None:
    async with Phone("1001", "", ("127.0.0.1", 9), BUSY) as agent:
        row = caller("139", "1001", patience_ms=100, test=False)
        run = SippRun("uac-caller", address(agent), [row], calls=1)
        counts = await play(run, tmp_path)
    assert (counts.ok, counts.failed) == (0, 1)


async def test_a_phone_calls_sipp_that_answers(tmp_path: Path) -> None:
    async with Sipp(SippRun("uas-answers", ("127.0.0.1", 9), [(0, 300)]), tmp_path) as agent:
        async with Phone("139", "", ("127.0.0.1", agent.port)) as caller:
            call = await caller.call("1001", audio.CALLER_HZ)
            await asyncio.wait_for(call.ended.wait(), 30)
        assert not call.ended_by_us
        counts = await agent.stop()
    assert (counts.ok, counts.failed) == (1, 0)


@pytest.mark.parametrize(("scenario", "code"), [("uas-busy", 486), ("uas-declines", 603)])
async def test_a_phone_is_refused_by_sipp(tmp_path: Path, scenario: str, code: int) -> None:
    async with (
        Sipp(SippRun(scenario, ("127.0.0.1", 9)), tmp_path) as agent,
        Phone("139", "", ("127.0.0.1", agent.port)) as caller,
    ):
        with pytest.raises(Refused, match=str(code)):
            await caller.call("1001")


async def test_a_scenario_that_sipp_does_not_take_is_an_error_in_its_words(tmp_path: Path) -> None:
    with pytest.raises(SippError, match="exit code"):
        await play(SippRun("no-such-scenario", ("127.0.0.1", 9), calls=1), tmp_path)


def test_behaviours_say_their_codes() -> None:
    assert (BUSY.code, DECLINES.code) == (486, 603)
