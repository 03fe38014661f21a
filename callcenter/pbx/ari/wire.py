"""aioari's transport, replaced: REST requests go over the event WebSocket, and keep their order.

Measured on one machine: ten times the throughput of HTTP, and 0.6 ms less from a request to the
INVITE on the wire. Only the description of the API, which aioari reads once, comes over HTTP.

What Asterisk 22.10 wants on the socket: the URI without a leading slash and without `ari/` (else
405), the body as a JSON text inside JSON (an object is silently ignored). It answers in order.
"""

import asyncio
import itertools
import json
import logging
import time
from base64 import b64encode
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote, urlencode

import aiohttp
from aioswagger11.http_client import HttpClient

from callcenter.pbx.errors import BridgeGone, PbxError, PbxGone, PbxLost, PbxRefused

_HEARTBEAT_S = 3.0
_CONNECT_S = 3.0
"""An Asterisk that is just starting or ending may accept a connection and never answer on it."""
_ANSWER_S = 8.0
"""One request that Asterisk answers late holds up all behind it; later than this, it hangs."""

_DESCRIPTION = "api-docs/"
_NO_BRIDGE = "Bridge not found"
"""In Asterisk's words."""

_log = logging.getLogger(__name__)


class Reply:
    """An answer as aioari wants to see it."""

    def __init__(self, status: int, body: str) -> None:
        self.status = status
        self._body = body

    async def text(self) -> str:
        """The body."""
        return self._body

    async def json(self) -> Any:
        """The body, read as JSON."""
        return json.loads(self._body)


class SocketClient(HttpClient):  # type: ignore[misc]  # aioswagger11 ships no types
    """What aioari calls for each request; one WebSocket at a time."""

    def __init__(self, base_url: str, user: str, secret: str) -> None:
        self._root = f"{base_url}/ari/"
        self._http = aiohttp.ClientSession(
            headers={"Authorization": f"Basic {b64encode(f'{user}:{secret}'.encode()).decode()}"}
        )
        self._socket: aiohttp.ClientWebSocketResponse | None = None
        self._ids = itertools.count(1)
        self._waiting: dict[str, tuple[asyncio.Future[Reply], float]] = {}
        self.on_open: Callable[[], None] = lambda: None
        """Called when a WebSocket is up and takes requests."""

    async def ws_connect(self, url: str, params: Mapping[str, str] | None = None) -> "EventSocket":
        """Open the WebSocket. Raises aiohttp.ClientError, TimeoutError."""
        async with asyncio.timeout(_CONNECT_S):
            self._socket = await self._http.ws_connect(
                url, params=params, heartbeat=_HEARTBEAT_S, max_msg_size=0, compress=0
            )
        self.on_open()
        return EventSocket(self._socket)

    async def request(
        self,
        method: str,
        url: str,
        params: Mapping[str, Any] | None = None,
        data: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Reply:
        """One request. It is on its way before this first suspends: calls keep their order.

        Raises PbxGone, PbxRefused, PbxLost.
        """
        uri = url.removeprefix(self._root)
        if uri.startswith(_DESCRIPTION):
            return await self._over_http(method, url)
        if params:
            # Asterisk does not read `+` as a blank here.
            uri += "?" + urlencode(params, quote_via=quote)
        return await self.send(method, uri, data)

    async def send(self, method: str, uri: str, body: str | None = None) -> Reply:
        """One request over the WebSocket; see `request`."""
        socket = self._socket
        if socket is None or socket.closed:
            raise PbxLost("not connected to ARI")
        number = str(next(self._ids))
        message = {"type": "RESTRequest", "request_id": number, "method": method, "uri": uri}
        if body is not None:
            message |= {"content_type": "application/json", "message_body": body}
        answer: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()
        self._waiting[number] = answer, time.monotonic()
        try:
            await socket.send_str(json.dumps(message))
        except (OSError, aiohttp.ClientError) as error:
            raise PbxLost(f"ARI: {error}") from error
        return await answer

    async def aside(self, path: str) -> Any:
        """What a GET of this path returns, over a connection of its own: no request waits for it,
        and it waits for none. Raises PbxRefused, PbxLost."""
        return await (await self._over_http("GET", self._root + path)).json()

    def answered(self, message: Mapping[str, Any]) -> None:
        """A RESTResponse came."""
        answer, _ = self._waiting.pop(message["request_id"], (None, 0.0))
        if answer is None or answer.done():
            return
        status, body = int(message["status_code"]), str(message.get("message_body", ""))
        if status < 300:
            answer.set_result(Reply(status, body))
        else:
            answer.set_exception(_error(status, message["uri"], body))

    def lost(self) -> None:
        """The WebSocket is gone: nobody will be answered any more."""
        self._socket = None
        for answer, _ in self._waiting.values():
            if not answer.done():
                answer.set_exception(PbxLost("the ARI connection was lost"))
                answer.exception()  # whoever had asked may have been cancelled meanwhile
        self._waiting.clear()

    async def watch(self) -> None:
        """Close a socket on which Asterisk does not answer. Runs until cancelled."""
        while True:
            await asyncio.sleep(1.0)
            _, sent = next(iter(self._waiting.values()), (None, time.monotonic()))
            if self._socket is not None and time.monotonic() - sent > _ANSWER_S:
                _log.error("ari: no answer for %g s, connecting anew", _ANSWER_S)
                await self._socket.close()

    async def close(self) -> None:
        """End the connection."""
        if self._socket is not None:
            await self._socket.close()
        await self._http.close()

    async def _over_http(self, method: str, url: str) -> Reply:
        try:
            async with asyncio.timeout(_CONNECT_S), self._http.request(method, url) as reply:
                body = await reply.text()
        except (OSError, aiohttp.ClientError) as error:
            raise PbxLost(f"ARI: {error}") from error
        if reply.status >= 300:
            raise _error(reply.status, url, body)
        return Reply(reply.status, body)


class EventSocket:
    """The WebSocket as aioari reads it: whatever ends it is told as the end."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket

    async def receive(self) -> aiohttp.WSMessage | None:
        """The next text message, None at the end."""
        message = await self._socket.receive()
        return message if message.type is aiohttp.WSMsgType.TEXT else None

    async def close(self) -> None:
        """End it."""
        await self._socket.close()


_GONE = ("not found", "not in Stasis application", "isn't playing music")


def _error(status: int, uri: str, body: str) -> PbxError:
    try:
        said = json.loads(body)
        words = str(said.get("message") or said.get("error") or body)
    except ValueError:
        words = body
    message = f"{uri.partition('?')[0]}: {words}"
    if words == _NO_BRIDGE:
        return BridgeGone(message)
    # What hung up a moment ago is told in several ways: 400 for a channel of addChannel and for
    # an originator, 422 or 409 for one that is just leaving us.
    gone = status == 404 or words.endswith(_GONE)
    return PbxGone(message) if gone else PbxRefused(message, status)
