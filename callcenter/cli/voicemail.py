"""callcenter voicemail: messages that callers left."""

from pathlib import Path

import click
from rich.table import Table

from callcenter.cli._options import Refused, json_option, print_json, site_option
from callcenter.cli._records import (
    clock,
    console,
    node_of,
    period,
    period_options,
    reading,
    span,
    today,
)
from callcenter.records.messages import messages
from callcenter.records.reading import plain
from callcenter.records.tables import VoicemailMessage
from callcenter.site.findings import nearest
from callcenter.site.model import Site


@click.group()
def voicemail() -> None:
    """List messages that callers left."""


@voicemail.command("list")
@site_option
@period_options
@click.option("--box", default="", help="Messages of this box only.")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 100_000))
@json_option
def list_messages(
    folder: Path, since: str | None, until: str | None, box: str, limit: int, as_json: bool
) -> None:
    """Messages by time, the newest first, with their files. Without --from and --to: today."""
    with reading(folder) as (site, records):
        if box and box not in site.voicemail:
            raise Refused(f"there is no box {box!r}; {nearest(box, site.voicemail)}")
        asked = period(since, until, site, today(site))
        found = records.messages(asked, box, limit)
        files = _files(site, found)
        if as_json:
            print_json([plain(row) | {"file": files.get(row.message_id)} for row in found])
        elif not found:
            click.echo("No messages in this period.")
        else:
            table = Table("left", "box", "length", "call", "file")
            for row in found:
                file = files.get(row.message_id, "deleted by its listener")
                length = span(row.duration_ms)
                table.add_row(clock(row.left_at, site), row.box, length, row.call_id, file)
            console().print(table)
            click.echo(f"Files are below {_folder(site)}")


def _folder(site: Site) -> Path:
    return node_of(site).spool / "voicemail"


def _files(site: Site, found: list[VoicemailMessage]) -> dict[str, str]:
    """Message -> its file now. Asterisk renumbers files as others are deleted or moved."""
    spool = node_of(site).spool
    return {
        message.message: message.file
        for box in {row.box for row in found}
        for message in messages(spool, box)
    }
