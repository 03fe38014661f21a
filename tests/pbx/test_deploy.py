"""Deployments to a real Asterisk."""

import asyncio
import json
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from callcenter.pbx.deploy.bring import DeployRefused, Restart
from callcenter.pbx.deploy.history import History, Result
from callcenter.pbx.deploy.swap import DeployBusy, deployed
from callcenter.pbx.files import read_folder
from callcenter.pbx.process import AsteriskProcess
from callcenter.qa import audio
from callcenter.qa.phone import Phone
from tests.pbx.lab import Lab, boot, new_lab, until

pytestmark = pytest.mark.pbx

Files = dict[str, str]


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    return new_lab(tmp_path / "node")


@pytest.fixture
def running(lab: Lab) -> Iterator[AsteriskProcess]:
    asyncio.run(lab.deploy(lab.files))
    with boot(lab.node.path) as process:
        yield process


def more(files: Files, name: str, text: str) -> Files:
    return files | {name: files[name] + text}


def with_a_new_queue(files: Files) -> Files:
    files = more(files, "queues.conf", "[support]\nstrategy=rrmemory\n")
    return more(files, "extensions.conf", "exten => 602,1,Queue(support)\n")


async def test_the_first_deployment_to_an_empty_node(lab: Lab) -> None:
    result = await lab.deploy(lab.files)
    assert (result.version, result.running, result.restarted) == (1, False, False)
    assert read_folder(lab.node.etc) == lab.files
    assert deployed(lab.node)["site"] == "/the/site"
    assert History(lab.node.history).version(1).result is Result.DEPLOYED
    assert not (lab.node.path / "candidate").exists()


async def test_what_changed_is_reloaded_and_members_stay(
    lab: Lab, running: AsteriskProcess
) -> None:
    async with await lab.ami() as ami:
        await ami.queue_add("sales", "PJSIP/1001", member="1001")
        result = await lab.deploy(with_a_new_queue(lab.files))
        assert result.changed == ("extensions.conf", "queues.conf")
        assert [word for word in lab.said if word.startswith("reload")] == [
            "reload app_queue.so",
            "reload pbx_config.so",
        ]
        assert "support" in " ".join(await ami.command("queue show"))
        assert [member.queue for member in await ami.queue_members()] == ["sales"]


async def test_an_endpoint_that_is_gone_from_the_site_is_gone_from_asterisk(
    lab: Lab, running: AsteriskProcess
) -> None:
    renamed = lab.files["pjsip.conf"].replace("1001", "1002")
    await lab.deploy(lab.files | {"pjsip.conf": renamed})
    async with await lab.ami() as ami:
        names = {e.get("ObjectName") for e in await ami.listing("PJSIPShowEndpoints")}
    assert names == {"1002", "caller"}


async def test_nothing_to_change(lab: Lab, running: AsteriskProcess) -> None:
    lab.said.clear()
    result = await lab.deploy(lab.files)
    assert (result.version, result.changed, lab.said) == (1, (), [])


async def test_a_change_of_the_plan_alone_is_a_deployment_without_a_reload(
    lab: Lab, running: AsteriskProcess
) -> None:
    lab.said.clear()
    result = await lab.deploy(lab.files, site='{"queues": {"sales": {"wrap_up": "20s"}}}')
    assert (result.version, result.changed) == (2, ())
    assert not any(word.startswith(("boot", "reload")) for word in lab.said)
    assert History(lab.node.history).document(2, "site.json").startswith('{"queues"')


async def test_a_file_that_the_candidate_refuses_changes_nothing(
    lab: Lab, running: AsteriskProcess
) -> None:
    lab.said.clear()
    with pytest.raises(DeployRefused, match=r"queues.conf:6: parse error: no closing '\]'"):
        await lab.deploy(more(lab.files, "queues.conf", "[support\n"))
    assert lab.said == ["boot a candidate"]
    assert read_folder(lab.node.etc) == lab.files
    assert deployed(lab.node)["version"] == 1
    assert History(lab.node.history).version(2).result is Result.REFUSED
    assert not (lab.node.path / "candidate").exists()


