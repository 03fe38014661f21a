"""Recordings of talks: one file for each answered agent leg."""

import logging
import os
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
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
        folder: Path,
        timezone: ZoneInfo,
        note: Callable[[Sequence[RecordingMade]], None],
    ) -> None:
        """`folder`: the node's spool/monitor on the host. `note` takes facts for the journal."""
        self._link = link
        self._folder = folder
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
        file = f"{day:%Y/%m/%d}/{leg}.wav"
        try:
            _make_folder(self._folder, f"{day:%Y/%m/%d}")
            await self._link.session.mixmonitor(channel, f"{_INSIDE}/{file}")
        except (PbxError, OSError) as error:
            _log.error("call=%s agent=%s is not recorded: %s", call, agent, error)
            return
        self._note([RecordingMade(now, call, leg, agent, file)])


def _make_folder(base: Path, day: str) -> None:
    """The day's folder, owned like the base: Asterisk makes no folders, and is not root."""
    owner = base.stat()
    folder = base
    for part in day.split("/"):
        folder = folder / part
        if not folder.is_dir():
            folder.mkdir(mode=0o750, exist_ok=True)
            os.chown(folder, owner.st_uid, owner.st_gid)
