"""A session with Asterisk's manager interface (AMI), for asyncio.

Used for what ARI can't do: reloads, queue members, MixMonitor, commands of the CLI.
"""

import asyncio
import itertools
import re
from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self, TypeVar

from asterisk.manager import ManagerException

from callcenter.pbx.ami.wire import Message, Wire
from callcenter.pbx.errors import PbxGone, PbxLost, PbxRefused

EventCallback = Callable[[Message], None]
T = TypeVar("T")

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_GONE = re.compile(r"no such channel|not there|interface not found", re.IGNORECASE)
_REQUEST_S = 10.0
"""A request that takes longer means an Asterisk that hangs; reloads take 10 to 20 ms."""
_LOGIN_S = 3.0
"""An Asterisk that is just starting or ending may accept a connection and never answer on it."""


@dataclass(frozen=True, slots=True)
class QueueMember:
    """A member of a native queue, as Asterisk holds it."""

    queue: str
    interface: str
    member: str
    paused: bool
    reason: str


class AmiSession:
    """One logged-in connection.

    Requests go out one after another, in the order they were made. Asterisk only sends the
    events named at `connect`, so a busy machine does not flood us. When the connection ends,
    `lost` is done and each request raises PbxLost; a new session must then be made.
    """

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._wire = Wire(self._came, self._ended)
        # One thread: pyst2 matches answers to requests by their order, and a caller that stops
        # waiting must not let the next request overtake.
        self._requests = ThreadPoolExecutor(1, "ami")
        self._callbacks: dict[str, list[EventCallback]] = {}
        self._lists: dict[str, list[Message]] = {}
        self._complete: dict[str, asyncio.Future[None]] = {}
        self._action_ids = itertools.count(1)
        self._patience_s = _LOGIN_S
        self.lost: asyncio.Future[None] = self._loop.create_future()
        """Done once the connection has ended, also by `close`."""

    @classmethod
    async def connect(
        cls,
        port: int,
        user: str,
        secret: str,
        *,
        host: str = "127.0.0.1",
        events: Collection[str] = (),
    ) -> Self:
        """Connect, log in, and ask for the named events.

        Raises PbxLost where nobody listens or answers within 3 s, PbxRefused for a wrong user or
        secret.
        """
        session = cls()
        try:
            await session._blocking(lambda: session._wire.connect(host, port))
            await session.action("Login", Username=user, Secret=secret, Events="off")
            session._patience_s = _REQUEST_S
            for name in events:
                await session.action("Filter", Operation="Add", MatchCriteria=f"name({name})")
                session._callbacks[name] = []
            if events:
                await session.action("Events", EventMask="on")
        except BaseException:
            await session.close()
            raise
        return session

    async def close(self) -> None:
        """End the session. Never raises, and may be called twice."""
        self._wire.close()
        self._requests.shutdown(wait=False)
        if self._wire.message_thread.is_alive():
            await self.lost

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    def on(self, event: str, callback: EventCallback) -> None:
        """Call `callback` on the event loop for each such event; it must not block.

        Raises KeyError for an event that was not named at `connect`: it would never come.
        """
        self._callbacks[event].append(callback)

    async def action(self, name: str, **fields: str) -> Message:
        """Make one request and return Asterisk's answer.

        Raises ValueError for a field with a control character (a line break would be a second
        request), PbxGone for a channel or member that is not there, PbxRefused for any other
        error, PbxLost without a connection or an answer within 10 s (the session then ends).
        """
        reply = await self._ask({"Action": name, **fields})
        _raise_on_error(reply)
        return reply

    async def listing(self, name: str, **fields: str) -> list[Message]:
        """Make a request that is answered by a list of events; return them without the last.

        Raises as `action` does.
        """
        action_id = self._new_id()
        done = self._complete[action_id] = self._loop.create_future()
        self._lists[action_id] = []
        try:
            reply = await self.action(name, **fields, ActionID=action_id)
            # An empty list may be a plain "there are none", with no end to wait for.
            if reply.get("EventList") == "start":
                await self._in_time(done, self.lost)
            return self._lists[action_id]
        finally:
            del self._complete[action_id], self._lists[action_id]

    async def command(self, text: str) -> list[str]:
        """The whole output of a CLI command. Raises PbxRefused where Asterisk knows it not.

        That a command worked can only be told from its output.
        """
        reply = await self._ask({"Action": "Command", "Command": text})
        if reply.get("Response") == "Error":
            raise PbxRefused("\n".join(reply.all("Output")) or reply.text)
        return reply.all("Output")

    async def queue_add(
        self, queue: str, interface: str, *, member: str, paused: bool = False, reason: str = ""
    ) -> bool:
        """Make `interface` a member of a native queue. False: it was one already, unchanged.

        Raises PbxRefused where there is no such queue.
        """
        fields = {"Queue": queue, "Interface": interface, "MemberName": member}
        try:
            await self.action("QueueAdd", **fields, Paused=_flag(paused), Reason=reason)
        except PbxRefused as refused:
            if "Already there" in str(refused):
                return False
            raise
        return True

    async def queue_remove(self, queue: str, interface: str) -> bool:
        """Take a member out of a native queue. False: it was none."""
        try:
            await self.action("QueueRemove", Queue=queue, Interface=interface)
        except PbxGone:
            return False
        return True

    async def queue_pause(
        self, interface: str, paused: bool, *, queue: str = "", reason: str = ""
    ) -> None:
        """Pause or unpause a member, in all its queues if none is named.

        Raises PbxGone where it is a member of none.
        """
        fields = {"Interface": interface, "Paused": _flag(paused), "Reason": reason}
        await self.action("QueuePause", **fields, **({"Queue": queue} if queue else {}))

    async def queue_members(self) -> list[QueueMember]:
        """All members of all native queues."""
        return [
            QueueMember(
                queue=event.get("Queue"),
                interface=event.get("Location"),
                member=event.get("Name"),
                paused=event.get("Paused") == "1",
                reason=event.get("PausedReason"),
            )
            for event in await self.listing("QueueStatus")
            if event.event == "QueueMember"
        ]

    async def mixmonitor(self, channel: str, file: str, options: str = "") -> None:
        """Record both sides of a channel into `file`, a path as Asterisk sees it.

        Raises PbxGone where the channel has ended.
        """
        await self.action("MixMonitor", Channel=channel, File=file, Options=options)

    async def mixmonitor_mute(self, channel: str, muted: bool) -> None:
        """Silence a running recording of a channel in both directions, or end the silence."""
        state = "1" if muted else "0"
        await self.action("MixMonitorMute", Channel=channel, Direction="both", State=state)

    def _new_id(self) -> str:
        return f"callcenter-{next(self._action_ids)}"

    async def _ask(self, fields: dict[str, str]) -> Message:
        for name, value in fields.items():
            if _CONTROL.search(name) or _CONTROL.search(value):
                raise ValueError(f"AMI field {name} holds a control character")
        request = {"ActionID": self._new_id(), **fields}
        reply = await self._blocking(lambda: self._wire.send_action(request))
        assert isinstance(reply, Message)  # noqa: S101  what our reader puts there
        return reply

    async def _blocking(self, request: Callable[[], object]) -> object:
        """Do it on the session's thread. The thread can't be stopped, only its connection ended."""
        if self.lost.done():
            raise PbxLost("the AMI connection has ended")
        try:
            answer = self._loop.run_in_executor(self._requests, request)
            answer.add_done_callback(_seen)
            # Not `lost` too: the thread wakes at the end of the connection, and may still hold
            # the answer that came just before it, as that of a refused login does.
            return await self._in_time(answer)
        except (ManagerException, OSError) as error:
            raise PbxLost(f"no AMI connection: {error}") from error
        except RuntimeError as error:  # the executor is shut down: closed beside us
            raise PbxLost("the AMI session is closed") from error

    async def _in_time(self, answer: asyncio.Future[T], *ends: asyncio.Future[None]) -> T:
        either: list[asyncio.Future[Any]] = [answer, *ends]
        done, _ = await asyncio.wait(
            either, timeout=self._patience_s, return_when=asyncio.FIRST_COMPLETED
        )
        if answer in done:
            return answer.result()
        self._wire.hang_up()
        late = f"no answer in {self._patience_s:g} s"
        raise PbxLost("the AMI connection has ended" if done else late)

    def _came(self, event: Message) -> None:
        """On the reading thread."""
        self._loop.call_soon_threadsafe(self._dispatch, event)

    def _ended(self) -> None:
        """On the reading thread; the loop may be closed before it when a program ends."""
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._lose)

    def _lose(self) -> None:
        if not self.lost.done():
            self.lost.set_result(None)

    def _dispatch(self, event: Message) -> None:
        action_id = event.get("ActionID")
        if action_id in self._lists:
            if event.get("EventList") == "Complete":
                self._complete[action_id].set_result(None)
            else:
                self._lists[action_id].append(event)
            return
        for callback in self._callbacks.get(event.event, ()):
            callback(event)


def _raise_on_error(reply: Message) -> None:
    if reply.get("Response") != "Error":
        return
    raise PbxGone(reply.text) if _GONE.search(reply.text) else PbxRefused(reply.text)


def _flag(on: bool) -> str:
    return "true" if on else "false"


def _seen(answer: asyncio.Future[object]) -> None:
    """Take note of the error of a request that nobody waits for any more."""
    if not answer.cancelled():
        answer.exception()
