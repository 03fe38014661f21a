"""`callcenter qa softphone` at a running hotline."""

import asyncio
import json
import sys

import pytest
from callcenter.qa import audio
from callcenter.qa.phone import Behaviour
from tests.calls.hotline import Hotline
from tests.calls.softphones import HotlinePhones

pytestmark = pytest.mark.calls


async def test_a_scripted_agent_works_one_call(hotline: Hotline, softphones: HotlinePhones) -> None:
    hotline.expect("1001")
    words = ["--agent", "1001", "--sign-in", "--sign-out", "--answer-after", "0.3", "--talk", "2"]
    shift = asyncio.create_task(
        hotline.stage.command("qa", "softphone", *words, "--calls", "1", "--json")
    )
    await hotline.state("1001", "ready", within_s=15.0)
    _, call = await softphones.caller("7001")
    await call.hears(audio.AGENT_HZ)
    await call.end()
    events = [json.loads(line) for line in (await shift).splitlines()]
    kinds = [event["event"] for event in events]
    assert kinds[0] == "registration"
    assert kinds.count("offered") == 1
    await hotline.state("1001", "signed_out")
    assert (await hotline.call())["outcome"] == "answered"


async def test_a_call_that_is_not_answered_is_code_2(hotline: Hotline) -> None:
    told = await hotline.stage.command(
        "qa", "softphone", "--agent", "1001", "--call", "4999", code=2
    )
    assert "Error: call to 4999: 40" in told


async def test_typed_commands(hotline: Hotline, softphones: HotlinePhones) -> None:
    await softphones.agent("1002", Behaviour())
    host, port = hotline.stage.server
    words = ["qa", "softphone", "--account", "138", "--server", f"{host}:{port}", "--no-register"]
    hotline.placed += 1
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "callcenter", *words),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(b"call 7001\n")
    while b"audio active" not in await process.stdout.readline():
        pass
    process.stdin.write(b"hear\nfly\nhangup\nquit\n")
    said = (await process.communicate())[0].decode()
    assert process.returncode == 0, said
    assert "1000 Hz" in said
    assert "! commands: call" in said
    assert (await hotline.call())["outcome"] == "answered"
