"""callcenter staffing: how many agents are needed, by formula and by runs of the site's floor."""

from collections.abc import Iterable, Mapping
from math import isfinite
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

import click
from rich.box import SIMPLE_HEAD
from rich.table import Table

from callcenter.acd.site_plan import plan_of
from callcenter.cli.parts.common.options import (
    Overview,
    Refused,
    json_option,
    open_site,
    print_json,
    site_option,
)
from callcenter.cli.parts.common.reading import now, period, reading, today
from callcenter.cli.parts.common.shell import step
from callcenter.cli.parts.common.wide import print_table
from callcenter.cli.parts.staffing.demand import (
    Seconds,
    days_before,
    demands,
    overflow_of,
    plain,
    setting,
    written,
)
from callcenter.cli.parts.staffing.table import Row, as_csv, as_page, as_text
from callcenter.kpi.calls import CallRow
from callcenter.kpi.erlang import Impatient, Waiting, erlang_a, erlang_c, least, rostered
from callcenter.kpi.site_rules import rules_of
from callcenter.kpi.tally import Tally
from callcenter.sim.day import Habits
from callcenter.sim.history import past, replayed, shifts
from callcenter.sim.staffing import Goal, HalfHour, Setting, staff
from callcenter.sim.world import World
from callcenter.site.model import Site

_SECONDS = Seconds()
_PERCENT = click.FloatRange(0, 100)


@click.group(cls=Overview)
def staffing() -> None:
    """Tell how many agents a load needs (排班测算)."""


@staffing.command()
@click.option("--calls", type=click.FloatRange(min=0), required=True, help="Calls in `--per`.")
@click.option("--per", type=_SECONDS, default="1h", show_default=True, help="Time they come in.")
@click.option("--handling", type=_SECONDS, required=True, help="Mean talk, hold and wrap-up (AHT).")
@click.option("--patience", type=_SECONDS, help="Mean patience; with it Erlang A, else Erlang C.")
@click.option("--rate", type=_PERCENT, help="Connection rate (接通率) wanted, percent; Erlang A.")
@click.option("--level", type=_PERCENT, help="Service level wanted, percent; Erlang C.")
@click.option("--within", type=_SECONDS, default="20s", show_default=True, help="Its time.")
@click.option(
    "--shrinkage", type=click.FloatRange(0, 99), default=0.0, show_default=True,
    help="Percent of paid time that agents are away.",
)  # fmt: skip
@json_option
def formula(
    calls: float,
    per: float,
    handling: float,
    patience: float | None,
    rate: float | None,
    level: float | None,
    within: float,
    shrinkage: float,
    as_json: bool,
) -> None:
    """Erlang C and A for one skill and a steady load.

    Without --rate and --level the numbers around the load are shown. What several skills,
    overflows, ring times and breaks change, only `callcenter staffing table` knows.
    """
    if rate is not None and patience is None:
        raise Refused("--rate needs --patience: without it nobody gives up, and all are answered")
    try:
        load = calls * handling / per
        needed = _needed(load, handling, patience, rate, level, within)
        around = range(max(1, needed - 3), needed + 4)
        lines = [_formula_line(load, n, handling, patience, within, shrinkage) for n in around]
    except (ValueError, ZeroDivisionError) as error:
        raise Refused(str(error)) from None
    if as_json:
        wanted = rate is not None or level is not None
        print_json({"load_erlang": load, "agents": needed if wanted else None, "lines": lines})
        return
    shown = Table(box=SIMPLE_HEAD, title=f"{load:.2f} erlang", title_justify="left")
    for name in (
        "agents 座席", "roster 排班", "wait at all %", f"≤ {within:g} s % (Erlang C)", "ASA s",
        "occupancy 占用率 %", "connected 接通率 %",
    ):  # fmt: skip
        shown.add_column(name, justify="right")
    for line in lines:
        style = "bold" if line["agents"] == needed else ""
        shown.add_row(*("-" if v is None else str(v) for v in line.values()), style=style)
    print_table(shown)


def _needed(
    load: float,
    handling: float,
    patience: float | None,
    rate: float | None,
    level: float | None,
    within: float,
) -> int:
    wanted = [max(1, int(load) + 1)] if rate is None and level is None else [1]
    if rate is not None and patience is not None:
        wanted.append(
            least(lambda n: 100 * erlang_a(load, n, handling, patience).connection_rate >= rate)
        )
    if level is not None:
        wanted.append(least(lambda n: 100 * erlang_c(load, n, handling).within(within) >= level))
    return max(wanted)


def _formula_line(
    load: float, agents: int, handling: float, patience: float | None, within: float, away: float
) -> dict[str, float | int | None]:
    c = erlang_c(load, agents, handling)
    a = None if patience is None else erlang_a(load, agents, handling, patience)
    met: Waiting | Impatient = c if a is None else a
    return {
        "agents": agents,
        "roster": rostered(agents, away / 100),
        "wait_percent": round(100 * met.waits, 2),
        "service_level_percent": round(100 * c.within(within), 2),
        "asa_s": round(met.asa_s, 2) if isfinite(met.asa_s) else None,
        "occupancy_percent": round(100 * met.occupancy, 2),
        "connection_rate_percent": None if a is None else round(100 * a.connection_rate, 2),
    }


