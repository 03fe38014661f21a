"""What a report is asked for: period, windows, selection, form; the options all reports share."""

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import click

from callcenter.cli.parts.common.full_numbers import full_numbers_option
from callcenter.cli.parts.common.options import (
    Exit,
    Refused,
    open_site,
    print_json,
    site_option,
)
from callcenter.cli.parts.common.reading import (
    known_queue,
    now,
    opened,
    period,
    period_options,
)
from callcenter.cli.parts.common.tenants import belongings, tenant_option
from callcenter.cli.parts.common.wide import print_table
from callcenter.cli.parts.report.tables import (
    Style,
    as_csv,
    as_json,
    as_page,
    as_text,
    write_sheets,
)
from callcenter.kpi.site_rules import rules_of
from callcenter.kpi.table import Table
from callcenter.kpi.tally import Rules
from callcenter.kpi.windows import Grain, Window, as_local, window_of
from callcenter.records.reading.reports import Reports, Selection, open_reports
from callcenter.records.tables.columns import iso
from callcenter.site.findings import nearest
from callcenter.site.model import Site

_TIMES = {Grain.DAY: "%Y-%m-%d", Grain.WEEK: "%Y-%m-%d", Grain.MONTH: "%Y-%m",
          Grain.QUARTER: "%Y-%m", Grain.YEAR: "%Y"}  # fmt: skip
_LIMITS: Mapping[str, tuple[str, ...]] = {
    "service-level": ("service_level",),
    "survey": ("satisfaction", "participation"),
    "resolution": ("first_call_resolution",),
}
"""Report -> thresholds of the contract that it is held against, any of which it may lack."""
AVAILABILITY = frozenset({Grain.MONTH, Grain.QUARTER, Grain.YEAR})
"""Windows that the contract's availability is for: a minute is much of an hour."""
_LONG = frozenset({Grain.WEEK, Grain.MONTH, Grain.QUARTER, Grain.YEAR})


@dataclass(frozen=True, slots=True)
class Asked:
    """One question to the records."""

    site: Site
    reports: Reports
    grain: Grain
    period: Window
    wanted: Selection
    tenant: str
    """The tenant whose report it is; empty for all."""
    now_ms: int
    shifts: Path | None = None
    """A shift plan, for the report that needs one."""
    cases: Path | None = None
    """Closed cases, for the report that needs them."""
    rolling: bool = False
    """The last 24 hours at each full hour, instead of windows of the grain."""

    @property
    def zone(self) -> ZoneInfo:
        """The site's."""
        return ZoneInfo(self.site.timezone)

    @property
    def rules(self) -> Rules:
        """The switches of the site's measures."""
        return rules_of(self.site)

    @property
    def threshold(self) -> float | None:
        """The contract's, in percent, for windows of this size; it holds for the hotline only."""
        limits = self.site.measures.thresholds
        by_grain: dict[Grain, float] = {
            Grain.HOUR: limits.hour,
            Grain.FOUR_HOURS: limits.four_hours,
            Grain.DAY: limits.day,
            Grain.MONTH: limits.month,
        }
        whole = self.wanted.whole and not self.wanted.queue
        if not whole:
            return None
        return limits.rolling_day if self.rolling else by_grain.get(self.grain)

    @property
    def level_threshold(self) -> float | None:
        """The contract's for answers within T, of the hotline; None where it has none."""
        return self.limit("service_level")

    def limit(self, name: str) -> float | None:
        """That threshold of the contract, in percent; None where it has none, or for a part."""
        found: float | None = getattr(self.site.measures.thresholds, name)
        return found if self.wanted.whole and not self.wanted.queue else None

    def name(self, agent: str) -> str:
        """An agent's name; empty for one who is gone."""
        known = self.site.agents.get(agent)
        return known.name if known is not None else ""


Builder = Callable[[Asked], list[Table]]
_Command = TypeVar("_Command", bound=Callable[..., Any])


def report_command(
    name: str, builder: Builder, help_text: str, *more: click.Option
) -> click.Command:
    """A command `callcenter report NAME`, which prints what the builder makes.

    It has the options of all reports, and `more` of its own, which `Asked` has a place for.
    """

    @click.command(name, help=help_text)
    @site_option
    @period_options
    @_options
    def command(folder: Path, since: str | None, until: str | None, **given: Any) -> None:
        grain = Grain(given["by"])
        site = open_site(folder)
        with opened(folder, site, open_reports) as reports:
            period = asked_period(site, grain, since, until)
            wanted = _wanted(site, given)
            asked = Asked(
                site, reports, grain, period, wanted, given["tenant"], now(),
                given.get("shifts"), given.get("cases"), given.get("rolling", False),
            )  # fmt: skip
            if given["check"]:
                _check_is_possible(name, asked)
            tables = builder(asked)
        style = Style(asked.zone, given["lang"] or site.language, given["full_numbers"])
        deliver(asked, tables, style, given["form"], given["xlsx"], given["html"])
        if given["check"] and any(table.breaches or table.total_breach for table in tables):
            sys.exit(Exit.FAILED)

    command.params += more
    return command


