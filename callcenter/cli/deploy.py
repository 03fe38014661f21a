"""callcenter deploy, diff, rollback, history: bring a site to its Asterisk, and back."""

import asyncio
import sys
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

import click

from callcenter.cli.parts.common.options import (
    Exit,
    Refused,
    json_option,
    open_site,
    print_json,
    site_option,
)
from callcenter.cli.parts.common.shell import clear_messages, step
from callcenter.pbx.deploy import release
from callcenter.pbx.deploy.bring import DeployRefused, DeployResult, Restart
from callcenter.pbx.deploy.history import History, NoVersion
from callcenter.pbx.deploy.swap import DeployBusy, deployed
from callcenter.pbx.node import node_path
from callcenter.pbx.sound import SoundError
from callcenter.render.escape import UnsafeText

Bring = Callable[[Callable[[str], None]], Coroutine[None, None, DeployResult]]

_when_idle = click.option(
    "--when-idle", is_flag=True, help="Where a restart is needed, wait until no call is up."
)
_restart = click.option(
    "--restart", is_flag=True, help="Where a restart is needed, end the calls that are up."
)


@click.command()
@site_option
@_when_idle
@_restart
@json_option
def deploy(folder: Path, when_idle: bool, restart: bool, as_json: bool) -> None:
    """Bring a site to its Asterisk; calls that are up are not touched.

    The new files are first tried in a throw-away Asterisk. If the node does not take them, it gets
    the old ones back, and every refused line is told. Exit code 2: nothing is changed.
    """
    site = open_site(folder)
    how = _restart_of(when_idle, restart)
    _bring(
        f"Deploying {site.site}",
        lambda say: release.deploy(folder, restart=how, say=say),
        as_json,
    )


@click.command()
@site_option
@click.argument("number", type=int, required=False)
@_when_idle
@_restart
@json_option
def rollback(
    folder: Path, number: int | None, when_idle: bool, restart: bool, as_json: bool
) -> None:
    """Bring deployment NUMBER back, by default the one before the last, with the same checks."""
    site = open_site(folder)
    how = _restart_of(when_idle, restart)
    _bring(
        f"Taking {site.site} back",
        lambda say: release.roll_back(site, number, restart=how, say=say),
        as_json,
    )


@click.command()
@site_option
@json_option
def diff(folder: Path, as_json: bool) -> None:
    """Show what a deployment would change. Exit code 0: nothing, 1: something, as diff has it."""
    open_site(folder)
    with clear_messages(), refusals():
        text = release.difference(folder)
    if as_json:
        print_json({"changed": bool(text), "diff": text})
    else:
        click.echo(text, nl=False)
    sys.exit(1 if text else 0)


@click.command()
@site_option
@json_option
def history(folder: Path, as_json: bool) -> None:
    """List earlier deployments; the one that stands is marked."""
    site = open_site(folder)
    node = node_path(site.site, site.node.path)
    versions = History(node.history).versions()
    standing = deployed(node).get("version")
    if as_json:
        print_json([asdict(v) | {"standing": v.number == standing} for v in versions])
        return
    if not versions:
        click.echo("Nothing is deployed yet; see `callcenter deploy`.")
    for v in versions:
        mark = "*" if v.number == standing else " "
        when = v.when[:19].replace("T", " ")
        line = f"{mark} {v.number:>4}  {when} UTC  {v.who:<12} {v.digest[:8]}  {v.result:<11}"
        click.echo(f"{line} {v.reason}".rstrip())


def _restart_of(when_idle: bool, now: bool) -> Restart:
    if when_idle and now:
        raise Refused("choose one of --when-idle and --restart")
    if now:
        return Restart.NOW
    return Restart.WHEN_IDLE if when_idle else Restart.IDLE_ONLY


def _bring(title: str, bring: Bring, as_json: bool) -> None:
    with clear_messages(), refusals(as_json), step(title) as say:
        result = asyncio.run(bring(say))
    if as_json:
        print_json(asdict(result))
        return
    if result.changed:
        click.echo(f"deployment {result.version} stands: {', '.join(result.changed)}")
    else:
        click.echo(f"deployment {result.version} stands: no file of Asterisk's changed")
    for note in result.notes:
        click.echo(note)


@contextmanager
def refusals(as_json: bool = False) -> Iterator[None]:
    """A deployment that is not taken ends with exit code 2 and every refused line."""
    try:
        yield
    except DeployRefused as refused:
        if as_json:
            lines = [asdict(refusal) for refusal in refused.refusals]
            print_json({"error": refused.args[0], "refused": lines})
        else:
            click.echo(str(refused), err=True)
        sys.exit(Exit.FAILED)
    except DeployBusy as busy:
        click.echo(f"{busy}; try again when it is done", err=True)
        sys.exit(Exit.FAILED)
    except (NoVersion, SoundError, UnsafeText) as error:
        raise Refused(str(error)) from None
