"""callcenter records rebuild and prove: the tables from the journal, and whether they hold."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from itertools import islice
from pathlib import Path
from zoneinfo import ZoneInfo

import click
from rich.console import Console
from rich.progress import Progress

from callcenter.cli.parts.common.options import (
    Exit,
    Missing,
    Refused,
    json_option,
    open_site,
    print_json,
    site_option,
)
from callcenter.cli.parts.common.reading import node_of, records_url
from callcenter.records.database.engine import RecordsError
from callcenter.records.journal.journal import Journal, JournalError
from callcenter.records.proof.identities import Fault
from callcenter.records.reading.reports import open_reports
from callcenter.records.writing.rebuild import Rebuilt, rebuild

_LISTED = 200
"""Faults that are shown; more of them tell no more."""


@click.command("rebuild")
@site_option
@json_option
def rebuild_command(folder: Path, as_json: bool) -> None:
    """Make the tables anew from the journal: the same rows.

    Not while a controller runs. Readers see the old rows until all new ones are there. Where old
    journal files were removed after their keep time, rows that only they told of are kept.
    """
    site = open_site(folder)
    node, url = node_of(site), records_url(folder, site)
    with records_messages(), Journal(node.journal, numbers=url.numbers) as journal:
        if journal.cut_bytes:
            click.echo(
                f"The journal's last line was not finished, as after a crash: {journal.cut_bytes} "
                "bytes of it, which nobody was told of, are cut off.",
                err=True,
            )
        with Progress(console=Console(stderr=True)) as bar:
            task = bar.add_task("Facts", total=None)
            done = rebuild(
                journal,
                node.journal,
                url,
                lambda n, of: bar.update(task, completed=n, total=of),
            )
    if as_json:
        print_json(asdict(done))
    else:
        click.echo(_told(done))


def _told(done: Rebuilt) -> str:
    words = f"{done.facts} facts folded anew; {done.calls} calls are in the tables."
    if done.first == 1:
        return words
    return (
        f"{words}\nFacts 1 to {done.first - 1} are gone with journal files removed after their "
        f"keep time: {done.kept_calls} calls that only those told of were kept as they stood, "
        "so were agents' times and acts of then, and the list of callers owed a call."
    )


@click.command()
@site_option
@json_option
def prove(folder: Path, as_json: bool) -> None:
    """Prove the records: sums close, hours are those of the rows.

    Every inbound call has exactly one outcome; inbound = IVR ends + blacklisted + tests + requests;
    requests = the sum of their outcomes; hours, blocks of four, days and months hold the same
    calls. Exit code 1 with a list of what does not hold.
    """
    site = open_site(folder)
    try:
        with open_reports(records_url(folder, site)) as reports:
            found = list(islice(reports.faults(ZoneInfo(site.timezone)), _LISTED))
    except RecordsError as error:
        raise Missing(str(error)) from None
    if as_json:
        print_json({"proved": not found, "faults": [asdict(fault) for fault in found]})
    elif found:
        _list(found)
    else:
        click.echo("Proved: the sums close, and the hours are those of the rows.")
    if found:
        sys.exit(Exit.WRONG)


def _list(found: list[Fault]) -> None:
    for fault in found:
        click.echo(f"{fault.rule}: {fault.where}: {fault.found}")
    if len(found) == _LISTED:
        click.echo("… and perhaps more")
    click.echo("`callcenter records rebuild` makes the tables anew from the journal.", err=True)


@contextmanager
def records_messages() -> Iterator[None]:
    """What records lack ends the command with one message."""
    try:
        yield
    except RecordsError as error:
        raise Missing(str(error)) from None
    except JournalError as error:
        raise Refused(str(error)) from None
