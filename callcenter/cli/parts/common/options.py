"""Options, errors, exit codes and JSON that all commands share."""

import json
import sys
from collections.abc import Callable
from enum import IntEnum
from pathlib import Path
from typing import Any, TypeVar

import click

from callcenter.pbx.site_files import MAIN, read_site, site_folder
from callcenter.site.findings import SiteErrors
from callcenter.site.model import Site

EXAMPLE = Path("examples/hotline-12345")
_Command = TypeVar("_Command", bound=Callable[..., Any])


class Exit(IntEnum):
    """What a command's exit code means."""

    OK = 0
    WRONG = 1
    """The site or the request is wrong."""
    FAILED = 2
    """A check failed, or a measure is below its threshold."""
    MISSING = 3
    """The machine lacks something that the command needs."""


class Refused(click.ClickException):
    """Ends the command with one clear message, which names the remedy."""

    exit_code = Exit.WRONG


class Missing(Refused):
    """The same, where the machine lacks something."""

    exit_code = Exit.MISSING


class Overview(click.Group):
    """A group that lists its commands with their whole first sentences."""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(
                [
                    (name, command.get_short_help_str(limit=200))
                    for name in self.list_commands(ctx)
                    if (command := self.get_command(ctx, name)) is not None
                ]
            )


def site_option(command: _Command) -> _Command:
    """Adds `--site DIR`; the command gets `folder: Path`, the site's folder."""
    return click.option(
        "--site",
        "folder",
        envvar="CALLCENTER_SITE",
        type=click.Path(path_type=Path),
        callback=site_or_default,
        metavar="DIR",
        help="The site's folder (environment: CALLCENTER_SITE). Default: this folder if it holds "
        f"{MAIN}, else {EXAMPLE}.",
    )(command)


def json_option(command: _Command) -> _Command:
    """Adds `--json`; the command gets `as_json: bool`."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON for machines.")(command)


def print_json(value: object) -> None:
    """Print a result for machines; people of all scripts can read it too."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2))


def open_site(folder: Path) -> Site:
    """The checked site of a folder; its errors are printed and end the command."""
    try:
        return read_site(folder)
    except SiteErrors as errors:
        for finding in errors.findings:
            click.echo(str(finding), err=True)
        sys.exit(Exit.WRONG)


def site_or_default(_: click.Context, __: click.Parameter, given: Path | None) -> Path:
    """The folder that was named; else this folder if it holds a site, else the example."""
    if given is not None:
        return site_folder(given)
    for folder in (Path(), EXAMPLE):
        if (folder / MAIN).is_file():
            return folder
    raise Refused(
        f"no site here: name its folder, or make one with `callcenter site init DIR` "
        f"(neither ./{MAIN} nor ./{EXAMPLE} exists)"
    )
