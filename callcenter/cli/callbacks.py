"""callcenter callbacks: callers who gave up the line to be called back."""

from pathlib import Path
from typing import Any

import click
from click.shell_completion import CompletionItem
from rich.table import Table
from rich.text import Text

from callcenter.cli.parts.calls.listing import full_numbers
from callcenter.cli.parts.common.noting import by_option, one_line
from callcenter.cli.parts.common.options import (
    Missing,
    Overview,
    Refused,
    json_option,
    open_site,
    print_json,
    site_option,
)
from callcenter.cli.parts.common.reading import known_queue, node_of, number
from callcenter.cli.parts.common.tenants import known_tenant, tenant_option
from callcenter.cli.parts.common.wide import print_table
from callcenter.live.control_client import ControllerRefused, NoController, ask
from callcenter.live.names import masked
from callcenter.pbx.site_files import read_site
from callcenter.site.findings import SiteErrors
from callcenter.site.tenants import tenant_of


@click.group(cls=Overview)
def callbacks() -> None:
    """Callers who are to be called back (预约回呼)."""


def _complete(ctx: click.Context, _: click.Parameter, begun: str) -> list[CompletionItem]:
    folder = ctx.params.get("folder")
    try:
        socket = node_of(read_site(folder)).control_socket if folder is not None else None
        found = ask(socket, do="callbacks")["callbacks"] if socket is not None else []
    except (SiteErrors, OSError, NoController, ControllerRefused):
        return []
    return [
        CompletionItem(row["call"], help=f"{masked(row['number'])} {row['queue']}")
        for row in found
        if row["call"].startswith(begun)
    ]


@callbacks.command("list")
@site_option
@click.option("--queue", default="", help="Callers of this queue only.")
@tenant_option
@full_numbers
@json_option
def list_callbacks(
    folder: Path, queue: str, tenant: str, full_numbers: bool, as_json: bool
) -> None:
    """Who is to be called back, in the order in which they asked for a human.

    Those who could not be reached are in `callcenter owed list`.
    """
    site = open_site(folder)
    known_queue(site, queue)
    known_tenant(site, tenant)
    found = [
        row | {"number": number(row["number"], full_numbers)}
        for row in _ask(folder, do="callbacks")["callbacks"]
        if queue in ("", row["queue"]) and tenant in ("", tenant_of(row["queue"]))
    ]
    if as_json:
        print_json(found)
    elif not found:
        click.echo("Nobody is to be called back.")
    else:
        _print(found)


@callbacks.command()
@click.argument("caller", metavar="CALLBACK|NUMBER", shell_complete=_complete)
@by_option
@site_option
@json_option
def withdraw(caller: str, by: str, folder: Path, as_json: bool) -> None:
    """Call somebody back no more: he came in person, say. He is owed no call then."""
    answer = _ask(
        folder, do="withdraw_callback", call=one_line(caller, "callback"), by=one_line(by, "name")
    )
    if as_json:
        print_json(answer)
    else:
        click.echo(f"Withdrawn: {', '.join(answer['withdrawn'])}.")


def _ask(folder: Path, **request: str) -> dict[str, Any]:
    try:
        return ask(node_of(open_site(folder)).control_socket, **request)
    except NoController as error:
        raise Missing(str(error)) from None
    except ControllerRefused as error:
        raise Refused(str(error)) from None


def _print(found: list[dict[str, Any]]) -> None:
    columns = ("callback", "number", "queue", "state", "place", "waits", "dialled", "expires in")
    table = Table(*columns)
    for row in found:
        next_in = row["next_in_s"]
        again = f", again in {next_in:.0f} s" if next_in else ""
        table.add_row(
            Text(row["call"]),
            row["number"],
            row["queue"],
            f"{row['state']}{again}",
            str(row["position"] or "-"),
            f"{row['waited_s'] / 60:.0f} min",
            f"{row['attempts']} x",
            f"{row['expires_in_s'] / 60:.0f} min",
        )
    print_table(table)
