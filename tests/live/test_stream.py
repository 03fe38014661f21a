"""The stream for other software: who may read it, what it tells, that nobody can hold it up."""

import asyncio
import grp
import json
import os
import stat
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from callcenter.live.publishing.stream import LiveStream
from callcenter.pbx.site_files import read_site
from callcenter.qa.stage import until
from callcenter.site.model import Live, Site, Stream

EXAMPLE = Path(__file__).parents[2] / "examples" / "hotline-12345"
GROUP = next(group for group in grp.getgrall() if group.gr_gid != os.getgid())


class Floor:
    """Something that changes when it is told to."""

    def __init__(self) -> None:
        self.number = 0
        self.change = asyncio.Event()

    def changed(self) -> None:
        self.number += 1
        self.change.set()
        self.change = asyncio.Event()

    async def snapshots(self) -> AsyncIterator[dict[str, Any]]:
        while True:
            change = self.change
            yield {"number": self.number}
            await change.wait()


@asynccontextmanager
async def streaming(path: Path, group: str, floor: Floor) -> AsyncIterator[None]:
    site = read_site(EXAMPLE).model_copy(update={"live": Live(stream=Stream(group=group))})
    stream = LiveStream(path, lambda: site, floor.snapshots)
    task = asyncio.ensure_future(stream.run())
    try:
        await asyncio.sleep(0)  # it begins; what it listens on is there before it waits
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def told(reader: asyncio.StreamReader) -> Any:
    return json.loads(await asyncio.wait_for(reader.readline(), 30))


def is_there(path: Path) -> bool:
    return path.exists() and stat.S_IMODE(path.stat().st_mode) == 0o660


async def until_there(path: Path) -> None:
    await until(lambda: is_there(path), "the socket")


async def test_every_reader_gets_a_snapshot_at_once_and_one_after_each_change(
    tmp_path: Path,
) -> None:
    floor, path = Floor(), tmp_path / "live.sock"
    async with streaming(path, GROUP.gr_name, floor):
        await until_there(path)
        assert path.stat().st_gid == GROUP.gr_gid
        first, writer = await asyncio.open_unix_connection(path)
        assert await told(first) == {"number": 0}
        floor.changed()
        assert await told(first) == {"number": 1}
        second, other = await asyncio.open_unix_connection(path)
        assert await told(second) == {"number": 1}
        # Nothing that is written there does anything.
        other.write(b'{"do":"sign_out","agent":"1001"}\n')
        await other.drain()
        floor.changed()
        assert await told(second) == {"number": 2}
        assert await told(first) == {"number": 2}
        writer.close()
        other.close()
    assert not path.exists()


async def test_who_reads_nothing_holds_up_nobody(tmp_path: Path) -> None:
    floor, path = Floor(), tmp_path / "live.sock"
    async with streaming(path, GROUP.gr_name, floor):
        await until_there(path)
        _, idle = await asyncio.open_unix_connection(path, limit=1)
        reader, writer = await asyncio.open_unix_connection(path)
        for n in range(100):
            assert await told(reader) == {"number": n}
            floor.changed()
        idle.close()
        writer.close()


async def test_a_group_that_is_not_there_is_told(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "live.sock"
    async with streaming(path, "no-such-group", Floor()):
        await asyncio.sleep(0)
        assert not path.exists()
    assert "groupadd no-such-group" in caplog.text


async def test_a_site_without_it_has_no_socket(tmp_path: Path) -> None:
    site: Site = read_site(EXAMPLE)
    assert site.live.stream is None
    stream = LiveStream(tmp_path / "live.sock", lambda: site, Floor().snapshots)
    task = asyncio.ensure_future(stream.run())
    await asyncio.sleep(0)
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    assert os.listdir(tmp_path) == []
