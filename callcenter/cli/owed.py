"""callcenter owed: callers who did not get through, until somebody has served them."""

import csv
import sys
from pathlib import Path
from typing import Any

import click
from rich.table import Table
from rich.text import Text

from callcenter.cli.parts.calls.listing import full_numbers
from callcenter.cli.parts.common.care import caring, complete_owed, note_option
from callcenter.cli.parts.common.full_numbers import may_see_numbers
from callcenter.cli.parts.common.noting import by_option, now_s, one_line, tell, tell_journal
from callcenter.cli.parts.common.options import (
    Overview,
    Refused,
    json_option,
    open_site,
    print_json,
    site_option,
)
from callcenter.cli.parts.common.reading import (
    clock,
    known_queue,
    masked_text,
    number,
    period,
    period_options,
    span,
    today,
)
from callcenter.cli.parts.common.tenants import known_tenant, tenant_option
from callcenter.cli.parts.common.wide import print_table
from callcenter.records.journal.facts import OwedAssigned, OwedDone
from callcenter.records.reading.calls import plain
from callcenter.records.reading.care import Care, OwedFilter
from callcenter.records.reading.parties import party
from callcenter.records.tables.calls import Owed
from callcenter.records.tables.columns import ms

_COLUMNS = (
    "row", "number", "reason", "times", "first_at", "last_at", "queue", "box", "called", "call_id",
    "assigned_to", "settled_at", "settled_how", "settled_call", "settled_by", "note",
)  # fmt: skip


@click.group(cls=Overview)
def owed() -> None:
    """Callers still owed a call: messages, hang-ups, timeouts (漏话)."""


@owed.command("list")
@site_option
@click.option("--queue", default="", help="Callers of this queue only.")
@click.option("--given-to", "assigned_to", default="", metavar="WHO", help="Whom WHO shall call.")
@click.option("--settled", is_flag=True, help="Those who were served; default period: today.")
@period_options
@tenant_option
@click.option("--limit", default=200, show_default=True, type=click.IntRange(1, 100_000))
@full_numbers
@json_option
def list_owed(
    folder: Path,
    queue: str,
    assigned_to: str,
    settled: bool,
    since: str | None,
    until: str | None,
    tenant: str,
    limit: int,
    full_numbers: bool,
    as_json: bool,
) -> None:
    """One row for each number, who waits longest first.

    A later answered call of that number settles the row by itself, and so does a call or
    callback that reached it.
    """
    if (since or until) and not settled:
        raise Refused("a period needs --settled: who is owed a call now is listed whole")
    with caring(folder) as (site, care):
        known_queue(site, queue)
        known_tenant(site, tenant)
        window = period(since, until, site, today(site)) if settled else None
        found = care.owed(OwedFilter(queue, tenant, assigned_to, window, limit))
    if as_json:
        print_json([_dict(row, full_numbers) for row in found])
    elif not found:
        click.echo("Nobody was served in this period." if settled else "Nobody is owed a call.")
    else:
        _print(folder, found, full_numbers, settled)


@owed.command()
@click.argument("caller", metavar="ROW|NUMBER", shell_complete=complete_owed)
@click.argument("who", metavar="WHO")
@by_option
@site_option
@json_option
def assign(caller: str, who: str, by: str, folder: Path, as_json: bool) -> None:
    """Give a caller to somebody, such as an agent's number, to call back."""
    with caring(folder) as (site, care):
        row = _find(care, caller)
    fact = OwedAssigned(now_s(), row.party, one_line(who, "name"), one_line(by, "name"))
    tell_journal(folder, site, [fact])
    shown = f"Row {row.id}, {number(row.number, full=False)}"
    tell(as_json, {"row": str(row.id), "assigned_to": who}, f"{shown}: given to {who}.")


@owed.command()
@click.argument("caller", metavar="ROW|NUMBER", shell_complete=complete_owed)
@note_option
@by_option
@site_option
@json_option
def done(caller: str, note: str, by: str, folder: Path, as_json: bool) -> None:
    """Note that a caller has been served in another way."""
    with caring(folder) as (site, care):
        row = _find(care, caller)
    fact = OwedDone(now_s(), row.party, one_line(by, "name"), one_line(note, "note"))
    tell_journal(folder, site, [fact])
    shown = f"Row {row.id}, {number(row.number, full=False)}"
    tell(as_json, {"row": str(row.id), "settled_by": by}, f"{shown}: served, by {by}.")


@owed.command()
@site_option
@tenant_option
@click.option("--queue", default="", help="Callers of this queue only.")
def export(folder: Path, tenant: str, queue: str) -> None:
    """All who are owed a call as CSV, with whole numbers; for a dialler or a print."""
    with caring(folder) as (site, care):
        may_see_numbers(site)
        known_queue(site, queue)
        known_tenant(site, tenant)
        found = care.owed(OwedFilter(queue, tenant, limit=1_000_000))
    writer = csv.DictWriter(sys.stdout, _COLUMNS, extrasaction="ignore")
    writer.writeheader()
    writer.writerows(_dict(row, full=True) for row in found)


def _find(care: Care, caller: str) -> Owed:
    """A row by its number in the list or by the caller's number."""
    row = care.owed_row(int(caller)) if caller.isdecimal() and len(caller) < 7 else None
    if row is None:
        row = care.owed_party(party(caller) or caller)
    if row is None:
        raise Refused(f"nothing is owed to {caller!r}; `callcenter owed list` shows to whom")
    if row.settled_at is not None:
        how = f"{row.settled_how}, by {row.settled_by or 'nobody known'}"
        raise Refused(f"row {caller} was settled before ({how})")
    return row


def _dict(row: Owed, full: bool) -> dict[str, Any]:
    told = plain(row)
    told.pop("party")
    shown = {"number": number(row.number, full), "note": masked_text(row.note, full)}
    return {"row": told.pop("id")} | told | shown


def _print(folder: Path, found: list[Owed], full: bool, settled: bool) -> None:
    site, form = open_site(folder), "%m-%d %H:%M"
    ending = ("served", "how", "by", "call") if settled else ("given to", "last call", "called")
    table = Table("row", "caller", "reason", "times", "since", "queue", *ending)
    for row in found:
        served = (clock(row.settled_at, site, form), row.settled_how, row.settled_by)
        waits = (row.assigned_to or "-", row.call_id, number(row.called, full=True))
        table.add_row(
            str(row.id),
            number(row.number, full),
            row.reason + (f" ({row.box})" if row.box else ""),
            str(row.times),
            f"{clock(row.first_at, site, form)}, {_ago(row, settled)}",
            row.queue or "-",
            *(Text(word) for word in ((*served, row.settled_call or "-") if settled else waits)),
        )
    print_table(table)


def _ago(row: Owed, settled: bool) -> str:
    until = row.settled_at if settled and row.settled_at is not None else ms(now_s())
    length = until - row.first_at
    return span(length) if length < 60_000 else f"{length // 60_000} min"
