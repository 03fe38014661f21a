"""Lists of numbers as `callcenter blacklist` and `callcenter lists` show and export them."""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
from rich.table import Table
from rich.text import Text

from callcenter.cli.parts.common.full_numbers import may_see_numbers
from callcenter.cli.parts.common.number_lists import COLUMNS, Lists
from callcenter.cli.parts.common.options import Refused, print_json
from callcenter.cli.parts.common.reading import clock, masked_text, number
from callcenter.cli.parts.common.wide import print_table
from callcenter.pbx.files import PRIVATE, write
from callcenter.pbx.number_log import Change, NumberLogError
from callcenter.records.tables.columns import ms
from callcenter.site.listed import Entry, Kind, ListKey, kind_of


def write_file(lists: Lists, entries: Iterable[Entry], file: Path | None) -> None:
    """Entries as CSV, to a file that only its owner can read, or to standard output.

    Refuses who sees masked numbers only: a list with masked ones is none.
    """
    may_see_numbers(lists.site)
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    count = 0
    for entry in entries:
        until = clock(ms(entry.until), lists.site, "%Y-%m-%d %H:%M") if entry.until else ""
        writer.writerow((entry.form, entry.reason, until, entry.prompt.rpartition(".")[2]))
        count += 1
    if file is None:
        click.echo(text.getvalue(), nl=False)
        return
    try:
        write(file, text.getvalue(), PRIVATE)
    except OSError as error:
        raise Refused(
            f"{file} cannot be written ({error.strerror}); choose another place"
        ) from None
    click.echo(f"{count} entries in {file}")


def print_entries(lists: Lists, entries: Sequence[Entry], full: bool, as_json: bool) -> None:
    """A list, as people or machines read it."""
    if as_json:
        print_json([_plain(entry, full) for entry in entries])
        return
    if not entries:
        click.echo("The list is empty.")
        return
    table = Table("number", "reason", "until", "caller hears")
    for entry in entries:
        until = clock(ms(entry.until), lists.site, "%Y-%m-%d %H:%M") if entry.until else "for ever"
        table.add_row(
            _shown(entry.form, full),
            Text(masked_text(entry.reason, full)),
            until,
            Text(entry.prompt or "nothing"),
        )
    print_table(table)


def print_changes(lists: Lists, key: ListKey, full: bool, as_json: bool) -> None:
    """Who changed a list, when and why, the newest first."""
    try:
        changes = [change for change in reversed(lists.log.changes()) if change.list == key]
    except NumberLogError as error:
        raise Refused(str(error)) from None
    if as_json:
        print_json([_told(change, full) for change in changes])
        return
    table = Table("when", "who", "did", "numbers", "reason")
    for change in changes:
        forms = ", ".join(_shown(entry.form, full) for entry in change.entries[:5])
        more = f" and {len(change.entries) - 5} more" if len(change.entries) > 5 else ""
        when = clock(ms(change.at), lists.site)
        why = Text(masked_text(change.reason, full))
        table.add_row(when, Text(change.who), change.do, forms + more, why)
    print_table(table)


def print_change(change: Change, as_json: bool) -> None:
    """What was done."""
    if as_json:
        print_json(_told(change, full=True))
        return
    done = "is in" if change.do == "add" else "is no longer in"
    what = change.entries[0].form if len(change.entries) == 1 else f"{len(change.entries)} entries"
    verb = done if len(change.entries) == 1 else done.replace("is", "are", 1)
    click.echo(f"{what} {verb} {change.list}, from the next call on")


def _shown(form: str, full: bool) -> str:
    return number(form, full) if kind_of(form) is Kind.NUMBER else form


def _plain(entry: Entry, full: bool) -> dict[str, Any]:
    told = asdict(entry) | {
        "form": _shown(entry.form, full),
        "list": entry.list.name,
        "reason": masked_text(entry.reason, full),
    }
    return told | {"tenant": entry.list.tenant, "kind": kind_of(entry.form).value}


def _told(change: Change, full: bool) -> dict[str, Any]:
    return {
        "at": change.at,
        "who": change.who,
        "do": change.do,
        "list": change.list.name,
        "tenant": change.list.tenant,
        "reason": masked_text(change.reason, full),
        "entries": [_plain(entry, full) for entry in change.entries],
    }
