"""Lists of callers' numbers: brought into each Asterisk that we connect to, whatever it lost."""

import asyncio
import logging
from pathlib import Path

from callcenter.live.ami_link import AmiLink
from callcenter.pbx.errors import PbxLost, PbxRefused
from callcenter.pbx.number_log import NumberLogError
from callcenter.pbx.number_sync import bring_lists

_log = logging.getLogger(__name__)


class ListedCallers:
    """Keeps Asterisk's database as the node's log says."""

    def __init__(self, link: AmiLink, node: Path) -> None:
        self._link = link
        self._node = node
        self._wake = asyncio.Event()

    def ask_again(self) -> None:
        """A new connection, perhaps an Asterisk whose database is new; or a new site."""
        self._wake.set()

    async def run(self) -> None:
        """Look whenever asked, until cancelled."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            try:
                changed = await bring_lists(self._link.session, self._node)
            except PbxLost:
                continue  # we are asked again with the next connection
            except (PbxRefused, NumberLogError) as error:
                _log.error("lists of numbers are not brought to Asterisk: %s", error)
            else:
                if changed:
                    _log.info("lists of numbers: %d rows were mended in Asterisk", changed)
