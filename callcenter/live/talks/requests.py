"""What agents ask for on their phones during a talk, or to begin one, told to the floor.

A second call of the phone, a transfer by the phone (REFER) and keys in the talk lead to the same
events. Who asks is told by his channel; where to, by one map of numbers.
"""

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence

from callcenter.acd import talk_events as acd
from callcenter.acd.dialling import NOT_PERMITTED, UNKNOWN, shown_number, target_of
from callcenter.acd.floor import Floor
from callcenter.acd.talk_commands import AnswerTransfer
from callcenter.acd.talk_facts import TransferRefused
from callcenter.acd.target import Target
from callcenter.live.calls.askers import Asker, Askers
from callcenter.live.calls.hearing import Hearing
from callcenter.live.calls.places import Places
from callcenter.live.effects import Effects
from callcenter.live.talks.codes import Keyed, TalkCodes
from callcenter.live.talks.perform import WHERE
from callcenter.live.talks.referrals import Referrals
from callcenter.live.told import Told
from callcenter.pbx.ari import events as pbx
from callcenter.pbx.ari.session import AriSession
from callcenter.site.model import Site
from callcenter.terms import AgentState, TargetKind

MALICIOUS = "malicious"
PICKUP = "pickup"
"""The code with which an agent takes a team-mate's ringing call."""
REFUSED, NOTED, HELD, RETRIEVED = "refused", "noted", "held", "retrieved"
"""Names of the prompts that answer an agent."""


_A_LITTLE_S = 0.1
_REJECTED = {UNKNOWN: "unallocated", NOT_PERMITTED: "rejected", "signed_out": "no_answer"}
"""Why a phone's own call is refused -> how it is told, in ARI's words."""


Action = Callable[[Asker, float], Told | None]
"""What a key does; time in epoch seconds."""


_OF_A_CONSULT: Mapping[str, Action] = {
    "swap": lambda who, now: acd.SwapAsked(who.call, who.leg),
    "complete": lambda who, now: acd.ConsultCompleted(who.call, who.leg),
    "back": lambda who, now: acd.ConsultReturned(who.call, who.leg),
    "three_way": lambda who, now: acd.MergeAsked(who.call, who.leg),
}


