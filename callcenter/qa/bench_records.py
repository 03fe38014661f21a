"""Measures records of years: reports, finding, ingest, and that hours are what the rows say."""

import random
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from statistics import median

from callcenter.kpi.report import judged
from callcenter.kpi.tally import Rules, Tally
from callcenter.kpi.traffic import rate_by_window
from callcenter.kpi.windows import Grain, Window
from callcenter.qa.bench_ingest import ingest
from callcenter.qa.history import AGENTS, QUEUES, ZONE, Plan, caller
from callcenter.records.database.sessions import Session, session_at
from callcenter.records.reading.calls import Records
from callcenter.records.reading.filters import CallFilter
from callcenter.records.reading.finding import Text, find_calls
from callcenter.records.reading.reports import Selection, open_reports
from callcenter.records.writing.hours import HOUR_MS, tallies

RULES = Rules()
TIMES = 5
PROVED_DAYS = 20
_PARTS = ("4711", "90210", "139")
_RANKS = (0, 4_000, 150_000, 900_000)
"""Callers who called often, sometimes, seldom."""


@dataclass(frozen=True, slots=True)
class Figures:
    """Times in seconds, medians; `command` with the start of the program."""

    month_by_hour_s: float
    month_by_hour_command_s: float
    years_by_day_s: float
    years_by_day_command_s: float
    find_number_s: float
    find_number_command_s: float
    find_part_s: float
    find_name_s: float
    ingest_calls_per_s: float
    ingest_cpu_calls_per_s: float
    """By the processor time of this process alone: what an idle core would give."""
    proved_hours: int
    """Hours of which the counts were compared with their rows."""
    wrong_hours: int
    peak_rss_mb: int


def measure(url: str, plan: Plan, site: Path) -> Figures:
    """All figures of the records at that URL. `site` is a folder for a site file."""
    _write_site(site, url)
    month = _period(plan, plan.years - 1, 11, plan.years - 1, 12)
    years = _period(plan, 0, 1, plan.years, 1)
    last = plan.end.year - 1
    with session_at(url) as session:
        numbers = [_number(session, rank) for rank in _RANKS]
        parts = [_text(session, Text(part)) for part in _PARTS]
        named = [
            _text(session, Text(agents=AGENTS[7:9])),
            _text(session, Text(queues=list(QUEUES)[1:3])),
        ]
        proved, wrong = prove(session, plan)
    pace = ingest(url, plan)
    rate = ("report", "connection-rate", "--by")
    return Figures(
        _median(lambda: _report(url, month, Grain.HOUR)),
        _command(site, *rate, "hour", "--from", f"{last}-11", "--to", f"{last}-11"),
        _median(lambda: _report(url, years, Grain.DAY)),
        _command(site, *rate, "day", "--from", f"{plan.first.year}-01", "--to", f"{last}-12"),
        max(numbers),
        _command(site, "calls", "find", "--caller", caller(_RANKS[1])),
        max(parts),
        max(named),
        pace.by_clock,
        pace.by_cpu,
        proved,
        wrong,
        resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    )


def _report(url: str, period: Window, grain: Grain) -> None:
    with open_reports(url) as reports:
        hours = reports.hours(period, RULES, ZONE, Selection())
        rate_by_window(judged(hours.by_window(grain, period), 90.0, period.end_ms), grain)


def _number(session: Session, rank: int) -> float:
    wanted = CallFilter(caller=caller(rank))
    return _median(lambda: find_calls(session, wanted))


def _text(session: Session, text: Text) -> float:
    return _median(lambda: find_calls(session, CallFilter(), text))


def _median(work: Callable[[], object]) -> float:
    times = []
    for _ in range(TIMES):
        began = time.perf_counter()
        work()
        times.append(time.perf_counter() - began)
    return median(times)


def _command(site: Path, *words: str) -> float:
    line = [sys.executable, "-m", "callcenter", *words, "--json", "--site", str(site)]
    return _median(lambda: subprocess.run(line, check=True, capture_output=True))


def _write_site(folder: Path, url: str) -> None:
    queues = "".join(f"  {name}: {{label: {name}}}\n" for name in QUEUES)
    (folder / "site.yaml").write_text(
        f"site: bench\ntimezone: Asia/Shanghai\nstorage: {{database: '{url}'}}\nqueues:\n{queues}",
        encoding="utf-8",
    )


def _period(plan: Plan, year: int, month: int, end_year: int, end_month: int) -> Window:
    edges = ((year, month), (end_year, end_month))
    start, end = (
        round(datetime(plan.first.year + y, m, 1, tzinfo=ZONE).timestamp() * 1000) for y, m in edges
    )
    return Window(start, end)


def prove(session: Session, plan: Plan) -> tuple[int, int]:
    """Days at random, counted from their calls: hours compared, and how many differ."""
    chance = random.Random(plan.calls)  # noqa: S311  no secret
    whole = _period(plan, 0, 1, plan.years, 1)
    records, proved, wrong = Records(session), 0, 0
    for _ in range(PROVED_DAYS):
        start = chance.randrange(whole.start_ms // HOUR_MS, whole.end_ms // HOUR_MS) * HOUR_MS
        day = Window(start, start + 24 * HOUR_MS)
        found: dict[int, Tally] = {}
        for row in records.call_rows(day):
            found.setdefault(row.window_ms - row.window_ms % HOUR_MS, Tally()).add(row, RULES)
        kept = dict(tallies(session, day, RULES))
        proved += len(kept)
        wrong += sum(kept.get(hour) != found.get(hour) for hour in {*kept, *found})
    return proved, wrong
