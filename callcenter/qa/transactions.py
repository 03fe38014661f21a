"""SIP transactions over UDP for a scripted phone: ask until answered, answer again when asked."""

import asyncio
from collections.abc import Callable

from callcenter.qa import sip

T1_S = 0.5
"""First retransmission (RFC 3261 17.1.1.1); then twice as long each time, up to T2."""
T2_S = 4.0
GIVE_UP_S = 16.0
"""Without any answer; shorter than the standard's 32 s, since everything is on one machine."""


class NoReply(Exception):
    """The other side gave no answer; the text names the request."""


class Transactions(asyncio.DatagramProtocol):
    """One UDP socket. `on_request(message, when)` gets each new request once, ACK included."""

    def __init__(
        self,
        on_request: Callable[[sip.Message, float], None],
        address: tuple[str, int] = ("127.0.0.1", 0),
    ) -> None:
        self.address = address
        self._on_request = on_request
        self._wire: asyncio.DatagramTransport | None = None
        self._waiting: dict[tuple[str, str], asyncio.Queue[sip.Message]] = {}
        self._came_from: dict[tuple[str, str], tuple[str, int]] = {}
        self._answers: dict[tuple[str, str], bytes] = {}

    async def open(self) -> None:
        """Take the port, or a free one."""
        loop = asyncio.get_running_loop()
        self._wire, _ = await loop.create_datagram_endpoint(lambda: self, local_addr=self.address)
        self.address = self._wire.get_extra_info("sockname")

    def close(self) -> None:
        """Give the port back."""
        if self._wire is not None:
            self._wire.close()

    @property
    def via(self) -> str:
        """Via without its branch."""
        return f"SIP/2.0/UDP {self.address[0]}:{self.address[1]};rport"

    def send(self, request: sip.Message) -> None:
        """Put a request on the wire, once, to the address in its Request-URI."""
        self._emit(bytes(request), sip.host_port(request.target))

    def _emit(self, data: bytes, to: tuple[str, int]) -> None:
        if self._wire is not None and not self._wire.is_closing():
            self._wire.sendto(data, to)

    def answer(self, request: sip.Message, response: sip.Message) -> None:
        """Answer, and answer the same when the request comes again."""
        key = _server_key(request)
        self._answers[key] = bytes(response)
        self._emit(self._answers[key], self._came_from[key])

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        now = asyncio.get_running_loop().time()
        try:
            message = sip.parse(data)
        except ValueError:
            return  # keep-alives are empty lines; what is not SIP is nobody's call
        if message.status:
            waiting = self._waiting.get(_client_key(message))
            if waiting is not None:
                waiting.put_nowait(message)
        elif again := self._answers.get(_server_key(message)):
            self._emit(again, addr)
        else:
            self._came_from[_server_key(message)] = addr
            self._on_request(message, now)

    async def request(self, message: sip.Message) -> sip.Message:
        """Send until answered; the final answer. Raises NoReply when there is none at all."""
        key, replies = _client_key(message), asyncio.Queue[sip.Message]()
        self._waiting[key] = replies
        try:
            reply = await self._first_reply(message, replies)
            while reply.status < 200:  # 180 and friends: an INVITE may now take its time
                reply = await replies.get()
        finally:
            del self._waiting[key]
        return reply

    async def _first_reply(
        self, message: sip.Message, replies: "asyncio.Queue[sip.Message]"
    ) -> sip.Message:
        clock = asyncio.get_running_loop().time
        interval, give_up = T1_S, clock() + GIVE_UP_S
        while clock() < give_up:
            self.send(message)
            try:
                return await asyncio.wait_for(replies.get(), interval)
            except TimeoutError:
                interval = min(2 * interval, T2_S)
        raise NoReply(f"no answer to {message.start}")


def _client_key(message: sip.Message) -> tuple[str, str]:
    return message.call_id, message.header("CSeq")


def _server_key(message: sip.Message) -> tuple[str, str]:
    return message.call_id, f"{message.header('CSeq')} {message.header('Via')}"
