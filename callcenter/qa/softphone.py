"""Real softphones for tests and QA: registered pjsua2 phones that a test or a person commands.

One process has one `Softphones`, with as many phones as it likes. Needs the library that
`callcenter qa build-softphone` builds.
"""

import asyncio
import itertools
import socket
from collections import deque
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from callcenter.qa import audio
from callcenter.qa.phone import Behaviour, Refused
from callcenter.qa.softphone_call import ANSWERS_S, SoftCall
from callcenter.qa.softphone_engine import Engine, SoftphoneError
from callcenter.qa.softphone_words import Line, Told
from callcenter.qa.stage import until


@dataclass(frozen=True, slots=True)
class Text:
    """A SIP MESSAGE that came in."""

    peer: str
    text: str


class Softphones:
    """The softphones of this process; use it as `async with Softphones() as phones`."""

    def __init__(self, log: Path | None = None) -> None:
        self._engine = Engine(self._hear, log)
        self._loop = asyncio.get_running_loop()
        self._phones: dict[int, Softphone] = {}
        self._keys = itertools.count(1)

    async def __aenter__(self) -> "Softphones":
        """Raises SoftphoneMissing where the library was not built."""
        await asyncio.to_thread(self._engine.start)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            await self.clear()
        finally:
            await asyncio.to_thread(self._engine.stop)

    async def phone(
        self,
        user: str,
        secret: str,
        server: tuple[str, int],
        behaviour: Behaviour | None = None,
        *,
        register: bool = True,
        mailbox: bool = False,
        hear: Callable[[Told], None] | None = None,
    ) -> "Softphone":
        """A phone, registered unless told otherwise. Raises Refused, Late or SoftphoneError.

        `hear` is called with all that happens to it, on the event loop.
        """
        host, port = server
        line = Line(user, secret, f"{host}:{port}", _address_towards(server), 3600, mailbox)
        phone = Softphone(next(self._keys), self._engine, line, behaviour, hear)
        self._phones[phone.key] = phone
        await self._engine.do(lambda lib: lib.add(phone.key, line, register=register))
        if register:
            await phone.is_registered()
        return phone

    async def clear(self) -> None:
        """End all calls, unregister and forget all phones."""
        phones = list(self._phones.values())
        left = await asyncio.gather(*(phone.leave() for phone in phones), return_exceptions=True)
        for phone in phones:
            del self._phones[phone.key]
        for error in left:
            if isinstance(error, BaseException):
                raise error

    def _hear(self, told: Told) -> None:
        """On the engine's thread."""
        with suppress(RuntimeError):  # the loop was closed before the engine: nobody listens
            self._loop.call_soon_threadsafe(self._take, told)

    def _take(self, told: Told) -> None:
        if phone := self._phones.get(told.account):
            phone.take(told)


