"""The schedulers themselves: what is planned begins when its time comes, and not before."""

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Any, cast
from zoneinfo import ZoneInfo

import pytest
from callcenter.live.nightly.housekeeping import Housekeeping
from callcenter.live.publishing.reporting import STATE, Reporting
from callcenter.pbx.files import read_json, write_json
from callcenter.pbx.node import NodePaths
from callcenter.pbx.site_files import read_site
from callcenter.site.model import ScheduledReport

EXAMPLE = Path(__file__).parents[2] / "examples" / "hotline-12345"
ZONE = ZoneInfo("Asia/Shanghai")
DEADLINE_S = 60
SOON_S = 1.5
"""So long before its time the scheduler starts."""


@pytest.fixture
def near(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Callable[[], float]]:
    """Sets the schedulers' clock a little before a time; they run on from there as clocks do."""

    def set_clock(text: str) -> Callable[[], float]:
        wanted = datetime.strptime(text, "%Y-%m-%d %H:%M").replace(tzinfo=ZONE).timestamp()
        ahead = wanted - SOON_S - time.time()

        class Clock(datetime):
            @classmethod
            def now(cls, tz: tzinfo | None = None) -> "Clock":
                return cls.fromtimestamp(time.time() + ahead, tz)

        for module in ("schedulers.base", "triggers.date", "executors.base"):
            monkeypatch.setattr(f"apscheduler.{module}.datetime", Clock)
        return lambda: time.time() + ahead

    return set_clock


def utc(text: str) -> str:
    return f"2025-{text}:00:00.000Z"


@contextmanager
def running(work: Any) -> Iterator[asyncio.Task[None]]:
    task = asyncio.get_running_loop().create_task(work)
    try:
        yield task
    finally:
        task.cancel()


@pytest.mark.parametrize(
    ("by", "at", "now", "last", "next_end"),
    [
        (
            "day",
            "07:00",
            "2025-12-02 07:00",
            "11-30T16",
            "12-01T16",
        ),
        (
            "hour",
            "00:10",
            "2025-12-02 10:10",
            "12-02T01",
            "12-02T02",
        ),
    ],
)
async def test_a_report_is_made_when_its_time_comes(
    tmp_path: Path, near: Callable[[str], Callable[[], float]], by: str, at: str, now: str,
    last: str, next_end: str,
) -> None:  # fmt: skip
    clock = near(now)
    plan = {"news": ScheduledReport(by=by, at=at, folder=".")}  # type: ignore[arg-type]
    site = read_site(EXAMPLE).model_copy(update={"reports": plan})
    node = NodePaths(tmp_path)
    # The window before was reported: nothing is to be made up for.
    write_json(node.path / STATE, {"news": utc(last)})
    made: asyncio.Queue[float] = asyncio.Queue()

    async def make(name: str) -> str:
        made.put_nowait(clock())
        return "written"

    with running(Reporting(node, lambda: site, make, clock).run()) as task:
        when = await asyncio.wait_for(made.get(), DEADLINE_S)
    with suppress(asyncio.CancelledError):
        await task
    due = datetime.strptime(now, "%Y-%m-%d %H:%M").replace(tzinfo=ZONE).timestamp()
    assert when >= due
    assert made.empty()
    assert read_json(node.path / STATE) == {"news": utc(next_end)}


async def test_the_night_begins_with_its_window(
    near: Callable[[str], Callable[[], float]], tmp_path: Path
) -> None:
    site = read_site(EXAMPLE)
    begin = site.housekeeping.window.split()[-1].split("-")[0]
    clock = near(f"2025-12-02 {begin}")
    nights: asyncio.Queue[float] = asyncio.Queue()

    class Nights(Housekeeping):
        async def night(self) -> bool:
            nights.put_nowait(clock())
            return True

    nothing = cast(Any, None)
    keeping = Nights(EXAMPLE, NodePaths(tmp_path), lambda: site, nothing, nothing, lambda: 0)
    with running(keeping.run()) as task:
        when = await asyncio.wait_for(nights.get(), DEADLINE_S)
    with suppress(asyncio.CancelledError):
        await task
    due = datetime.strptime(f"2025-12-02 {begin}", "%Y-%m-%d %H:%M").replace(tzinfo=ZONE)
    assert when >= due.timestamp()
    assert nights.empty()
