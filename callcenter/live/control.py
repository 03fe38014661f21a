"""The control socket: what the running controller shows and takes, one JSON text a line.

Request `{"do": …}`, answer `{"ok": true, …}` or `{"ok": false, "error": …}`:
- `snapshot`: queues, agents and calls now; `agents`: agents only
- `watch`: a snapshot at once, and one after each change, five a second at the most
- `sign_in`, `sign_out`, `ready` with `agent`; `not_ready` with `agent` and `reason`
- `reload`: read the site anew
- what recordings/desk.py tells
"""

import asyncio
import contextlib
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TypeAlias

from callcenter.acd import events as acd
from callcenter.live.controller import Controller
from callcenter.live.snapshot import Json, agents, snapshot
from callcenter.pbx.errors import PbxLost
from callcenter.pbx.socket_path import listen_unix, remove_unix
from callcenter.site.model import Site

More: TypeAlias = Mapping[str, Callable[[Mapping[str, object]], Awaitable[Mapping[str, Json]]]]
"""Name of a request -> what answers it; raises ValueError."""

_WATCH_S = 0.2
_LONGEST = 4 << 20
"""Bytes of a request: a year's forecast by the hour has a tenth of it."""

_DUTIES: Mapping[str, Callable[[str, str], acd.Event]] = {
    "sign_in": lambda agent, reason: acd.AgentSignedIn(agent),
    "sign_out": lambda agent, reason: acd.AgentSignedOut(agent),
    "ready": lambda agent, reason: acd.AgentReady(agent),
    "not_ready": acd.AgentNotReady,
}


class BadRequest(Exception):
    """A request that cannot be done; the message is the answer."""


class ControlServer:
    """Answers on the socket. Only its owner may connect."""

    def __init__(
        self,
        controller: Controller,
        site: Callable[[], Site],
        reload: Callable[[], Awaitable[None]],
        more: More = MappingProxyType({}),
    ) -> None:
        """`reload` raises BadRequest where the new site cannot be taken; `more` are others'
        requests, a ValueError's text is their answer."""
        self.today: Callable[[], Mapping[str, Json]] = dict
        """Figures of the day, for snapshots; see publishing/today.py."""
        self.controller = controller
        self.site = site
        """What is deployed."""
        self._reload = reload
        self._more = more
        self._change = asyncio.Event()

    def changed(self) -> None:
        """Something that snapshots show is new."""
        self._change.set()
        self._change = asyncio.Event()

    async def snapshots(self) -> AsyncIterator[dict[str, Json]]:
        """A snapshot at once and one after each change, five a second at the most; endless."""
        while True:
            change = self._change
            yield self._snapshot()
            await asyncio.sleep(_WATCH_S)
            await change.wait()

    @contextlib.asynccontextmanager
    async def listening(self, path: Path) -> AsyncIterator[None]:
        """Listen on `path`, which is replaced where an earlier controller has left it."""
        server = await asyncio.start_unix_server(
            self._serve, sock=listen_unix(path), limit=_LONGEST
        )
        try:
            yield
        finally:
            server.close()
            remove_unix(path)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        # Whoever asks may leave at any moment, and so may we while somebody watches.
        with contextlib.suppress(ConnectionError, asyncio.CancelledError):
            while (line := await _line(reader)) != b"":
                async for answer in self._answers(line):
                    text = json.dumps(answer, ensure_ascii=False, separators=(",", ":"))
                    writer.write(text.encode() + b"\n")
                    await writer.drain()
        writer.close()

    async def _answers(self, line: bytes | None) -> AsyncIterator[dict[str, Json]]:
        try:
            if line is None:
                raise BadRequest(f"a request has {_LONGEST} bytes at most")
            request = json.loads(line)
            if not isinstance(request, dict):
                raise BadRequest("a request is a JSON object")
            if request.get("do") == "watch":
                async for view in self.snapshots():
                    yield {"ok": True} | view
            else:
                yield {"ok": True} | await self._answer(request)
        except (BadRequest, PbxLost) as error:
            yield {"ok": False, "error": str(error)}
        except ValueError:
            yield {"ok": False, "error": "that is not JSON"}

    async def _answer(self, request: Mapping[str, object]) -> dict[str, Json]:
        floor, now = self.controller.floor, time.time()
        match request.get("do"):
            case "reload":
                await self._reload()
                return {}
            case str(duty) if duty in _DUTIES:
                return await self._set_agent(duty, request)
            case str(name) if name in self._more:
                return dict(await self._answer_more(name, request))
            case "snapshot" | "agents" if not self.controller.restored:
                raise PbxLost("the controller has not found Asterisk yet")
            case "snapshot":
                return self._snapshot()
            case "agents":
                return {"agents": agents(floor, self.site(), now)}
        raise BadRequest(f"unknown request {request.get('do')!r}")

    async def _answer_more(self, name: str, request: Mapping[str, object]) -> Mapping[str, Json]:
        try:
            return await self._more[name](request)
        except ValueError as error:
            raise BadRequest(str(error)) from None

    async def _set_agent(self, duty: str, request: Mapping[str, object]) -> dict[str, Json]:
        agent, reason = str(request.get("agent", "")), str(request.get("reason", ""))
        if self.controller.floor.agent(agent) is None:
            raise BadRequest(f"there is no agent {agent!r}")
        if not reason.isprintable():
            raise BadRequest("the reason is one line of text")
        await self.controller.ask(_DUTIES[duty](agent, reason))
        view = self.controller.floor.agent(agent)
        state = view.state.value if view else "signed_out"
        return {"agent": agent, "state": state, "reason": view.reason if view else ""}

    def _snapshot(self) -> dict[str, Json]:
        view = snapshot(self.controller.floor, self.site(), time.time())
        day: dict[str, Json] = {"today": dict(self.today())}
        return {"connected": self.controller.connected} | day | view


async def _line(reader: asyncio.StreamReader) -> bytes | None:
    """The next line, empty at the end; None for one that is too long."""
    try:
        return await reader.readline()
    except ValueError:
        return None
