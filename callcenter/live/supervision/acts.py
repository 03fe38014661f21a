"""What supervisors do: checked against their rights, written into the audit, told to the floor."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from callcenter.acd import events as acd
from callcenter.acd import talk_events as talks
from callcenter.acd.floor import Floor
from callcenter.acd.views import CallView
from callcenter.live.supervision.overrides import Overrides
from callcenter.live.told import Told
from callcenter.records.journal.facts import ActDone
from callcenter.site.overrides import (
    BY_THE_SITE,
    Kind,
    NoOverride,
    Override,
    deployed,
    led_to,
    skills_value,
)
from callcenter.site.rights import Target, Why, may
from callcenter.site.supervisors import Act
from callcenter.terms import AgentState, CallState

NO_TALK = "no_talk"
"""Why an act is refused: the agent is in no call."""
NOT_WAITING = "not_waiting"
DONE, REFUSED, FAILED = "done", "refused", "failed"
"""Results of acts in the audit."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts."""

    name: str
    """A supervisor's number, or `user@cli`."""
    supervisor: str = ""
    """Whose rights count; empty for a person at the machine, who may do all."""


class ActRefused(ValueError):
    """An act that is not done; the text tells why."""

    def __init__(self, reason: str, text: str = "") -> None:
        super().__init__(text or reason.replace("_", " "))
        self.reason = reason

    @property
    def is_forbidden(self) -> bool:
        """True where it is a matter of rights."""
        return self.reason in set(Why)


