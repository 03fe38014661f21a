"""A sign of life in Asterisk, without which the dialplan acts as if we were away."""

import asyncio
import contextlib
import time

from callcenter.live.health.alive import Alive
from callcenter.pbx.ari.session import AriSession
from callcenter.pbx.errors import PbxLost, PbxRefused

HEARTBEAT_S = 2.0


class Heartbeat:
    """Shows that we are here: else the dialplan frees by itself who is left alone."""

    def __init__(self, ari: AriSession, alive: Alive) -> None:
        """`alive` shows it to those who watch over this process, also while Asterisk is away."""
        self._alive = alive
        self._ari = ari

    async def run(self) -> None:
        """Beat until cancelled."""
        while True:
            self._alive.show()
            with contextlib.suppress(PbxLost, PbxRefused):  # told where it matters
                await self.beat()
            await asyncio.sleep(HEARTBEAT_S)

    async def beat(self) -> None:
        """Show it now. Raises PbxLost, PbxRefused."""
        await self._ari.set_global("CC_HB", str(int(time.time())))
