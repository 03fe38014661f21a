"""SIPp phones register also with a server that is slow to answer."""

import asyncio
from pathlib import Path
from typing import cast

import pytest
from callcenter.qa import sip
from callcenter.qa.sipp import Sipp, SippRun

pytestmark = pytest.mark.calls


class Slow(asyncio.DatagramProtocol):
    """A registrar that asks for the password twice, as if the first request had come twice."""

    def __init__(self) -> None:
        self.proved = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.DatagramTransport, transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        request = sip.parse(data)
        if not request.header("Authorization"):
            self._asks(request, "one", addr)
            self._first = request
            return
        self._asks(self._first, "two", addr)
        self._reply(sip.response(request, 200, "OK", "there"), addr)
        self.proved += 1

    def _asks(self, request: sip.Message, nonce: str, addr: tuple[str, int]) -> None:
        challenge = f'Digest realm="callcenter", nonce="{nonce}", algorithm=MD5'
        answer = sip.response(request, 401, "Unauthorized", "there", WWW_Authenticate=challenge)
        self._reply(answer, addr)

    def _reply(self, answer: sip.Message, addr: tuple[str, int]) -> None:
        self._transport.sendto(bytes(answer), addr)


async def test_a_password_asked_for_twice_is_given_once(tmp_path: Path) -> None:
    loop = asyncio.get_running_loop()
    transport, server = await loop.create_datagram_endpoint(Slow, local_addr=("127.0.0.1", 0))
    row = ("1001", "[authentication username=1001 password=secret]", 6000, 60)
    run = SippRun("uac-register", transport.get_extra_info("sockname"), [row], 1)
    try:
        async with Sipp(run, tmp_path) as phones:
            counts = await phones.result()
    finally:
        transport.close()
    assert (counts.ok, counts.failed) == (1, 0), phones.last_words()
    assert server.proved == 1