@staffing.command("table")
@site_option
@click.option("--like", metavar="DAY", help="The day to staff; default: today. Like 2025-11-30.")
@click.option(
    "--weeks", type=click.IntRange(1, 52), default=4, show_default=True,
    help="Demand is the mean of that weekday in so many weeks before.",
)  # fmt: skip
@click.option("--rate", type=_PERCENT, help="Connection rate wanted; default: the site's by hour.")
@click.option("--level", type=_PERCENT, help="Service level wanted; default: none.")
@click.option("--plus", type=float, default=0.0, help="Percent of calls above that demand.")
@click.option("--pick-up", type=_SECONDS, default="2s", show_default=True, help="Mean ring time.")
@click.option("--miss", type=_PERCENT, default=0.0, help="Percent of rings not picked up.")
@click.option(
    "--shrinkage", type=click.FloatRange(0, 99), default=0.0, help="Percent of paid time away."
)
@click.option("--with", "other", type=click.Path(path_type=Path), help="What if: another site.")
@click.option("--runs", type=click.IntRange(1, 100), default=10, show_default=True)
@click.option("--seed", type=int, default=1, show_default=True, help="The same seed, same table.")
@click.option("--csv", "csv_file", type=click.Path(path_type=Path), help="Write the table here.")
@click.option("--html", "html_file", type=click.Path(path_type=Path), help="Table and charts.")
@json_option
def staffing_table(
    folder: Path,
    like: str | None,
    weeks: int,
    rate: float | None,
    level: float | None,
    plus: float,
    pick_up: float,
    miss: float,
    shrinkage: float,
    other: Path | None,
    runs: int,
    seed: int,
    csv_file: Path | None,
    html_file: Path | None,
    as_json: bool,
) -> None:
    """Agents needed in each half hour, with the site's skills, overflows and ring times.

    The site's own floor runs days like those of its past; the interval is that of the mean of all
    runs, with 95 % confidence. A half hour marked `!` cannot reach the goal by more agents.
    """
    with reading(folder) as (site, records), step("Demand, from the records"):
        zone = ZoneInfo(site.timezone)
        day = period(like, like, site, today(site))
        some = demands(site, records, days_before(day, weeks, zone))
    wanted = Goal(site.measures.thresholds.hour if rate is None else rate, level)
    on = site if other is None else open_site(other)
    habits = Habits(pick_up, miss / 100)
    usual = setting(on, some, habits, runs, seed).scaled(1 + plus / 100)
    rows = [Row(line, shrinkage / 100) for line in _staffed(usual, wanted)]
    if csv_file is not None:
        written(csv_file, as_csv(rows))
    if html_file is not None:
        written(html_file, as_page(rows, site.site, wanted.connection_rate))
    if as_json:
        print_json([row.plain() for row in rows])
    else:
        print_table(as_text(rows))


def _staffed(usual: Setting, wanted: Goal) -> list[HalfHour]:
    with step("Runs of the floor") as progress:
        try:
            return staff(usual, wanted, progress=progress)
        except ValueError as error:
            raise Refused(str(error)) from None


@staffing.command()
@site_option
@click.option("--day", metavar="DAY", required=True, help="A past day, like 2025-11-30.")
@click.option("--with", "other", type=click.Path(path_type=Path), help="Another site to compare.")
@click.option("--pick-up", type=_SECONDS, default="2s", show_default=True, help="Mean ring time.")
@click.option("--seed", type=int, default=1, show_default=True)
@json_option
def replay(
    folder: Path, day: str, other: Path | None, pick_up: float, seed: int, as_json: bool
) -> None:
    """Play a past day's callers and agents again, on this site's policies and on another's.

    The same callers come at the same times, talk as long and give up as they did; the same agents
    sit there between the same breaks. Beside the runs stands what the records tell of the day.
    """
    with reading(folder) as (site, records), step("The day, from the records"):
        asked = period(day, day, site, today(site))
        if asked.end_ms > now():
            raise Refused(f"{day} is not over yet")
        rows = list(records.first_rows(asked))
        roster = shifts(records.duties(asked), asked)
    if not rows:
        raise Refused(f"the records hold no requests of {day}")
    patience = past([row for _, row in rows], [asked]).patience_s
    told = {"as it was 实际": counted(site, (row for _, row in rows))}
    runs = {"replayed 重放": site} | ({} if other is None else {f"with {other}": open_site(other)})
    for name, on in runs.items():
        with step(f"Run: {name}"):
            random = Random(seed)  # noqa: S311  repeatable, not secret
            people = replayed(rows, asked.start_ms, patience, random)
            world = World(plan_of(on), people, roster, random, Habits(pick_up), overflow_of(on))
            told[name] = counted(on, world.run())
    if as_json:
        print_json(told)
    else:
        print_table(_compared(told))


def _compared(told: Mapping[str, Mapping[str, float | int | None]]) -> Table:
    shown = Table(box=SIMPLE_HEAD)
    for column in ("", "requests 请求", "answered 接通", "rate 接通率 %", "in time 及时 %", "ASA"):
        shown.add_column(column, justify="right")
    for name, sums in told.items():
        shown.add_row(name, *("-" if each is None else str(each) for each in sums.values()))
    return shown


def counted(site: Site, rows: Iterable[CallRow]) -> dict[str, float | int | None]:
    """The sums of a day."""
    tally, rules = Tally(), rules_of(site)
    for row in rows:
        tally.add(row, rules)
    return {
        "requests": tally.requests,
        "answered": tally.answered,
        "connection_rate_percent": plain(tally.connection_rate.percent),
        "service_level_percent": plain(tally.service_level_a.percent),
        "asa_s": plain(tally.answer_speed.seconds),
    }
