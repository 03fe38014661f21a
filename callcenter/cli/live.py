"""callcenter live: run the controller."""

import asyncio
import faulthandler
from pathlib import Path

import click

from callcenter.cli.parts.common.options import Missing, Refused, open_site, site_option
from callcenter.cli.parts.common.shell import clear_messages
from callcenter.live.app import run
from callcenter.pbx.ari.session import AppTaken
from callcenter.pbx.deploy.history import NoVersion
from callcenter.pbx.node import node_path
from callcenter.records.database.engine import RecordsError
from callcenter.records.journal.journal import JournalError


@click.command()
@site_option
def live(folder: Path) -> None:
    """Run the controller of a deployed site until Ctrl-C; calls that are up stay up."""
    faulthandler.enable()  # where a library in C crashes, the log tells which line called it
    site = open_site(folder)
    node = node_path(site.site, site.node.path)
    if not node.deployed.exists():
        raise Missing(f"{node.path} holds no deployed site; run `callcenter deploy` first")
    with clear_messages():
        try:
            asyncio.run(run(folder))
        except (AppTaken, JournalError, RecordsError, NoVersion) as error:
            raise Refused(str(error)) from None
