"""One call of a softphone: what is done with it, what is heard in it, and what became of it."""

import struct
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from callcenter.qa import audio
from callcenter.qa.softphone_words import Told
from callcenter.qa.stage import Late, until

if TYPE_CHECKING:
    from callcenter.qa.softphone import Softphone

ANSWERS_S = 20.0
_HEADER_BYTES = 44
_UNWRITTEN = 2400
"""Samples (0.3 s) that were heard before now but may reach the recording only after now."""


class SoftCall:
    """A call as its phone sees it; made by `Softphone`."""

    def __init__(self, phone: "Softphone", key: int) -> None:
        self.phone = phone
        self.key = key
        self.incoming = False
        self.peer = ""
        """The other side, as a SIP address with its display name."""
        self.invite = ""
        """The INVITE that came in, as text."""
        self.state = "calling"
        """calling, offered, ringing, answered, ended."""
        self.code = 0
        """The last SIP code; of an ended call the one that it ended with."""
        self.audio = "none"
        """none, active, held, held by the other side."""
        self.keys = ""
        """Digits that the other side pressed."""
        self.transfers: list[int] = []
        """Codes that were told of a transfer that was asked for; 100 is: accepted."""
        self.replaced_by: SoftCall | None = None
        """The call that took this one's place, as the other side asked for."""
        self.answered_at: float | None = None
        """Times of `time.monotonic`."""
        self.ended_at: float | None = None

    # -- what is done ----------------------------------------------------------------------------

    async def ring(self) -> None:
        """Answer 180; a softphone does so by itself."""
        await self.phone.engine.do(lambda lib: lib.answer(self.key, 180))

    async def answer(self, within_s: float = ANSWERS_S) -> None:
        """Answer 200 and wait for the ACK. Raises Late, SoftphoneError when the call is over."""
        await self.phone.engine.do(lambda lib: lib.answer(self.key, 200))
        await self.has(lambda: self.state != "offered", "the call is answered", within_s)

    async def reject(self, code: int = 486) -> None:
        """Refuse an offered call."""
        await self.phone.engine.do(lambda lib: lib.answer(self.key, code))
        await self.end()

    async def hang_up(self) -> None:
        """BYE or CANCEL, and wait for the end; harmless when the call is over."""
        await self.phone.engine.do(lambda lib: lib.hang_up(self.key))
        await self.end()

    async def hold(self, within_s: float = ANSWERS_S) -> None:
        """Hold the other side, who then hears music from the server. Raises Late."""
        await self.phone.engine.do(lambda lib: lib.hold(self.key))
        await self.has(lambda: self.audio == "held", "the call is held", within_s)

    async def retrieve(self, within_s: float = ANSWERS_S) -> None:
        """Talk again after `hold`. Raises Late."""
        await self.phone.engine.do(lambda lib: lib.retrieve(self.key))
        await self.has(lambda: self.audio == "active", "the call is retrieved", within_s)

    async def transfer(self, number: str, within_s: float = ANSWERS_S) -> int:
        """Blind transfer: REFER to a number or sip: address; 202, or the code of the refusal."""
        uri = self.phone.uri(number)
        self.transfers.clear()
        await self.phone.engine.do(lambda lib: lib.transfer(self.key, uri))
        return await self._referred(within_s)

    async def transfer_to(self, other: "SoftCall", within_s: float = ANSWERS_S) -> int:
        """Attended transfer: this call's other side is connected with the other call's."""
        self.transfers.clear()
        await self.phone.engine.do(lambda lib: lib.transfer_to(self.key, other.key))
        return await self._referred(within_s)

    async def transferred(self, within_s: float = ANSWERS_S) -> int:
        """What came of an accepted transfer: the code of its last NOTIFY. Raises Late."""
        await self.has(
            lambda: any(code >= 200 for code in self.transfers), "the transfer is told", within_s
        )
        return self.transfers[-1]

    async def _referred(self, within_s: float) -> int:
        await self.has(lambda: self.transfers, "REFER is answered", within_s)
        return 202 if self.transfers[0] == 100 else self.transfers[0]

    async def press(self, digits: str, *, info: bool = False) -> None:
        """Send digits in the audio (RFC 4733), or as SIP INFO."""
        await self.phone.engine.do(lambda lib: lib.keys(self.key, digits, info=info))

    async def say(self, hz: float | None) -> None:
        """Say a tone from now on; None is silence."""
        await self.phone.engine.do(lambda lib: lib.play(self.key, hz or 0))

    # -- what is heard ---------------------------------------------------------------------------

    def heard(self, first: int = 0) -> list[int]:
        """Samples heard so far, from one on; the last third of a second may still be missing."""
        if not self._recording.exists():
            return []
        with self._recording.open("rb") as file:
            file.seek(_HEADER_BYTES + 2 * first)
            data = file.read()
        return list(struct.unpack(f"<{len(data) // 2}h", data[: len(data) // 2 * 2]))

    async def listen(self, for_s: float = 0.5) -> list[int]:
        """Samples of the next seconds; fewer where nothing is sent, as on hold."""
        began = self._length() + _UNWRITTEN
        wanted = began + round(for_s * audio.RATE)
        deadline = time.monotonic() + for_s + 1.0
        await until(
            lambda: (
                self._length() >= wanted or time.monotonic() > deadline or self.state == "ended"
            ),
            f"{self} has listened",
            for_s + 5.0,
        )
        return self.heard(began)[: wanted - began]

    @property
    def _recording(self) -> Path:
        return self.phone.engine.folder / f"{self.key}.wav"

    def _length(self) -> int:
        if not self._recording.exists():
            return 0
        return max(0, self._recording.stat().st_size - _HEADER_BYTES) // 2

    async def hears(self, hz: float | None, for_s: float = 0.5, within_s: float = 20.0) -> None:
        """Wait until a tone is heard for most of a stretch of time; None is any sound.

        Only what comes in after the call of this method counts. Raises Late.
        """
        deadline = time.monotonic() + within_s
        while True:
            samples = await self.listen(for_s)
            if _seconds(samples, hz) >= 0.6 * for_s:
                return
            if time.monotonic() > deadline or self.state == "ended":
                what = "any sound" if hz is None else f"{hz:g} Hz"
                raise Late(f"{self} does not hear {what} within {within_s:g} s")

    async def hears_no(self, hz: float | None, for_s: float = 1.0) -> None:
        """Listen for some time; raises Late when the tone (None: any sound) is in it."""
        if (heard_s := _seconds(await self.listen(for_s), hz)) > 0:
            what = "sound" if hz is None else f"{hz:g} Hz"
            raise Late(f"{self} hears {what}: {heard_s:g} of {for_s:g} s")

    # -- what became of it -----------------------------------------------------------------------

    @property
    def up(self) -> bool:
        """Whether it is answered and not over."""
        return self.state == "answered"

    async def has(self, look: Callable[[], object], what: str, within_s: float) -> None:
        """Wait until something is so; raises Late, at once when the call ends before."""
        await until(lambda: look() or self.state == "ended", f"{self}: {what}", within_s)
        if not look():
            raise Late(f"{self}: it ended with {self.code} before {what}")

    async def is_answered(self, within_s: float = ANSWERS_S) -> None:
        """Wait for the answer. Raises Late, at once when the call ends without."""
        await self.has(lambda: self.state == "answered", "it is answered", within_s)

    async def end(self, within_s: float = ANSWERS_S) -> None:
        """Wait for the end, whoever hangs up. Raises Late."""
        await until(lambda: self.state == "ended", f"{self} ends", within_s)

    def take(self, told: Told) -> None:
        """Take over what the library told of it."""
        match told.kind:
            case "offered":
                self.incoming, self.invite, self.peer = True, told.text, told.peer
                self.state = "offered"
            case "ringing" if not self.incoming:
                self.state, self.code = "ringing", told.code
            case "answered":
                self.state, self.code = "answered", told.code
                self.answered_at = time.monotonic()
            case "ended":
                self.state, self.code = "ended", told.code
                self.ended_at = time.monotonic()
            case "audio":
                self.audio = told.text
            case "key":
                self.keys += told.text
            case "transfer":
                self.transfers.append(told.code)
        self.peer = told.peer if told.kind in ("ringing", "answered") else self.peer

    def __str__(self) -> str:
        way = "from" if self.incoming else "to"
        return f"{self.phone.user}'s call {way} {self.peer or '?'} ({self.state}, {self.audio})"


def _seconds(samples: list[int], hz: float | None) -> float:
    return audio.seconds_of_sound(samples) if hz is None else audio.seconds_of_tone(samples, hz)
