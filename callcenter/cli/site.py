"""`callcenter site`: make, check, render and show a site."""

import re
import sys
from dataclasses import asdict
from pathlib import Path

import click

from callcenter.cli.parts.common.options import (
    Exit,
    Missing,
    Overview,
    Refused,
    json_option,
    open_site,
    print_json,
    site_option,
)
from callcenter.pbx.files import write
from callcenter.pbx.secrets import SecretsError, site_secrets
from callcenter.pbx.site_files import inspect_site, make_site, site_folder
from callcenter.site.routing import CAUSES

_folder = click.argument(
    "folder",
    metavar="[DIR]",
    envvar="CALLCENTER_SITE",
    default=".",
    type=click.Path(path_type=Path),
)


@click.group(cls=Overview)
def site() -> None:
    """Make, check, render and show a site.

    DIR is a site's folder, or its site.yaml; without it, the folder that CALLCENTER_SITE names,
    else the folder you are in.
    """


@site.command()
@click.argument("folder", metavar="NAME|DIR", type=click.Path(path_type=Path))
def init(folder: Path) -> None:
    """Make a folder with a small, commented, working site.

    Passwords are made for this machine and kept in secrets.yaml, which only you can read.
    """
    name = folder.resolve().name
    if not re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,39}", name):
        raise Refused(f"{name!r} cannot name a site; use lower-case letters, digits, - and _")
    try:
        files = make_site(folder, name)
    except FileExistsError:
        raise Refused(f"{folder} holds files already; choose a new folder") from None
    except SecretsError as error:
        raise Missing(str(error)) from None
    except OSError as error:
        raise Missing(f"{folder} cannot be made: {error.strerror}; choose another place") from None
    for file in files:
        click.echo(file)
    click.echo(f"Next: callcenter site show {folder}")


@site.command()
@_folder
@json_option
def check(folder: Path, as_json: bool) -> None:
    """Say all that is wrong with a site.

    One line each: FILE:LINE:COLUMN: CODE what; remedy. Exit code 1 where an E_ finding stands;
    W_ findings are advice.
    """
    inspection = inspect_site(folder)
    if as_json:
        findings = [asdict(finding) for finding in inspection.findings]
        print_json({"ok": inspection.site is not None, "findings": findings})
    else:
        for finding in inspection.findings:
            click.echo(str(finding))
    if inspection.site is None:
        sys.exit(Exit.WRONG)
    if not as_json:
        sound = inspection.site
        click.echo(
            f"{sound.site}: sound ({len(sound.numbers)} numbers, {len(sound.menus)} menus, "
            f"{len(sound.queues)} queues, {len(sound.agents)} agents)"
        )


@site.command()
@_folder
@click.option(
    "--to",
    metavar="DIR",
    type=click.Path(path_type=Path, file_okay=False),
    help="Write the files here, with their secrets, readable by you only.",
)
@click.option("--stdout", is_flag=True, help="Print the files instead, every secret masked.")
def render(folder: Path, to: Path | None, stdout: bool) -> None:
    """Make the files of /etc/asterisk from a site.

    They are not brought anywhere: `callcenter deploy` is what changes an Asterisk. Files of the
    same name in --to are replaced.
    """
    if stdout == (to is not None):
        raise Refused("say where to: --to DIR or --stdout")
    from callcenter.pbx.deploy.rendering import masked_secrets, rendered
    from callcenter.pbx.sound import SoundError
    from callcenter.render.escape import UnsafeText

    sound, place = open_site(folder), site_folder(folder)
    try:
        secrets = masked_secrets(sound) if stdout else site_secrets(place, sound)
        files = rendered(sound, place, secrets)
        if to is not None:
            _write(to, files)
    except (SecretsError, SoundError, UnsafeText) as error:
        raise Refused(str(error)) from None
    except OSError as error:
        raise Missing(f"{to} cannot be written: {error.strerror}; choose another place") from None
    if to is None:
        for name, text in sorted(files.items()):
            click.echo(f"==> {name} <==\n{text}")


def _write(to: Path, files: dict[str, str]) -> None:
    to.mkdir(mode=0o700, parents=True, exist_ok=True)
    for name, text in files.items():
        write(to / name, text)
    click.echo(f"{len(files)} files in {to}")


@site.command()
@_folder
@json_option
@click.option("--yaml", "as_yaml", is_flag=True, help="Print the whole site as one YAML file.")
def show(folder: Path, as_json: bool, as_yaml: bool) -> None:
    """Draw what numbers lead where, who serves which queue, and codes."""
    sound = open_site(folder)
    if as_json:
        print_json(sound.model_dump(mode="json", by_alias=True))
    elif as_yaml:
        from callcenter.site.dump import dump

        click.echo(dump(sound), nl=False)
    else:
        from rich.console import Console

        from callcenter.cli.site_tree import site_tree

        Console(highlight=False).print(site_tree(sound))


@site.command("trace")
@click.argument("number")
@site_option
@click.option("--at", metavar="TIME", help="When, like '2026-11-20 09:00'; default: now.")
@click.option("--from", "caller", default="", metavar="NUMBER", help="The caller's number.")
@click.option("--keys", default="", help="Keys that he presses, like 1,2; then nothing more.")
@click.option(
    "--overflow", "causes", default="", metavar="CAUSE,…",
    help=f"Why queues let him go, in turn: {', '.join(CAUSES)}. Default: he waits in the first.",
)  # fmt: skip
@click.option("--trunk", default="", help="The line that he comes over.")
@click.option("--edited", is_flag=True, help="The site as it is edited, not as it is deployed.")
@json_option
def trace_call(
    number: str,
    folder: Path,
    at: str | None,
    caller: str,
    keys: str,
    causes: str,
    trunk: str,
    edited: bool,
    as_json: bool,
) -> None:
    """Tell the way that a call would take, without placing it.

    Through the number, lists of callers, hours, menus and queues, as they are deployed.
    """
    from callcenter.cli.parts.site.trace import told_way

    way = told_way(folder, number, at, caller, keys, causes, trunk, edited=edited)
    if as_json:
        print_json([asdict(step) for step in way])
        return
    for step in way:
        click.echo(f"{step.at:<10} {step.name:<20} {step.told}".rstrip())


@site.command()
def docs() -> None:
    """Print the YAML reference (docs/site.md), made from the model."""
    from callcenter.site.reference import reference

    click.echo(reference(), nl=False)
