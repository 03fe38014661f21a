"""The capture tells each SIP message once, with its time."""

import time

import pytest
from callcenter.qa import sip
from callcenter.qa.phone import BUSY, Phone, Refused
from callcenter.qa.rtp import Audio
from callcenter.qa.stage import until
from callcenter.qa.wire import Wire

pytestmark = pytest.mark.calls


async def test_a_call_is_seen_once_and_in_order() -> None:
    async with Phone("1001", "", ("127.0.0.1", 9), BUSY) as agent:
        port = sip.host_port(sip.uri(agent.contact))[1]
        started = time.time()
        async with Wire(port) as wire, Phone("139", "", ("127.0.0.1", port)) as caller:
            with pytest.raises(Refused):
                await caller.call("1001")
    told = [seen.message.start.split()[0 if not seen.message.status else 1] for seen in wire.seen]
    assert told == ["INVITE", "180", "486", "ACK"]
    times = [seen.at for seen in wire.seen]
    assert times == sorted(times)
    assert started <= times[0] <= times[-1] <= time.time()
    assert wire.seen[0].to == wire.seen[1].source == port


async def test_audio_is_told_apart_from_sip_by_its_port() -> None:
    async with Phone("1001", "", ("127.0.0.1", 9), BUSY) as agent:
        port = sip.host_port(sip.uri(agent.contact))[1]
        here, there = Audio(), Audio()
        await here.open("127.0.0.1")
        await there.open("127.0.0.1")
        audio = range(there.port, there.port + 1)
        async with Wire(port, audio) as wire, Phone("139", "", ("127.0.0.1", port)) as caller:
            here.remote, there.remote = ("127.0.0.1", there.port), ("127.0.0.1", here.port)
            here.talk(0.0)
            there.talk(0.0)
            with pytest.raises(Refused):
                await caller.call("1001")
            await until(lambda: there.packets >= 3 and here.packets >= 3, "both hear", 5.0)
        await here.close()
        await there.close()
    assert {packet.to for packet in wire.heard} == {there.port}
    assert len(wire.heard) >= 3
    assert {port} <= {seen.to for seen in wire.seen}