class Softphone:
    """One account's phone; made by `Softphones.phone`."""

    def __init__(
        self,
        key: int,
        engine: Engine,
        line: Line,
        behaviour: Behaviour | None,
        hear: Callable[[Told], None] | None = None,
    ) -> None:
        self.key = key
        self.engine = engine
        self.user = line.user
        self.behaviour = behaviour
        """What it does with the calls that are offered from now on; None: they are answered by
        whoever commands it."""
        self.script: deque[Behaviour] = deque()
        """One for each next call, used up before `behaviour` holds again."""
        self.calls: list[SoftCall] = []
        """All calls, oldest first."""
        self.messages: list[Text] = []
        self.lamps: dict[str, str] = {}
        """Watched number → what its lamp says: Ready, Ringing, On the phone, Unavailable…"""
        self.mailbox: tuple[int, int] | None = None
        """(new, old) messages waiting, once told."""
        self.registration = 0
        """The code of the last answer to REGISTER; 0 before."""
        self.expires_s = 0
        """How long that registration holds; 0 after unregistering."""
        self._line = line
        self._by_key: dict[int, SoftCall] = {}
        self._sent: list[int] = []
        self._hear = hear
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def offers(self) -> list[SoftCall]:
        """Calls that came in, oldest first."""
        return [call for call in self.calls if call.incoming]

    def uri(self, number: str) -> str:
        """The SIP address of a number at its server; addresses stay as they are."""
        return number if ":" in number else f"sip:{number}@{self._line.server}"

    async def address(self) -> str:
        """sip: address that the phone is reached at without any server."""
        return f"sip:{self.user}@{await self.engine.do(lambda lib: lib.address(self.key))}"

    async def is_registered(self, within_s: float = ANSWERS_S) -> None:
        """Wait for the answer to REGISTER. Raises Refused or Late."""
        await until(lambda: self.registration, f"REGISTER of {self.user} is answered", within_s)
        if self.registration != 200:
            raise Refused(f"REGISTER of {self.user}: {self.registration}")

    async def register(self, *, renew: bool = True) -> None:
        """Register again; `renew=False` unregisters. Raises Refused or Late."""
        self.registration = 0
        await self.engine.do(lambda lib: lib.register(self.key, renew=renew))
        await self.is_registered()

    async def dial(
        self,
        number: str,
        tone_hz: float | None = audio.AGENT_HZ,
        headers: dict[str, str] | None = None,
    ) -> SoftCall:
        """Call a number and say a tone once it is answered; does not wait for that."""
        uri = self.uri(number)
        tone = tone_hz or 0
        key = await self.engine.do(lambda lib: lib.call(self.key, uri, tone, headers or {}))
        call = self._call(key)
        call.peer = call.peer or uri
        return call

    async def call(
        self,
        number: str,
        tone_hz: float | None = audio.AGENT_HZ,
        headers: dict[str, str] | None = None,
        within_s: float = ANSWERS_S,
    ) -> SoftCall:
        """Call a number and wait for the answer. Raises Refused with its code, or Late."""
        call = await self.dial(number, tone_hz, headers)
        what = f"{self.user}'s call to {number} is answered"
        await until(lambda: call.state in ("answered", "ended"), what, within_s)
        if call.answered_at is None:
            raise Refused(f"call to {number}: {call.code}")
        return call

    async def offered(self, count: int = 1, within_s: float = ANSWERS_S) -> SoftCall:
        """Its latest incoming call, once it has been offered so many. Raises Late."""
        what = f"{self.user} is offered {count} calls"
        await until(lambda: len(self.offers) >= count, what, within_s)
        return self.offers[count - 1]

    async def message(self, number: str, text: str, within_s: float = ANSWERS_S) -> int:
        """Send a MESSAGE; the code of its answer. Raises Late. One at a time."""
        uri = self.uri(number)
        self._sent.clear()
        await self.engine.do(lambda lib: lib.message(self.key, uri, text))
        await until(lambda: self._sent, f"MESSAGE to {number} is answered", within_s)
        return self._sent[0]

    async def watch(self, number: str, *, on: bool = True) -> None:
        """Watch the lamp of a number (or end that): what it says stands in `lamps`."""
        uri = self.uri(number)
        await self.engine.do(lambda lib: lib.watch(self.key, uri, on=on))

    def forget(self) -> None:
        """Leave calls that are over out of `calls` and `offers`."""
        self.calls = [call for call in self.calls if call.state != "ended"]

    async def leave(self) -> None:
        """End its calls, unregister."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for call in self.calls:
            await call.hang_up()
        try:
            if self.registration == 200 and self.expires_s > 0:
                await self.register(renew=False)
        finally:
            await self.engine.do(lambda lib: lib.remove(self.key))

    def take(self, told: Told) -> None:
        """Take over what the library told of it or of its calls."""
        match told.kind:
            case "registration":
                self.registration, self.expires_s = told.code, told.new
            case "message":
                self.messages.append(Text(told.peer, told.text))
            case "message status":
                self._sent.append(told.code)
            case "lamp":
                self.lamps[_number(told.peer)] = told.text
            case "mailbox":
                self.mailbox = (told.new, told.code)
            case _:
                self._take_call(told)
        if self._hear is not None:
            self._hear(told)

    def _take_call(self, told: Told) -> None:
        call = self._call(told.call)
        call.take(told)
        if told.kind == "replaced":
            call.replaced_by = self._call(told.new)
        if told.kind == "offered":
            self._start(self._serve(call))

    def _call(self, key: int) -> SoftCall:
        """Events may come before whoever dialled knows the key."""
        if key not in self._by_key:
            self._by_key[key] = SoftCall(self, key)
            self.calls.append(self._by_key[key])
        return self._by_key[key]

    def _start(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _serve(self, call: SoftCall) -> None:
        does = self.script.popleft() if self.script else self.behaviour
        try:
            await call.ring()
            if does is not None:
                await _behave(call, does)
        except (SoftphoneError, AssertionError):
            return  # the caller hung up before: his call's state says so


async def _behave(call: SoftCall, does: Behaviour) -> None:
    await asyncio.sleep(does.after_s)
    if does.code == 0 or call.state == "ended":
        return
    if does.code != 200:
        await call.reject(does.code)
        return
    await call.say(does.tone_hz)
    await call.answer()
    if does.talk_s is not None:
        await asyncio.sleep(does.talk_s)
        await call.hang_up()


def _number(uri: str) -> str:
    return uri.partition(":")[2].partition("@")[0]


def _address_towards(server: tuple[str, int]) -> str:
    """The machine's own address that a packet to the server would carry."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect(server)
        address: str = probe.getsockname()[0]
        return address
