"""Phones of supervisors that are called: from the command line, and when an agent asks for help."""

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from callcenter.acd.floor import Floor
from callcenter.acd.talk_events import MarkAsked
from callcenter.live.calls.askers import Asker
from callcenter.live.calls.perform import watched
from callcenter.live.effects import Effects
from callcenter.live.names import SUPERVISOR
from callcenter.live.supervision.acts import FAILED, Actor, ActRefused, Acts
from callcenter.live.supervision.presence import Supervision
from callcenter.live.told import Told
from callcenter.pbx.ari import events as pbx
from callcenter.pbx.ari.session import AriSession
from callcenter.site.rights import supervisors_of
from callcenter.site.supervisors import Act
from callcenter.terms import AgentState

RING_S = 20.0
CALLED, NOBODY, ESCALATED = "supervisor-called", "no-supervisor", "escalated"
"""Prompts that answer the agent; the mark of a call that was escalated."""
_SERVES = (AgentState.READY, AgentState.NOT_READY, AgentState.WRAP_UP)


@dataclass(slots=True)
class Asked:
    """What several phones are called for; the first that is picked up gets it."""

    act: Act
    agent: str
    who: Actor | None = None
    """Who asked, empty for whoever picks up."""
    call: str = ""
    escalated_by: Asker | None = None


class SupervisorRings:
    """Calls phones, and hands who picks up to the supervision."""

    def __init__(
        self,
        ari: AriSession,
        effects: Effects,
        floor: Floor,
        acts: Acts,
        supervision: Supervision,
        submit: Callable[[Told], None],
        phone_of: Callable[[str], str],
    ) -> None:
        self.say: Callable[[Asker, str], None] = lambda who, prompt: None
        """Answers an agent in his talk."""
        self.farewell: Callable[[str, str], None] = lambda channel, prompt: None
        self._ari = ari
        self._effects = effects
        self._floor = floor
        self._acts = acts
        self._supervision = supervision
        self._submit = submit
        self._phone_of = phone_of
        self._asked: dict[str, tuple[Asked, str]] = {}
        """Channel that rings -> why, and the agent at whom it rings."""
        self._numbers = itertools.count(1)

    def ring(self, asked: Asked, agents: Sequence[str], now: float) -> None:
        """Call the phones of these agents."""
        for number in agents:
            line = f"{SUPERVISOR}{now:.0f}-{next(self._numbers)}"
            self._asked[line] = asked, number
            self._effects.start(
                self._ari.originate(
                    line,
                    f"PJSIP/{self._phone_of(number)}",
                    args="supervise",
                    timeout_s=RING_S,
                    originator="",
                    caller_id=f'"{asked.act} {asked.agent}" <{asked.agent}>',
                    variables={**watched(""), "CC_AGENT": self._phone_of(number)},
                ),
                lambda error, line=line: self._gone(line, now),  # type: ignore[misc]
            )

    def escalate(self, asker: Asker, now: float) -> Told | None:
        """An agent wants his supervisor in the call: those who are ready, else who is there."""
        site = self._acts.overrides.base.site
        views = [self._floor.agent(n) for n in supervisors_of(site, asker.agent, "barge")]
        found: list[str] = []
        for state in _SERVES:
            here = [v.agent for v in views if v is not None and v.state is state]
            found = found or [n for n in here if n != asker.agent]
        who = Actor(asker.agent)
        if not found:
            self._acts.done(who, "escalate", asker.call, "nobody is there", now, FAILED)
            self.say(asker, NOBODY)
            return None
        self._acts.done(who, "escalate", asker.call, f"rings {', '.join(found)}", now)
        self.ring(Asked("barge", asker.agent, call=asker.call, escalated_by=asker), found, now)
        self.say(asker, CALLED)
        return MarkAsked(asker.call, asker.leg, ESCALATED)

    def hear(self, event: pbx.Event, now: float) -> bool:
        """True for what concerns nobody else."""
        match event:
            case pbx.StasisStart(args=("supervise",), channel=channel):
                self._answered(channel, now)
                return True
            case pbx.ChannelDestroyed() if event.channel in self._asked:
                self._gone(event.channel, now)
                return True
        return False

    def forget_all(self) -> None:
        """The connection was lost."""
        self._asked.clear()

    def _answered(self, line: pbx.Channel, now: float) -> None:
        if line.id not in self._asked:
            self._effects.start(self._ari.hangup(line.id))  # another one was faster
            return
        asked, number = self._asked.pop(line.id)
        for other in [o for o, (what, _) in self._asked.items() if what is asked]:
            del self._asked[other]
            self._effects.start(self._ari.hangup(other, "answered_elsewhere"))
        who = asked.who or Actor(number, number)
        try:
            if asked.act == "take_over":
                self._submit(self._acts.take_over(who, asked.call, number, line.id, now))
            else:
                self._supervision.begin(line, who, number, asked.act, asked.agent, now)
        except ActRefused:
            self.farewell(line.id, NOBODY if asked.escalated_by else "no-talk")

    def _gone(self, line: str, now: float) -> None:
        """A phone was not picked up."""
        asked, number = self._asked.pop(line, (None, ""))
        if asked is None or any(what is asked for what, _ in self._asked.values()):
            return
        if asked.escalated_by is not None:
            who = Actor(asked.escalated_by.agent)
            self._acts.done(who, "escalate", asked.call, "nobody answered", now, FAILED)
            self.say(asked.escalated_by, NOBODY)
        elif asked.who is not None:
            target = asked.agent or asked.call
            self._acts.done(asked.who, asked.act, target, f"{number} did not answer", now, FAILED)
