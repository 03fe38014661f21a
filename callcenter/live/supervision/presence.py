"""Supervisors in agents' talks: listen, whisper, barge in, and change among them.

Each supervision is a mixing bridge with the supervisor's channel and a Snoop channel, which hears
the agent's channel and, in the other modes, speaks there. Asterisk cannot change a Snoop channel's
mode, so a change makes a new one. It stays with the agent, whoever he talks to, and ends with the
channel of his talk. Without us the two channels end each other.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from callcenter.acd import events as acd
from callcenter.acd.floor import Floor
from callcenter.live.calls.hearing import Hearing
from callcenter.live.calls.perform import LEG_LIMIT_S
from callcenter.live.effects import Effects
from callcenter.live.names import SNOOP, SPY, snooped_by
from callcenter.live.supervision.acts import NO_TALK, Actor, Acts
from callcenter.live.told import Told
from callcenter.pbx.ari import events as pbx
from callcenter.pbx.ari.session import AriSession
from callcenter.records.journal.facts import ActDone
from callcenter.records.journal.supervised import DURING, OVER
from callcenter.site.rights import Target
from callcenter.site.supervisors import Act
from callcenter.terms import AgentState

SUPERVISING = "supervising"
"""Reason for which a supervisor is not ready meanwhile."""
OVER_PROMPT = "supervision-over"

MODES: Mapping[Act, str] = {"listen": "none", "whisper": "out", "barge": "both"}
"""Mode -> whom the Snoop channel speaks to, in ARI's words: nobody, the agent, both."""
KEYS: Mapping[str, Act] = {"4": "listen", "5": "whisper", "6": "barge"}
TAKE_OVER_KEY = "7"
"""Keys that the supervisor presses meanwhile."""
_ENDS_WITH_PEER = "cc-caller-gone,s,1"


@dataclass(slots=True)
class _Supervision:
    who: Actor
    seat: str
    """The supervisor as an agent, empty where it is nobody of the site."""
    agent: str
    mode: Act
    spied: str
    """The agent's channel."""
    call: str
    since: float
    made: int = 0
    """Snoop channels so far; the last one counts."""
    snoop: str = ""
    """The one that is heard."""


