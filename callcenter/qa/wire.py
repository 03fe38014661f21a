"""SIP and audio as they passed the loopback interface, with the kernel's times (Linux, root)."""

import asyncio
import contextlib
import ctypes
import socket
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from types import TracebackType

from callcenter.qa import sip

_SO_RCVBUFFORCE = 33
_SO_TIMESTAMPNS = 35
_SO_ATTACH_FILTER = 26
_ETH_P_IP = 0x0800
_BUFFER = 4 << 20
_TAKE_S = 0.05
"""Some hundred messages a second fit into the buffer many times over."""
_HEADERS = 14 + 20 + 8
"""Ethernet, IPv4 without options, UDP."""
_NO_AUDIO = range(0)


@dataclass(frozen=True, slots=True)
class Seen:
    """One SIP message on the wire."""

    at: float
    """Epoch seconds."""
    source: int
    """UDP ports."""
    to: int
    message: sip.Message


@dataclass(frozen=True, slots=True)
class Heard:
    """One packet of audio on the wire."""

    at: float
    """Epoch seconds."""
    to: int
    """UDP port."""


class Wire:
    """Collects the SIP of one server port: `async with Wire(port) as wire`, then `wire.seen`;
    and when audio came to its ports `audio`: `wire.heard`.

    Packets are taken from the kernel now and then, and read when they are asked for: watching
    must not cost the time of those who are watched. Raises PermissionError without root rights.
    """

    def __init__(self, port: int, audio: range = _NO_AUDIO) -> None:
        self._audio = audio
        self._kept: list[tuple[float, bytes]] = []
        self._port = port
        self._socket: socket.socket | None = None
        self._empty: asyncio.Task[None] | None = None

    async def __aenter__(self) -> "Wire":
        tap = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(_ETH_P_IP))
        tap.setsockopt(socket.SOL_SOCKET, _SO_TIMESTAMPNS, 1)
        tap.setsockopt(socket.SOL_SOCKET, _SO_RCVBUFFORCE, _BUFFER)
        _attach(tap, self._port, self._audio)
        tap.bind(("lo", _ETH_P_IP))
        tap.setblocking(False)
        self._socket = tap
        self._empty = asyncio.create_task(self._now_and_then())
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._empty is not None:
            self._empty.cancel()
            await asyncio.gather(self._empty, return_exceptions=True)
        if self._socket is not None:
            self._read()
            self._socket.close()

    @property
    def seen(self) -> list[Seen]:
        """All SIP messages, in order."""
        return [
            seen
            for at, packet in self._kept
            if _port_to(packet) not in self._audio
            for seen in _sip(at, packet)
        ]

    @property
    def heard(self) -> list[Heard]:
        """All packets of audio, in order."""
        return [
            Heard(at, to) for at, packet in self._kept if (to := _port_to(packet)) in self._audio
        ]

    async def _now_and_then(self) -> None:
        while True:
            await asyncio.sleep(_TAKE_S)
            self._read()

    def _read(self) -> None:
        """Take what the kernel has kept; late reading does not change the times."""
        assert self._socket is not None  # noqa: S101  it is open until the block is left
        with contextlib.suppress(BlockingIOError):
            while True:
                data, extra, _, _ = self._socket.recvmsg(65535, socket.CMSG_SPACE(16))
                self._keep(data, extra)

    def _keep(self, data: bytes, extra: list[tuple[int, int, bytes]]) -> None:
        times = [value for _, kind, value in extra if kind == _SO_TIMESTAMPNS]
        seconds, nanoseconds = struct.unpack("qq", times[0])
        self._kept.append((seconds + nanoseconds / 1e9, data))


def _port_to(packet: bytes) -> int:
    return int.from_bytes(packet[36:38], "big")


def _sip(at: float, packet: bytes) -> Iterator[Seen]:
    source, to = struct.unpack_from(">HH", packet, 34)
    with contextlib.suppress(ValueError):  # keep-alives are no SIP
        message = sip.parse(packet[_HEADERS:])
        if len(message.header("CSeq").split()) == 2:  # else it belongs to no transaction
            yield Seen(at, source, to, message)


def _attach(tap: socket.socket, port: int, audio: range) -> None:
    """Let the kernel drop all but UDP from or to `port`, or to `audio`: what else there is must
    not cost the measurer time.

    Classic BPF, as `tcpdump -d "udp port PORT or udp dst portrange FIRST-LAST"` prints it for IPv4
    without fragments.
    """
    keep, drop = 11, 12
    program = [
        (0x28, 0, 0, 12),  # ldh [12]: EtherType
        (0x15, 0, drop - 2, _ETH_P_IP),
        (0x30, 0, 0, 23),  # ldb [23]: protocol
        (0x15, 0, drop - 4, socket.IPPROTO_UDP),
        (0xB1, 0, 0, 14),  # ldxb 4*([14]&0xf): length of the IP header
        (0x48, 0, 0, 14),  # ldh [x+14]: source port
        (0x15, keep - 7, 0, port),
        (0x48, 0, 0, 16),  # ldh [x+16]: destination port
        (0x15, keep - 9, 0, port),
        (0x35, 0, drop - 10, audio.start),  # jge
        (0x35, drop - 11, 0, audio.stop),
        (0x06, 0, 0, 65535),
        (0x06, 0, 0, 0),
    ]
    code = ctypes.create_string_buffer(
        b"".join(struct.pack("HBBI", *instruction) for instruction in program)
    )
    fprog = struct.pack("HP", len(program), ctypes.addressof(code))
    tap.setsockopt(socket.SOL_SOCKET, _SO_ATTACH_FILTER, fprog)
