"""The scripted phone and SIPp against each other, without any server between them."""

import asyncio
import socket
from collections.abc import Callable
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


async def test_keys_go_as_the_type_that_was_offered() -> None:
    """Offered as 101, as pjsua and many gateways do; SIPp and our own offers say 96."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as peer:
        peer.bind(("127.0.0.1", 0))
        host, port = peer.getsockname()
        async with Phone("1001", "", ("127.0.0.1", 9)) as agent:
            headers = {
                "Via": f"SIP/2.0/UDP {host}:{port};branch=z9hG4bK1",
                "From": f"<sip:139@{host}>;tag=a",
                "To": "<sip:1001@127.0.0.1>",
                "Call-ID": "x1",
                "CSeq": "1 INVITE",
                "Contact": f"<sip:139@{host}:{port}>",
                "Content-Type": "application/sdp",
            }
            start = f"INVITE sip:1001@{host} SIP/2.0"
            invite = sip.Message(start, tuple(headers.items()), sip.sdp(host, port, 101))
            peer.sendto(bytes(invite), address(agent))
            answer = await received(peer, lambda data: b"SIP/2.0 200" in data)
            assert "m=audio" in sip.parse(answer).body
            assert sip.events_type(sip.parse(answer).body) == 101
            ack = sip.Message(
                start.replace("INVITE", "ACK", 1),
                tuple(
                    (name, "1 ACK" if name == "CSeq" else value) for name, value in headers.items()
                ),
            )
            peer.sendto(bytes(ack), address(agent))
            await asyncio.wait_for(agent.offers[0].answered.wait(), 5)
            agent.offers[0].audio.press("5")
            await received(peer, lambda data: data[0] == 0x80 and data[1] & 0x7F == 101)


async def received(peer: socket.socket, wanted: Callable[[bytes], bool]) -> bytes:
    """The first datagram of that kind."""
    peer.setblocking(False)
    while True:
        data = await asyncio.wait_for(asyncio.get_running_loop().sock_recv(peer, 4096), 5)
        if wanted(data):
            return data


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