class Supervision:
    """Begins, changes and ends supervisions; hears Asterisk for them."""

    def __init__(
        self,
        ari: AriSession,
        effects: Effects,
        hearing: Hearing,
        floor: Floor,
        acts: Acts,
        submit: Callable[[Told], None],
        held: Callable[[], list[ActDone]],
    ) -> None:
        """`held` tells supervisions whose end the journal does not have."""
        self.farewell: Callable[[str, str], None] = lambda channel, prompt: None
        """Plays a prompt to a channel, then hangs up."""
        self._ari = ari
        self._effects = effects
        self._hearing = hearing
        self._floor = floor
        self._acts = acts
        self._submit = submit
        self._held = held
        self._of: dict[str, _Supervision] = {}
        """Supervisor's channel -> what he does."""

    def begin(
        self, line: pbx.Channel, who: Actor, seat: str, mode: Act, agent: str, now: float
    ) -> None:
        """Bring this channel into an agent's talk. Raises ActRefused."""
        self._acts.allow(who, mode, Target(agent), mode, "", now)
        leg = self._acts.leg_of(agent)
        if not leg:
            raise self._acts.refusal(who, mode, agent, NO_TALK, now)
        call = self._acts.call_of(agent)
        spied = self._hearing.channel(leg)
        one = self._of[line.id] = _Supervision(who, seat, agent, mode, spied, call, now)
        self._hearing.channels[line.id] = line
        self._begun(one, now)
        view = self._floor.agent(seat)
        if view is not None and view.state is AgentState.READY:
            self._submit(acd.AgentNotReady(seat, SUPERVISING, forced=True))
        bridge = SPY + line.id
        self._set(line.id, "TIMEOUT(absolute)", str(LEG_LIMIT_S))
        self._set(line.id, "CHANNEL(hangup_handler_push)", _ENDS_WITH_PEER)
        self._effects.start(self._ari.create_bridge(bridge, "mixing,dtmf_events"))
        self._effects.start(self._ari.add_to_bridge(bridge, line.id, absorb=True))
        self._snoop(line.id, one)

    def hear(self, event: pbx.Event, now: float) -> bool:
        """True for what concerns nobody else."""
        match event:
            case pbx.StasisStart(channel=channel) if channel.id.startswith(SNOOP):
                self._attach(channel)
                return True
            case pbx.StasisEnd() | pbx.ChannelDestroyed() if event.channel.startswith(SNOOP):
                self._snoop_gone(event.channel, now)
                return True
            case pbx.KeyPressed() if event.channel in self._of:
                self._keyed(event.channel, event.key, now)
                return True
            case pbx.StasisEnd() if event.channel in self._of:
                self._end(event.channel, "", now)
            case pbx.LeftBridge() if event.bridge.id.startswith(SPY) and not event.bridge.members:
                self._effects.start(self._ari.destroy_bridge(event.bridge.id))
        return False

    def take_over(self, who: Actor, seat: str, agent: str, line: str, now: float) -> None:
        """The supervisor's channel takes the agent's place. Raises ActRefused."""
        self._submit(self._acts.take_over(who, self._acts.call_of(agent), seat, line, now))

    def forget_all(self) -> None:
        """The connection was lost; what is left of supervisions is cleared away when it is back."""
        self._of.clear()

    def restored(self, now: float) -> None:
        """After a gap nobody listens any more: their channels are hung up as belonging to nothing.

        The journal is told, and whoever was not ready for it is so again.
        """
        for held in self._held():
            who = Actor(held.who)
            self._acts.done(who, held.act, held.target, f"{OVER}: the controller was away", now)
        for view in self._floor.agents():
            if view.state is AgentState.NOT_READY and view.reason == SUPERVISING:
                self._submit(acd.AgentReady(view.agent))

    # One supervision

    def _begun(self, one: _Supervision, now: float) -> None:
        self._acts.done(one.who, one.mode, one.agent, f"{DURING} {one.call}", now)

    def _snoop(self, line: str, one: _Supervision) -> None:
        one.made += 1
        self._effects.start(
            self._ari.snoop(
                one.spied,
                f"{SNOOP}{line}-{one.made}",
                whisper=MODES[one.mode],
                args="snoop",
            ),
            lambda error: self._lost(line),
        )

    def _lost(self, line: str) -> None:
        """The agent's channel is gone, or Asterisk cannot."""
        self.farewell(line, OVER_PROMPT)

    def _attach(self, snoop: pbx.Channel) -> None:
        """The old one goes first, or the two would hear each other."""
        line, number = snooped_by(snoop.id)
        one = self._of.get(line)
        if one is None or number != one.made:
            self._effects.start(self._ari.hangup(snoop.id))
            return
        if one.snoop:
            self._effects.start(self._ari.hangup(one.snoop))
        one.snoop = snoop.id
        name = self._hearing.name(line)
        self._set(line, "CC_PEER", snoop.name)
        self._set(snoop.id, "CC_PEER", name)
        self._set(snoop.id, "CHANNEL(hangup_handler_push)", _ENDS_WITH_PEER)
        self._effects.start(self._ari.add_to_bridge(SPY + line, snoop.id))

    def _snoop_gone(self, snoop: str, now: float) -> None:
        """The agent's channel has ended, unless a new mode took its place."""
        line, _ = snooped_by(snoop)
        one = self._of.get(line)
        if one is not None and one.snoop == snoop:
            one.snoop = ""
            self._end(line, "the talk is over", now)
            self.farewell(line, OVER_PROMPT)

    def _keyed(self, line: str, key: str, now: float) -> None:
        one = self._of[line]
        try:
            if key == TAKE_OVER_KEY:
                self.take_over(one.who, one.seat, one.agent, line, now)
                self._end(line, "taken over", now)
            elif key in KEYS and KEYS[key] != one.mode:
                self._acts.allow(one.who, KEYS[key], Target(one.agent), KEYS[key], one.call, now)
                one.mode = KEYS[key]
                self._begun(one, now)
                self._snoop(line, one)
        except ValueError:
            return  # noted in the audit; what he hears goes on

    def _end(self, line: str, why: str, now: float) -> None:
        one = self._of.pop(line)
        if one.snoop:
            self._effects.start(self._ari.hangup(one.snoop))
        lasted = f"{OVER} after {now - one.since:.0f} s, {one.call}"
        self._acts.done(one.who, one.mode, one.agent, f"{lasted} {why}".strip(), now)
        view = self._floor.agent(one.seat)
        if view is not None and (view.state, view.reason) == (AgentState.NOT_READY, SUPERVISING):
            self._submit(acd.AgentReady(one.seat))

    def _set(self, channel: str, name: str, value: str) -> None:
        self._effects.start(self._ari.set_variable(channel, name, value))
