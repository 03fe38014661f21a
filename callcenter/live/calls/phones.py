"""All that hears phones and lines and acts on them, built and joined."""

from collections.abc import Awaitable, Callable, Iterator, Mapping
from functools import partial
from typing import Protocol

from callcenter.acd.commands import AnnouncePosition
from callcenter.acd.dialling import line_for, shown_number, survey_of, trunks_for
from callcenter.acd.events import LegFailed, Restored
from callcenter.acd.floor import Floor
from callcenter.acd.talk_events import root_of
from callcenter.live.agents.figures import DayFigures
from callcenter.live.agents.regulars import Regulars
from callcenter.live.agents.seats import Seats
from callcenter.live.callbacks.desk import CallbackDesk
from callcenter.live.calls.askers import Askers
from callcenter.live.calls.codes import FeatureCodes
from callcenter.live.calls.hearing import Hearing
from callcenter.live.calls.outbound import Outbound
from callcenter.live.calls.perform import Performer
from callcenter.live.calls.places import Places
from callcenter.live.deployed import Deployed
from callcenter.live.effects import Effects
from callcenter.live.ledger import Ledger
from callcenter.live.recordings.sides import TalkSides
from callcenter.live.restart.resync import Holdings
from callcenter.live.talks.perform import TalkPerformer
from callcenter.live.talks.requests import PICKUP, Talks
from callcenter.live.told import Told
from callcenter.pbx.ari import events as pbx
from callcenter.pbx.ari.session import AriSession
from callcenter.site.model import Site
from callcenter.site.secrets import agent_pin
from callcenter.terms import AgentState


class Ear(Protocol):
    """Who hears Asterisk before the others."""

    def hear(self, event: pbx.Event, now: float) -> bool:
        """True for what concerns nobody else."""

    def forget_all(self) -> None:
        """The connection was lost."""

    def restored(self) -> None:
        """After a gap all else knows what there is."""