class Acts:
    """Judges and notes each act; returns what the floor is to be told of it."""

    def __init__(
        self, floor: Floor, overrides: Overrides, note: Callable[[Sequence[ActDone]], None]
    ) -> None:
        self.overrides = overrides
        self._floor = floor
        self._note = note

    def force(self, who: Actor, agent: str, act: str, reason: str, now: float) -> Told:
        """Make an agent `ready` or `not_ready`, sign him in or out (`sign_in`, `sign_out`)."""
        self.allow(who, "force", Target(agent), f"force_{act}", reason, now)
        told: dict[str, Told] = {
            "ready": acd.AgentReady(agent),
            "not_ready": acd.AgentNotReady(agent, reason, forced=True),
            "sign_in": acd.AgentSignedIn(agent),
            "sign_out": acd.AgentSignedOut(agent),
        }
        self.done(who, f"force_{act}", agent, reason, now)
        return told[act]

    def hang_up(self, who: Actor, call: str, now: float) -> Told:
        """End a call."""
        view = self._view(who, "hang_up", call, now)
        self.allow(who, "hang_up", _of(view), "hang_up", call, now)
        self.done(who, "hang_up", view.agent or call, call, now)
        return talks.HangUpAsked(call, who.name)

    def take_over(self, who: Actor, call: str, agent: str, line: str, now: float) -> Told:
        """The supervisor's channel takes the place of the call's agent."""
        view = self._view(who, "take_over", call, now)
        self.allow(who, "take_over", _of(view), "take_over", call, now)
        if not view.agent or view.state is not CallState.TALKING:
            raise self.refusal(who, "take_over", call, NO_TALK, now)
        self.done(who, "take_over", view.agent, call, now)
        return talks.TakeOverAsked(agent, line, call)

    def move(self, who: Actor, call: str, queue: str, now: float) -> Told:
        """Put a waiting call into another queue."""
        view = self._view(who, "move", call, now)
        for target in (_of(view), Target(queue=queue)):
            self.allow(who, "move", target, "move", f"{call} to {queue}", now)
        if view.state is not CallState.WAITING:
            raise self.refusal(who, "move", call, NOT_WAITING, now)
        if queue not in self.overrides.base.site.queues:
            raise self.refusal(who, "move", queue, Why.UNKNOWN, now)
        self.done(who, "move", call, f"{view.queue} to {queue}", now)
        return talks.CallMoved(call, queue, who.name)

    def skills(self, who: Actor, agent: str, text: str, now: float) -> Told:
        """Change skills of an agent; no text: what is deployed holds again."""
        self.allow(who, "skills", Target(agent), "skills", text, now)
        site = self.overrides.base.site
        before = next((o.value for o in self.overrides.all() if _is(o, Kind.SKILLS, agent)), "")
        return self._override(
            who,
            Kind.SKILLS,
            [agent],
            lambda: skills_value(site, agent, f"{before} {text}") if text else "",
            now,
        )

    def overflow(self, who: Actor, queue: str, to: str, now: float) -> Told:
        """Lead a queue's overflow elsewhere; nowhere: what is deployed holds again."""
        self.allow(who, "overflow", Target(queue=queue), "overflow", to, now)
        return self._override(
            who, Kind.OVERFLOW, [queue], lambda: self._led(queue, to) if to else "", now
        )

    def emergency(self, who: Actor, queues: Sequence[str], on: bool, to: str, now: float) -> Told:
        """Close queues at once, or open them again. Closed, their callers go `to` a destination,
        or where the site says."""
        if not queues:
            raise self.refusal(who, "emergency", "", Why.UNKNOWN, now)
        for queue in queues:
            self.allow(who, "emergency", Target(queue=queue), "emergency", to, now)

        def value() -> str:
            if not on:
                return ""
            return self._led(queues[0], to) if to else BY_THE_SITE

        return self._override(who, Kind.EMERGENCY, queues, value, now)

    # Rights and audit

    def allow(
        self, who: Actor, act: Act, target: Target, called: str, detail: str, now: float
    ) -> None:
        """Go on if he may; else the refusal is noted, and ActRefused raised."""
        site = self.overrides.base.site
        if who.supervisor:
            reason = may(site, who.supervisor, act, target)
        else:
            known = (not target.agent or target.agent in site.agents) and (
                not target.queue or target.queue in site.queues
            )
            reason = "" if known else Why.UNKNOWN
        if reason:
            raise self.refusal(who, called, target.agent or target.queue, reason, now, detail)

    def refusal(
        self, who: Actor, act: str, target: str, reason: str, now: float, detail: str = ""
    ) -> ActRefused:
        """Note that an act is refused; what is to be raised."""
        result = REFUSED if reason in set(Why) else FAILED
        self._note([ActDone(now, who.name, act, target, f"{reason} {detail}".strip(), result)])
        return ActRefused(reason, f"{act.replace('_', ' ')} {target}: {reason.replace('_', ' ')}")

    def done(
        self, who: Actor, act: str, target: str, detail: str, now: float, result: str = DONE
    ) -> None:
        """Note an act."""
        self._note([ActDone(now, who.name, act, target, detail, result)])

    # Calls

    def call_of(self, agent: str) -> str:
        """The caller's call that an agent talks in, empty for none."""
        view = self._floor.agent(agent)
        if view is None or view.state is not AgentState.TALKING:
            return ""
        return talks.root_of(view.call)

    def leg_of(self, agent: str) -> str:
        """The leg on which he talks; of a call that he placed himself, the call's name."""
        call = self._floor.call(self.call_of(agent))
        if call is None:
            return ""
        if call.agent == agent:
            return call.leg
        if call.placed_by == agent:
            return call.call
        consult = self._floor.call(call.consult.consult) if call.consult is not None else None
        return consult.leg if consult is not None and consult.agent == agent else ""

    def _view(self, who: Actor, act: str, call: str, now: float) -> CallView:
        view = self._floor.call(call) if call else None
        if view is None:
            raise self.refusal(who, act, call, NO_TALK, now)
        return view

    # Changes at once

    def _override(
        self, who: Actor, kind: Kind, targets: Sequence[str], value: Callable[[], str], now: float
    ) -> Told:
        try:
            text = value()
        except NoOverride as wrong:
            self.done(who, kind, ",".join(targets), str(wrong), now, REFUSED)
            raise ActRefused("no_override", str(wrong)) from None
        site = self.overrides.base.site
        self.done(who, kind, ",".join(targets), text or "as deployed", now)
        changes = [Override(kind, name, text, deployed(site, kind, name) or "") for name in targets]
        return self.overrides.change(changes, who.name, now)

    def _led(self, queue: str, to: str) -> str:
        return led_to(self.overrides.base.site, queue, to, self.overrides.all())


def _of(view: CallView) -> Target:
    return Target(view.agent or view.placed_by, view.queue)


def _is(override: Override, kind: Kind, target: str) -> bool:
    return override.kind is kind and override.target == target
