"""Acts on a running hotline: who does them, how they are asked for, and what came of it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click
from click.shell_completion import CompletionItem

from callcenter.cli.parts.common.options import (
    Missing,
    Refused,
    json_option,
    print_json,
    site_option,
)
from callcenter.cli.parts.common.reading import node_of
from callcenter.live.control_client import ControllerRefused, NoController, ask
from callcenter.pbx.person import person
from callcenter.pbx.site_files import read_site
from callcenter.site.findings import SiteErrors
from callcenter.site.model import Site

_Command = TypeVar("_Command", bound=Callable[..., Any])


def acting(command: _Command) -> _Command:
    """Adds `--as NUMBER`, `--site` and `--json`; the command gets `as_: str`, `folder: Path` and
    `as_json: bool`."""
    with_as = click.option(
        "--as",
        "as_",
        default="",
        metavar="NUMBER",
        shell_complete=names_of("supervisors"),
        help="With the rights of this supervisor, and in his name.",
    )(command)
    return site_option(json_option(with_as))


def act(site: Site, do: str, as_: str = "", **request: str) -> dict[str, Any]:
    """Ask the controller. Its refusal ends the command; it stands in the audit."""
    more = {"as": as_} if as_ else {}
    try:
        return ask(node_of(site).control_socket, do=do, by=person(), **request, **more)
    except NoController as error:
        raise Missing(str(error)) from None
    except ControllerRefused as error:
        raise Refused(str(error)) from None


def tell(answer: dict[str, Any], text: str, as_json: bool) -> None:
    """What was done, for machines or for people."""
    if as_json:
        print_json(answer)
    else:
        click.echo(text)


def overrides(site: Site) -> dict[tuple[str, str], str]:
    """(kind, agent or queue) -> what is changed there over what is deployed."""
    found = act(site, "overrides")["overrides"]
    return {(each["kind"], each["target"]): each["value"] for each in found}


def names_of(
    section: str,
) -> Callable[[click.Context, click.Parameter, str], list[CompletionItem]]:
    """Tab completion by the names in a section of the site."""

    def complete(ctx: click.Context, _: click.Parameter, begun: str) -> list[CompletionItem]:
        folder = ctx.params.get("folder")
        try:
            site = read_site(folder) if isinstance(folder, Path) else None
        except (SiteErrors, OSError):
            return []
        found = getattr(site, section) if site is not None else {}
        return [CompletionItem(name) for name in found if name.startswith(begun)]

    return complete