class Phones:
    """Callers' channels, agents' phones and lines outside."""

    def __init__(
        self,
        ari: AriSession,
        effects: Effects,
        floor: Floor,
        ledger: Ledger,
        seats: Seats,
        *,
        submit: Callable[[Told], None],
        agent_changed: Callable[[str], None],
        figures: Callable[[str], Awaitable[DayFigures]],
    ) -> None:
        """`submit` puts what happened into the mailbox, `agent_changed` is told whose lamp must
        follow, `figures` reads an agent's day."""
        self.ears: list[Ear] = []
        self.hearing = Hearing()
        self.regulars = Regulars()
        self.hearing.last_talk = self.regulars.last
        ledger.listeners.append(self.regulars.note)
        self.sides = TalkSides(floor, self.hearing)
        self.places = Places(ari, effects, self.hearing)
        self.places.lasts = lambda call: floor.call(call) is not None
        self.outbound = Outbound(ari, effects, self.hearing, self.places)
        self.askers = Askers(self.hearing, floor, seats.sits_at)
        self.talks = Talks(ari, effects, self.hearing, self.places, floor, self.askers, ledger.note)
        self.seats = seats
        self._floor = floor
        self._agent_changed = agent_changed
        self.performer = self._performer(ari, effects)
        self.performer.phone_of = seats.phone_of
        self.codes = FeatureCodes(ari, effects, submit, self._state_of, seats, figures)
        self.codes.may_pause = floor.may_pause
        self.callbacks = CallbackDesk(
            self.hearing, self.places, self.outbound, floor, submit, self._talk_performer.send
        )
        self.ears.append(self.callbacks)
        self.talks.refuse_code = self.codes.refuse

    def _performer(self, ari: AriSession, effects: Effects) -> Performer:
        hearing, places = self.hearing, self.places
        answer, call = self.talks.answer, self._floor.call
        referrals = self.talks.referrals
        talks = TalkPerformer(ari, effects, hearing, places, self.outbound, referrals, answer, call)
        self._talk_performer = talks
        return Performer(ari, effects, hearing, places, agent_changed=self._changed, more=talks.how)

    def dress(self, deployed: Deployed, secrets: Mapping[str, str]) -> None:
        """Music, labels, prompts, numbers and codes, as they are deployed."""
        site = deployed.site
        keys = site.feature_codes.in_talk.enabled
        self.places.queues = deployed.queues
        self.places.talk_kind = "mixing,dtmf_events" if keys else "mixing"
        self.outbound.trunks = partial(trunks_for, site)
        self.outbound.shown = shown_number(site)
        self.talks.dress(site, deployed.prompt)
        self.outbound.on_the_line = partial(_on_the_line, site)
        self.talks.survey_of = partial(survey_of, site)
        self.callbacks.site, self.callbacks.prompt = site, deployed.prompt
        self.performer.announcement = partial(self._announcement, deployed)
        self.performer.prompt = deployed.prompt
        self.codes.prompt = deployed.prompt
        self.codes.language = site.language
        self.codes.pins.pins = {
            agent: pin for agent in site.agents if (pin := secrets.get(agent_pin(agent)))
        }

    def _announcement(self, deployed: Deployed, told: AnnouncePosition) -> list[str]:
        """Nothing while the caller is asked something."""
        return [] if self.callbacks.talks_with(told.call) else deployed.announcement(told)

    def forget_all(self) -> None:
        """The connection was lost: nothing that was heard or begun can be relied on."""
        for part in (self.hearing, self.places, self.outbound, self.talks, self.codes):
            part.forget_all()
        for ear in self.ears:
            ear.forget_all()

    def know(self, holdings: Holdings, restored: Restored) -> None:
        """What was found after a gap: who plays what, and is where."""
        for channel in holdings.channels:
            self.hearing.know(channel)
            self.places.sounds.know(channel)
        for bridge in holdings.bridges:
            self.places.know(bridge)
        legs = {found.entered.call: found.leg for found in restored.calls}
        for call in legs:
            root = root_of(call)
            if root != call and self.hearing.channel(call) == call:
                self.hearing.take_place(self.hearing.channel(legs.get(root) or root), call)
        self.seats.show_all()
        for ear in self.ears:
            ear.restored()

    def hear(self, event: pbx.Event, now: float) -> Iterator[Told]:
        """What the floor is to be told of an event of Asterisk's. `now`: epoch seconds."""
        if not any(ear.hear(event, now) for ear in self.ears):
            yield from self._hear(event, now)
        self.places.tidy()

    def _hear(self, event: pbx.Event, now: float) -> Iterator[Told]:
        match event:
            case pbx.StasisStart(args=("code", code, *words)) if code != PICKUP:
                self.hearing.hear(event, now)
                self.codes.dialled(event.channel, code, words[0] if words else "", now)
                return
            case pbx.KeyPressed() if self.codes.keyed(event, now):
                return
            case pbx.PlaybackFinished():
                self.codes.playback_finished(event.playback)
                self.places.sounds.playback_finished(event.playback)
            case pbx.EnteredBridge():
                self.places.entered(event.channel, event.bridge)
            case pbx.LeftBridge():
                self.places.left(event.channel, event.bridge)
            case pbx.StasisEnd() | pbx.ChannelDestroyed():  # also what was never picked up
                self.codes.channel_gone(event.channel)
                self.talks.channel_gone(event.channel)
                self.places.channel_gone(event.channel)
        heard = self.hearing.hear(event, now)
        if heard is not None and not self.outbound.goes_on(heard):
            if isinstance(heard, LegFailed):
                self.places.end_as(heard.call, heard.result)
            yield heard
        asked = self.talks.hear(event, now)
        if asked is not None:
            yield asked
            self.talks.settle()

    def _state_of(self, agent: str) -> AgentState | None:
        view = self._floor.agent(agent)
        return None if view is None else view.state

    def _changed(self, agent: str) -> None:
        """Who has signed out has left his seat."""
        if self._state_of(agent) is AgentState.SIGNED_OUT:
            self.seats.leave(agent)
        self._agent_changed(agent)


def _on_the_line(site: Site, number: str) -> str:
    """A caller's number as the line is given it; as it is where nothing permits it any longer."""
    line = line_for(site, "", number)
    return number if line is None else line.number
