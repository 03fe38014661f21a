"""callcenter records: look after the records."""

from pathlib import Path

import click

from callcenter.cli.parts.common.options import (
    Missing,
    Overview,
    json_option,
    open_site,
    print_json,
    site_option,
)
from callcenter.cli.parts.common.reading import node_of, reading, records_url
from callcenter.cli.parts.records.audit import audit
from callcenter.cli.parts.records.convert import convert_command
from callcenter.cli.parts.records.correct import correct, history
from callcenter.cli.parts.records.erase import erase_command
from callcenter.cli.parts.records.rebuild import prove, rebuild_command, records_messages
from callcenter.cli.parts.records.reconcile import reconcile
from callcenter.cli.parts.records.retain import retain
from callcenter.records.database.engine import migrate_url
from callcenter.records.ingest.ingest import Ingest
from callcenter.records.journal.files import JournalReader, first_of, segments
from callcenter.records.journal.journal import Journal
from callcenter.records.writing.writer import Writer
from callcenter.render.cel import FILE as CEL_FILE

_FOLD_S = 600.0


@click.group(cls=Overview)
def records() -> None:
    """Look after the records: rebuild, prove, ingest, status, audit and more."""


for _command in (
    audit,
    rebuild_command,
    prove,
    reconcile,
    correct,
    history,
    convert_command,
    erase_command,
    retain,
):
    records.add_command(_command)


@records.command()
@site_option
def migrate(folder: Path) -> None:
    """Bring the tables to this version's shape.

    The controller does so by itself when it starts.
    """
    url = records_url(folder, open_site(folder))
    with records_messages():
        click.echo(f"The tables have revision {migrate_url(url)}.")


@records.command()
@site_option
def ingest(folder: Path) -> None:
    """Bring all that happened into the tables, without the controller.

    Takes in Asterisk's events, and folds the journal into the tables.
    """
    site = open_site(folder)
    url, node = records_url(folder, site), node_of(site)
    with records_messages(), Journal(node.journal, numbers=url.numbers) as journal:
        migrate_url(url)  # a database that is not there is told at once; the writer would wait
        reader = Ingest(node.inside(CEL_FILE), node.spool, journal)
        before = journal.position
        while facts := reader.poll(held=()):
            journal.append(facts)
        writer = Writer(journal, url)
        writer.start()
        done = writer.wait_folded(journal.position, _FOLD_S)
        trouble = writer.trouble
        writer.close()
        if not done:
            raise Missing(f"the database does not take the records: {trouble}")
        click.echo(
            f"{journal.position - before} facts from Asterisk's events; "
            f"{journal.position} facts of the journal are in the tables."
        )


@records.command()
@site_option
@json_option
def status(folder: Path, as_json: bool) -> None:
    """How many rows there are, and how far the tables are."""
    with reading(folder) as (site, found):
        counts, positions = found.counts(), found.positions()
        journal = node_of(site).journal
    with records_messages():
        files, last = segments(journal), _last_fact(journal)
    behind = last - max(positions.values(), default=0)
    told = {"rows": counts, "journal_files": len(files), "last_fact": last, "behind": behind}
    if as_json:
        print_json(told)
        return
    for table, rows in counts.items():
        click.echo(f"{table:<14} {rows}")
    click.echo(f"{'journal':<14} {len(files)} files, {last} facts, {behind} not in the tables yet")


def _last_fact(folder: Path) -> int:
    files = segments(folder)
    if not files:
        return 0
    reader = JournalReader(folder, first_of(files[-1]) - 1)
    while reader.read():
        pass
    return reader.position
