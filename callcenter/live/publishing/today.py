"""Today's figures for those who watch: what is counted, and whether the day will hold."""

import asyncio
import logging
import time
from collections.abc import Callable, Mapping
from zoneinfo import ZoneInfo

from callcenter.kpi.forecast import Forecast, Pace, Verdict, forecast
from callcenter.kpi.site_rules import rules_of
from callcenter.kpi.tally import Tally
from callcenter.kpi.traffic import pooled
from callcenter.kpi.windows import Grain, Window, as_local, window_of
from callcenter.live.snapshot import Json
from callcenter.records.database.engine import RecordsError, Url
from callcenter.records.reading.reports import Reports, Selection, open_reports
from callcenter.records.tables.columns import iso, ms
from callcenter.site.model import Site

_EVERY_S = 5.0
_WEEK_MS = 7 * 24 * 3_600_000
_WEEKS = 4
"""The rest of the day is expected to be as it was on this weekday, so many weeks ago and since."""
_HOUR_MS = 3_600_000

_log = logging.getLogger(__name__)


class Today:
    """Reads the records every few seconds, on a thread of its own; the floor never waits for it."""

    def __init__(self, url: Url, site: Callable[[], Site], changed: Callable[[], None]) -> None:
        """`changed` is called after each reading."""
        self.latest: Mapping[str, Json] = {}
        """Empty until the records were read."""
        self._url = url
        self._site = site
        self._changed = changed
        self._verdict = Verdict.NOTHING

    async def run(self) -> None:
        """Read until cancelled."""
        while True:
            try:
                latest, found = await asyncio.to_thread(_read, self._url, self._site(), _now_ms())
            except RecordsError as error:
                _log.debug("today's figures cannot be read: %s", error)
            else:
                self.latest = latest
                self._alarm(found)
                self._changed()
            await asyncio.sleep(_EVERY_S)

    def _alarm(self, found: Forecast) -> None:
        """Once for each turn to the worse: before the day's threshold is lost, and when it is."""
        if found.verdict is self._verdict:
            return
        if found.verdict is Verdict.AT_RISK:
            _log.warning(
                "connection rate of the day: at risk; %d more of %d expected calls may be lost",
                found.left, found.expected,
            )  # fmt: skip
        elif found.verdict is Verdict.LOST:
            _log.warning(
                "connection rate of the day: lost; of %d expected calls, %d too many are lost",
                found.expected, -found.left,
            )  # fmt: skip
        self._verdict = found.verdict


def _read(url: Url, site: Site, now_ms: int) -> tuple[Mapping[str, Json], Forecast]:
    with open_reports(url) as reports:
        return today(reports, site, now_ms)


def today(reports: Reports, site: Site, now_ms: int) -> tuple[Mapping[str, Json], Forecast]:
    """The day's figures until now, and its forecast."""
    zone = ZoneInfo(site.timezone)
    rules = rules_of(site)
    day = window_of(now_ms, Grain.DAY, zone)

    def hours(shift_ms: int) -> Mapping[int, Tally]:
        shifted = Window(day.start_ms + shift_ms, day.end_ms + shift_ms)
        return reports.hours(shifted, rules, zone, Selection()).tallies

    so_far = hours(0)
    past = [hours(-n * _WEEK_MS) for n in range(1, _WEEKS + 1)]
    tally = pooled(so_far.values())
    found = forecast(
        tally.requests,
        tally.answered,
        _pace(so_far, now_ms),
        _rest(past, day, now_ms),
        site.measures.thresholds.day,
    )
    return _told(tally, found, site, zone), found


def _pace(hours: Mapping[int, Tally], now_ms: int) -> Pace:
    """Of this hour and the one before; of the day where these had no calls."""
    recent = pooled(tally for hour, tally in hours.items() if hour > now_ms - 2 * _HOUR_MS)
    if not recent.requests:
        recent = pooled(hours.values())
    return Pace(recent.requests, recent.requests - recent.answered)


def _rest(past: list[Mapping[int, Tally]], day: Window, now_ms: int) -> list[tuple[int, int]]:
    """Hours that are left of the day by their end, with the requests expected in them."""
    days = [hours for hours in past if hours]
    expected = []
    for hour in range(day.start_ms, day.end_ms, _HOUR_MS):
        end = hour + _HOUR_MS
        if end <= now_ms or not days:
            continue
        before = [hours.get(hour - (n + 1) * _WEEK_MS) for n, hours in enumerate(past) if hours]
        mean = sum(tally.requests for tally in before if tally is not None) / len(days)
        share = min(1.0, (end - now_ms) / _HOUR_MS)
        expected.append((end, round(mean * share)))
    return expected


def _told(tally: Tally, found: Forecast, site: Site, zone: ZoneInfo) -> Mapping[str, Json]:
    rate, broken = tally.connection_rate.percent, found.broken_at_ms
    return {
        "requests": tally.requests,
        "answered": tally.answered,
        "missed": tally.requests - tally.answered,
        "connection_rate_percent": None if rate is None else float(rate),
        "threshold_percent": site.measures.thresholds.day,
        "service_level_percent": _plain(tally.service_level_a.percent),
        "forecast": {
            "verdict": str(found.verdict),
            "expected_requests": found.expected,
            "may_still_lose": found.left,
            "rate_percent": None if found.rate is None else round(100 * float(found.rate), 2),
            "broken_at": None if broken is None else iso(broken),
            "broken_at_local": "" if broken is None else f"{as_local(broken, zone):%H:%M}",
        },
    }


def _plain(number: object) -> float | None:
    return None if number is None else float(str(number))


def _now_ms() -> int:
    return ms(time.time())
