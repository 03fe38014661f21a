"""Scheduled reports: at their time, once after a gap, again after a failure."""

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from callcenter.live.publishing.reporting import AGAIN_S, ReportFailed, Reporting
from callcenter.pbx.files import read_json
from callcenter.pbx.node import NodePaths
from callcenter.pbx.site_files import read_site
from callcenter.site.model import ScheduledReport, Site

pytestmark = pytest.mark.pure

EXAMPLE = Path(__file__).parents[2] / "examples" / "hotline-12345"
PLAN = {"daily": ScheduledReport(folder="."), "weekly": ScheduledReport(by="week", folder=".")}


class Office:
    """A site with two reports, a clock, and a maker that fails as often as it is told to."""

    def __init__(self, path: Path) -> None:
        self.node = NodePaths(path)
        self.at("2025-11-30 12:00")
        self.made: list[str] = []
        self.failures = 0
        self.site: Site = read_site(EXAMPLE).model_copy(update={"reports": PLAN})
        self.reporting = self.restarted()

    def restarted(self) -> Reporting:
        self.reporting = Reporting(self.node, lambda: self.site, self.make, lambda: self.now)
        return self.reporting

    def at(self, text: str) -> None:
        zone = ZoneInfo("Asia/Shanghai")
        self.now = datetime.strptime(text, "%Y-%m-%d %H:%M").replace(tzinfo=zone).timestamp()

    async def make(self, name: str) -> str:
        if self.failures:
            self.failures -= 1
            raise ReportFailed("the mail server sleeps")
        self.made.append(name)
        return "written"

    async def look(self) -> None:
        for name in PLAN:
            await self.reporting.look(name)


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path)


async def test_a_new_report_begins_with_the_window_that_ends_next(office: Office) -> None:
    await office.look()
    await office.look()
    assert office.made == []
    office.at("2025-12-01 06:59")
    await office.look()
    assert office.made == []
    office.at("2025-12-01 07:00")  # a Monday
    await office.look()
    await office.look()
    assert office.made == ["daily", "weekly"]


async def test_what_was_missed_is_made_up_for_once(office: Office) -> None:
    await office.look()
    office.at("2025-12-05 12:00")
    office.restarted()
    await office.look()
    assert office.made == ["daily", "weekly"]
    office.restarted()
    await office.look()
    assert office.made == ["daily", "weekly"]


async def test_a_failure_is_told_and_tried_again(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    await office.look()
    office.at("2025-12-02 07:00")
    office.failures = 1
    await office.reporting.look("daily")
    assert office.made == []
    assert "the mail server sleeps; again in 60 s" in caplog.text
    await office.reporting.look("daily", 1)
    assert office.made == ["daily"]


async def test_after_some_failures_the_next_window_is_waited_for(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    await office.look()
    office.at("2025-12-02 07:00")
    office.failures = 1
    await office.reporting.look("daily", len(AGAIN_S))
    assert "given up until the next one" in caplog.text
    before = read_json(office.node.path / "reports.json")
    office.at("2025-12-03 07:00")
    await office.reporting.look("daily")
    assert office.made == ["daily"]
    assert read_json(office.node.path / "reports.json") != before


async def test_a_report_that_is_planned_no_more_is_left_alone(office: Office) -> None:
    await office.look()
    office.site = office.site.model_copy(update={"reports": {}})
    office.at("2025-12-02 07:00")
    await office.look()
    assert office.made == []
