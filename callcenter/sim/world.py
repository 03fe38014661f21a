"""A day on the floor in simulated time: callers, phones and clocks are played, all else is real.

The floor is the one that runs live calls. What Asterisk and people do is played here: phones ring
and are picked up or not, callers give up, talks end.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from heapq import heappop, heappush
from itertools import count
from random import Random
from typing import Any, TypeAlias

from callcenter.acd import commands as acd
from callcenter.acd import events as on_floor
from callcenter.acd.facts import AgentChanged, CallEnded, Fact, TalkStarted
from callcenter.acd.floor import Floor
from callcenter.acd.plan import Plan
from callcenter.kpi.calls import CallRow
from callcenter.sim.day import Caller, Habits, Roster
from callcenter.terms import AgentState, Outcome, RingResult

Act: TypeAlias = Callable[["World", Any], None]

_OVERFLOW: Mapping[str, Outcome] = {
    "max_wait": Outcome.TIMEOUT,
    "full": Outcome.REFUSED_FULL,
    "no_agent": Outcome.REFUSED_NOAGENT,
}
BREAK = "break"
"""Reason of planned breaks."""


@dataclass(slots=True)
class Work:
    """Time that all agents together spent in each state, in seconds."""

    seconds: dict[AgentState, float] = field(default_factory=dict)

    @property
    def signed_in_s(self) -> float:
        """Agents' time in the house."""
        return sum(s for state, s in self.seconds.items() if state is not AgentState.SIGNED_OUT)

    @property
    def occupancy(self) -> float:
        """Share of ready time that talks and wrap-up took; 0 of nothing."""
        handled = sum(self.seconds.get(each, 0.0) for each in _HANDLED)
        ready = self.signed_in_s - self.seconds.get(AgentState.NOT_READY, 0.0)
        return handled / ready if ready else 0.0


_HANDLED = (AgentState.TALKING, AgentState.WRAP_UP)


@dataclass(slots=True)
class _Guest:
    """A caller on the floor."""

    caller: Caller
    queue: str
    answered_at: float | None = None


