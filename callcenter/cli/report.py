"""callcenter report: measures from the records."""

import csv
import sys
from collections.abc import Sequence
from pathlib import Path
from zoneinfo import ZoneInfo

import click
from rich.box import SIMPLE_HEAD
from rich.table import Table

from callcenter.cli._options import Exit, Refused, json_option, print_json, site_option
from callcenter.cli._records import (
    clock,
    console,
    known_queue,
    now,
    period,
    period_options,
    reading,
)
from callcenter.cli._report_estimates import estimated_wait
from callcenter.cli._report_text import (
    FORMULAS,
    HEADINGS,
    as_dict,
    cells,
    notes,
    plain_number,
    totals,
)
from callcenter.cli._tenants import belongings, tenant_option
from callcenter.kpi.agents import rings_by_agent
from callcenter.kpi.report import Line, Terms, connection_rate
from callcenter.kpi.tally import Rules
from callcenter.kpi.windows import Grain, Window, window_of
from callcenter.site.model import Site


@click.group()
def report() -> None:
    """Print measures, such as the connection rate."""


report.add_command(estimated_wait)


@report.command("connection-rate")
@site_option
@click.option(
    "--by",
    type=click.Choice([str(grain) for grain in Grain]),
    default=str(Grain.HOUR),
    show_default=True,
    help="Length of the windows; 4h are the blocks 00-04, 04-08, …",
)
@period_options
@click.option("--queue", default="", help="One queue's own calls; default: the whole hotline.")
@tenant_option
@json_option
@click.option("--csv", "as_csv", is_flag=True, help="Print CSV.")
@click.option("--check", is_flag=True, help="Exit with 2 where a window is below its threshold.")
def connection_rate_report(
    folder: Path,
    by: str,
    since: str | None,
    until: str | None,
    queue: str,
    tenant: str,
    as_json: bool,
    as_csv: bool,
    check: bool,
) -> None:
    """接通率: connection rate by window.

    With service level, waits and the contract's thresholds. Without --from and --to: today,
    or this month with --by month.
    """
    if queue and check:
        raise Refused("thresholds hold for the whole hotline; leave out --queue or --check")
    with reading(folder) as (site, records):
        known_queue(site, queue)
        whose = belongings(site, tenant)
        grain, now_ms = Grain(by), now()
        asked = _period(site, grain, since, until, now_ms)
        rows = records.queue_rows(queue, asked) if queue else records.call_rows(asked, whose)
        lines = connection_rate(rows, grain, asked, _terms(site, queue), now_ms)
    _print(site, grain, asked, queue, lines, "json" if as_json else "csv" if as_csv else "table")
    if check and any(line.breach for line in lines):
        sys.exit(Exit.FAILED)


@report.command()
@site_option
@period_options
@json_option
def rings(folder: Path, since: str | None, until: str | None, as_json: bool) -> None:
    """座席应答率: who takes the calls that ring.

    Agent by agent, of the calls that rang at the phone. Default: today.
    """
    with reading(folder) as (site, records):
        asked = _period(site, Grain.DAY, since, until, now())
        counts = rings_by_agent(records.ring_rows(asked))
    if as_json:
        told = [
            {
                "agent": agent,
                "answered": found.answered,
                "missed": found.missed,
                "caller_gone": found.caller_gone,
                "answer_rate_percent": plain_number(found.answer_rate.percent),
            }
            for agent, found in sorted(counts.items())
        ]
        print_json(told)
        return
    if not counts:
        click.echo(f"No agent's phone rang in this period ({_words(site, asked)}).")
        return
    headings = (
        "agent 座席",
        "answered 应答",
        "missed 未应答",
        "caller gone 来电先挂",
        "rate 应答率",
    )
    table = Table(*headings)
    for agent, found in sorted(counts.items()):
        percent = found.answer_rate.percent
        table.add_row(
            agent, str(found.answered), str(found.missed), str(found.caller_gone),
            "-" if percent is None else f"{percent} %",
        )  # fmt: skip
    console().print(table)
    click.echo("座席应答率 = 应答 / (应答 + 未应答)   rate = answered / (answered + missed)")


def _period(site: Site, grain: Grain, since: str | None, until: str | None, now_ms: int) -> Window:
    """What was asked for, up to the end of the window that runs now."""
    zone = ZoneInfo(site.timezone)
    usual = window_of(now_ms, Grain.MONTH if grain is Grain.MONTH else Grain.DAY, zone)
    asked = period(since, until, site, usual)
    running = window_of(now_ms, grain, zone)
    return Window(asked.start_ms, max(asked.start_ms + 1, min(asked.end_ms, running.end_ms)))


def _terms(site: Site, queue: str) -> Terms:
    measures, limits = site.measures, site.measures.thresholds
    thresholds = {
        Grain.HOUR: limits.hour,
        Grain.FOUR_HOURS: limits.four_hours,
        Grain.DAY: limits.day,
        Grain.MONTH: limits.month,
    }
    return Terms(
        zone=ZoneInfo(site.timezone),
        rules=Rules(round(measures.service_level * 1000), round(measures.short_abandon * 1000)),
        thresholds=None if queue else thresholds,
    )


def _print(
    site: Site, grain: Grain, asked: Window, queue: str, lines: Sequence[Line], form: str
) -> None:
    rules = _terms(site, queue).rules
    if form == "json":
        print_json(as_dict(site, grain, asked, queue, lines, rules))
        return
    if form == "csv":
        writer = csv.writer(sys.stdout)
        writer.writerow(HEADINGS)
        writer.writerows(cells(line, site, grain) for line in lines)
        return
    name = f"{queue} {site.queues[queue].label}" if queue else site.site
    click.echo(f"接通率 connection rate — {name} — {_words(site, asked)} ({site.timezone})")
    if not any(line.tally.inbound for line in lines):
        click.echo("No calls in this period.")
    console().print(_table(site, grain, lines))
    for text in (*FORMULAS, *notes(lines, rules)):
        click.echo(text)


def _table(site: Site, grain: Grain, lines: Sequence[Line]) -> Table:
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for name, heading in HEADINGS.items():
        words = name in ("window", "result")
        table.add_column(heading, justify="left" if words else "right", no_wrap=name == "window")
    for line in lines:
        table.add_row(*cells(line, site, grain), style="red" if line.breach else None)
    table.add_section()
    table.add_row(*totals(lines), style="bold")
    return table


def _words(site: Site, asked: Window) -> str:
    form = "%Y-%m-%d %H:%M"
    return f"{clock(asked.start_ms, site, form)} … {clock(asked.end_ms, site, form)}"
