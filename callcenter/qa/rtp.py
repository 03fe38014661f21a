"""Audio of a scripted phone: sends a tone and keys, keeps what it hears (RFC 3550, RFC 4733)."""

import asyncio
import contextlib
import struct
from collections.abc import Iterator
from functools import cache
from itertools import count
from pathlib import Path

from callcenter.qa import audio

ALAW = 8
"""Static payload type of PCMA."""
EVENTS = 96
"""Payload type of telephone-event that we offer; 96 is the one that SIPp's play_dtmf sends."""
PACKET_S = 0.02
_SAMPLES = int(audio.RATE * PACKET_S)
_KEY_PACKETS = 5
_KEYS = "0123456789*#ABCD"


def packet(payload_type: int, sequence: int, timestamp: int, ssrc: int, payload: bytes) -> bytes:
    """One RTP packet (RFC 3550 section 5.1)."""
    return struct.pack(
        ">BBHII", 0x80, payload_type, sequence & 0xFFFF, timestamp & 0xFFFFFFFF, ssrc
    ) + bytes(payload)


def key_events(key: str) -> Iterator[bytes]:
    """The payloads of one pressed key: growing duration, the end told three times (RFC 4733)."""
    event, volume, end = _KEYS.index(key.upper()), 10, 0x80
    for n in range(1, _KEY_PACKETS + 1):
        yield struct.pack(">BBH", event, volume, n * _SAMPLES)
    for _ in range(3):
        yield struct.pack(">BBH", event, end | volume, (_KEY_PACKETS + 1) * _SAMPLES)


def write_tone_pcap(path: Path, hz: float, seconds: float) -> None:
    """A capture file of RTP with a tone, for SIPp's play_pcap_audio.

    SIPp sends it from the port that it announced, as it does with keys; its rtp_stream sends from
    another port, and Asterisk's strict RTP then takes only one of the two.
    """
    cycle = _second_of(hz)
    with path.open("wb") as pcap:
        pcap.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1))
        for n in range(round(seconds / PACKET_S)):
            at = n * _SAMPLES % len(cycle)
            rtp = packet(ALAW, n, n * _SAMPLES, 0x500, cycle[at : at + _SAMPLES])
            udp = struct.pack(">HHHH", 4000, 4000, 8 + len(rtp), 0) + rtp
            length = 20 + len(udp)
            ip = struct.pack(">BBHHHBBH8s", 0x45, 0, length, 0, 0, 64, 17, 0, b"\x7f\0\0\1" * 2)
            frame = b"\0" * 12 + b"\x08\x00" + ip + udp
            second, micros = divmod(round(n * PACKET_S * 1e6), 1_000_000)
            pcap.write(struct.pack("<IIII", second, micros, len(frame), len(frame)) + frame)


@cache
def _second_of(hz: float) -> bytes:
    """A second of a tone as A-law; made once, so that a phone talks as soon as it is answered."""
    return audio.alaw(audio.tone(hz, 1.0))


class Audio(asyncio.DatagramProtocol):
    """One call's audio. `open` it, tell it where to send, `talk`, and ask what was `heard`."""

    def __init__(self) -> None:
        self.heard = bytearray()
        """A-law that came in, in order of arrival; what is lost or silent is missing."""
        self.packets = 0
        """Audio packets that came in."""
        self.remote: tuple[str, int] | None = None
        self.events: int | None = EVENTS
        """Payload type under which the other side wants keys; None: it takes none."""
        self.key_packets_s = PACKET_S
        """Time between a key's packets; 0: all at once, as a network that jitters brings them."""
        self.port = 0
        self._transport: asyncio.DatagramTransport | None = None
        self._sequence = count()
        self._ssrc = id(self) & 0xFFFFFFFF
        self._keys: list[str] = []
        self._task: asyncio.Task[None] | None = None

    async def open(self, address: str) -> None:
        """Take a free port of `address`."""
        loop = asyncio.get_running_loop()
        self._transport, _ = await loop.create_datagram_endpoint(
            lambda: self, local_addr=(address, 0)
        )
        self.port = self._transport.get_extra_info("sockname")[1]

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        if len(data) > 12 and data[1] & 0x7F == ALAW:
            self.packets += 1
            self.heard += data[12:]

    def talk(self, hz: float) -> None:
        """Send a tone (0 is silence) until `close`."""
        if self._task is None:
            self._task = asyncio.get_running_loop().create_task(self._send(hz))

    def press(self, keys: str) -> None:
        """Press keys one after another; the tone pauses meanwhile. `talk` must be running."""
        self._keys += keys

    async def _send(self, hz: float) -> None:
        cycle = _second_of(hz)
        clock = asyncio.get_running_loop().time
        start = clock()
        for n in count():
            if self._keys:
                await self._send_key(self._keys.pop(0), n * _SAMPLES)
            due = start + n * PACKET_S
            if due < clock() - PACKET_S:
                continue  # late (a key, a busy machine): leave out, as a real phone does
            await asyncio.sleep(due - clock())
            at = n * _SAMPLES % len(cycle)
            self._emit(ALAW, n * _SAMPLES, cycle[at : at + _SAMPLES])

    async def _send_key(self, key: str, timestamp: int) -> None:
        for payload in key_events(key):
            if self.events is not None:
                self._emit(self.events, timestamp, payload)
            await asyncio.sleep(self.key_packets_s)
        await asyncio.sleep(5 * PACKET_S)  # a gap, so that two equal keys are two

    def _emit(self, payload_type: int, timestamp: int, payload: bytes) -> None:
        if self._transport and self.remote:
            data = packet(payload_type, next(self._sequence), timestamp, self._ssrc, payload)
            self._transport.sendto(data, self.remote)

    async def close(self) -> None:
        """Stop sending and give the port back; what was heard stays."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
        if self._transport is not None:
            self._transport.close()
