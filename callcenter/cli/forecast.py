"""callcenter forecast: requests expected of each hour, fixed before it begins."""

import csv
from collections import defaultdict
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import click
from rich.table import Table
from rich.text import Text

from callcenter.cli.parts.common.contract import contract
from callcenter.cli.parts.common.noting import by_option, now_s, tell, tell_journal
from callcenter.cli.parts.common.options import (
    Missing,
    Overview,
    Refused,
    json_option,
    open_site,
    print_json,
    site_option,
)
from callcenter.cli.parts.common.reading import (
    clock,
    moment,
    now,
    period,
    period_options,
    records_url,
)
from callcenter.cli.parts.common.reading import today as this_day
from callcenter.cli.parts.common.wide import print_table
from callcenter.kpi.site_rules import rules_of
from callcenter.kpi.windows import Grain, Window, as_local, windows_between
from callcenter.records.database.engine import RecordsError
from callcenter.records.journal.contract_facts import ForecastFrozen
from callcenter.records.reading.calls import plain
from callcenter.records.reading.reports import Selection, open_reports
from callcenter.site.model import Site

_HOUR_MS = 3_600_000
_MOST = 366 * 24
"""Hours at once: what goes through the controller's socket is one line."""
_COLUMNS = ("hour", "requests")


@click.group(cls=Overview)
def forecast() -> None:
    """Forecasts (预测量): an hour above its own by more than the contract's part is exempt."""


@forecast.command("import")
@site_option
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@by_option
@json_option
def import_csv(folder: Path, file: Path, by: str, as_json: bool) -> None:
    """Freeze the forecast of a CSV with the columns hour (2025-11-30 08:00) and requests.

    Refused as a whole where an hour has begun: a forecast holds only if it was there before.
    """
    site = open_site(folder)
    hours: dict[int, int] = {}
    with file.open(encoding="utf-8-sig", newline="") as opened:
        rows = csv.DictReader(opened)
        if not set(_COLUMNS) <= set(rows.fieldnames or ()):
            raise Refused(f"{file}, line 1: the columns are {', '.join(_COLUMNS)}")
        for row in rows:
            try:
                hour, requests = _row(row, site)
            except (Refused, ValueError) as wrong:
                raise Refused(f"{file}, line {rows.line_num}: {wrong}") from None
            if hour in hours:
                raise Refused(f"{file}, line {rows.line_num}: this hour stands here twice")
            hours[hour] = requests
    _freeze(folder, site, hours, file.name, by, as_json)


def _row(row: Mapping[str, str], site: Site) -> tuple[int, int]:
    hour, requests = moment(row["hour"] or "", site), int(row["requests"] or "")
    if hour % _HOUR_MS:
        raise Refused(f"{row['hour']} is no whole hour")
    if requests < 0:
        raise Refused(f"{requests} requests")
    if hour <= now():
        raise Refused(f"the hour {row['hour']} has begun; a forecast is frozen before its hour")
    return hour, requests


@forecast.command()
@site_option
@period_options
@click.option("--weeks", default=4, show_default=True, type=click.IntRange(1, 52),
              help="The mean of the same hours of so many weeks before.")  # fmt: skip
@by_option
@json_option
def freeze(
    folder: Path, since: str | None, until: str | None, weeks: int, by: str, as_json: bool
) -> None:
    """Freeze a forecast made of the records: the mean of the same weekday and hour before.

    Default: the next day. Refused where an hour of it has begun.
    """
    site = open_site(folder)
    day = this_day(site)
    wanted = period(since, until, site, Window(day.end_ms, day.end_ms + 24 * _HOUR_MS))
    if wanted.start_ms <= now():
        raise Refused("a forecast is frozen before its hours; use --from with a later day")
    hours = _expected(folder, site, wanted, weeks)
    if not any(hours.values()):
        raise Refused(f"the records have no requests in the {weeks} weeks before; import a CSV")
    _freeze(folder, site, hours, f"mean of {weeks} weeks", by, as_json)


def _expected(folder: Path, site: Site, wanted: Window, weeks: int) -> dict[int, int]:
    zone = ZoneInfo(site.timezone)
    day = this_day(site)
    back = Window(day.start_ms - weeks * 7 * 24 * _HOUR_MS, day.start_ms)
    sums: defaultdict[tuple[int, int], int] = defaultdict(int)
    try:
        with open_reports(records_url(folder, site)) as reports:
            found = reports.hours(back, rules_of(site), zone, Selection()).tallies
    except RecordsError as error:
        raise Missing(str(error)) from None
    for hour, tally in found.items():
        sums[_place(hour, zone)] += tally.requests
    windows = windows_between(wanted.start_ms, wanted.end_ms, Grain.HOUR, zone)
    hours = [window.start_ms for window in windows]
    return {hour: (2 * sums[_place(hour, zone)] + weeks) // (2 * weeks) for hour in hours}


def _place(hour_ms: int, zone: ZoneInfo) -> tuple[int, int]:
    local = as_local(hour_ms, zone)
    return local.weekday(), local.hour


def _freeze(
    folder: Path, site: Site, hours: Mapping[int, int], source: str, by: str, as_json: bool
) -> None:
    if not hours:
        raise Refused("there is no hour in it")
    if len(hours) > _MOST:
        raise Refused(f"{len(hours)} hours; freeze a year at the most at once")
    at, facts, run = now_s(), [], [min(hours)]
    for hour in [*sorted(hours)[1:], 0]:
        if hour != run[-1] + _HOUR_MS:
            requests = tuple(hours[each] for each in run)
            facts.append(ForecastFrozen(at, run[0] / 1000, requests, source, by))
            run = []
        run.append(hour)
    tell_journal(folder, site, facts)
    told = {"hours": str(len(hours)), "requests": str(sum(hours.values())), "source": source}
    tell(as_json, told, f"{len(hours)} hours are frozen, {sum(hours.values())} requests in all.")


@forecast.command("list")
@site_option
@period_options
@click.option("--all", "whole", is_flag=True, help="Every version, those that do not hold too.")
@json_option
def list_forecast(
    folder: Path, since: str | None, until: str | None, whole: bool, as_json: bool
) -> None:
    """Hours, what is expected of them, and when that was frozen. Default: today and tomorrow."""
    with contract(folder) as (site, found):
        day = this_day(site)
        both = Window(day.start_ms, day.end_ms + int(timedelta(days=1).total_seconds() * 1000))
        rows = found.forecast_rows(period(since, until, site, both))
        holding = found.forecasts(period(since, until, site, both))
    if not whole:
        rows = [row for row in rows if row.frozen_at == holding[row.hour].frozen_ms]
    if as_json:
        print_json([plain(row) | {"holds": row.frozen_at < row.hour} for row in rows])
        return
    table = Table("hour", "requests", "frozen", "holds", "source", "by")
    for row in rows:
        holds = "yes" if row.frozen_at < row.hour else "no: too late"
        words = (
            clock(row.hour, site, "%Y-%m-%d %H:%M"), str(row.requests), clock(row.frozen_at, site),
            holds, row.source, row.by,
        )  # fmt: skip
        table.add_row(*map(Text, words))
    print_table(table)
