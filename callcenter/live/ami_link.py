"""An AMI session that is kept up."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from callcenter.pbx.ami.session import AmiSession
from callcenter.pbx.errors import PbxLost, PbxRefused
from callcenter.pbx.retry import retry_delays

_log = logging.getLogger(__name__)


class AmiLink:
    """Connects, and connects again; `session` raises PbxLost in between."""

    def __init__(self, port: int, user: str, secret: str) -> None:
        self.on_up: Callable[[], None] = lambda: None
        """Called whenever a session is up."""
        self._connect: Callable[[], Awaitable[AmiSession]] = lambda: AmiSession.connect(
            port, user, secret
        )
        self._session: AmiSession | None = None

    @property
    def session(self) -> AmiSession:
        """The session that is up. Raises PbxLost."""
        if self._session is None:
            raise PbxLost("no AMI connection")
        return self._session

    async def run(self) -> None:
        """Keep a session up until cancelled."""
        delays = retry_delays()
        while True:
            try:
                session = await self._connect()
            except (PbxLost, PbxRefused) as error:
                _log.warning("ami: %s", error)
            else:
                delays = retry_delays()
                await self._hold(session)
                _log.warning("ami: the connection was lost")
            await asyncio.sleep(next(delays))

    async def _hold(self, session: AmiSession) -> None:
        self._session = session
        _log.info("ami: connected")
        try:
            self.on_up()
            await asyncio.shield(session.lost)
        finally:
            self._session = None
            await session.close()
