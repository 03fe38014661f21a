"""Scheduled reports: made when their time has come, once more after a failure, once after a gap."""

import asyncio
import logging
import sys
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.date import DateTrigger

from callcenter.kpi.due import due, minutes
from callcenter.kpi.windows import Grain
from callcenter.pbx.files import read_json, write_json
from callcenter.pbx.node import NodePaths
from callcenter.records.tables.columns import iso, ms
from callcenter.site.model import ScheduledReport, Site

STATE = "reports.json"
"""File of the node: report -> end of the last window that was reported."""
AGAIN_S = (60.0, 300.0, 1800.0)
"""After a failure it is tried again so much later; then with the next window."""
_LOW = ("nice", "-n", "19", "ionice", "-c", "3")
_SHORT = frozenset({"hour", "4h"})

_log = logging.getLogger(__name__)

Make = Callable[[str], Awaitable[str]]
"""Makes a report by its name; its last words. Raises ReportFailed."""


class ReportFailed(Exception):
    """A report was not made, or did not arrive; the message says why."""


class Reporting:
    """Makes one site's reports at their times."""

    def __init__(
        self,
        node: NodePaths,
        site: Callable[[], Site],
        make: Make,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._state = node.path / STATE
        self._site = site
        self._make = make
        self._clock = clock
        self._scheduler = AsyncIOScheduler(timezone=ZoneInfo(site().timezone))

    async def run(self) -> None:
        """Wait for the reports' times; until cancelled. A new plan holds at once."""
        logging.getLogger("apscheduler").setLevel(logging.WARNING)
        self._scheduler.start()
        planned: Site | None = None
        try:
            while True:
                if (site := self._site()) is not planned:
                    planned = site
                    self._plan(site)
                await asyncio.sleep(60)
        finally:
            self._scheduler.shutdown(wait=False)

    async def look(self, name: str, tries: int = 0) -> None:
        """Make the report if its last window has not been reported; after a failure, again later.

        However many windows were missed, the last one is made and the others are not. A report
        that is new begins with the window that ends next.
        """
        site = self._site()
        plan = site.reports.get(name)
        if plan is None:
            return
        end = iso(_due_ms(site, plan, self._clock()))
        done = read_json(self._state) or {}
        if name not in done:
            write_json(self._state, done | {name: end})
            return
        if str(done[name]) >= end:
            return
        try:
            told = await self._make(name)
        except ReportFailed as error:
            self._failed(name, tries, error)
            return
        # Others may have been done meanwhile.
        write_json(self._state, (read_json(self._state) or {}) | {name: end})
        _log.info("report %s: %s", name, told)

    def _failed(self, name: str, tries: int, error: ReportFailed) -> None:
        if tries == len(AGAIN_S):
            _log.error("report %s: %s; given up until the next one", name, error)
            return
        _log.error("report %s: %s; again in %.0f s", name, error, AGAIN_S[tries])
        at = datetime.fromtimestamp(self._clock(), UTC) + timedelta(seconds=AGAIN_S[tries])
        self._add(name, DateTrigger(at), tries + 1)

    def _plan(self, site: Site) -> None:
        self._scheduler.remove_all_jobs()
        for name, plan in site.reports.items():
            self._add(name, None)
            self._add(name, _trigger(site, plan))

    def _add(self, name: str, trigger: object, tries: int = 0) -> None:
        """Look at that report when the trigger says so; None: now."""
        self._scheduler.add_job(
            self.look, trigger, (name, tries), misfire_grace_time=None, coalesce=True
        )


def maker(folder: Path) -> Make:
    """Reports made in a process of its own, at low priority: calls come first."""

    async def make(name: str) -> str:
        words = (*_LOW, sys.executable, "-m", "callcenter", "report", "run-scheduled", name)
        process = await asyncio.create_subprocess_exec(
            *words,
            "--site",
            str(folder),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        out, _ = await process.communicate()
        lines = out.decode("utf-8", "replace").strip().splitlines() or ["nothing"]
        if process.returncode:
            raise ReportFailed(lines[-1])
        return "; ".join(lines)

    return make


def _due_ms(site: Site, plan: ScheduledReport, now: float) -> int:
    return due(Grain(plan.by), plan.at, ms(now), ZoneInfo(site.timezone)).end_ms


def _trigger(site: Site, plan: ScheduledReport) -> CronTrigger:
    """Each day at that time, or each hour at that minute; `look` knows whether a window is due."""
    zone = ZoneInfo(site.timezone)
    hour, minute = divmod(minutes(plan.at), 60)
    if plan.by in _SHORT:
        return CronTrigger(minute=minute, timezone=zone)
    return CronTrigger(hour=hour, minute=minute, timezone=zone)
