"""callcenter recordings hold, holds, release: what must not be destroyed."""

import time
import uuid
from pathlib import Path

import click
from rich.table import Table
from rich.text import Text

from callcenter.cli.parts.common.full_numbers import full_numbers_option
from callcenter.cli.parts.common.noting import tell_journal, typist
from callcenter.cli.parts.common.options import Refused, json_option, print_json, site_option
from callcenter.cli.parts.common.reading import (
    clock,
    masked_text,
    period,
    period_options,
    today,
)
from callcenter.cli.parts.common.reading import number as shown
from callcenter.cli.parts.common.wide import print_table
from callcenter.cli.parts.recordings.meant import reading
from callcenter.records.journal.recordings_facts import RecordingsHeld, RecordingsReleased
from callcenter.records.reading.calls import plain
from callcenter.records.tables.recordings import RecordingHold
from callcenter.site.model import Site


@click.command()
@site_option
@period_options
@click.option("--call", default="", help="Hold this call's recordings.")
@click.option("--number", default="", help="Hold all of this caller's or called number.")
@click.option("--by", default="", help="Who asks for it; default: who types.")
@click.option("--why", required=True, help="Such as a file number of the court.")
@json_option
def hold(
    folder: Path,
    since: str | None,
    until: str | None,
    call: str,
    number: str,
    by: str,
    why: str,
    as_json: bool,
) -> None:
    """Hold recordings (法律保全): nothing destroys them until the hold is released.

    By call, by number, by time, or several of these together; recordings that are made later and
    fit are held too.
    """
    if not (call or number or since or until):
        raise Refused("say what to hold: --call, --number, --from, --to")
    with reading(folder) as (site, _):
        asked = period(since, until, site, today(site)) if since or until else None
    name = f"H{time.strftime('%Y%m%d', time.gmtime())}-{uuid.uuid4().hex[:6]}"
    fact = RecordingsHeld(
        at=time.time(),
        hold=name,
        call=call,
        number=number,
        since=asked.start_ms / 1000 if asked and since else None,
        until=asked.end_ms / 1000 if asked and until else None,
        by=by or typist(),
        why=why,
    )
    tell_journal(folder, site, [fact])
    if as_json:
        print_json({"hold": name})
    else:
        click.echo(f"{name} is in force.")


@click.command()
@site_option
@click.argument("name", metavar="HOLD")
@click.option("--by", default="", help="Who allows it; default: who types.")
@click.option("--why", required=True, help="For the record.")
def release(folder: Path, name: str, by: str, why: str) -> None:
    """Release a hold: what it held falls under retention again."""
    with reading(folder) as (site, found):
        known = {each.hold for each in found.holds()}
    if name not in known:
        raise Refused(f"there is no hold {name!r} in force; see `callcenter recordings holds`")
    tell_journal(folder, site, [RecordingsReleased(time.time(), name, by or typist(), why)])
    click.echo(f"{name} is released.")


@click.command()
@site_option
@click.option("--all", "everything", is_flag=True, help="Also those that were released.")
@full_numbers_option("full")
@json_option
def holds(folder: Path, everything: bool, full: bool, as_json: bool) -> None:
    """Holds, who placed them and why."""
    with reading(folder) as (site, found):
        rows = found.holds(released=everything)
    if as_json:
        print_json([_plain(row, full) for row in rows])
    elif not rows:
        click.echo("Nothing is held.")
    else:
        print_table(_table(rows, site, full))


def _plain(row: RecordingHold, full: bool) -> dict[str, object]:
    told = plain(row)
    for name in ("since", "until"):
        value = getattr(row, name)
        told[name] = None if value is None else value / 1000
    return told | {
        "number": shown(row.number, full) if row.number else "",
        "why": masked_text(row.why, full),
    }


def _table(rows: list[RecordingHold], site: Site, full: bool) -> Table:
    table = Table("hold", "placed", "by", "why", "call", "number", "from", "until", "released")
    for row in rows:
        words = (
            row.hold, clock(row.placed_at, site), row.placed_by, masked_text(row.why, full),
            row.call_id or "-",
            shown(row.number, full), clock(row.since, site), clock(row.until, site),
            clock(row.released_at, site),
        )  # fmt: skip
        table.add_row(*map(Text, words))
    return table
