"""callcenter recordings: find, hear, hand over, hold, check and destroy recordings."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click
from rich.progress import Progress
from rich.table import Table
from rich.text import Text

from callcenter.cli.parts.common.full_numbers import full_numbers_option
from callcenter.cli.parts.common.noting import typist
from callcenter.cli.parts.common.options import (
    Overview,
    Refused,
    json_option,
    print_json,
    site_option,
)
from callcenter.cli.parts.common.reading import clock, console, node_of, number, span
from callcenter.cli.parts.common.wide import print_table
from callcenter.cli.parts.recordings.check import check
from callcenter.cli.parts.recordings.destroy import destroy_recordings, retain_recordings
from callcenter.cli.parts.recordings.hold import hold, holds, release
from callcenter.cli.parts.recordings.meant import filter_options, reading, wanted
from callcenter.cli.parts.recordings.play import pause, play, resume
from callcenter.live.recordings.export import ExportError, describe, verify
from callcenter.live.recordings.export import export as export_files
from callcenter.records.reading.recordings import Recorded
from callcenter.site.model import Site


@click.group(cls=Overview)
def recordings() -> None:
    """Find, hear, hand over, hold, check and destroy recordings (录音)."""


for _command in (check, hold, holds, release, play, pause, resume):
    recordings.add_command(_command)


@recordings.command("list")
@site_option
@filter_options
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 1_000_000))
@click.option("--destroyed", is_flag=True, help="Also those that were destroyed.")
@full_numbers_option("full")
@json_option
def list_recordings(
    folder: Path,
    since: str | None,
    until: str | None,
    limit: int,
    destroyed: bool,
    full: bool,
    as_json: bool,
    **which: str,
) -> None:
    """Recordings by time, the newest first. Without a time: today's."""
    with reading(folder) as (site, found):
        which_ones = wanted(site, since, until, which, destroyed=destroyed)
        rows = list(found.find(which_ones, limit))
        if as_json:
            print_json([_plain(each, full) for each in rows])
        elif not rows:
            click.echo("No recordings in this period.")
        else:
            print_table(_table(rows, site, full))
            click.echo(f"Files are below {node_of(site).recordings}")


@recordings.command()
@site_option
@filter_options
@click.option("--output", "to", required=True, type=click.Path(path_type=Path, file_okay=False),
              help="A new folder.")  # fmt: skip
@full_numbers_option("full")
@json_option
def export(
    folder: Path,
    since: str | None,
    until: str | None,
    to: Path,
    full: bool,
    as_json: bool,
    **which: str,
) -> None:
    """Copy recordings and a manifest into a folder, to be handed over.

    Each file is compared with its SHA-256 while it is copied. `callcenter recordings verify`
    compares the folder with its manifest, here or wherever it went. Without a time: all of them.
    Who takes over all that is known of the calls needs --full-numbers too: else the manifest
    has masked ones, as listings have.
    """
    with reading(folder) as (site, found):
        asked = wanted(site, since, until, which, whole=True)
        rows = [each for each in found.find(asked) if each.recording.stored_at is not None]
        count = _copy(site, rows, to, full)
    if as_json:
        print_json({"files": count, "folder": str(to)})
    else:
        click.echo(f"{count} recordings are in {to}")


def _copy(site: Site, rows: Sequence[Recorded], to: Path, full: bool) -> int:
    about = {
        "site": site.site,
        "exported_at": datetime.now(ZoneInfo(site.timezone)).isoformat(timespec="seconds"),
        "exported_by": typist(),
    }
    try:
        with Progress(transient=True, console=console()) as bar:
            task = bar.add_task("copying", total=len(rows))
            return export_files(
                rows,
                node_of(site).recordings,
                to,
                about,
                lambda done: bar.update(task, completed=done),
                lambda told: number(told, full),
            )
    except ExportError as error:
        raise Refused(str(error)) from None


@recordings.command("verify")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False, exists=True))
@json_option
def verify_export(folder: Path, as_json: bool) -> None:
    """Compare a folder that was handed over with its manifest; exit code 1 on differences."""
    try:
        wrong = verify(folder)
    except ExportError as error:
        raise Refused(str(error)) from None
    if as_json:
        print_json({"folder": str(folder), "wrong": wrong})
    else:
        click.echo("\n".join(wrong) or "Every file is as the manifest says.")
    if wrong:
        raise SystemExit(1)


@recordings.command()
@site_option
@filter_options
@click.option("--why", required=True, help="For the certificate.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@json_option
def destroy(
    folder: Path,
    since: str | None,
    until: str | None,
    why: str,
    yes: bool,
    as_json: bool,
    **which: str,
) -> None:
    """Destroy recordings for good, with a certificate; never those that are held.

    Without a time and a call: all of them, at the end of a contract.
    """
    with reading(folder) as (site, found):
        rows = list(found.find(wanted(site, since, until, which, whole=True)))
    due = [each for each in rows if not each.held and each.recording.stored_at is not None]
    held = sum(each.held for each in rows)
    if due and not yes:
        click.confirm(f"Destroy {len(due)} recordings for ever ({held} are held)?", abort=True)
    count = destroy_recordings(folder, site, due, why)
    if as_json:
        print_json({"destroyed": count, "held": held})
    else:
        click.echo(f"{count} recordings destroyed, {held} held; {node_of(site).certificates}")


@recordings.command()
@site_option
@click.option("--in-window", is_flag=True, help="End with the site's housekeeping window.")
@click.option("--dry-run", is_flag=True, help="Only tell how many are due.")
@json_option
def retain(folder: Path, in_window: bool, dry_run: bool, as_json: bool) -> None:
    """Destroy what is older than `recording.keep` and not held; the controller does so nightly."""
    told = retain_recordings(folder, in_window=in_window, dry_run=dry_run)
    if as_json:
        print_json(told)
    else:
        click.echo(", ".join(f"{n} {what}" for what, n in told.items()))


def _plain(each: Recorded, full: bool) -> dict[str, Any]:
    row = each.recording
    return describe(each, lambda told: number(told, full)) | {
        "file": row.file,
        "lost": row.lost,
        "stored": row.stored_at is not None,
        "destroyed": row.destroyed_at is not None,
        "certificate": row.certificate,
    }


def _table(rows: Iterable[Recorded], site: Site, full: bool) -> Table:
    table = Table("recorded", "length", "caller", "agent", "queue", "state", "leg")
    for each in rows:
        row = each.recording
        caller = number(each.call.caller, full) if each.call else "-"
        words = (
            clock(row.started_at, site), span(row.length_ms), caller, row.agent or "-",
            row.queue or "-", _state(each), row.leg,
        )  # fmt: skip
        table.add_row(*map(Text, words))  # never markup
    return table


def _state(each: Recorded) -> str:
    row = each.recording
    if row.destroyed_at is not None:
        return "destroyed"
    if row.lost:
        return f"lost: {row.lost}"
    state = "kept" if row.stored_at is not None else "being stored"
    gaps = f", {len(row.gaps)} gaps" if row.gaps else ""
    return f"{state}{', held' if each.held else ''}{gaps}"
