"""callcenter records erase: a person's numbers leave the records, the figures stay."""

import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import Progress

from callcenter.cli.parts.common.care import remove_sounds
from callcenter.cli.parts.common.noting import tell_journal
from callcenter.cli.parts.common.options import (
    Refused,
    json_option,
    open_site,
    print_json,
    site_option,
)
from callcenter.cli.parts.common.reading import clock, node_of, now, records_url
from callcenter.cli.parts.recordings.destroy import destroy_recordings
from callcenter.cli.parts.records.journal import rewrite_journal
from callcenter.cli.parts.records.rebuild import records_messages
from callcenter.pbx.number_log import NumberLog, NumberLogError
from callcenter.pbx.person import person
from callcenter.records.database.engine import Sealed
from callcenter.records.journal.facts import ActDone
from callcenter.records.personal.erase import Eraser, Found, journal_change
from callcenter.records.reading.parties import party
from callcenter.records.reading.recordings import Recorded
from callcenter.site.model import Site
from callcenter.site.recording import YEAR_S


@click.command("erase")
@click.argument("number")
@site_option
@click.option("--dry-run", is_flag=True, help="Only tell what there is.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@json_option
def erase_command(number: str, folder: Path, dry_run: bool, yes: bool, as_json: bool) -> None:
    """Erase a person's number from the records for ever; all figures stay as they are.

    From calls, callbacks, callers owed a call, the audit, notes and the journal; his messages are
    removed, and recordings older than twelve months destroyed. Refused while a legal hold covers
    any of it, or while he is still owed a call.
    """
    site = open_site(folder)
    url = records_url(folder, site)
    with records_messages(), closing(Eraser(url)) as eraser:
        found = eraser.find(number)
        told = _plan(site, found)
        if found.refusals:
            raise Refused("; ".join(found.refusals))
        if not dry_run:
            if not yes:
                click.confirm(
                    f"Erase the number from {found.calls} calls for ever, with "
                    f"{told['messages']} messages and {told['recordings_destroyed']} recordings?",
                    abort=True, err=True,
                )  # fmt: skip
            told |= _erase(folder, site, url, eraser, found)
    _tell(told, dry_run, as_json, site)


def _plan(site: Site, found: Found) -> dict[str, Any]:
    old, young = _by_age(found)
    return {
        "calls": found.calls,
        "messages": len(found.messages),
        "recordings_destroyed": len(old),
        "recordings_kept": len(young),
        "kept_until": max((_due(site, each.recording.started_at) for each in young), default=None),
        "lists": _lists(site, found.erasure.party),
    }


def _erase(folder: Path, site: Site, url: Sealed, eraser: Eraser, found: Found) -> dict[str, Any]:
    old, _ = _by_age(found)
    eraser.begin(found)
    destroy_recordings(folder, site, old, "erased on request")
    remove_sounds(site, found.messages)
    journal = rewrite_journal(site, url, journal_change(found.erasure))
    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("Rows", total=None)
        rows = eraser.erase(found, lambda table, n: bar.update(task, advance=n, description=table))
    detail = f"{found.calls} calls, {len(found.messages)} messages, {len(old)} recordings"
    act = ActDone(time.time(), person(), "erase_number", found.erasure.name, detail, "done")
    tell_journal(folder, site, [act])
    return {"name": found.erasure.name, "rows": rows, "journal_lines": journal.lines}


def _by_age(found: Found) -> tuple[list[Recorded], list[Recorded]]:
    """Recordings that may be destroyed, and those that the law wants kept for twelve months."""
    before = now() - round(YEAR_S * 1000)
    old = [each for each in found.recordings if each.recording.started_at < before]
    return old, [each for each in found.recordings if each.recording.started_at >= before]


def _due(site: Site, started_at: int) -> int:
    return started_at + round(site.recording.keep * 1000)


def _lists(site: Site, who: str) -> Sequence[str]:
    """Lists on which the number stands: they do their work until it is taken out."""
    node = node_of(site).path
    try:
        entries = NumberLog(node).entries() if node.is_dir() else []
    except NumberLogError as error:
        raise Refused(str(error)) from None
    return sorted({str(entry.list) for entry in entries if party(entry.form) == who})


def _tell(told: dict[str, Any], dry_run: bool, as_json: bool, site: Site) -> None:
    if as_json:
        print_json(told)
        return
    verb = "Would be erased" if dry_run else "Erased"
    click.echo(
        f"{verb}: the number in {told['calls']} calls, {told['messages']} messages, "
        f"{told['recordings_destroyed']} recordings."
    )
    if told["recordings_kept"]:
        click.echo(
            f"{told['recordings_kept']} recordings are younger than twelve months and stay, of "
            f"nobody's number, until {clock(told['kept_until'], site, '%Y-%m-%d')} at the latest."
        )
    for name in told["lists"]:
        click.echo(f"The number stands in the list {name}: take it out there.")
    click.echo("Asterisk's own files hold it until they are removed; see docs/personal-data.md.")
