"""Recordings of talks: begun by policy, paused on request, and found again after any gap."""

import logging
from collections.abc import Callable, Coroutine, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from callcenter.acd.facts import Fact, TalkEnded, TalkStarted
from callcenter.acd.talk_events import root_of
from callcenter.live.ami_link import AmiLink
from callcenter.live.recordings.sides import TalkSides
from callcenter.pbx.errors import PbxError, PbxGone, PbxLost
from callcenter.records.journal.recordings_facts import (
    RecordingFact,
    RecordingLost,
    RecordingMade,
    RecordingPaused,
    RecordingResumed,
)
from callcenter.records.journal.recordings_pending import PendingRecording
from callcenter.site.model import Site
from callcenter.site.recording import is_recorded

_INSIDE = "/var/spool/asterisk/monitor"
_STEREO = "D"
"""Two channels, one after the other, without a header: a file that a crash cuts is whole too."""
_APPEND = "a"

_log = logging.getLogger(__name__)


class Recorder:
    """Starts MixMonitor on the legs of talks. A talk that can't be recorded goes on all the same.

    That a recording is begun stands in the journal before Asterisk is asked, so that a crash
    leaves no file that nobody knows of.
    """

    def __init__(
        self,
        link: AmiLink,
        *,
        start: Callable[[Coroutine[Any, Any, object]], None],
        note: Callable[[Sequence[RecordingFact]], None],
        pending: Mapping[str, PendingRecording],
        sides: TalkSides,
        folder: Path,
    ) -> None:
        """`start` runs what takes time; `note` takes facts for the journal; `pending` are the
        recordings that the journal knows of and that are not stored; `sides` tells the channel on
        which a talk is recorded; `folder` is where Asterisk puts the files."""
        self.site: Site
        """The policy's; set before the first talk."""
        self._link = link
        self._start = start
        self._note = note
        self._pending = pending
        self._sides = sides
        self._folder = folder
        self._talks: set[str] = set()
        """Legs that talk now."""

    def hear(self, facts: Sequence[Fact]) -> None:
        """Facts that have just been written."""
        for fact in facts:
            match fact:
                case TalkStarted():
                    self._talk(fact)
                case TalkEnded():
                    self._talks.discard(fact.leg)

    def found(self, talks: Sequence[TalkStarted]) -> None:
        """Talks that Asterisk holds after a gap; most of them are being recorded."""
        for talk in talks:
            if talk.leg in self._pending:
                self._talks.add(talk.leg)
            else:
                self._talk(talk)
        self.mend()

    def forget_all(self) -> None:
        """The connection was lost; talks that go on have their recordings already."""
        self._talks.clear()

    def mend(self) -> None:
        """Make running recordings what the journal says they are, after the AMI was away."""
        for leg in self._talks & self._pending.keys():
            pending = self._pending[leg]
            if not (self._folder / pending.made.file).exists():
                self._start(self._monitor(pending.made, again=True))
            elif pending.paused:
                self._start(self._mute(leg, True))

    # Pauses

    def is_recorded(self, leg: str) -> bool:
        """True while the leg's talk is being recorded, paused or not."""
        return leg in self._pending and leg in self._talks

    def is_paused(self, leg: str) -> bool:
        """True while the recording of this leg holds silence."""
        pending = self._pending.get(leg)
        return pending is not None and pending.paused

    async def pause(self, leg: str, by: str, now: float) -> bool:
        """Silence in the file from here on. False where nothing is recorded or Asterisk refuses."""
        if not self.is_recorded(leg) or self.is_paused(leg):
            return self.is_paused(leg)
        call = self._pending[leg].made.call
        self._note([RecordingPaused(now, call, leg, by)])
        if await self._mute(leg, True):
            return True
        self._note([RecordingResumed(now, call, leg, by)])
        return False

    async def resume(self, leg: str, by: str, now: float) -> bool:
        """End a pause. False where there is none, or Asterisk refuses."""
        if not self.is_paused(leg) or not await self._mute(leg, False):
            return False
        self._note([RecordingResumed(now, self._pending[leg].made.call, leg, by)])
        return True

    async def _mute(self, leg: str, muted: bool) -> bool:
        try:
            await self._link.session.mixmonitor_mute(self._sides.recorded(leg), muted)
        except PbxError as error:
            _log.error("leg=%s recording is not %s: %s", leg, _pause_word(muted), error)
            return False
        return True

    # Beginnings

    def _talk(self, talk: TalkStarted) -> None:
        self._talks.add(talk.leg)
        call = root_of(talk.call)
        direction = self._sides.direction(call)
        if talk.leg in self._pending or not is_recorded(self.site, talk.queue, direction, call):
            return
        day = datetime.fromtimestamp(talk.at, ZoneInfo(self.site.timezone))
        made = RecordingMade(
            at=talk.at,
            call=call,
            leg=talk.leg,
            agent=talk.agent,
            file=f"{day:%Y/%m/%d}/{talk.leg}.raw",  # MixMonitor makes the folders
            queue=talk.queue,
            direction=direction,
        )
        self._note([made])
        self._start(self._monitor(made))

    async def _monitor(self, made: RecordingMade, *, again: bool = False) -> None:
        channel, path = self._sides.recorded(made.leg), f"{_INSIDE}/{made.file}"
        try:
            session = self._link.session
            await session.mixmonitor(channel, path, _APPEND + _STEREO if again else _STEREO)
        except PbxLost as lost:
            _log.error("call=%s is not recorded until the AMI is back: %s", made.call, lost)
        except PbxGone:
            self._lose(made, "the talk ended at once")
        except PbxError as error:
            _log.error("call=%s agent=%s is not recorded: %s", made.call, made.agent, error)
            self._lose(made, f"Asterisk refused: {error}")

    def _lose(self, made: RecordingMade, why: str) -> None:
        if made.leg in self._pending:
            self._note([RecordingLost(made.at, made.call, made.leg, why)])


def _pause_word(muted: bool) -> str:
    return "paused" if muted else "resumed"
