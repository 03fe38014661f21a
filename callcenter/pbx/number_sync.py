"""Brings the lists of callers' numbers into Asterisk's database, for the dialplan to look up."""

import asyncio
import time
from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from pathlib import Path

from callcenter.pbx.ami.session import AmiSession
from callcenter.pbx.errors import PbxGone, PbxLost, PbxRefused
from callcenter.pbx.number_log import NumberLog
from callcenter.render.files import USER
from callcenter.render.number_lists import Row, database, is_ours
from callcenter.site.model import Site
from callcenter.site.secrets import AMI


async def bring_lists(ami: AmiSession, node: Path) -> int:
    """Make Asterisk's database hold what the node's log says; how many rows were changed.

    Raises NumberLogError, PbxLost, PbxRefused.
    """
    with ExitStack() as stack:
        # Held to the end: who brought an older state after a newer one would undo it.
        entries = await asyncio.to_thread(stack.enter_context, NumberLog(node).held())
        return await _bring(ami, database(entries, time.time()))


async def show_lists(site: Site, secrets: Mapping[str, str], node: Path) -> bool:
    """The same for a site's Asterisk, over a connection of our own.

    False: it does not run; it gets the lists when the controller finds it again. Raises
    NumberLogError, PbxRefused.
    """
    try:
        session = await AmiSession.connect(site.network.ami_port, USER, secrets[AMI])
    except PbxLost:
        return False
    async with session:
        try:
            await bring_lists(session, node)
        except PbxLost:
            return False
    return True


async def _bring(ami: AmiSession, want: Mapping[Row, str]) -> int:
    have = await _held(ami)
    # A row is there before the list of what to look for names it, and goes after it.
    changed = [row for row in want if have.get(row) != want[row]]
    for name, key in sorted(changed, key=_is_index):
        await ami.action("DBPut", Family=name, Key=key, Val=want[name, key])
    gone = have.keys() - want.keys()
    for name, key in sorted(gone, key=_is_index, reverse=True):
        try:
            await ami.action("DBDel", Family=name, Key=key)
        except (PbxGone, PbxRefused):
            continue  # somebody else took it out meanwhile
    return len(changed) + len(gone)


async def _held(ami: AmiSession) -> dict[Row, str]:
    """Our rows in Asterisk's database."""
    return dict(_rows(await ami.command("database show")))


def _rows(lines: Iterable[str]) -> Iterable[tuple[Row, str]]:
    for line in lines:
        path, _, value = line.partition(":")
        name, _, key = path.strip().removeprefix("/").partition("/")
        if is_ours(name):
            yield (name, key), value.strip()


def _is_index(row: Row) -> bool:
    return row[1] in ("lengths", "patterns")
