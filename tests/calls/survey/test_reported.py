"""What the running controller tells others: reports in their folder and by mail, the floor as a
stream."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from callcenter.live.publishing.reporting import STATE
from callcenter.pbx.files import read_json, write_json
from callcenter.pbx.socket_path import short_path
from callcenter.qa.stage import until
from tests.calls.hotline import Hotline
from tests.post import Post

pytestmark = pytest.mark.calls

LONG_AGO = "2025-11-30T16:00:00.000Z"
LOW_PRIORITY_S = 120.0
"""A report gives way to calls, and to all else that a busy machine does."""


@pytest.fixture
def post(hotline: Hotline) -> Iterator[Post]:
    """The mail server of the site."""
    smtp = hotline.stage.site.smtp
    assert smtp is not None
    box = Post()
    server = Controller(box, str(smtp.host), smtp.port)
    server.start()
    yield box
    server.stop()


@asynccontextmanager
async def stream(hotline: Hotline) -> AsyncIterator[asyncio.StreamReader]:
    with short_path(hotline.stage.node.live_socket) as path:
        reader, writer = await asyncio.open_unix_connection(path, limit=1 << 20)
    try:
        yield reader
    finally:
        writer.close()


async def told(reader: asyncio.StreamReader, agent: str, state: str) -> dict[str, Any]:
    """The next snapshot in which the agent is in this state."""
    async with asyncio.timeout(5):
        async for line in reader:
            view: dict[str, Any] = json.loads(line)
            states = {each["agent"]: each["state"] for each in view["agents"]}
            if states[agent] == state:
                return view
    raise AssertionError("the stream ended")


async def test_a_missed_report_comes_to_its_folder_and_by_mail_while_the_floor_is_streamed(
    hotline: Hotline, post: Post
) -> None:
    stage = hotline.stage
    state, folder = stage.node.path / STATE, stage.node.path / "reports" / "monthly"
    hotline.foreseen += ["Stasis app 'callcenter' not active", "Error reading from web socket"]
    await stage.stop_controller()
    write_json(state, {"satisfaction": LONG_AGO})
    await stage.start_controller()
    async with stream(hotline) as reader:
        assert (await told(reader, "1001", "signed_out"))["queues"]
        await hotline.agent("1001")
        view = await told(reader, "1001", "ready")
        assert [q["ready"] for q in view["queues"] if q["queue"] == "desk"] == [1]

    def noted() -> bool:
        return (read_json(state) or {})["satisfaction"] != LONG_AGO

    await until(noted, "the report is made, and noted as made", LOW_PRIORITY_S)
    (file,) = folder.iterdir()
    assert file.read_text(encoding="utf-8").startswith("agent,")
    (letter,) = post.letters
    (page,) = letter.iter_attachments()
    assert letter["To"] == "duty@example.org"
    assert page.get_filename() == file.name
    assert page.get_content() == file.read_text(encoding="utf-8")
