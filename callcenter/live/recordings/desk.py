"""What people ask of recordings over the control socket.

- `pause_recording`, `resume_recording` with `call` or `leg`, and `by`
- `housekeeping`: the night's work, now
"""

import time
from collections.abc import Awaitable, Callable, Mapping
from typing import TypeAlias

from callcenter.live.recordings.recorder import Recorder

Answer: TypeAlias = Mapping[str, bool | int]
Request: TypeAlias = Mapping[str, object]

PAUSED, RESUMED, REFUSED = "recording-paused", "recording-resumed", "refused"
"""Names of the prompts that answer an agent."""


class NoSense(ValueError):
    """A request that cannot be done; the text is the answer."""


class RecorderDesk:
    """Answers those requests."""

    def __init__(
        self,
        recorder: Recorder,
        leg_of: Callable[[str], str],
        clock: Callable[[], float] = time.time,
    ) -> None:
        """`leg_of` tells the leg of a call's talk, empty for none."""
        self._recorder = recorder
        self._leg_of = leg_of
        self._clock = clock
        self.requests: Mapping[str, Callable[[Request], Awaitable[Answer]]] = {
            "pause_recording": self._pause,
            "resume_recording": self._resume,
        }
        """Name of a request -> what answers it; raises NoSense."""

    async def toggle(self, leg: str, call: str, agent: str) -> str:
        """Pause or resume at an agent's wish; the name of the prompt that tells what came of it."""
        leg = leg if self._recorder.is_recorded(leg) else self._leg_of(call)
        now = self._clock()
        if self._recorder.is_paused(leg):
            return RESUMED if await self._recorder.resume(leg, agent, now) else REFUSED
        return PAUSED if await self._recorder.pause(leg, agent, now) else REFUSED

    async def _pause(self, request: Request) -> Answer:
        leg, by = self._asked(request)
        return {"paused": await self._recorder.pause(leg, by, self._clock())}

    async def _resume(self, request: Request) -> Answer:
        leg, by = self._asked(request)
        return {"resumed": await self._recorder.resume(leg, by, self._clock())}

    def _asked(self, request: Request) -> tuple[str, str]:
        leg = str(request.get("leg") or self._leg_of(str(request.get("call", ""))))
        if not self._recorder.is_recorded(leg):
            raise NoSense("that call is not being recorded")
        return leg, str(request.get("by", ""))
