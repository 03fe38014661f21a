"""What is asked of supervisors' acts over the control socket.

Every request has `by`, a person at the machine, and perhaps `as`, a supervisor whose rights count:
- `supervise` with `mode`, `agent` and `phone`; `take_over` with `call` and `phone`: rings the phone
- `hang_up` with `call`; `move` with `call` and `queue`
- `force` with `agent`, `act` (ready, not_ready, sign_in, sign_out) and `reason`
- `set_skills` with `agent` and `skills`; `set_overflow` with `queue` and `to`; empty: as deployed
- `emergency` with `queues`, `on` and `to`
- `overrides`: what is changed over what is deployed
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeAlias

from callcenter.live.snapshot import Json
from callcenter.live.supervision.acts import Actor, ActRefused, Acts
from callcenter.live.supervision.presence import MODES
from callcenter.live.supervision.rings import Asked, SupervisorRings
from callcenter.live.told import Told
from callcenter.site.rights import Target
from callcenter.site.supervisors import Act

Request: TypeAlias = Mapping[str, object]
Answer: TypeAlias = Mapping[str, Json]


class SupervisionDesk:
    """Answers those requests; `requests` is handed to the control socket."""

    def __init__(
        self,
        acts: Acts,
        rings: SupervisorRings,
        sits_at: Callable[[str], str],
        clock: Callable[[], float],
    ) -> None:
        self.ask: Callable[[Told], Awaitable[None]]
        """Tells the floor, and waits until it has heard."""
        self._acts = acts
        self._rings = rings
        self._sits_at = sits_at
        self._clock = clock
        self.requests: Mapping[str, Callable[[Request], Awaitable[Answer]]] = {
            "supervise": self._supervise,
            "take_over": self._take_over,
            "hang_up": self._hang_up,
            "move": self._move,
            "force": self._force,
            "set_skills": self._skills,
            "set_overflow": self._overflow,
            "emergency": self._emergency,
            "overrides": self._overrides,
        }
        """Name of a request -> what answers it; raises ValueError."""

    async def _supervise(self, request: Request) -> Answer:
        mode, agent, now = _text(request, "mode"), _text(request, "agent"), self._clock()
        act = next((act for act in MODES if act == mode), None)
        if act is None:
            raise ValueError(f"{mode!r} is no mode: {', '.join(MODES)}")
        who = _actor(request)
        self._acts.allow(who, act, Target(agent), act, "", now)
        if not self._acts.leg_of(agent):
            raise self._acts.refusal(who, act, agent, "no_talk", now)
        return self._ring(Asked(act, agent, who), request, now)

    async def _take_over(self, request: Request) -> Answer:
        act: Act = "take_over"
        asked = Asked(act, "", _actor(request), call=_text(request, "call"))
        return self._ring(asked, request, self._clock())

    def _ring(self, asked: Asked, request: Request, now: float) -> Answer:
        phone = self._sits_at(_text(request, "phone"))
        if phone not in self._acts.overrides.base.site.agents:
            raise ActRefused("unknown", f"there is no phone {phone!r}: name an agent's number")
        self._rings.ring(asked, [phone], now)
        return {"rings": phone}

    async def _hang_up(self, request: Request) -> Answer:
        call = _text(request, "call")
        await self.ask(self._acts.hang_up(_actor(request), call, self._clock()))
        return {"call": call}

    async def _move(self, request: Request) -> Answer:
        call, queue = _text(request, "call"), _text(request, "queue")
        await self.ask(self._acts.move(_actor(request), call, queue, self._clock()))
        return {"call": call, "queue": queue}

    async def _force(self, request: Request) -> Answer:
        agent, act = _text(request, "agent"), _text(request, "act")
        if act not in {"ready", "not_ready", "sign_in", "sign_out"}:
            raise ValueError(f"{act!r} is no state that an agent can be brought to")
        reason = _text(request, "reason")
        await self.ask(self._acts.force(_actor(request), agent, act, reason, self._clock()))
        return {"agent": agent}

    async def _skills(self, request: Request) -> Answer:
        agent, text = _text(request, "agent"), _text(request, "skills")
        await self.ask(self._acts.skills(_actor(request), agent, text, self._clock()))
        return self._told()

    async def _overflow(self, request: Request) -> Answer:
        queue, to = _text(request, "queue"), _text(request, "to")
        await self.ask(self._acts.overflow(_actor(request), queue, to, self._clock()))
        return self._told()

    async def _emergency(self, request: Request) -> Answer:
        queues = _text(request, "queues").split()
        on, to = bool(_text(request, "on")), _text(request, "to")
        await self.ask(self._acts.emergency(_actor(request), queues, on, to, self._clock()))
        return self._told()

    async def _overrides(self, _: Request) -> Answer:
        return self._told()

    def _told(self) -> Answer:
        found: list[Json] = [
            {"kind": each.kind.value, "target": each.target, "value": each.value}
            for each in self._acts.overrides.all()
        ]
        return {"overrides": found}


def _text(request: Mapping[str, Any], name: str) -> str:
    text = str(request.get(name, ""))
    if not text.isprintable():
        raise ValueError(f"{name} is one line of text")
    return text


def _actor(request: Request) -> Actor:
    """Someone at the machine, who may do all; or what he asks for in a supervisor's name."""
    supervisor, by = _text(request, "as"), _text(request, "by") or "?"
    return Actor(supervisor, supervisor) if supervisor else Actor(f"{by}@cli")
