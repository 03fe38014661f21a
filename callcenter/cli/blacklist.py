"""callcenter blacklist: callers who are turned away."""

from pathlib import Path

import click

from callcenter.cli.parts.common.full_numbers import full_numbers_option
from callcenter.cli.parts.common.number_listing import (
    print_change,
    print_changes,
    print_entries,
    write_file,
)
from callcenter.cli.parts.common.number_lists import Lists, entries_of, read_file
from callcenter.cli.parts.common.options import Overview, json_option, print_json, site_option
from callcenter.cli.parts.common.tenants import tenant_option
from callcenter.site.listed import BLACKLIST, Entry, ListKey, canonical, kind_of, matches

_forms = click.argument("numbers", metavar="NUMBER...", nargs=-1, required=True)
_full = full_numbers_option("full")
_file = click.argument("file", type=click.Path(path_type=Path, dir_okay=False))


@click.group(cls=Overview)
def blacklist() -> None:
    """Turn callers away (黑名单), by number, prefix or pattern.

    A NUMBER is 13800138000, a prefix such as '138*', a pattern such as 1380013XXXX (X is any
    digit, Z 1 to 9, N 2 to 9), or `anonymous` for callers without a number. A change holds from
    the next call on. Without --tenant it is the site's list, which holds for all tenants.
    """


@blacklist.command()
@_forms
@click.option("--reason", required=True, help="Why; kept with the entry.")
@click.option(
    "--until",
    default="",
    metavar="TIME",
    help="When it ends: 30d, 2025-12-31 (to its end) or '2025-12-31 08:00'. Default: never.",
)
@click.option(
    "--prompt",
    default="",
    metavar="NAME",
    help="What the caller hears: a prompt of the site, or `blocked`. Default: he is rejected "
    "without an answer.",
)
@tenant_option
@site_option
@json_option
def add(
    numbers: tuple[str, ...],
    reason: str,
    until: str,
    prompt: str,
    tenant: str,
    folder: Path,
    as_json: bool,
) -> None:
    """Block callers. An entry that is there already is replaced."""
    key = ListKey(BLACKLIST, tenant)
    lists = Lists.of(folder, key)
    entries = entries_of(lists, key, numbers, reason, until, prompt)
    print_change(lists.change("add", key, entries, reason), as_json)


@blacklist.command()
@_forms
@click.option("--reason", required=True, help="Why; kept in the history.")
@tenant_option
@site_option
@json_option
def remove(numbers: tuple[str, ...], reason: str, tenant: str, folder: Path, as_json: bool) -> None:
    """Block them no longer."""
    key = ListKey(BLACKLIST, tenant)
    lists = Lists.of(folder, key)
    entries = entries_of(lists, key, numbers, reason, "", "")
    print_change(lists.change("remove", key, entries, reason), as_json)


@blacklist.command("list")
@_full
@tenant_option
@site_option
@json_option
def list_entries(full: bool, tenant: str, folder: Path, as_json: bool) -> None:
    """Who is blocked, why, and until when."""
    key = ListKey(BLACKLIST, tenant)
    lists = Lists.of(folder, key)
    print_entries(lists, lists.standing(key), full, as_json)


@blacklist.command()
@click.argument("number")
@tenant_option
@site_option
@json_option
def check(number: str, tenant: str, folder: Path, as_json: bool) -> None:
    """Tell which entries would turn a caller of this number away."""
    own, site = ListKey(BLACKLIST, tenant), ListKey(BLACKLIST)
    lists = Lists.of(folder, own)
    wanted = canonical(number)
    hits: list[Entry] = [
        entry
        for key in dict.fromkeys((own, site))
        for entry in lists.standing(key)
        if matches(entry.form, wanted)
    ]
    if as_json:
        told = [
            {"form": e.form, "kind": kind_of(e.form).value, "tenant": e.list.tenant} for e in hits
        ]
        print_json({"number": wanted, "blocked": bool(hits), "entries": told})
    elif hits:
        print_entries(lists, hits, full=False, as_json=False)
    else:
        click.echo(f"{wanted or 'A caller without a number'} is not blocked")


@blacklist.command("import")
@_file
@click.option("--reason", default="", help="Why, for lines that tell no reason.")
@tenant_option
@site_option
@json_option
def import_file(file: Path, reason: str, tenant: str, folder: Path, as_json: bool) -> None:
    """Block all numbers of a CSV file, or none where a line is wrong.

    Columns: number, reason, until, prompt; the first line names them, and all but the number may
    be left out.
    """
    key = ListKey(BLACKLIST, tenant)
    lists = Lists.of(folder, key)
    entries = read_file(lists, key, file, reason)
    print_change(lists.change("add", key, entries, reason or f"import of {file.name}"), as_json)


@blacklist.command()
@click.argument("file", required=False, type=click.Path(path_type=Path, dir_okay=False))
@tenant_option
@site_option
def export(file: Path | None, tenant: str, folder: Path) -> None:
    """Write the list as CSV, to FILE (readable by you only) or to standard output."""
    key = ListKey(BLACKLIST, tenant)
    lists = Lists.of(folder, key)
    write_file(lists, lists.standing(key), file)


@blacklist.command()
@_full
@tenant_option
@site_option
@json_option
def history(full: bool, tenant: str, folder: Path, as_json: bool) -> None:
    """Who changed the list, when, and why."""
    key = ListKey(BLACKLIST, tenant)
    print_changes(Lists.of(folder, key), key, full, as_json)
