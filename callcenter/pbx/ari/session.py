"""A session with Asterisk's REST interface (ARI): typed requests out, typed events in.

aioari underneath, with guards: its handlers run one after another, so ours only hands the event
on; its `run` returns without a word when the socket closes, which is a lost connection here.
"""

import asyncio
import json
import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

import aiohttp
from aioari.client import Client

from callcenter.pbx.ari.events import (
    WANTED,
    Bridge,
    Channel,
    Connected,
    Disconnected,
    Event,
    Replaced,
    parse,
    parse_bridge,
    parse_channel,
)
from callcenter.pbx.ari.wire import Reply, SocketClient
from callcenter.pbx.errors import PbxError, PbxLost, PbxRefused
from callcenter.pbx.retry import retry_delays

_EXISTS = 409

_log = logging.getLogger(__name__)


class AppTaken(PbxError):
    """A second controller has connected under our application's name; we are deaf from then on."""


class AriSession:
    """One connection that is kept up.

    Requests go over one socket in the order in which they were made, and Asterisk carries them
    out one after another. So what must happen in order only has to be asked for in order: no
    need to wait for each answer. A request raises PbxGone, PbxRefused or PbxLost.
    """

    def __init__(
        self,
        port: int,
        user: str,
        secret: str,
        *,
        app: str,
        on_event: Callable[[Event], None],
        host: str = "127.0.0.1",
    ) -> None:
        """`on_event` is called on the event loop for each event; it must not block."""
        self.app = app
        self._on_event = on_event
        base_url = f"http://{host}:{port}"
        self._wire = SocketClient(base_url, user, secret)
        self._wire.on_open = self._opened
        self._client = Client(base_url, self._wire)
        self._client.exception_handler = _say_why
        self._described = False
        self._open = False
        self._greeting: asyncio.Task[None] | None = None
        self._taken = asyncio.Event()

    async def run(self) -> None:
        """Connect, and connect again whenever the connection ends, until cancelled.

        Tells `Connected` and `Disconnected` as events. Raises AppTaken.
        """
        watch = asyncio.create_task(self._wire.watch())
        retries = retry_delays()
        try:
            while True:
                reason = await self._connect()
                if self._open:
                    retries = retry_delays()
                self._lose(reason)
                if self._taken.is_set():
                    raise AppTaken(f"another controller runs as {self.app!r} on this Asterisk")
                await asyncio.sleep(next(retries))
        finally:
            watch.cancel()
            await self._wire.close()
            self._lose("closed")

    # Calls

    async def originate(
        self,
        channel: str,
        endpoint: str,
        *,
        args: str,
        timeout_s: float,
        originator: str,
        caller_id: str,
        variables: Mapping[str, str],
        context: str = "",
    ) -> Channel:
        """Call a phone; the channel has the id `channel`, and is ours once it is picked up.

        With a context the dialplan has it then, at `s`; what is told of it must be asked for.
        """
        ours = {"app": self.app, "appArgs": args}
        theirs = {"context": context, "extension": "s", "priority": 1}
        reply = await self._api.channels.originateWithId(
            channelId=channel,
            endpoint=endpoint,
            **(theirs if context else ours),
            timeout=max(1, round(timeout_s)),
            originator=originator,
            callerId=caller_id,
            variables=dict(variables),
        )
        return parse_channel(reply.json)

    async def subscribe(self, channel: str) -> None:
        """Be told what happens to a channel that is not ours yet."""
        source = f"channel:{channel}"
        await self._api.applications.subscribe(applicationName=self.app, eventSource=source)

    async def hangup(self, channel: str, reason: str = "normal") -> None:
        """End a channel. `answered_elsewhere` tells a ringing phone that it missed nothing."""
        await self._api.channels.hangup(channelId=channel, reason=reason)

    async def channels(self) -> list[Channel]:
        """All channels of this Asterisk, also those that are not ours."""
        return [parse_channel(found.json) for found in await self._api.channels.list()]

    async def continue_in_dialplan(
        self, channel: str, context: str, extension: str, priority: int = 1
    ) -> None:
        """Give a channel back to the dialplan, at this place."""
        await self._api.channels.continueInDialplan(
            channelId=channel, context=context, extension=extension, priority=priority
        )

    async def set_variable(self, channel: str, name: str, value: str) -> None:
        """Set a channel's variable, or a function such as `TIMEOUT(absolute)`."""
        await self._api.channels.setChannelVar(channelId=channel, variable=name, value=value)

    async def answer_transfer(self, channel: str, *, done: bool) -> None:
        """Tell a phone that asked for a transfer what came of it.

        After a success the phone hangs up; after a refusal its call goes on.
        """
        states = "channel_answered" if done else "channel_declined"
        await self._api.channels.transfer_progress(channelId=channel, states=states)

    async def answer(self, channel: str) -> None:
        """Pick up a channel that called us; harmless where it is up."""
        await self._api.channels.answer(channelId=channel)

    async def ring(self, channel: str, on: bool) -> None:
        """Let a channel hear that it rings elsewhere, or no longer."""
        verb = self._api.channels.ring if on else self._api.channels.ringStop
        await verb(channelId=channel)

    async def snoop(self, channel: str, snoop: str, *, whisper: str, args: str) -> None:
        """Hear what a channel says and hears, over a channel `snoop` of ours.

        What is said into it is heard by nobody (`none`), by the channel itself (`out`), or by
        whom it talks to as well (`both`). It ends with the channel.
        """
        how = {"spy": "both", "whisper": whisper, "app": self.app, "appArgs": args}
        await self._api.channels.snoopChannelWithId(channelId=channel, snoopId=snoop, **how)

    async def press(self, channel: str, keys: str) -> None:
        """Send keys to whoever is at a channel's other end."""
        await self._api.channels.sendDTMF(channelId=channel, dtmf=keys)

    async def play(self, channel: str, media: Sequence[str], *, playback: str) -> None:
        """Play prompts one after another to one channel, in its language."""
        await self._api.channels.playWithId(
            channelId=channel, playbackId=playback, media=",".join(media)
        )

    async def stop_playback(self, playback: str) -> None:
        """Stop prompts. A channel can't change bridges while it hears one: it would wait."""
        await self._api.playbacks.stop(playbackId=playback)

    # Bridges

    async def create_bridge(self, bridge: str, kind: str) -> None:
        """Make a bridge, `mixing` or `holding`; one that is there already stays as it is."""
        try:
            await self._api.bridges.createWithId(bridgeId=bridge, type=kind)
        except PbxRefused as refused:
            if refused.code != _EXISTS:
                raise

    async def add_to_bridge(self, bridge: str, *channels: str, absorb: bool = False) -> None:
        """Move channels into a bridge, out of any other; keys of those that `absorb` stay ours."""
        how = {"absorbDTMF": "true"} if absorb else {}
        await self._api.bridges.addChannel(bridgeId=bridge, channel=",".join(channels), **how)

    async def destroy_bridge(self, bridge: str) -> None:
        """Remove a bridge."""
        await self._api.bridges.destroy(bridgeId=bridge)

    async def start_music(self, bridge: str, music_class: str) -> None:
        """Play music in a bridge to all who wait in it."""
        await self._api.bridges.startMoh(bridgeId=bridge, mohClass=music_class)

    async def stop_music(self, bridge: str) -> None:
        """End the music of a bridge. Raises PbxGone where none plays."""
        await self._api.bridges.stopMoh(bridgeId=bridge)

    async def bridges(self) -> list[Bridge]:
        """All bridges of this Asterisk."""
        return [parse_bridge(found.json) for found in await self._api.bridges.list()]

    # The machine

    async def set_device_state(self, device: str, state: str) -> None:
        """Show a lamp: `device` is a name behind `Stasis:`, state one of Asterisk's words."""
        await self._api.deviceStates.update(deviceName=f"Stasis:{device}", deviceState=state)

    async def set_global(self, name: str, value: str) -> None:
        """Set a global variable."""
        await self._api.asterisk.setGlobalVar(variable=name, value=value)

    async def started_at(self) -> float:
        """When this Asterisk was started, in epoch seconds."""
        answer = await self._api.asterisk.getInfo(only="status")
        return datetime.fromisoformat(answer["status"]["startup_time"]).timestamp()

    async def aside(self, path: str) -> Any:
        """What a GET of a path below `/ari/` returns, over HTTP: no request waits for it."""
        return await self._wire.aside(path)

    # The connection

    @property
    def _api(self) -> Client:
        """What makes requests. Raises PbxLost before the first connection, which describes them."""
        if not self._described:
            raise PbxLost("not connected to ARI yet")
        return self._client

    async def _connect(self) -> str:
        """Hold one connection to its end; returns why it ended."""
        try:
            if not self._described:
                await self._client.init()
                self._client.on_event("RESTResponse", self._wire.answered)
                self._client.on_event("*", self._came)
                self._described = True
            await self._client.run(self.app)
        except (PbxLost, PbxRefused, OSError, aiohttp.ClientError) as error:
            return str(error)
        return "the connection ended"

    def _opened(self) -> None:
        self._open = True
        self._greeting = asyncio.create_task(self._greet())
        self._on_event(Connected())

    async def _greet(self) -> None:
        """Ask for the events that we read; answers to requests are events like others."""
        allowed = [{"type": name} for name in (*WANTED, "RESTResponse")]
        try:
            await self._put_filter(json.dumps({"allowed": allowed}))
        except PbxLost:
            return  # told by `run`
        except PbxRefused as refused:
            _log.warning("ari: all events come, the filter was refused: %s", refused)

    async def _put_filter(self, body: str) -> Reply:
        # Not by aioari: it would wrap the filter in an object, which Asterisk takes for none.
        return await self._wire.send("PUT", f"applications/{self.app}/eventFilter", body)

    def _came(self, raw: Mapping[str, Any]) -> None:
        event = parse(raw)
        if event is None:
            return
        self._on_event(event)
        if isinstance(event, Replaced):
            self._taken.set()
            for socket in self._client.websockets:
                self._greeting = asyncio.create_task(socket.close())

    def _lose(self, reason: str) -> None:
        self._wire.lost()
        if self._open:
            self._open = False
            self._on_event(Disconnected(reason))


def _say_why(error: Exception) -> None:
    """aioari calls this for an error in a handler: an event that Asterisk has never sent so."""
    _log.error("ari: an event could not be read: %r", error)
