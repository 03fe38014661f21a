"""callcenter queues: how they are now, their overflow, and emergency closures."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import click
from rich.table import Table
from rich.text import Text

from callcenter.cli.parts.common.acting import act, acting, names_of, overrides, tell
from callcenter.cli.parts.common.options import (
    Overview,
    Refused,
    json_option,
    open_site,
    print_json,
    site_option,
)
from callcenter.cli.parts.common.tenants import known_tenant, tenant_option
from callcenter.cli.parts.common.wide import print_table
from callcenter.site.findings import nearest
from callcenter.site.model import Site
from callcenter.site.overrides import BY_THE_SITE
from callcenter.site.tenants import tenant_of, within


@click.group(cls=Overview)
def queues() -> None:
    """See queues, lead their overflow elsewhere, close and open them at once."""


@queues.command("list")
@site_option
@tenant_option
@json_option
def list_queues(folder: Path, tenant: str, as_json: bool) -> None:
    """All queues now: who waits, who is there.

    And what is changed at once, over what is deployed.
    """
    site = open_site(folder)
    known_tenant(site, tenant)
    changed = overrides(site)
    found = [
        queue
        | {"emergency": changed.get(("emergency", queue["queue"]))}
        | {"overflow": changed.get(("overflow", queue["queue"]))}
        for queue in act(site, "snapshot")["queues"]
        if not tenant or tenant_of(queue["queue"]) == tenant
    ]
    if as_json:
        print_json(found)
    else:
        print_table(_listing(found))


@queues.command()
@click.argument("queue", shell_complete=names_of("queues"))
@click.option("--to", default="", metavar="DESTINATION", help="Such as queue:NAME, voicemail:NAME.")
@click.option("--end", is_flag=True, help="What is deployed holds again.")
@acting
def overflow(queue: str, to: str, end: bool, as_: str, folder: Path, as_json: bool) -> None:
    """Lead a queue's overflow (溢出) elsewhere at once.

    For every cause but closed and emergency. It holds, also over restarts, until it is
    ended or a deployment changes the queue's overflow.
    """
    site = open_site(folder)
    _known(site, [queue])
    if bool(to) == end:
        raise Refused("name a destination with --to, or --end")
    answer = act(site, "set_overflow", as_, queue=queue, to=to)
    tell(answer, f"{queue}: callers overflow to {to or 'what is deployed'}", as_json)


@queues.command()
@click.argument("switch", type=click.Choice(["on", "off"]))
@click.argument("names", metavar="[QUEUE]...", nargs=-1, shell_complete=names_of("queues"))
@click.option("--to", default="", metavar="DESTINATION", help="Default: as the queue's overflow.")
@tenant_option
@acting
def emergency(
    switch: str, names: tuple[str, ...], to: str, tenant: str, as_: str, folder: Path, as_json: bool
) -> None:
    """Close queues at once (紧急关闭), or open them again.

    For who waits and who comes. Without a name: every queue of the site, or of --tenant. Also
    while the controller is away, and over restarts and deployments, they are closed until they are
    opened.
    """
    site = open_site(folder)
    known_tenant(site, tenant)
    _known(site, names)
    closed = names or tuple(within(site, tenant, "queues"))
    on = "1" if switch == "on" else ""
    answer = act(site, "emergency", as_, queues=" ".join(closed), on=on, to=to)
    tell(answer, f"{', '.join(closed)}: {'closed' if on else 'open again'}", as_json)


def _known(site: Site, names: tuple[str, ...] | list[str]) -> None:
    for name in names:
        if name not in site.queues:
            raise Refused(f"there is no queue {name!r}; {nearest(name, site.queues)}")


def _listing(found: list[dict[str, Any]]) -> Table:
    table = Table("queue", "name")
    for heading in ("waiting", "longest", "ready", "signed in"):
        table.add_column(heading, justify="right")
    table.add_column("changed")
    for queue in found:
        longest = queue["longest_s"]
        table.add_row(
            queue["queue"],
            Text(queue["label"]),
            str(queue["waiting"]),
            "-" if longest is None else str(timedelta(seconds=int(longest))),
            str(queue["ready"]),
            str(queue["signed_in"]),
            Text(", ".join(_changed(queue))),
        )
    return table


def _changed(queue: dict[str, Any]) -> list[str]:
    found = []
    if to := queue["emergency"]:
        found.append("closed" if to == BY_THE_SITE else f"closed: {to}")
    if to := queue["overflow"]:
        found.append(f"overflow: {to}")
    return found
