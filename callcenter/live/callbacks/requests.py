"""What people ask about callbacks over the control socket.

- `callbacks`: those who are to be called back, in the order in which they asked for a human
- `withdraw_callback` with `call` (a callback's name, or a number) and `by`
"""

import time
from collections.abc import Awaitable, Callable, Mapping, Sequence

from callcenter.acd.floor import Floor
from callcenter.acd.talk_events import CallbackWithdrawn
from callcenter.acd.views import CallView
from callcenter.live.snapshot import Json
from callcenter.live.told import Told
from callcenter.records.journal.facts import ActDone
from callcenter.site.listed import canonical
from callcenter.terms import CallKind

Request = Mapping[str, object]
WITHDRAW = "callback_withdraw"
"""The act's name in the audit."""


class NoSuchCallback(ValueError):
    """Nobody is to be called back there; the text is the answer."""


class CallbackRequests:
    """Answers those requests."""

    def __init__(
        self,
        floor: Floor,
        ask: Callable[[Told], Awaitable[None]],
        note: Callable[[Sequence[ActDone]], None],
        clock: Callable[[], float] = time.time,
    ) -> None:
        """`ask` tells the floor and waits until it has heard; `note` takes facts for the
        journal."""
        self._floor = floor
        self._ask = ask
        self._note = note
        self._clock = clock
        self.requests: Mapping[str, Callable[[Request], Awaitable[Mapping[str, Json]]]] = {
            "callbacks": self._list,
            "withdraw_callback": self._withdraw,
        }
        """Name of a request -> what answers it; raises NoSuchCallback."""

    async def _list(self, _: Request) -> Mapping[str, Json]:
        now = self._clock()
        return {"callbacks": [_told(view, now) for view in self._waiting()]}

    async def _withdraw(self, request: Request) -> Mapping[str, Json]:
        wanted, by = str(request.get("call", "")), str(request.get("by", ""))
        found = [v for v in self._waiting() if wanted in (v.call, v.caller)]
        found = found or [v for v in self._waiting() if canonical(wanted) == canonical(v.caller)]
        for view in found:
            await self._ask(CallbackWithdrawn(view.call, by))
        left = {view.call for view in self._waiting()}
        done = [view.call for view in found if view.call not in left]
        result = "done" if done else "refused"
        self._note([ActDone(self._clock(), by, WITHDRAW, wanted, " ".join(done), result)])
        if not done:
            raise NoSuchCallback(f"nobody is to be called back at {wanted!r}, or is on the line")
        return {"withdrawn": [*done]}

    def _waiting(self) -> list[CallView]:
        """Callbacks whose caller is not on the line yet."""
        views = [v for v in self._floor.calls() if v.kind is CallKind.CALLBACK and v.callback]
        return sorted(views, key=lambda view: (view.requested_at, view.call))


def _told(view: CallView, now: float) -> Json:
    callback = view.callback
    assert callback is not None  # noqa: S101  only such are listed
    return {
        "call": view.call,
        "number": view.caller,
        "queue": view.queue,
        "state": view.state.value,
        "position": view.position,
        "waited_s": round(max(0.0, now - view.requested_at), 1),
        "attempts": callback.attempts,
        "next_in_s": None if callback.next_at is None else round(max(0, callback.next_at - now), 1),
        "expires_in_s": round(max(0.0, callback.expires_at - now), 1),
        "agent": view.agent,
    }
