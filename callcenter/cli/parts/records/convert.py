"""callcenter records convert: stored numbers take the form that the site says."""

from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress

from callcenter.cli.parts.common.options import (
    Refused,
    json_option,
    open_site,
    print_json,
    site_option,
)
from callcenter.cli.parts.common.reading import records_url
from callcenter.cli.parts.records.journal import rewrite_journal
from callcenter.cli.parts.records.rebuild import records_messages
from callcenter.records.database.engine import Sealed
from callcenter.records.personal.convert import convert, journal_change
from callcenter.records.personal.numbers import Form, Numbers


@click.command("convert")
@site_option
@click.option(
    "--old-key",
    "old_key",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="File with the key of before, where `records.key` has changed.",
)
@json_option
def convert_command(folder: Path, old_key: Path | None, as_json: bool) -> None:
    """Store callers' numbers as the site's `records.numbers` says: plain, encrypted or hashed.

    In tables and journal. Deploy the setting and restart the controller first: calls go on, and
    their records wait in the journal. A conversion that was stopped goes on where it was.
    """
    site = open_site(folder)
    url = records_url(folder, site)
    old = _old(old_key) or url.numbers
    with records_messages():
        rows = _tables(url, old)
        done = rewrite_journal(site, url, journal_change(url.numbers, old))
    told = {
        "numbers": str(url.numbers.form), "rows": rows, "journal_files": done.files,
        "journal_lines": done.lines, "journal_files_left": done.left,
    }  # fmt: skip
    if as_json:
        print_json(told)
        return
    click.echo(
        f"Numbers are stored {url.numbers.form}: {rows} rows of the tables and {done.lines} lines "
        f"of {done.files} journal files were changed."
    )
    if done.left:
        click.echo(f"{done.left} journal files are still written; the nightly work takes them.")


def _tables(url: Sealed, old: Numbers) -> int:
    with Progress(console=Console(stderr=True)) as bar:
        task = bar.add_task("Rows", total=None)
        return convert(url, old, lambda n, of: bar.update(task, completed=n, total=of))


def _old(file: Path | None) -> Numbers | None:
    if file is None:
        return None
    lines = file.read_text(encoding="utf-8").splitlines()
    if not lines or not lines[0].strip():
        raise Refused(f"{file} is empty; its first line shall be the key of before")
    return Numbers(Form.ENCRYPTED, lines[0].strip())