async def test_a_port_that_is_taken_brings_the_old_files_back(
    lab: Lab, running: AsteriskProcess
) -> None:
    """The candidate can't know: it boots on ports of its own."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        moved = lab.files["pjsip.conf"].replace(f":{lab.sip_port}", f":{port}")
        with pytest.raises(DeployRefused, match="Address already in use") as refused:
            await lab.deploy(lab.files | {"pjsip.conf": moved})
    assert "the old ones are back" in str(refused.value)
    assert read_folder(lab.node.etc) == lab.files
    assert f"127.0.0.1:{lab.sip_port}" in running.rx("pjsip show transports")
    assert History(lab.node.history).version(2).result is Result.ROLLED_BACK


async def test_a_deployment_that_is_given_up_half_way_puts_the_old_files_back(
    lab: Lab, running: AsteriskProcess
) -> None:
    deployment = asyncio.create_task(lab.deploy(with_a_new_queue(lab.files)))

    async def it_reloads() -> bool:
        return "reload app_queue.so" in lab.said

    await until(it_reloads)
    deployment.cancel()
    with pytest.raises(asyncio.CancelledError):
        await deployment
    assert read_folder(lab.node.etc) == lab.files
    assert "support" not in running.rx("queue show")
    assert History(lab.node.history).version(2).result is Result.ROLLED_BACK


async def test_a_second_deployment_at_the_same_time_is_refused(lab: Lab) -> None:
    results = await asyncio.gather(
        lab.deploy(lab.files), lab.deploy(with_a_new_queue(lab.files)), return_exceptions=True
    )
    assert [type(result) for result in results].count(DeployBusy) == 1
    busy = next(str(result) for result in results if isinstance(result, DeployBusy))
    assert "runs `callcenter deploy` since" in busy


async def test_going_back_brings_the_same_bytes(lab: Lab, running: AsteriskProcess) -> None:
    await lab.deploy(with_a_new_queue(lab.files))
    back = await lab.deploy(History(lab.node.history).files(1))
    assert back.version == 3
    assert read_folder(lab.node.etc) == lab.files
    assert History(lab.node.history).version(3).digest == (
        History(lab.node.history).version(1).digest
    )
    assert "support" not in running.rx("queue show")


def talk_until(done: threading.Event, talking: threading.Event, port: int) -> tuple[int, float]:
    """(Packets heard, seconds talked) of a call to the echo, on a loop of its own."""

    async def talk() -> tuple[int, float]:
        async with Phone("139", "", ("127.0.0.1", port)) as caller:
            call = await caller.call("600", audio.CALLER_HZ)
            while not call.audio.packets:  # noqa: ASYNC110  the first packet has no event
                await asyncio.sleep(0.02)
            began, first = time.monotonic(), call.audio.packets
            talking.set()
            await asyncio.to_thread(done.wait)
            assert call.up
            heard, took = call.audio.packets - first, time.monotonic() - began
            await caller.hang_up(call)
        return heard, took

    return asyncio.run(talk())


async def test_a_call_that_is_up_hears_nothing_of_a_deployment(
    lab: Lab, running: AsteriskProcess
) -> None:
    done, talking = threading.Event(), threading.Event()
    call = asyncio.create_task(asyncio.to_thread(talk_until, done, talking, lab.sip_port))
    await asyncio.to_thread(talking.wait)
    files = with_a_new_queue(lab.files)
    files = more(files, "pjsip.conf", "[1003]\ntype=endpoint\ncontext=calls\nallow=alaw\n")
    files = more(files, "voicemail.conf", "9002 => 4712,Day\n")
    files["musiconhold.conf"] = files["musiconhold.conf"].replace("[default]", "[other]")
    await lab.deploy(files)
    done.set()
    heard, took = await call
    assert took > 1.0
    assert heard == pytest.approx(took * 50, rel=0.05), "50 packets a second"


async def test_a_restart_is_refused_while_a_call_is_up_and_done_when_it_ended(
    lab: Lab, running: AsteriskProcess
) -> None:
    files = more(lab.files, "asterisk.conf", "maxcalls=100\n")
    process_id = running.pid
    async with Phone("139", "", ("127.0.0.1", lab.sip_port)) as caller:
        call = await caller.call("600", audio.CALLER_HZ)
        with pytest.raises(DeployRefused, match=r"calls are up \(1\)") as refused:
            await lab.deploy(files)
        assert "asterisk.conf is only read at the start" in str(refused.value)
        waiting = asyncio.create_task(lab.deploy(files, Restart.WHEN_IDLE))

        async def it_waits() -> bool:
            return "waiting for 1 calls to end" in lab.said

        await until(it_waits)
        assert call.up
        await caller.hang_up(call)
        result = await waiting
    assert result.restarted
    assert running.pid == process_id, "whoever watches the process does not notice"
    assert "Maximum calls:               100" in running.rx("core show settings")


async def test_the_controller_is_told_of_the_new_plan(lab: Lab, running: AsteriskProcess) -> None:
    asked: list[object] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append(json.loads(await reader.readline()))
        writer.write(b'{"ok": true}\n')
        writer.close()

    server = await asyncio.start_unix_server(answer, lab.node.control_socket)
    async with server:
        result = await lab.deploy(with_a_new_queue(lab.files))
    assert asked == [{"do": "reload"}]
    assert result.notes == ("the controller works by the new plan",)