class World:
    """One run. Deterministic: the same callers, roster and random numbers give the same rows."""

    def __init__(
        self,
        plan: Plan,
        callers: Iterable[Caller],
        roster: Roster,
        random: Random,
        habits: Habits | None = None,
        overflow: Callable[[str, str], str | None] = lambda queue, cause: None,
    ) -> None:
        """`overflow`: queue and cause -> the queue in which the caller goes on, or None."""
        self.floor = Floor(plan)
        self.work = Work()
        self.now = 0.0
        self._random = random
        self._habits = habits or Habits()
        self._overflow = overflow
        self._callers = iter(callers)
        self._coming: list[tuple[float, int, Act, Any]] = []
        self._order = count()
        self._guests: dict[str, _Guest] = {}
        self._states: dict[str, tuple[AgentState, float]] = {}
        self._done: list[CallRow] = []
        for shift in roster.shifts:
            self._at(shift.start, _sign_in, shift.agent)
            self._at(shift.end, _sign_out, shift.agent)
            for begins, ends in shift.breaks:
                self._at(begins, _pause, shift.agent)
                self._at(ends, _ready, shift.agent)

    def run(self) -> Iterator[CallRow]:
        """Play until the last caller is gone; each call's row when it has ended."""
        self._next_caller()
        while self._coming:
            at = self._coming[0][0]
            due = self.floor.next_deadline()
            if due is not None and due <= at:
                self.now = due
                self._tell(on_floor.TimePassed())
            else:
                self.now, _, act, what = heappop(self._coming)
                act(self, what)
            if self._done:
                yield from self._done
                self._done.clear()
        self._close_books()

    # What people do

    def _at(self, at: float, act: Act, what: Any) -> None:
        heappush(self._coming, (at, next(self._order), act, what))

    def _next_caller(self) -> None:
        caller = next(self._callers, None)
        if caller is not None:
            self._at(caller.at, World._arrive, caller)

    def _arrive(self, caller: Caller) -> None:
        self._next_caller()
        name = f"c{next(self._order)}"
        self._guests[name] = _Guest(caller, caller.queue)
        if caller.patience_s != float("inf"):
            self._at(caller.at + caller.patience_s, World._give_up, name)
        self._enter(name, caller.queue)

    def _enter(self, name: str, queue: str) -> None:
        caller = self._guests[name].caller
        arrived_at = caller.at if caller.arrived_at is None else caller.arrived_at
        self._tell(
            on_floor.CallEntered(
                name, queue, "", "", arrived_at, caller.at, priority=caller.priority
            )
        )

    def _give_up(self, name: str) -> None:
        guest = self._guests.get(name)
        if guest is not None and guest.answered_at is None:
            self._tell(on_floor.CallerGone(name))

    def _pick_up(self, ring: acd.RingAgent) -> None:
        self._tell(on_floor.LegAnswered(ring.call, ring.leg))

    def _ring_out(self, ring: acd.RingAgent) -> None:
        self._tell(on_floor.LegFailed(ring.call, ring.leg, RingResult.NO_ANSWER))

    def _talked_out(self, name: str) -> None:
        self._tell(on_floor.CallerGone(name))

    # What the floor wants

    def _tell(self, event: on_floor.Event) -> None:
        facts, commands = self.floor.handle(event, self.now)
        for fact in facts:
            self._note(fact)
        for command in commands:
            if isinstance(command, acd.RingAgent):
                self._ring(command)
            elif isinstance(command, acd.Join):
                self._tell(on_floor.LegJoined(command.call, command.leg))
            elif isinstance(command, acd.Overflow):
                self._go_on(command)

    def _ring(self, ring: acd.RingAgent) -> None:
        self._tell(on_floor.LegRinging(ring.call, ring.leg))
        mean_s = self._habits.pick_up_s
        after_s = self._random.expovariate(1 / mean_s) if mean_s else 0.0
        missed = self._habits.miss and self._random.random() < self._habits.miss
        if missed or after_s >= ring.timeout_s:
            self._at(self.now + ring.timeout_s, World._ring_out, ring)
        else:
            self._at(self.now + after_s, World._pick_up, ring)

    def _go_on(self, command: acd.Overflow) -> None:
        guest = self._guests.get(command.call)
        if guest is None:
            return
        queue = self._overflow(command.queue, command.cause)
        if queue is None:
            outcome = _OVERFLOW.get(command.cause, Outcome.TIMEOUT)
            self._leave(command.call, outcome, self.now)
        else:
            guest.queue = queue
            self._enter(command.call, queue)

    # What is written down

    def _note(self, fact: Fact) -> None:
        if isinstance(fact, TalkStarted):
            guest = self._guests.get(fact.call)
            if guest is not None:
                guest.answered_at = fact.at
                self._at(fact.at + guest.caller.talk_s, World._talked_out, fact.call)
        elif isinstance(fact, CallEnded):
            self._leave(fact.call, fact.outcome, fact.at)
        elif isinstance(fact, AgentChanged):
            self._clock(fact.agent, fact.state, fact.at)

    def _leave(self, name: str, outcome: Outcome, at: float) -> None:
        guest = self._guests.pop(name, None)
        if guest is None:
            return
        caller, answered = guest.caller, guest.answered_at
        self._done.append(
            CallRow(
                arrived_ms=_ms(caller.at if caller.arrived_at is None else caller.arrived_at),
                requested_ms=_ms(caller.at),
                answered_ms=None if answered is None else _ms(answered),
                left_queue_ms=_ms(at) if answered is None else None,
                outcome=outcome,
                talk_ms=0 if answered is None else _ms(at - answered),
            )
        )

    def _clock(self, agent: str, state: AgentState, at: float) -> None:
        before, since = self._states.get(agent, (AgentState.SIGNED_OUT, at))
        seconds = self.work.seconds
        seconds[before] = seconds.get(before, 0.0) + at - since
        self._states[agent] = (state, at)

    def _close_books(self) -> None:
        for agent, (state, _) in list(self._states.items()):
            self._clock(agent, state, self.now)


def _sign_in(world: World, agent: str) -> None:
    world._tell(on_floor.AgentSignedIn(agent))


def _sign_out(world: World, agent: str) -> None:
    world._tell(on_floor.AgentSignedOut(agent))


def _pause(world: World, agent: str) -> None:
    world._tell(on_floor.AgentNotReady(agent, BREAK))


def _ready(world: World, agent: str) -> None:
    view = world.floor.agent(agent)
    if view is not None and view.state is not AgentState.SIGNED_OUT:
        world._tell(on_floor.AgentReady(agent))


def _ms(seconds: float) -> int:
    return round(seconds * 1000)
