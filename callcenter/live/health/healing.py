"""Looks every few seconds whether floor and Asterisk still agree, and mends what does not."""

import asyncio
import itertools
import logging
import time
from collections.abc import Container

from callcenter.acd.events import CallEntered
from callcenter.acd.floor import Floor
from callcenter.live.calls.hearing import entered
from callcenter.live.controller import Controller
from callcenter.live.equipment import Equipment
from callcenter.live.health.heal import (
    Believed,
    Difference,
    HangUp,
    PutInLine,
    PutTogether,
    Remove,
    Seen,
    Suspicions,
    TakeIn,
    differences,
)
from callcenter.live.mail import Mailbox
from callcenter.pbx.ari import lists
from callcenter.pbx.errors import PbxLost, PbxRefused

LOOK_S = 5.0
_ALL_LOOKS = 12
"""Lamps and fallback queues are compared each so many looks: they harm no call that is up."""

_log = logging.getLogger(__name__)


class Healing:
    """Every difference is logged with its cause; what the floor must know comes to it as any
    event does, so that the records say of it what they say of others."""

    def __init__(
        self,
        use: Equipment,
        floor: Floor,
        mailbox: Mailbox,
        controller: Controller,
        ended: Container[str],
    ) -> None:
        """`controller` tells whether floor and Asterisk know of each other; `ended` holds the
        calls that are over by the journal."""
        self._use = use
        self._floor = floor
        self._mailbox = mailbox
        self._controller = controller
        self._ended = ended
        self._suspicions = Suspicions()

    async def run(self) -> None:
        """Look until cancelled."""
        for number in itertools.count(1):
            await asyncio.sleep(LOOK_S)
            if not self._controller.connected:
                self._suspicions = Suspicions()
                continue
            try:
                await self._look()
                if number % _ALL_LOOKS == 0:
                    self._use.members.ask_again()
                    self._use.lamps.compare(await lists.lamps(self._use.ari))
            except (PbxLost, PbxRefused) as error:
                _log.warning("asterisk does not say what it holds: %s", error)

    async def _look(self) -> None:
        seen = Seen(
            await lists.channels(self._use.ari),
            await lists.bridges(self._use.ari),
            await lists.phones(self._use.ari),
        )
        if not self._controller.connected:
            return
        hearing = self._use.phones.hearing
        believed = Believed(
            self._floor.standings(),
            self._floor.agents(),
            self._use.ari.app,
            hearing.channel,
            hearing.place,
            self._use.phones.seats.phone_of,
            self._ended,
        )
        for difference in self._suspicions.confirmed(differences(seen, believed)):
            _log.warning("mended: %s", difference.cause)
            self._mend(difference, seen)

    def _mend(self, difference: Difference, seen: Seen) -> None:
        places = self._use.phones.places
        match difference.mend:
            case HangUp(channel):
                self._use.effects.start(self._use.ari.hangup(channel))
            case Remove(bridge):
                self._use.effects.start(self._use.ari.destroy_bridge(bridge))
            case PutInLine(call, queue):
                places.wait(call, queue)
            case PutTogether(call, leg):
                places.mistaken(call, leg)
                places.together(call, leg)
            case TakeIn(call, queue):
                self._mailbox.put_nowait(self._newcomer(call, queue, seen))
            case told:
                self._mailbox.put_nowait(told)

    def _newcomer(self, call: str, queue: str, seen: Seen) -> CallEntered:
        (channel,) = (channel for channel in seen.channels if channel.id == call)
        self._use.phones.hearing.know(channel)
        return entered(channel, queue, time.time())
