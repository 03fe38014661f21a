"""callcenter lists: callers who are served first, or last."""

from pathlib import Path

import click
from click.shell_completion import CompletionItem
from rich.table import Table
from rich.text import Text

from callcenter.cli.parts.common.full_numbers import full_numbers_option
from callcenter.cli.parts.common.number_listing import (
    print_change,
    print_changes,
    print_entries,
    write_file,
)
from callcenter.cli.parts.common.number_lists import Lists, entries_of, read_file
from callcenter.cli.parts.common.options import (
    Overview,
    json_option,
    open_site,
    print_json,
    site_option,
)
from callcenter.cli.parts.common.tenants import tenant_option
from callcenter.cli.parts.common.wide import print_table
from callcenter.pbx.site_files import read_site
from callcenter.site.findings import SiteErrors
from callcenter.site.listed import BLACKLIST, ListKey, priority_lists


def _names(ctx: click.Context, _: click.Parameter, begun: str) -> list[CompletionItem]:
    folder = ctx.params.get("folder")
    try:
        site = read_site(folder) if folder is not None else None
    except (SiteErrors, OSError):
        return []
    names = {key.name for key in priority_lists(site)} if site is not None else set()
    return [CompletionItem(name) for name in sorted(names) if name.startswith(begun)]


_name = click.argument("name", metavar="LIST", shell_complete=_names)
_forms = click.argument("numbers", metavar="NUMBER...", nargs=-1, required=True)
_full = full_numbers_option("full")
_file = click.argument("file", type=click.Path(path_type=Path, dir_okay=False))


@click.group(cls=Overview)
def lists() -> None:
    """Say who is in a list of numbers (VIP, elderly; 重点号码).

    The site declares the lists with their priorities (`number_lists:`); who is in them is told
    here, and holds from the next call on. A NUMBER is 13800138000, a prefix such as '138*', or a
    pattern such as 1380013XXXX (X is any digit, Z 1 to 9, N 2 to 9).
    """


@lists.command("list")
@site_option
@json_option
def list_lists(folder: Path, as_json: bool) -> None:
    """The lists, their priorities, and how many entries each has."""
    site = open_site(folder)
    declared = priority_lists(site)
    found = Lists.of(folder, ListKey(BLACKLIST))
    counts = {key: len(found.standing(key)) for key in declared}
    if as_json:
        print_json(
            [
                {"list": key.name, "tenant": key.tenant, "priority": p, "entries": counts[key]}
                for key, p in declared.items()
            ]
        )
    elif not declared:
        click.echo("The site declares no lists; write them under `number_lists:`.")
    else:
        table = Table("list", "tenant", "name", "priority", "entries")
        for key, priority in declared.items():
            label = Text(site.number_lists[str(key)].label)
            table.add_row(key.name, key.tenant, label, str(priority), str(counts[key]))
        print_table(table)


@lists.command()
@_name
@_forms
@click.option("--reason", default="", help="Why; kept with the entry.")
@click.option(
    "--until",
    default="",
    metavar="TIME",
    help="When it ends: 30d, 2025-12-31 (to its end) or '2025-12-31 08:00'. Default: never.",
)
@tenant_option
@site_option
@json_option
def add(
    name: str,
    numbers: tuple[str, ...],
    reason: str,
    until: str,
    tenant: str,
    folder: Path,
    as_json: bool,
) -> None:
    """Put callers into a list. An entry that is there already is replaced."""
    key, found = _list(folder, name, tenant)
    entries = entries_of(found, key, numbers, reason, until, "")
    print_change(found.change("add", key, entries, reason), as_json)


@lists.command()
@_name
@_forms
@click.option("--reason", default="", help="Why; kept in the history.")
@tenant_option
@site_option
@json_option
def remove(
    name: str, numbers: tuple[str, ...], reason: str, tenant: str, folder: Path, as_json: bool
) -> None:
    """Take callers out of a list."""
    key, found = _list(folder, name, tenant)
    entries = entries_of(found, key, numbers, reason, "", "")
    print_change(found.change("remove", key, entries, reason), as_json)


@lists.command()
@_name
@_full
@tenant_option
@site_option
@json_option
def show(name: str, full: bool, tenant: str, folder: Path, as_json: bool) -> None:
    """Who is in a list, why, and until when."""
    key, found = _list(folder, name, tenant)
    print_entries(found, found.standing(key), full, as_json)


@lists.command("import")
@_name
@_file
@click.option("--reason", default="", help="Why, for lines that tell no reason.")
@tenant_option
@site_option
@json_option
def import_file(
    name: str, file: Path, reason: str, tenant: str, folder: Path, as_json: bool
) -> None:
    """Put all numbers of a CSV file into a list, or none where a line is wrong.

    Columns: number, reason, until; the first line names them.
    """
    key, found = _list(folder, name, tenant)
    entries = read_file(found, key, file, reason)
    print_change(found.change("add", key, entries, reason or f"import of {file.name}"), as_json)


@lists.command()
@_name
@click.argument("file", required=False, type=click.Path(path_type=Path, dir_okay=False))
@tenant_option
@site_option
def export(name: str, file: Path | None, tenant: str, folder: Path) -> None:
    """Write a list as CSV, to FILE (readable by you only) or to standard output."""
    key, found = _list(folder, name, tenant)
    write_file(found, found.standing(key), file)


@lists.command()
@_name
@_full
@tenant_option
@site_option
@json_option
def history(name: str, full: bool, tenant: str, folder: Path, as_json: bool) -> None:
    """Who changed a list, when, and why."""
    key, found = _list(folder, name, tenant)
    print_changes(found, key, full, as_json)


def _list(folder: Path, name: str, tenant: str) -> tuple[ListKey, Lists]:
    if name == BLACKLIST:
        raise click.UsageError("who is turned away is told by `callcenter blacklist`")
    key = ListKey(name, tenant)
    return key, Lists.of(folder, key)
