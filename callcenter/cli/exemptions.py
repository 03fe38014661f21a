"""callcenter exemptions: what the contract leaves out of its rates, and who approved it."""

from pathlib import Path

import click
from rich.table import Table
from rich.text import Text

from callcenter.cli.parts.common.contract import contract
from callcenter.cli.parts.common.full_numbers import full_numbers_option
from callcenter.cli.parts.common.noting import by_option, now_s, one_line, tell, tell_journal
from callcenter.cli.parts.common.options import (
    Overview,
    Refused,
    json_option,
    open_site,
    print_json,
    site_option,
)
from callcenter.cli.parts.common.reading import clock, masked_text, moment
from callcenter.cli.parts.common.wide import print_table
from callcenter.records.journal.contract_facts import ExemptionAdded, ExemptionWithdrawn
from callcenter.records.reading.calls import plain
from callcenter.site.findings import nearest

KINDS = ("force_majeure", "outage", "policy", "emergency")
_COLUMNS = ("exemption", "kind", "from", "until", "aftermath", "approver", "evidence", "by")


@click.group(cls=Overview)
def exemptions() -> None:
    """Exemptions (豁免): approved records; raw and assessed rates are always both shown."""


@exemptions.command()
@site_option
@click.option("--kind", type=click.Choice(KINDS), required=True)
@click.option("--from", "since", required=True, metavar="TIME", help="Like '2025-11-30 14:10'.")
@click.option("--until", required=True, metavar="TIME", help="Up to and without this minute.")
@click.option("--aftermath", metavar="TIME", help="End of the aftermath (后续影响时段); "
              "default: none was approved.")  # fmt: skip
@click.option("--approver", required=True, help="Who approved it, at the client's.")
@click.option("--evidence", required=True, help="The paper or file that proves it.")
@by_option
@json_option
def add(
    folder: Path,
    kind: str,
    since: str,
    until: str,
    aftermath: str | None,
    approver: str,
    evidence: str,
    by: str,
    as_json: bool,
) -> None:
    """Enter an approved exemption.

    Calls whose request lies in it leave the assessed rates. `emergency` exempts no call: it may
    leave a month out of a year's figure, see docs/kpi.md.
    """
    site = open_site(folder)
    start, end = moment(since, site), moment(until, site)
    last = end if aftermath is None else moment(aftermath, site)
    if not start < end <= last:
        raise Refused("an exemption ends after it begins, and its aftermath after its end")
    if not approver.strip() or not evidence.strip():
        raise Refused("an exemption needs an approver and evidence")
    with contract(folder) as (_, found):
        taken = {row.exemption for row in found.exemption_rows()}
    day = clock(start, site, "%Y%m%d")
    name = next(n for i in range(1, len(taken) + 2) if (n := f"{day}-{i}") not in taken)
    fact = ExemptionAdded(
        now_s(), name, kind, start / 1000, end / 1000, last / 1000,
        one_line(approver, "approver"), one_line(evidence, "evidence"), one_line(by, "name"),
    )  # fmt: skip
    tell_journal(folder, site, [fact])
    tell(as_json, {"exemption": name}, f"Exemption {name} is entered.")


@exemptions.command()
@site_option
@click.argument("exemption")
@click.option("--why", required=True, help="Why it does not hold.")
@by_option
@json_option
def withdraw(folder: Path, exemption: str, why: str, by: str, as_json: bool) -> None:
    """Withdraw an exemption; it stays readable with `list --all`."""
    with contract(folder) as (site, found):
        names = found.holding()
    if exemption not in names:
        raise Refused(f"no exemption {exemption!r} holds; {nearest(exemption, names)}")
    fact = ExemptionWithdrawn(now_s(), exemption, one_line(why, "reason"), one_line(by, "name"))
    tell_journal(folder, site, [fact])
    tell(as_json, {"exemption": exemption}, f"Exemption {exemption} is withdrawn.")


@exemptions.command("list")
@site_option
@click.option("--all", "whole", is_flag=True, help="What was withdrawn too, as it was entered.")
@full_numbers_option("full")
@json_option
def list_exemptions(folder: Path, whole: bool, full: bool, as_json: bool) -> None:
    """The exemptions that hold."""
    with contract(folder) as (site, found):
        rows = found.exemption_rows() if whole else list(found.holding().values())
    if as_json:
        print_json([plain(row) | {"evidence": masked_text(row.evidence, full)} for row in rows])
        return
    table = Table(*_COLUMNS)
    for row in rows:
        times = (clock(at, site, "%Y-%m-%d %H:%M") for at in (row.since, row.until, row.aftermath))
        kind = "withdrawn" if row.withdrawn else row.kind
        evidence = masked_text(row.evidence, full)
        words = (row.exemption, kind, *times, row.approver, evidence, row.by)
        table.add_row(*map(Text, words))
    print_table(table)
