"""The ARI session against a real Asterisk."""

import asyncio
import contextlib
import os
import signal
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import TypeVar

import pytest
from callcenter.pbx.ari.events import (
    ChannelDestroyed,
    Connected,
    Disconnected,
    EnteredBridge,
    Event,
    HangupAsked,
    LeftBridge,
    Ringing,
    StasisEnd,
    StasisStart,
    TransferAsked,
)
from callcenter.pbx.ari.session import AppTaken, AriSession
from callcenter.pbx.errors import PbxGone, PbxLost, PbxRefused
from callcenter.qa.phone import Phone
from tests.pbx.ari_lab import AGENT, AGENT_SECRET, APP, SECRET, USER, AriLab, ari_lab
from tests.pbx.lab import mute_server, until

pytestmark = pytest.mark.pbx

Kind = TypeVar("Kind", bound=Event)


class Listener:
    """A session that runs, and all that it has told."""

    def __init__(self, lab: AriLab) -> None:
        self.events: list[Event] = []
        self._came = asyncio.Event()
        self.session = AriSession(lab.http_port, USER, SECRET, app=APP, on_event=self._take)
        self.running = asyncio.create_task(self.session.run())

    def _take(self, event: Event) -> None:
        self.events.append(event)
        self._came.set()

    async def told(self, kind: type[Kind], within_s: float = 20.0) -> Kind:
        """The next event of a kind; those before it are passed over."""
        async with asyncio.timeout(within_s):
            while True:
                while self.events:
                    event = self.events.pop(0)
                    if isinstance(event, kind):
                        return event
                self._came.clear()
                await self._came.wait()

    async def stop(self) -> None:
        self.running.cancel()
        await asyncio.wait([self.running])


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AriLab]:
    made = ari_lab(tmp_path_factory.mktemp("ari"))
    with made.process:
        yield made


@pytest.fixture
async def ear(lab: AriLab) -> AsyncIterator[Listener]:
    listener = Listener(lab)
    await listener.told(Connected)
    yield listener
    for channel in await listener.session.channels():
        with contextlib.suppress(PbxGone):  # it was about to end by itself
            await listener.session.hangup(channel.id)
    for bridge in await listener.session.bridges():
        await listener.session.destroy_bridge(bridge.id)
    await listener.stop()


@pytest.fixture
async def phone(lab: AriLab) -> AsyncIterator[Phone]:
    async with Phone(AGENT, AGENT_SECRET, ("127.0.0.1", lab.sip_port)) as phone:
        await phone.register()
        yield phone


@pytest.fixture
async def caller(lab: AriLab, ear: Listener) -> AsyncIterator[str]:
    """The channel of somebody who asks for the queue."""
    async with Phone("13800001234", "", ("127.0.0.1", lab.sip_port)) as phone:
        calling = asyncio.create_task(phone.call("700"))
        yield (await ear.told(StasisStart)).channel.id
        await calling


async def ring(ear: Listener, leg: str, caller: str, agent: str = AGENT) -> None:
    await ear.session.originate(
        leg,
        f"PJSIP/{agent}",
        args="leg",
        timeout_s=5,
        originator=caller,
        caller_id='"投诉, \\"x\\"" <13800001234>',
        variables={"CC_LEG": leg, "TIMEOUT(absolute)": "60"},
    )


async def test_a_caller_comes_with_his_variables_and_arguments(lab: AriLab, ear: Listener) -> None:
    async with Phone("13800001234", "", ("127.0.0.1", lab.sip_port)) as phone:
        await phone.call("700")
        start = await ear.told(StasisStart)
        assert start.args == ("queue", "sales")
        assert start.channel.variables == {"CC_QUEUE": "sales"}
        assert start.channel.caller == "13800001234"
        (found,) = await ear.session.channels()
        assert (found.id, found.app, found.app_data) == (
            start.channel.id, "Stasis", f"{APP},queue,sales",
        )  # fmt: skip


