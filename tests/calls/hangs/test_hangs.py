"""The controller hangs: who watches over it kills it and starts it again, and calls go on."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from callcenter.pbx.child import Child
from callcenter.pbx.supervise import Supervision, Watched
from callcenter.qa.phone import TALKS, Behaviour
from callcenter.qa.stage import until
from tests.calls.hotline import Hotline

pytestmark = [pytest.mark.calls, pytest.mark.timeout(120)]

SILENT_S = 4.0


@pytest_asyncio.fixture(loop_scope="session")
async def watched(hotline: Hotline) -> AsyncIterator[Child]:
    """The controller as a child that is watched; at last the stage's own is back."""
    hotline.foreseen += ["Stasis app 'callcenter' not active", "Error reading from web socket"]
    stage = hotline.stage
    await stage.stop_controller()
    words = [sys.executable, "-m", "callcenter", "live", "--site", str(stage.folder)]
    child = Child(words, stage.node.path / "watched.out")
    program = Watched(child, stage.node.sign_of_life, silent_s=SILENT_S)
    program.start()
    supervision = Supervision("The controller", program, lambda line: None)
    supervision.start()
    await until(lambda: answers(hotline), "the watched controller answers", 20.0)
    yield child
    await asyncio.to_thread(supervision.stop)
    await stage.start_controller()


async def answers(hotline: Hotline) -> bool:
    try:
        answer = await asyncio.wait_for(hotline.stage.ask(do="snapshot"), 1.0)
    except (OSError, ValueError, TimeoutError):
        return False
    return bool(answer.get("connected"))


async def test_a_caller_of_that_moment_is_served_and_talks_go_on(
    hotline: Hotline, watched: Child
) -> None:
    ann = await hotline.agent("1001", TALKS)
    _, call = await hotline.caller("7001")
    talk = await hotline.offered(ann)
    await hotline.state("1001", "talking")
    bob = await hotline.agent("1002", Behaviour(talk_s=0.5))
    hung = watched.pid
    os.kill(hung, signal.SIGSTOP)
    callers = await hotline.callers("7001", patience_s=40)
    heard = call.audio.packets
    await until(lambda: watched.pid != hung, "another one was started", 20.0)
    assert (await asyncio.wait_for(callers.result(), 30)).ok == 1
    assert len(bob.offers) == 1
    assert call.audio.packets > heard + 100
    await until(lambda: answers(hotline), "it is at work", 20.0)
    await hotline.state("1001", "talking")
    await ann.hang_up(talk)
    assert [c["outcome"] for c in await hotline.calls()] == ["answered", "answered"]
