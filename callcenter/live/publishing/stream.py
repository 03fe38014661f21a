"""The floor as a stream of JSON for other software: read only, for the users of one group."""

import asyncio
import contextlib
import grp
import json
import logging
import os
from collections.abc import AsyncIterator, Callable, Mapping
from pathlib import Path

from callcenter.live.snapshot import Json
from callcenter.pbx.socket_path import listen_unix, remove_unix
from callcenter.site.model import Site

_GROUP_MAY = 0o660
_LOOK_S = 5.0
_SLOW_S = 30.0
"""A reader who takes nothing for so long is let go."""

_log = logging.getLogger(__name__)


class LiveStream:
    """Tells every reader a snapshot at once, and one after each change."""

    def __init__(
        self,
        path: Path,
        site: Callable[[], Site],
        snapshots: Callable[[], AsyncIterator[Mapping[str, Json]]],
    ) -> None:
        """`snapshots` are endless, and skip what comes faster than they are read."""
        self._path = path
        self._site = site
        self._snapshots = snapshots

    async def run(self) -> None:
        """Listen while the site wants it; until cancelled."""
        server: asyncio.Server | None = None
        listens = ""
        try:
            while True:
                group = self._wanted()
                if group != listens:
                    self._end(server)
                    server = await self._begin(group) if group else None
                    listens = group
                await asyncio.sleep(_LOOK_S)
        finally:
            self._end(server)

    def _wanted(self) -> str:
        stream = self._site().live.stream
        return "" if stream is None else stream.group

    async def _begin(self, group: str) -> asyncio.Server | None:
        try:
            number = grp.getgrnam(group).gr_gid
        except KeyError:
            _log.error("live.stream: there is no group %s; make it with: groupadd %s", group, group)
            return None
        listener = listen_unix(self._path)
        try:
            os.chown(self._path, -1, number)
            self._path.chmod(_GROUP_MAY)
            return await asyncio.start_unix_server(self._serve, sock=listener)
        except OSError as error:
            listener.close()
            _log.error("live.stream: %s: %s", self._path, error.strerror)
            return None

    def _end(self, server: asyncio.Server | None) -> None:
        if server is not None:
            server.close()
            remove_unix(self._path)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        telling = asyncio.ensure_future(self._tell(writer))
        try:
            # What readers say is not heard; that they have gone is.
            while await reader.read(4096):
                pass
        except (ConnectionError, asyncio.CancelledError):
            pass
        finally:
            telling.cancel()
            writer.close()

    async def _tell(self, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, TimeoutError):
            async for view in self._snapshots():
                text = json.dumps(view, ensure_ascii=False, separators=(",", ":"))
                writer.write(text.encode() + b"\n")
                await asyncio.wait_for(writer.drain(), _SLOW_S)
        writer.close()