async def test_requests_are_carried_out_in_the_order_they_were_made(
    lab: AriLab, ear: Listener
) -> None:
    await asyncio.gather(*(ear.session.set_global("ORDER", str(n)) for n in range(300)))
    assert "ORDER=299" in await asyncio.to_thread(lab.process.rx, "dialplan show globals")


async def test_what_is_gone_and_what_is_refused_are_told_apart(ear: Listener) -> None:
    ari = ear.session
    for request in (
        ari.hangup("nobody"),
        ari.stop_playback("nothing"),
        ari.add_to_bridge("nowhere", "nobody"),
    ):
        with pytest.raises(PbxGone):
            await request
    with pytest.raises(PbxRefused) as refused:
        await ari.create_bridge("b", "no-such-kind")
    assert refused.value.code == 500


async def test_a_bridge_that_is_there_already_is_no_error(ear: Listener) -> None:
    for _ in range(2):
        await ear.session.create_bridge("wait-sales", "holding")
    (bridge,) = await ear.session.bridges()
    assert (bridge.id, bridge.kind, bridge.members) == ("wait-sales", "holding", ())


async def test_a_caller_is_put_into_a_bridge_and_then_into_another(
    ear: Listener, caller: str
) -> None:
    ari = ear.session
    await ari.create_bridge("wait-sales", "holding")
    await ari.create_bridge("talk", "mixing")
    await ari.add_to_bridge("wait-sales", caller)
    assert (await ear.told(EnteredBridge)).bridge.members == (caller,)
    await ari.add_to_bridge("talk", caller)
    assert (await ear.told(LeftBridge)).bridge.members == ()


async def test_music_in_a_bridge_that_nobody_hears_ends_when_told(
    lab: AriLab, ear: Listener, caller: str
) -> None:
    ari = ear.session
    await ari.create_bridge("wait-sales", "holding")
    with pytest.raises(PbxGone):
        await ari.stop_music("wait-sales")
    await ari.add_to_bridge("wait-sales", caller)
    await ear.told(EnteredBridge)
    await ari.create_bridge("talk", "mixing")
    await ari.add_to_bridge("talk", caller)
    await ear.told(LeftBridge)
    await ari.start_music("wait-sales", "default")

    async def plays(wanted: bool) -> bool:
        held = await asyncio.to_thread(lab.process.rx, "core show channels concise")
        return ("Announcer/ARI_MOH" in held) == wanted

    await until(lambda: plays(True))
    await ari.stop_music("wait-sales")
    await until(lambda: plays(False))


async def test_a_phone_without_a_contact_is_refused_at_once(ear: Listener, caller: str) -> None:
    with pytest.raises(PbxRefused, match="Allocation failed"):
        await ring(ear, f"{caller}~1", caller)


async def test_no_leg_for_a_caller_who_has_gone(ear: Listener, phone: Phone) -> None:
    with pytest.raises(PbxGone):
        await ring(ear, "gone~1", "gone")
    assert phone.offers == []


_PROMPT_S = 16.0
"""Of tt-monkeys."""


async def test_an_agent_is_joined_while_the_caller_hears_a_prompt(
    ear: Listener, phone: Phone, caller: str
) -> None:
    """A prompt that was not stopped first would hold up the join until its end."""
    ari = ear.session
    await ari.play(caller, ["sound:tt-monkeys"], playback="p")
    await ring(ear, f"{caller}~1", caller)
    assert (await ear.told(Ringing)).channel == f"{caller}~1"
    assert (await ear.told(StasisStart)).args == ("leg",)
    await asyncio.gather(
        ari.stop_playback("p"),
        ari.create_bridge("talk", "mixing"),
        ari.add_to_bridge("talk", caller, f"{caller}~1"),
    )
    while len((await ear.told(EnteredBridge, _PROMPT_S / 2)).bridge.members) < 2:
        pass
    await phone.hang_up(phone.offers[0])
    assert (await ear.told(HangupAsked)).channel == f"{caller}~1"
    assert (await ear.told(StasisEnd)).channel == f"{caller}~1"
    assert (await ear.told(ChannelDestroyed)).channel == f"{caller}~1"


