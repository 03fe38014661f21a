"""Brings finished recordings into the archive, one at a time, beside the calls.

The raw file is removed only when the kept one is proved and on the disk; that it is stored is
told last. Whatever moment a crash takes, the journal still knows the recording, and the next start
goes on: it presses anew, or finds the kept file and tells of it.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Container, Mapping, Sequence
from pathlib import Path, PurePosixPath

from callcenter.live.recordings.files import STEREO, Pressed, PressError, look, press
from callcenter.pbx.errors import PbxLost, PbxRefused
from callcenter.pbx.node import MachineError, NodePaths, inner_folder
from callcenter.records.journal.recordings_facts import (
    RecordingFact,
    RecordingLost,
    RecordingMade,
    RecordingStored,
)
from callcenter.records.journal.recordings_pending import PendingRecording

FORMATS = ("flac", "wav")
_LOOK_S = 1.0
_QUIET_S = 1.5
"""MixMonitor writes its last samples and closes within this time after the hangup."""
_APPEARS_S = 10.0
"""A recording without a file so long after its talk has none."""
_RETRY_S = 60.0

_log = logging.getLogger(__name__)


class Archive:
    """The one who writes the node's folder of recordings."""

    def __init__(
        self,
        node: NodePaths,
        *,
        pending: Mapping[str, PendingRecording],
        live: Callable[[], Awaitable[Container[str]]],
        kind: Callable[[], str],
        note: Callable[[Sequence[RecordingFact]], None],
        clock: Callable[[], float] = time.time,
    ) -> None:
        """`pending` are the journal's; `live` asks Asterisk for the legs that exist (PbxLost,
        PbxRefused); `kind` is the format to keep; `note` takes facts for the journal."""
        self._node = node
        self._pending = pending
        self._live = live
        self._kind = kind
        self._note = note
        self._clock = clock
        self._not_before: dict[str, float] = {}

    async def run(self) -> None:
        """Work until cancelled."""
        self._sweep()
        while True:
            await asyncio.sleep(_LOOK_S)
            try:
                await self.work()
            except (PbxLost, PbxRefused):
                pass  # what still runs can't be told now
            except OSError as error:
                _log.error("recordings: %s", error)
                await asyncio.sleep(_RETRY_S)

    async def work(self) -> None:
        """Store what has come to its end. Raises PbxLost, PbxRefused, OSError."""
        due = [each.made for each in list(self._pending.values()) if self._is_quiet(each.made)]
        if not due:
            return
        live = await self._live()
        for made in due:
            if made.leg not in live:
                await self._try(made)

    def _is_quiet(self, made: RecordingMade) -> bool:
        now = self._clock()
        if now < self._not_before.get(made.leg, 0.0):
            return False
        try:
            written = self._raw(made).stat().st_mtime
        except FileNotFoundError:
            return now - made.at > _APPEARS_S or self._kept(made) is not None
        return now - written > _QUIET_S

    async def _try(self, made: RecordingMade) -> None:
        try:
            await self._store(made)
        except (PressError, MachineError) as error:
            # The disk may be full, or a tool missing: the raw file waits for whoever mends it.
            _log.error("leg=%s recording stays as it is for now: %s", made.leg, error)
            self._not_before[made.leg] = self._clock() + _RETRY_S

    async def _store(self, made: RecordingMade) -> None:
        raw, kept = self._raw(made), self._kept(made)
        if raw.exists() and raw.stat().st_size >= 2 * STEREO:
            kept = self._node.recordings / PurePosixPath(made.file).with_suffix(f".{self._kind()}")
            kept.parent.mkdir(mode=0o750, parents=True, exist_ok=True)
            pressed = await self._press(made, kept)
        elif kept is not None:
            pressed = await look(kept)
        else:
            self._note([RecordingLost(self._clock(), made.call, made.leg, "no file, or no sound")])
            return
        self._tell(made, kept, pressed)

    async def _press(self, made: RecordingMade, kept: Path) -> Pressed:
        file = PurePosixPath(made.file)
        with inner_folder(self._node.spool, PurePosixPath("monitor") / file.parent) as folder:
            raw = folder / file.name
            pressed = await press(raw, kept, swap=not made.caller_first)
            raw.unlink()
        return pressed

    def _tell(self, made: RecordingMade, kept: Path, pressed: Pressed) -> None:
        self._note(
            [
                RecordingStored(
                    at=self._clock(),
                    call=made.call,
                    leg=made.leg,
                    file=str(kept.relative_to(self._node.recordings)),
                    format=kept.suffix.removeprefix("."),
                    channels=STEREO,
                    length_s=round(pressed.length_s, 3),
                    bytes=pressed.bytes,
                    sha256=pressed.sha256,
                )
            ]
        )

    def _raw(self, made: RecordingMade) -> Path:
        return self._node.spool / "monitor" / made.file

    def _kept(self, made: RecordingMade) -> Path | None:
        """The kept file, where it stands already."""
        stem = self._node.recordings / made.file
        return next((f for kind in FORMATS if (f := stem.with_suffix(f".{kind}")).exists()), None)

    def _sweep(self) -> None:
        """Remove what a crash left half pressed."""
        for kind in FORMATS:
            for partial in self._node.recordings.glob(f"*/*/*/.*.{kind}"):
                partial.unlink()
