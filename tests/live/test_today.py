"""Today's figures, and whether the day will hold, from records of five weeks."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from callcenter.cli.top import day_line
from callcenter.kpi.forecast import Verdict
from callcenter.live.publishing.today import today
from callcenter.pbx.site_files import read_site
from callcenter.records.database.engine import connect
from callcenter.records.reading.reports import Reports
from callcenter.records.tables.calls import METADATA, Call
from callcenter.records.writing.hours import recount
from callcenter.site.model import Site
from callcenter.terms import Outcome
from sqlalchemy import Engine
from sqlmodel import Session

pytestmark = pytest.mark.pure

NOON = datetime(2025, 11, 24, 12, 30, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.fixture(scope="module")
def site() -> Site:
    return read_site(Path(__file__).parents[2] / "examples" / "hotline-12345")


@pytest.fixture
def engine() -> Iterator[Engine]:
    """Four Mondays with 20 calls an hour from 8 to 18 o'clock."""
    engine = connect("sqlite://")
    METADATA.create_all(engine)
    with Session(engine) as session:
        for week in range(1, 5):
            for n in range(200):
                at = NOON.replace(hour=8, minute=0) + timedelta(minutes=3 * n, weeks=-week)
                session.add(call(f"{week}-{n}", at, lost=False))
        session.commit()
    yield engine
    engine.dispose()


def call(name: str, at: datetime, *, lost: bool) -> Call:
    ms = round(at.timestamp() * 1000)
    return Call(
        call_id=name, direction="in", party_class="citizen", handled_by="controller",
        arrived_at=ms, requested_at=ms, ended_at=ms + 60_000, talk_ms=0 if lost else 50_000,
        answered_at=None if lost else ms + 10_000, left_queue_at=ms + 60_000 if lost else None,
        outcome=Outcome.ABANDONED_QUEUE if lost else Outcome.ANSWERED,
    )  # fmt: skip


def seen(engine: Engine, site: Site, lost: int) -> tuple[dict[str, object], Verdict]:
    """The morning has had 80 calls, of which the last ones were lost."""
    with Session(engine) as session:
        for n in range(80):
            at = NOON.replace(hour=8, minute=30) + timedelta(minutes=3 * n)
            session.add(call(f"now-{n}", at, lost=n >= 80 - lost))
        session.flush()
        recount(session.connection())
        told, found = today(Reports(session), site, round(NOON.timestamp() * 1000))
    return dict(told), found.verdict


def test_a_good_morning(engine: Engine, site: Site) -> None:
    told, verdict = seen(engine, site, lost=0)
    assert verdict is Verdict.HOLDS
    assert (told["requests"], told["missed"], told["connection_rate_percent"]) == (80, 0, 100.0)
    assert told["forecast"] == {
        # Half of this hour's 20 calls, and 20 in each of the five hours after it.
        "verdict": "holds", "expected_requests": 80 + 10 + 100, "may_still_lose": 9,
        "rate_percent": 100.0, "broken_at": None, "broken_at_local": "",
    }  # fmt: skip
    assert "9 more may be lost" in day_line({"today": told}).plain


def test_a_day_at_risk_says_until_when_it_can_be_saved(engine: Engine, site: Site) -> None:
    told, verdict = seen(engine, site, lost=5)
    assert verdict is Verdict.AT_RISK
    line = day_line({"today": told}).plain
    # 5 of the 30 since 11 o'clock: one in six, so that the 25th call from now is one too many.
    assert "lost by 14:00, 4 more may be lost" in line
    assert "5 missed" in line


def test_a_day_that_is_lost(engine: Engine, site: Site) -> None:
    told, verdict = seen(engine, site, lost=12)
    assert verdict is Verdict.LOST
    assert "3 too many are lost" in day_line({"today": told}).plain


def test_before_the_records_were_read() -> None:
    assert "have not been read yet" in day_line({"today": {}}).plain
