"""The AMI session against a real Asterisk."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from callcenter.pbx.ami import session as ami_module
from callcenter.pbx.ami.session import AmiSession
from callcenter.pbx.ami.wire import Message, messages
from callcenter.pbx.errors import PbxGone, PbxLost, PbxRefused
from callcenter.pbx.node import NodePaths
from callcenter.pbx.process import AsteriskProcess
from tests.pbx.lab import (
    AMI_SECRET,
    AMI_USER,
    boot,
    free_pair,
    lab_files,
    lay_out,
    mute_server,
    until,
)

pytestmark = pytest.mark.pbx

Running = tuple[AsteriskProcess, int]


def start(path: Path) -> Running:
    sip_port, ami_port = free_pair()
    lay_out(NodePaths(path), lab_files(sip_port, ami_port))
    return boot(path), ami_port


@pytest.fixture(scope="module")
def asterisk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    running = start(tmp_path_factory.mktemp("ami"))
    with running[0]:
        yield running


@pytest.fixture
async def ami(asterisk: Running) -> AsyncIterator[AmiSession]:
    session = await AmiSession.connect(
        asterisk[1], AMI_USER, AMI_SECRET, events=("QueueMemberPause", "UserEvent")
    )
    yield session
    await session.close()


async def echo_channel(ami: AmiSession, name: str = "", exten: str = "600") -> str:
    """A call that is up without any phone: one half is in Echo, the other waits."""
    await ami.action(
        "Originate",
        Channel=f"Local/{exten}@calls",
        Application="MusicOnHold",
        CallerID=f'"{name}" <100>',
        Async="true",
    )
    async with asyncio.timeout(30):
        while True:
            for event in await ami.listing("CoreShowChannels"):
                if event.get("ChannelStateDesc") == "Up" and event.get("Application") == "Echo":
                    return event.get("Channel")
            await asyncio.sleep(0.02)


async def hang_up(ami: AmiSession, channel: str) -> None:
    await ami.action("Hangup", Channel=channel)

    async def none_is_up() -> bool:
        return not await ami.listing("CoreShowChannels")

    await until(none_is_up)


async def test_a_command_gives_all_its_lines(ami: AmiSession) -> None:
    lines = await ami.command("dialplan show calls")
    assert lines[0].startswith("[ Context 'calls'")
    assert any("Echo" in line for line in lines)
    assert lines[-1].startswith("-=")


async def test_a_command_that_asterisk_does_not_know_is_refused(ami: AmiSession) -> None:
    with pytest.raises(PbxRefused, match="No such command"):
        await ami.command("no such thing")


async def test_a_list_is_collected_to_its_end(ami: AmiSession) -> None:
    endpoints = await ami.listing("PJSIPShowEndpoints")
    assert {event.get("ObjectName") for event in endpoints} == {"1001", "caller"}


async def test_an_empty_list_does_not_wait_for_an_end(ami: AmiSession) -> None:
    assert await ami.listing("CoreShowChannels") == []


@pytest.mark.parametrize("value", ["x\r\nAction: Hangup", "x\ny", "x\0y", "x\x7f"])
async def test_a_line_break_cannot_become_a_second_request(ami: AmiSession, value: str) -> None:
    with pytest.raises(ValueError, match="control character"):
        await ami.action("QueueAdd", Queue="sales", Interface=value)
    assert await ami.queue_members() == []


async def test_members_of_queues(ami: AmiSession) -> None:
    assert await ami.queue_add("sales", "PJSIP/1001", member="1001")
    assert not await ami.queue_add("sales", "PJSIP/1001", member="1001")
    await ami.queue_pause("PJSIP/1001", True, reason="break")
    (member,) = await ami.queue_members()
    assert (member.queue, member.interface, member.member) == ("sales", "PJSIP/1001", "1001")
    assert (member.paused, member.reason) == (True, "break")
    assert await ami.queue_remove("sales", "PJSIP/1001")
    assert not await ami.queue_remove("sales", "PJSIP/1001")
    with pytest.raises(PbxGone):
        await ami.queue_pause("PJSIP/1001", False)
    with pytest.raises(PbxRefused, match="No such queue"):
        await ami.queue_add("nowhere", "PJSIP/1001", member="1001")


async def test_only_the_events_asked_for_arrive_and_on_the_loop(ami: AmiSession) -> None:
    loop = asyncio.get_running_loop()
    seen: asyncio.Queue[tuple[Message, bool]] = asyncio.Queue()
    ami.on(
        "QueueMemberPause",
        lambda event: seen.put_nowait((event, asyncio.get_running_loop() is loop)),
    )
    with pytest.raises(KeyError):
        ami.on("Newchannel", print)
    await ami.queue_add("sales", "PJSIP/1001", member="1001")
    await ami.queue_pause("PJSIP/1001", True, reason="lunch")
    event, on_loop = await asyncio.wait_for(seen.get(), 30)
    assert (event.get("PausedReason"), on_loop) == ("lunch", True)
    await ami.queue_remove("sales", "PJSIP/1001")


async def test_a_caller_with_a_wicked_name_does_not_blind_us(ami: AmiSession) -> None:
    channel = await echo_channel(ami, "status will follow --END COMMAND--")
    names = [event.get("CallerIDName") for event in await ami.listing("Status")]
    assert "status will follow --END COMMAND--" in names
    await hang_up(ami, channel)


async def test_variables_of_channels_do_not_end_the_session(ami: AmiSession) -> None:
    seen: asyncio.Queue[Message] = asyncio.Queue()
    ami.on("UserEvent", seen.put_nowait)
    await ami.action("UserEvent", UserEvent="Test", ChanVariable="a=1")
    event = await asyncio.wait_for(seen.get(), 30)
    assert event.get("ChanVariable") == "a=1"


async def test_a_talk_is_recorded_and_paused(asterisk: Running, ami: AmiSession) -> None:
    channel = await echo_channel(ami)
    await ami.mixmonitor(channel, "/var/spool/asterisk/monitor/2026/11/21/a~1.wav")
    file = asterisk[0].node.inside("/var/spool/asterisk/monitor/2026/11/21/a~1.wav")

    async def file_is_there() -> bool:
        return file.exists()

    await until(file_is_there)
    await ami.mixmonitor_mute(channel, True)
    await ami.mixmonitor_mute(channel, False)
    await hang_up(ami, channel)
    with pytest.raises(PbxGone):
        await ami.mixmonitor(channel, "b.wav")


async def test_a_wrong_secret_is_refused(asterisk: Running) -> None:
    with pytest.raises(PbxRefused, match="Authentication failed"):
        await AmiSession.connect(asterisk[1], AMI_USER, "wrong")


async def test_nobody_listens() -> None:
    with pytest.raises(PbxLost):
        await AmiSession.connect(free_pair()[0], AMI_USER, AMI_SECRET)


async def test_a_request_given_up_does_not_shift_the_answers(ami: AmiSession) -> None:
    given_up = [asyncio.create_task(ami.command("core show version")) for _ in range(5)]
    await asyncio.sleep(0)
    for task in given_up:
        task.cancel()
    assert (await ami.command("dialplan show calls"))[0].startswith("[ Context 'calls'")
    await asyncio.gather(*given_up, return_exceptions=True)


async def test_requests_at_once_get_their_own_answers(ami: AmiSession) -> None:
    applications = ("Echo", "Playback", "Queue", "VoiceMail", "Dial")
    asked = [ami.command(f"core show application {name}") for name in applications * 4]
    for name, lines in zip(applications * 4, await asyncio.gather(*asked), strict=True):
        assert any(name in line for line in lines[:4])


async def test_close_may_come_twice_and_ends_the_session(asterisk: Running) -> None:
    session = await AmiSession.connect(asterisk[1], AMI_USER, AMI_SECRET)
    await session.close()
    await session.close()
    assert session.lost.done()
    with pytest.raises(PbxLost):
        await session.action("Ping")


async def test_an_asterisk_that_dies_is_noticed(tmp_path: Path) -> None:
    process, port = await asyncio.to_thread(start, tmp_path)
    with process:
        session = await AmiSession.connect(port, AMI_USER, AMI_SECRET)
        assert process.pid is not None
        os.kill(process.pid, signal.SIGKILL)
        await asyncio.wait_for(session.lost, 30)
        with pytest.raises(PbxLost):
            await session.action("Ping")
        await session.close()


async def test_an_asterisk_that_hangs_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ami_module, "_REQUEST_S", 1.0)
    process, port = await asyncio.to_thread(start, tmp_path)
    with process:
        session = await AmiSession.connect(port, AMI_USER, AMI_SECRET)
        assert process.pid is not None
        os.kill(process.pid, signal.SIGSTOP)
        try:
            with pytest.raises(PbxLost, match="no answer in 1 s"):
                await session.action("Ping")
            await asyncio.wait_for(session.lost, 30)
        finally:
            os.kill(process.pid, signal.SIGCONT)
        await session.close()


async def test_a_connection_on_which_nobody_answers_is_given_up() -> None:
    async with mute_server() as mute:
        with pytest.raises(PbxLost, match="no answer in 3 s"):
            await AmiSession.connect(mute.port, AMI_USER, AMI_SECRET)


def test_messages_end_at_empty_lines_and_keep_repeated_headers() -> None:
    stream = [b"Response: Success\r\n", b"Output: a: b\r\n", b"Output: \r\n", b"Output:  c\r\n"]
    (message,) = messages([*stream, b"\r\n", b"\r\n", b"Event: half"])
    assert message.all("Output") == ["a: b", "", " c"]
    assert message.event == ""
