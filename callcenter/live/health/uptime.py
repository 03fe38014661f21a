"""Notes when Asterisk, or the controller, was not there: what availability is measured by."""

import asyncio
import contextlib
import os
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple, Protocol

from callcenter.pbx.errors import PbxLost, PbxRefused
from callcenter.pbx.files import read_json, write_json
from callcenter.records.journal.facts import JournalFact
from callcenter.records.journal.platform_facts import PlatformDown

SEEN = "seen.json"
"""File of the node: when the Asterisk had started that was seen at the file's time."""
EVERY_S = 2.0
AWAY_S = 10.0
"""A shorter absence of the controller is a restart that nobody noticed."""


class Asterisk(Protocol):
    """As much of the connection to Asterisk as is asked here."""

    async def started_at(self) -> float:
        """When the running Asterisk started, in epoch seconds."""


class Uptime:
    """Looks every two seconds; what was missed is known from the last look and Asterisk's start."""

    def __init__(
        self,
        node: Path,
        asterisk: Asterisk,
        connected: Callable[[], bool],
        note: Callable[[Sequence[JournalFact]], None],
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._file = node / SEEN
        self._asterisk = asterisk
        self._connected = connected
        self._note = note
        self._clock = clock
        self._found = False

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            with contextlib.suppress(PbxLost, PbxRefused):  # then it is looked again
                await self.look()
            await asyncio.sleep(EVERY_S)

    async def look(self) -> None:
        """Look once. Raises PbxLost, PbxRefused."""
        if not self._connected():
            self._found = False
            return
        started, now = await self._asterisk.started_at(), self._clock()
        before = self._before()
        if before is not None and (not self._found or before.started != started):
            self._note(gaps(before, started, now))
        self._found = True
        if before is None or before.started != started:
            write_json(self._file, {"started": started})
        os.utime(self._file, (now, now))

    def _before(self) -> "Seen | None":
        told = read_json(self._file)
        if told is None:
            return None
        return Seen(self._file.stat().st_mtime, float(str(told["started"])))


class Seen(NamedTuple):
    """The last look; epoch seconds."""

    at: float
    started: float
    """When the Asterisk that ran then had started."""


def gaps(before: Seen, started: float, now: float) -> list[JournalFact]:
    """What was not there between the last look and this one.

    Where Asterisk was started anew it was down from the last look on, at the longest, until that
    start. Where it ran on, the controller or its connection was away.
    """
    facts: list[JournalFact] = []
    seen = before.at
    if started != before.started:
        up = max(started, seen)
        facts.append(PlatformDown(now, "asterisk", min(seen, started), up))
        seen = up
    if now - seen > AWAY_S:
        facts.append(PlatformDown(now, "controller", seen, now))
    return facts
