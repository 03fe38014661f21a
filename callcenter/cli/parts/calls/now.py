"""callcenter calls now, hang-up, move, take-over: calls that are up."""

from datetime import timedelta
from pathlib import Path

import click
from rich.table import Table

from callcenter.cli.parts.common.acting import act, acting, names_of, tell
from callcenter.cli.parts.common.options import json_option, open_site, print_json, site_option
from callcenter.cli.parts.common.wide import print_table


@click.command()
@site_option
@json_option
def now(folder: Path, as_json: bool) -> None:
    """Calls that are up: who waits, rings, talks, and for how long."""
    found = act(open_site(folder), "snapshot")["calls"]
    if as_json:
        print_json(found)
        return
    table = Table("call", "queue", "state", "caller", "agent", "for")
    for call in found:
        spent = call["talked_s"] if call["talked_s"] is not None else call["waited_s"]
        words = (call["call"], call["queue"], call["state"], call["caller"], call["agent"])
        table.add_row(*words, str(timedelta(seconds=int(spent))))
    print_table(table)


@click.command("hang-up")
@click.argument("call", metavar="ID")
@acting
def hang_up(call: str, as_: str, folder: Path, as_json: bool) -> None:
    """End a call (强拆)."""
    answer = act(open_site(folder), "hang_up", as_, call=call)
    tell(answer, f"{call} is ended", as_json)


@click.command()
@click.argument("call", metavar="ID")
@click.argument("queue", shell_complete=names_of("queues"))
@acting
def move(call: str, queue: str, as_: str, folder: Path, as_json: bool) -> None:
    """Move a waiting call to another queue (调队).

    It keeps its place in time.
    """
    answer = act(open_site(folder), "move", as_, call=call, queue=queue)
    tell(answer, f"{call} waits in {queue}", as_json)


@click.command("take-over")
@click.argument("call", metavar="ID")
@click.option(
    "--phone",
    required=True,
    metavar="NUMBER",
    help="Whose phone rings, and has the call when it is picked up.",
    shell_complete=names_of("agents"),
)
@acting
def take_over(call: str, phone: str, as_: str, folder: Path, as_json: bool) -> None:
    """Take a talk over from its agent (接管)."""
    answer = act(open_site(folder), "take_over", as_, call=call, phone=phone)
    tell(answer, f"{answer['rings']} rings", as_json)
