"""Codes that supervisors dial on their phones, and the prompts that answer."""

from collections.abc import Callable, Mapping

from callcenter.live.supervision.acts import NO_TALK, Actor, ActRefused, Acts
from callcenter.live.supervision.presence import MODES, Supervision
from callcenter.live.told import Told
from callcenter.pbx.ari.events import Channel
from callcenter.site.model import Site
from callcenter.site.rights import queues_of
from callcenter.site.supervisors import Act, SuperviseCodes
from callcenter.site.tenants import within

CODES = frozenset(SuperviseCodes.model_fields)
DONE, NOT_PERMITTED, NOT_NOW, REFUSED = "done", "not-permitted", "no-talk", "refused"
CLOSED, OPEN = "closed-now", "open-again"
"""Names of prompts."""
_FORCED = {
    "force_ready": "ready",
    "force_not_ready": "not_ready",
    "force_sign_out": "sign_out",
}
FORCED_REASON = "supervisor"
"""Reason of an agent whom a supervisor has made not ready."""


class SupervisorCodes:
    """Does what a code asks for."""

    def __init__(
        self,
        supervision: Supervision,
        acts: Acts,
        waiting: Callable[[str], tuple[str, ...]],
        sits_at: Callable[[str], str],
        submit: Callable[[Told], None],
        farewell: Callable[[str, str], None],
    ) -> None:
        """`waiting`: queue -> its calls in their order; `farewell` says a prompt and hangs up."""
        self._supervision = supervision
        self._acts = acts
        self._waiting = waiting
        self._sits_at = sits_at
        self._submit = submit
        self._farewell = farewell
        self._how: Mapping[str, Callable[[Actor, list[str], float], Told]] = {
            "hang_up": self._hang_up,
            "move": self._move,
            "skill": self._skill,
            "overflow": self._overflow,
        }

    def dialled(self, channel: Channel, code: str, word: str, now: float) -> None:
        """A phone has called a code, and `word` after it; `*` is between its parts."""
        number = self._sits_at(channel.variables.get("CC_AGENT", ""))
        who = Actor(number, number)
        parts = word.split("*")
        try:
            if code in MODES:
                mode: Act = code  # type: ignore[assignment]  # a mode is an act
                self._supervision.begin(channel, who, number, mode, parts[0], now)
            elif code == "take_over":
                self._supervision.take_over(who, number, parts[0], channel.id, now)
            elif code == "emergency":
                self._emergency(who, channel.id, word, now)
            elif code in _FORCED:
                act = _FORCED[code]
                reason = FORCED_REASON if act == "not_ready" else ""
                self._submit(self._acts.force(who, parts[0], act, reason, now))
                self._farewell(channel.id, DONE)
            else:
                self._submit(self._how[code](who, parts, now))
                self._farewell(channel.id, DONE)
        except ActRefused as refused:
            self._farewell(channel.id, _answer(refused))

    @property
    def _site(self) -> Site:
        return self._acts.overrides.base.site

    def _hang_up(self, who: Actor, parts: list[str], now: float) -> Told:
        return self._acts.hang_up(who, self._acts.call_of(parts[0]), now)

    def _move(self, who: Actor, parts: list[str], now: float) -> Told:
        queue, to = self._queue(parts[0]), self._queue(parts[-1])
        next_in_line = self._waiting(queue)[:1] if queue else ()
        return self._acts.move(who, next_in_line[0] if next_in_line else "", to, now)

    def _skill(self, who: Actor, parts: list[str], now: float) -> Told:
        agent, *change = parts
        known = self._site.agents.get(agent)
        skills = within(self._site, known.tenant if known is not None else "", "skills")
        text = ""
        if change:
            place = int(change[0]) if change[0].isdecimal() else 0
            name = skills[place - 1] if 0 < place <= len(skills) else "?"
            text = f"{name}={change[-1]}"
        return self._acts.skills(who, agent, text, now)

    def _overflow(self, who: Actor, parts: list[str], now: float) -> Told:
        queue, *to = parts
        led = f"queue:{self._queue(to[0]) or '?'}" if to else ""
        return self._acts.overflow(who, self._queue(queue) or queue, led, now)

    def _emergency(self, who: Actor, line: str, word: str, now: float) -> None:
        on, number = word[:1] == "1", word[1:]
        if number:
            queues = [self._queue(number) or number]
        else:
            queues = queues_of(self._site, who.supervisor, "emergency")
        self._submit(self._acts.emergency(who, queues, on, "", now))
        self._farewell(line, CLOSED if on else OPEN)

    def _queue(self, number: str) -> str:
        """The queue of this number; empty for none."""
        return next((n for n, q in self._site.queues.items() if q.number == number), "")


def _answer(refused: ActRefused) -> str:
    if refused.is_forbidden:
        return NOT_PERMITTED
    return NOT_NOW if refused.reason == NO_TALK else REFUSED
