"""Nightly work: logs and event files are rotated, what is old is removed, recordings expire."""

import asyncio
import logging
import sys
import time
from collections.abc import Callable
from pathlib import Path
from zoneinfo import ZoneInfo

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.cron import CronTrigger

from callcenter.live.ami_link import AmiLink
from callcenter.live.nightly.rotation import prune_events, prune_logs, prune_prompts, rotate
from callcenter.pbx.errors import PbxError
from callcenter.pbx.node import MachineError, NodePaths
from callcenter.records.journal.journal import Journal
from callcenter.render.cel import FILE as CEL_FILE
from callcenter.site.model import Site
from callcenter.site.spans import DAYS, Span, parse_span

_GRACE_S = 3600
"""A night that began while the machine slept is made up for within this time."""
_LOW = ("nice", "-n", "19", "ionice", "-c", "3")

_log = logging.getLogger(__name__)


class Housekeeping:
    """Does the night's work of one node; also on request."""

    def __init__(
        self,
        folder: Path,
        node: NodePaths,
        site: Callable[[], Site],
        journal: Journal,
        link: AmiLink,
        folded: Callable[[], int],
    ) -> None:
        self._folder = folder
        self._node = node
        self._site = site
        self._journal = journal
        self._link = link
        self._folded = folded

    async def run(self) -> None:
        """Wait for each night's window; until cancelled. A new plan holds from the next night."""
        site = self._site()
        scheduler = AsyncIOScheduler(timezone=ZoneInfo(site.timezone))
        logging.getLogger("apscheduler").setLevel(logging.WARNING)
        job = scheduler.add_job(
            self.night, _trigger(site), misfire_grace_time=_GRACE_S, coalesce=True, max_instances=1
        )
        scheduler.start()
        try:
            while True:
                await asyncio.sleep(60)
                if (now := self._site()) is not site:
                    site = now
                    job.reschedule(_trigger(site))
        finally:
            scheduler.shutdown(wait=False)

    async def night(self) -> bool:
        """All of it, one after the other; what fails is told and leaves the rest undisturbed.

        False where something failed.
        """
        well = True
        for work in (self._rotate, self._prune, self._retain):
            try:
                await work()
            except (OSError, PbxError, MachineError, ValueError) as error:
                _log.error("housekeeping: %s", error)
                well = False
        return well

    async def _rotate(self) -> None:
        await asyncio.to_thread(rotate, self._node, self._node.inside(CEL_FILE), time.time())
        session = self._link.session
        await session.command("logger rotate")
        # Asterisk may hold the event file that we have renamed.
        await session.command("module reload cel_custom")

    async def _prune(self) -> None:
        rule, now = self._site().housekeeping, time.time()
        pin = self._journal.state.cel.pin
        gone = await asyncio.to_thread(prune_logs, self._node, now - rule.logs)
        events = self._node.inside(CEL_FILE)
        gone += await asyncio.to_thread(prune_events, events, pin, now - rule.events)
        gone += await asyncio.to_thread(prune_prompts, self._node, now - rule.prompts)
        gone += self._journal.forget(self._folded(), before=now - rule.journal)
        _log.info("housekeeping: %d old files removed", gone)

    async def _retain(self) -> None:
        """In a process of its own, at low priority: it reads and removes many files and rows."""
        words = (*_LOW, sys.executable, "-m", "callcenter", "records", "retain")
        process = await asyncio.create_subprocess_exec(
            *words,
            "--site",
            str(self._folder),
            "--in-window",
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        out, _ = await process.communicate()
        lines = out.decode("utf-8", "replace").strip().splitlines() or ["nothing"]
        if process.returncode:
            raise MachineError(f"records: {lines[-1]}")
        _log.info("housekeeping: %s", lines[-1])


def _trigger(site: Site) -> CronTrigger:
    days, span = parse_span(site.housekeeping.window)
    named = ",".join(DAYS[day].lower() for day in days)
    zone = ZoneInfo(site.timezone)
    hour, minute = divmod(span.start, 60)
    return CronTrigger(day_of_week=named, hour=hour, minute=minute, timezone=zone)


def seconds_left(window: Span, minute_of_day: float) -> float:
    """How long a window of the night is still open, in seconds; 0 outside of it."""
    if not window.start <= minute_of_day < window.end:
        return 0.0
    return (window.end - minute_of_day) * 60
