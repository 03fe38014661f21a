"""callcenter records audit: what supervisors and administrators did."""

from pathlib import Path

import click
from rich.table import Table
from rich.text import Text

from callcenter.cli.parts.common.care import caring
from callcenter.cli.parts.common.full_numbers import full_numbers_option
from callcenter.cli.parts.common.options import json_option, print_json, site_option
from callcenter.cli.parts.common.reading import (
    clock,
    masked_text,
    number,
    period,
    period_options,
    today,
)
from callcenter.cli.parts.common.wide import print_table
from callcenter.records.reading.calls import plain
from callcenter.records.reading.parties import party
from callcenter.records.tables.calls import Act

_LONGEST_OWN = 6
"""Digits of a number of our own, such as an agent's; longer ones are masked."""


@click.command()
@site_option
@period_options
@click.option("--who", default="", help="Acts of this supervisor or user only.")
@click.option("--act", default="", help="Acts of this kind only, such as listen.")
@click.option("--target", default="", help="Acts on this agent, queue, call or number only.")
@click.option("--result", default="", type=click.Choice(["", "done", "refused", "failed"]))
@click.option("--limit", default=200, show_default=True, type=click.IntRange(1, 100_000))
@full_numbers_option()
@json_option
def audit(
    folder: Path,
    since: str | None,
    until: str | None,
    who: str,
    act: str,
    target: str,
    result: str,
    limit: int,
    full_numbers: bool,
    as_json: bool,
) -> None:
    """审计: what supervisors and administrators did, or were refused.

    The newest first. Agents' refused not ready stands here too. Default: today.
    """
    with caring(folder) as (site, care):
        when = period(since, until, site, today(site))
        found = care.acts(when, limit, who=who, act=act, target=target, result=result)
    if as_json:
        print_json([plain(row) | _shown(row, full_numbers) for row in found])
    elif not found:
        click.echo("Nothing was done in this period.")
    else:
        table = Table("time", "who", "act", "target", "detail", "result")
        for row in found:
            shown = _shown(row, full_numbers)
            words = (row.who, row.act, shown["target"], shown["detail"], row.result)
            table.add_row(clock(row.at, site), *map(Text, words))
        print_table(table)


def _shown(row: Act, full: bool) -> dict[str, str]:
    return {"target": _target(row, full), "detail": masked_text(row.detail, full)}


def _target(row: Act, full: bool) -> str:
    theirs = len(party(row.target)) > _LONGEST_OWN
    return number(row.target, full) if theirs else row.target