class Talks:
    """Turns what phones ask for into the floor's events."""

    def __init__(
        self,
        ari: AriSession,
        effects: Effects,
        hearing: Hearing,
        places: Places,
        floor: Floor,
        askers: Askers,
        note: Callable[[Sequence[TransferRefused]], None],
    ) -> None:
        """`note` takes facts for the journal."""
        self.prompt: Callable[[str], str] = lambda name: ""
        """Name of a prompt -> media as ARI names it."""
        self.survey_of: Callable[[str], str] = lambda queue: ""
        """Queue -> the survey of its callers, empty for none."""
        self.refuse_code: Callable[[str], None] = lambda channel: None
        """Says on a channel that called a code that it cannot be done, and hangs up."""
        self.actions: dict[str, Action] = {
            "hold": self._hold_or_retrieve,
            **_OF_A_CONSULT,
            "survey": self._to_survey,
            "malicious": self._mark,
        }
        """Code -> what it does; others add theirs."""
        self._ari = ari
        self._effects = effects
        self._hearing = hearing
        self._places = places
        self._floor = floor
        self._askers = askers
        self.referrals = Referrals(ari, effects)
        self._note = note
        self._site: Site | None = None
        self._codes: TalkCodes | None = None
        self._lines: dict[str, str] = {}
        """Leg -> the second line with which a consult is being asked for."""

    def dress(self, site: Site, prompt: Callable[[str], str]) -> None:
        """Codes, numbers and prompts, as they are deployed."""
        self._site, self.prompt = site, prompt
        self._codes = TalkCodes(site.feature_codes.in_talk)

    def forget_all(self) -> None:
        """The connection was lost."""
        self.referrals.forget_all()
        self._lines.clear()
        if self._codes is not None:
            self._codes.forget_all()

    def channel_gone(self, channel: str) -> None:
        """A channel is no longer ours."""
        place = self._hearing.place(channel)
        self.referrals.leg_gone(place)
        if self._codes is not None:
            self._codes.forget(channel)

    def hear(self, event: pbx.Event, now: float) -> Told | None:
        """What the floor is to be told of it; None where it asks for nothing, or was refused."""
        match event:
            case pbx.StasisStart(args=("dial", number)):
                return self._dialled(event.channel, number, now)
            case pbx.StasisStart(args=("code", "pickup")):
                return acd.PickupAsked(self._askers.at(event.channel), event.channel.id)
            case pbx.TransferAsked():
                return self._referred_to(event, now)
            case pbx.TransferTold():
                self.referrals.told(event.channel)
            case pbx.KeyPressed():
                return self._keyed(event, now)
            case pbx.Held() | pbx.Retrieved():
                who = self._askers.of(event.channel)
                if who is not None and self._hearing.place(event.channel) == who.leg:
                    kind = acd.LegHeld if isinstance(event, pbx.Held) else acd.LegRetrieved
                    return kind(who.call, who.leg)
        return None

    def settle(self) -> None:
        """What `hear` told is answered: a second line is in use, or was told why not."""
        self._lines.clear()

    def answer(self, command: AnswerTransfer) -> None:
        """Tell the phone that asked, or the agent who keyed a code, what came of it."""
        line = self._lines.pop(command.leg, "")
        if self.referrals.answer(command.leg, done=command.done) or command.done:
            return
        elif line or not self._places.is_up(command.leg):
            self._places.hang_up(line or command.leg, _REJECTED.get(command.reason, "busy"))
        elif not command.call:
            self.refuse_code(command.leg)
        else:
            self._places.sounds.say(command.leg, self.prompt(REFUSED))

    def say(self, who: Asker, prompt: str) -> None:
        """Answer an agent, heard by him alone."""
        self._places.sounds.say(self._hearing.place(who.channel), self.prompt(prompt))

    # A phone calls

    def _dialled(self, channel: pbx.Channel, number: str, now: float) -> Told | None:
        agent = self._askers.at(channel)
        view = self._floor.agent(agent)
        talking = view is not None and view.state is AgentState.TALKING and view.call
        to = self._target(agent, number, "")
        if isinstance(to, str):
            if talking:
                who = self._askers.owner(agent, acd.root_of(str(talking)))
                self._lines[who.leg] = channel.id
                self._refuse(who, number, to, now)
            else:
                self._places.hang_up(channel.id, _REJECTED[to])
            return None
        if to.kind in WHERE:
            self._effects.start(
                self._ari.continue_in_dialplan(channel.id, *WHERE[to.kind](to.name))
            )
            return None
        if talking:
            who = self._askers.owner(agent, acd.root_of(str(talking)))
            self._lines[who.leg] = channel.id
            return acd.ConsultAsked(who.call, who.leg, to, line=channel.id)
        self._places.sounds.ring_to(channel.id)
        shown = shown_number(self._site) if self._site is not None else ""
        return acd.AgentCalls(channel.id, agent, to, number, shown)

    # A phone transfers

    def _referred_to(self, event: pbx.TransferAsked, now: float) -> Told | None:
        if self.referrals.is_repeated(event, now):
            return None
        who = self._askers.of(event.channel)
        if who is None:
            self.referrals.tell(event, done=False)
            return None
        self.referrals.wait_for_answer(who.leg, event)
        if event.line:
            return acd.ConsultCompleted(who.call, who.leg)
        return self._transfer(who, event.destination, now)

    def _transfer(self, who: Asker, number: str, now: float) -> Told | None:
        to = self._target(who.agent, number, self._askers.other_number(who))
        if isinstance(to, str):
            self._refuse(who, number, to, now)
            return None
        return acd.TransferAsked(who.call, who.leg, to)

    def _refuse(self, who: Asker, number: str, reason: str, now: float) -> None:
        self._note(
            [TransferRefused(now, who.call, who.leg, who.agent, TargetKind.OUTSIDE, number, reason)]
        )
        self.answer(AnswerTransfer(who.call, who.leg, done=False, reason=reason))

    # Keys

    def _keyed(self, event: pbx.KeyPressed, now: float) -> Told | None:
        who = self._askers.of(event.channel)
        if who is None or self._codes is None:
            return None
        pressed = self._codes.press(event.channel, event.key, now)
        if pressed.own:
            self._places.pass_keys(event.channel, pressed.own)
        if self._codes.has_begun(event.channel):
            self._effects.start(self._release(self._codes, event.channel))
        return None if pressed.code is None else self._do(who, pressed.code, now)

    async def _release(self, codes: TalkCodes, channel: str) -> None:
        """A key that begins a code and is left alone is one for the other side."""
        await asyncio.sleep(codes.pause_s + _A_LITTLE_S)
        if keys := codes.release(channel, time.time()):
            self._places.pass_keys(channel, keys)

    def _do(self, who: Asker, keyed: Keyed, now: float) -> Told | None:
        match keyed.code:
            case "transfer":
                return self._transfer(who, keyed.number, now)
            case "consult":
                to = self._target(who.agent, keyed.number, self._askers.other_number(who))
                if isinstance(to, str):
                    self._refuse(who, keyed.number, to, now)
                    return None
                return acd.ConsultAsked(who.call, who.leg, to)
        action = self.actions.get(keyed.code)
        if action is None:
            self.say(who, REFUSED)
            return None
        return action(who, now)

    def _hold_or_retrieve(self, who: Asker, now: float) -> Told | None:
        """The other side hears music, or is back. In a consult it hears music anyhow."""
        other = self._askers.other_side(who)
        view = self._floor.call(who.call)
        if view is None or view.consult is not None or not other:
            self.say(who, REFUSED)
            return None
        if self._places.talks(who.call, other):
            self._places.park(other)
            self.say(who, HELD)
            return acd.LegHeld(who.call, who.leg)
        self._places.together(who.call, other if other != who.call else who.leg)
        return acd.LegRetrieved(who.call, who.leg)

    def _to_survey(self, who: Asker, now: float) -> Told | None:
        view = self._floor.call(who.call)
        survey = self.survey_of(view.queue) if view is not None else ""
        if not survey:
            self.say(who, REFUSED)
            return None
        return acd.TransferAsked(who.call, who.leg, Target(TargetKind.SURVEY, survey))

    def _mark(self, who: Asker, now: float) -> Told | None:
        self.say(who, NOTED)
        return acd.MarkAsked(who.call, who.leg, MALICIOUS)

    def _target(self, agent: str, number: str, caller: str) -> Target | str:
        assert self._site is not None  # noqa: S101  dressed before anything is heard
        return target_of(self._site, agent, number, caller)