def _options(command: _Command) -> _Command:
    """What all reports can be asked for, beside site and period."""
    file = click.Path(path_type=Path, dir_okay=False)
    for option in reversed(
        (
            click.option(
                "--by",
                type=click.Choice([str(grain) for grain in Grain]),
                default=str(Grain.HOUR),
                show_default=True,
                help="Length of the windows; 4h are the blocks 00-04, 04-08, …",
            ),
            click.option("--queue", default="", help="One queue's own calls; default: all calls."),
            click.option("--team", default="", help="Calls that agents of this team took."),
            click.option("--agent", default="", help="Calls that this agent took."),
            tenant_option,
            click.option("--json", "form", flag_value="json", help="Print JSON for machines."),
            click.option("--csv", "form", flag_value="csv", help="Print CSV."),
            click.option("--xlsx", type=file, help="Write a spreadsheet here."),
            click.option("--html", type=file, help="Write a page with charts here."),
            click.option("--lang", type=click.Choice(["zh", "en"]), help="Default: the site's."),
            full_numbers_option(),
            click.option("--check", is_flag=True, help="Exit with 2 below a threshold."),
        )
    ):
        command = option(command)
    return command


def deliver(
    asked: Asked,
    tables: list[Table],
    style: Style,
    form: str | None,
    xlsx: Path | None,
    html: Path | None,
) -> None:
    """Print and write the tables in the forms that were asked for."""
    title = style.word(tables[0].name)
    try:
        if xlsx is not None:
            write_sheets(tables, style, xlsx)
        if html is not None:
            html.write_text(as_page(title, words(asked), tables, style), encoding="utf-8")
    except OSError as error:
        raise Refused(f"{error.filename}: {error.strerror}") from None
    if form == "json":
        print_json(
            {
                "site": asked.site.site,
                "by": str(asked.grain),
                "from": iso(asked.period.start_ms),
                "to": iso(asked.period.end_ms),
                "timezone": asked.site.timezone,
                "tables": as_json(tables, style),
            }
        )
    elif form == "csv":
        click.echo(as_csv(tables, style), nl=False)
    elif xlsx is None and html is None:
        for table in tables:
            click.echo(f"{style.word(table.name)} — {words(asked)}")
            if not table.rows:
                click.echo("没有记录。 Nothing to show.")
                continue
            print_table(as_text(table, style))
            for line in table.formulas(style.language):
                click.echo(line)


def words(asked: Asked) -> str:
    """Whose figures these are, and of when."""
    form = "%Y-%m-%d %H:%M"
    start, end = (
        as_local(at, asked.zone).strftime(form)
        for at in (asked.period.start_ms, asked.period.end_ms)
    )
    return f"{asked.site.site}, {start} … {end} ({asked.site.timezone})"


def asked_period(site: Site, grain: Grain, since: str | None, until: str | None) -> Window:
    """What was asked for, up to the end of the window that runs now."""
    zone, now_ms = ZoneInfo(site.timezone), now()
    usual = window_of(now_ms, grain if grain in _LONG else Grain.DAY, zone)
    found = period(since, until, site, usual)
    running = window_of(now_ms, grain, zone)
    return Window(found.start_ms, max(found.start_ms + 1, min(found.end_ms, running.end_ms)))


def _wanted(site: Site, given: dict[str, Any]) -> Selection:
    queue, team, agent, tenant = (given[key] for key in ("queue", "team", "agent", "tenant"))
    known_queue(site, queue)
    agents: frozenset[str] | None = None
    if team:
        agents = frozenset(number for number, each in site.agents.items() if each.team == team)
        if not agents:
            teams = {each.team for each in site.agents.values() if each.team}
            raise Refused(f"there is no team {team!r}; {nearest(team, teams)}")
    if agent:
        if agent not in site.agents:
            raise Refused(f"there is no agent {agent!r}; {nearest(agent, site.agents)}")
        agents = frozenset({agent}) if agents is None else agents & {agent}
    return Selection(queue, agents, belongings(site, tenant))


def _check_is_possible(name: str, asked: Asked) -> None:
    """Refuse to check what no threshold is for."""
    if name == "availability" and asked.grain not in AVAILABILITY:
        raise Refused("the contract's availability is of a month, quarter or year; use --by month")
    limits = _LIMITS.get(name, ())
    if name != "connection-rate" and not limits:
        return
    known = [asked.limit(each) for each in limits] or [asked.threshold]
    if any(each is not None for each in known):
        return
    if asked.wanted.queue or not asked.wanted.whole:
        raise Refused("thresholds hold for the whole hotline; leave out the selection or --check")
    if limits:
        raise Refused(
            f"the contract has no threshold for {' or '.join(limits)}; write "
            f"`measures: {{thresholds: {{{limits[0]}: 88}}}}`"
        )
    raise Refused(
        f"the contract has no threshold by {asked.grain}; use --by hour, 4h, day or month"
    )
