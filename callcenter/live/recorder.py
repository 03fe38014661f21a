"""Recordings of talks: one file for each answered agent leg."""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from callcenter.live.ami_link import AmiLink
from callcenter.pbx.errors import PbxError
from callcenter.records.facts import RecordingMade

_INSIDE = "/var/spool/asterisk/monitor"

_log = logging.getLogger(__name__)


class Recorder:
    """Starts MixMonitor on agents' channels. A talk that can't be recorded goes on all the same."""

    def __init__(
        self,
        link: AmiLink,
        timezone: ZoneInfo,
        note: Callable[[Sequence[RecordingMade]], None],
    ) -> None:
        """`note` takes facts for the journal."""
        self._link = link
        self._timezone = timezone
        self._note = note
        self._wanted: set[str] = set()

    def expect(self, leg: str, record: bool) -> None:
        """This leg's talk is about to begin."""
        if record:
            self._wanted.add(leg)
        else:
            self._wanted.discard(leg)

    def wants(self, leg: str) -> bool:
        """True once for a talk that is to be recorded."""
        if leg in self._wanted:
            self._wanted.remove(leg)
            return True
        return False

    def forget_all(self) -> None:
        """The connection was lost; talks that go on have their recordings already."""
        self._wanted.clear()

    async def record(self, call: str, leg: str, agent: str, channel: str, now: float) -> None:
        """Record a talk that has begun, by its agent's channel name."""
        day = datetime.fromtimestamp(now, self._timezone)
        file = f"{day:%Y/%m/%d}/{leg}.wav"  # MixMonitor makes the folders
        try:
            await self._link.session.mixmonitor(channel, f"{_INSIDE}/{file}")
        except PbxError as error:
            _log.error("call=%s agent=%s is not recorded: %s", call, agent, error)
            return
        self._note([RecordingMade(now, call, leg, agent, file)])
