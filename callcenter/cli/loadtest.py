"""`callcenter loadtest`: callers and agents by SIPp on the running site."""

import asyncio
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
from callcenter.pbx.secrets import FILE, SecretsError, load_or_make
from callcenter.qa.load import Load, LoadCounts, play
from callcenter.qa.sipp import SippError


@click.command()
@site_option
@click.option("--rate", default=1.0, show_default=True, metavar="N", help="New calls a second.")
@click.option(
    "--agents",
    type=click.IntRange(min=1),
    default=10,
    show_default=True,
    help="Agents who sign in.",
)
@click.option("--talk", default=5.0, show_default=True, metavar="S", help="Seconds of a talk.")
@click.option(
    "--duration", default=60.0, show_default=True, metavar="S", help="For so long calls come."
)
@click.option("--number", default="", help="Number to call. Default: the first with a queue.")
@json_option
def loadtest(
    folder: Path,
    rate: float,
    agents: int,
    talk: float,
    duration: float,
    number: str,
    as_json: bool,
) -> None:
    """Play callers and agents with SIPp on the running site.

    Exit code 2 when a call failed.
    """
    if rate <= 0 or talk <= 0 or duration <= 0:
        raise Refused("--rate, --talk and --duration must be above 0")
    site = open_site(folder)
    load = Load(rate, agents, talk, duration, number)
    try:
        secrets = load_or_make(folder / FILE, site)
        counts = asyncio.run(play(site, secrets, load, lambda line: click.echo(line, err=True)))
    except (SippError, SecretsError, ValueError) as error:
        raise Refused(str(error)) from None
    if as_json:
        print_json(asdict(counts))
    else:
        click.echo(_text(counts))
    if counts.failed:
        raise SystemExit(Exit.FAILED)


def _text(counts: LoadCounts) -> str:
    return "\n".join(f"{name:16}{value:>10}" for name, value in asdict(counts).items())
