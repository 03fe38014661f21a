"""Transfers that phones ask for by REFER, from the request until Asterisk has told the answer."""

import asyncio
import contextlib

from callcenter.live.effects import Effects
from callcenter.pbx.ari.events import TransferAsked
from callcenter.pbx.ari.session import AriSession

_TOLD_TWICE_S = 0.3
"""Asterisk tells of a transfer once for the channel and once for its bridge."""
_TOLD_WITHIN_S = 2.0
"""Far more than it takes; a phone whose answer is lost must not keep its second line for ever."""


class Referrals:
    """Which phones wait for what came of their transfer, and the lines these named.

    A phone that names its second line is told the answer before that line is hung up: Asterisk 22
    reads the line's channel when it tells the answer and holds no reference to it (`ari_notify`
    in its res_pjsip_refer.c), so a line that ends in that moment corrupts its memory.
    """

    def __init__(self, ari: AriSession, effects: Effects) -> None:
        self._ari = ari
        self._effects = effects
        self._asked: dict[str, TransferAsked] = {}
        """Leg -> what its phone waits for."""
        self._last: tuple[TransferAsked, float] | None = None
        self._untold: dict[str, tuple[str, asyncio.Event]] = {}
        """Channel that asked -> the line it named, and the sign that the phone was told."""

    def is_repeated(self, asked: TransferAsked, now: float) -> bool:
        """Was this told a moment ago? `now`: epoch seconds."""
        before, self._last = self._last, (asked, now)
        return before is not None and before[0] == asked and now - before[1] < _TOLD_TWICE_S

    def wait_for_answer(self, leg: str, asked: TransferAsked) -> None:
        """A phone waits for what comes of its transfer."""
        self._asked[leg] = asked

    def answer(self, leg: str, *, done: bool) -> bool:
        """Tell the phone behind a leg; false where it waits for nothing."""
        asked = self._asked.pop(leg, None)
        if asked is None:
            return False
        self.tell(asked, done=done)
        return True

    def tell(self, asked: TransferAsked, *, done: bool) -> None:
        """Tell a phone what came of its transfer."""
        told = asyncio.Event()
        self._untold[asked.channel] = (asked.line, told)
        self._effects.start(self._tell(asked.channel, told, done=done))

    async def _tell(self, channel: str, told: asyncio.Event, *, done: bool) -> None:
        try:
            await self._ari.answer_transfer(channel, done=done)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(told.wait(), _TOLD_WITHIN_S)
        finally:
            if self._untold.get(channel, ("", None))[1] is told:
                del self._untold[channel]
            told.set()

    def told(self, channel: str) -> None:
        """The phone of this channel has its answer."""
        if channel in self._untold:
            self._untold[channel][1].set()

    def hang_up_line(self, line: str, reason: str) -> None:
        """End a phone's second line, but not while the phone is told of a transfer to it."""
        told = next((told for named, told in self._untold.values() if named == line), None)
        self._effects.start(self._hang_up(line, reason, told))

    async def _hang_up(self, line: str, reason: str, told: asyncio.Event | None) -> None:
        if told is not None:
            await told.wait()
        await self._ari.hangup(line, reason)

    def leg_gone(self, leg: str) -> None:
        """Nobody waits there any longer."""
        self._asked.pop(leg, None)

    def forget_all(self) -> None:
        """The connection was lost."""
        self._asked.clear()
        self._untold.clear()