async def test_a_transfer_is_refused_and_the_call_goes_on(
    ear: Listener, phone: Phone, caller: str
) -> None:
    ari = ear.session
    await ring(ear, f"{caller}~1", caller)
    leg = (await ear.told(StasisStart)).channel.id
    await ari.create_bridge("talk", "mixing")
    await ari.add_to_bridge("talk", caller, leg)
    asked = await phone.transfer(phone.offers[0], "600")
    assert asked == 202
    assert await ear.told(TransferAsked) == TransferAsked(leg, "600")
    await ari.answer_transfer(leg, done=False)

    async def refused() -> bool:
        return any("SIP/2.0 603" in said for said in phone.notified)

    await until(refused)
    (talk,) = [bridge for bridge in await ari.bridges() if bridge.id == "talk"]
    assert set(talk.members) == {caller, leg}


async def test_a_variable_is_written_as_it_is(lab: AriLab, ear: Listener, caller: str) -> None:
    (channel,) = await ear.session.channels()
    for value in ("PJSIP/1001-0000002a", "a b+c&d=e;", "", "投诉"):
        await ear.session.set_variable(caller, "CC_LEG", value)
        told = await asyncio.to_thread(lab.process.rx, f"core show channel {channel.name}")
        assert f"CC_LEG={value}" in [line.strip() for line in told.splitlines()]


async def test_a_request_before_the_first_connection_is_lost(lab: AriLab) -> None:
    session = AriSession(lab.http_port, USER, SECRET, app=APP, on_event=lambda event: None)
    with pytest.raises(PbxLost):
        await session.set_global("A", "b")
    running = asyncio.create_task(session.run())
    running.cancel()
    await asyncio.wait([running])


async def test_a_second_controller_stops_the_first(lab: AriLab) -> None:
    first = Listener(lab)
    await first.told(Connected)
    second = Listener(lab)
    await second.told(Connected)
    with pytest.raises(AppTaken, match="another controller"):
        await asyncio.wait_for(first.running, 30)
    await second.session.set_global("A", "b")
    await second.stop()


async def test_a_lost_connection_is_told_and_comes_back_by_itself(tmp_path: Path) -> None:
    lab = await asyncio.to_thread(ari_lab, tmp_path / "node")
    listener = Listener(lab)
    with lab.process as process:
        await listener.told(Connected)
        assert process.pid is not None
        os.kill(process.pid, signal.SIGKILL)
        await listener.told(Disconnected)
        with pytest.raises(PbxLost):
            await listener.session.set_global("A", "b")
        await asyncio.to_thread(process.wait, 5.0)
        await asyncio.to_thread(process.start)
        await listener.told(Connected, 10.0)
        await listener.session.set_global("A", "b")
    await listener.told(Disconnected)
    await listener.stop()


async def test_an_asterisk_that_hangs_is_a_lost_connection(tmp_path: Path) -> None:
    lab = await asyncio.to_thread(ari_lab, tmp_path / "node")
    listener = Listener(lab)
    with lab.process as process:
        await listener.told(Connected)
        assert process.pid is not None
        os.kill(process.pid, signal.SIGSTOP)
        try:
            await listener.told(Disconnected, 8.0)
        finally:
            os.kill(process.pid, signal.SIGCONT)
        await listener.told(Connected, 10.0)
    await listener.stop()


async def test_a_connection_on_which_nobody_answers_is_given_up_and_made_again() -> None:
    """What an Asterisk does that is just ending: it accepts, and never reads."""
    async with mute_server() as mute:
        session = AriSession(mute.port, USER, SECRET, app=APP, on_event=lambda event: None)
        running = asyncio.create_task(session.run())
        await mute.accepted(2, within_s=10.0)
        running.cancel()
        await asyncio.wait([running])
