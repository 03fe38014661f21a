"""Whatever happens, in whatever order: the floor's invariants hold after every step."""

import dataclasses

import pytest
from callcenter.acd.events import (
    AgentNotReady,
    AgentReady,
    AgentSignedIn,
    AgentSignedOut,
    CallEntered,
    CallerGone,
    CallFound,
    CallLost,
    CallVanished,
    Event,
    LegAnswered,
    LegFailed,
    LegGone,
    LegJoined,
    LegRinging,
    PlanChanged,
    Restored,
    TimePassed,
)
from callcenter.acd.floor import Floor
from callcenter.acd.restart.recall import Recall
from callcenter.acd.room import Room, Step
from callcenter.acd.talk_events import CallbackWithdrawn, DialledAnswered, root_of
from callcenter.terms import CallKind, CallState, RingResult
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant
from tests.acd import audit
from tests.acd.audit_choices import check_choices, snapshot
from tests.acd.audit_journal import Journal
from tests.acd.audit_recall import check_recall
from tests.acd.histories import Pick, act, drawing
from tests.acd.histories_plans import AGENTS, PLANS, QUEUES
from tests.acd.outside import Outside

pytestmark = pytest.mark.pure

BOTH = (False, True)
ANYBODY = (*AGENTS, "nobody")
MISSES = sorted(set(RingResult) - {RingResult.ANSWERED})
OF_LEGS = (LegRinging, LegAnswered, LegJoined, LegFailed, LegGone)


class AnyOrder(RuleBasedStateMachine):
    """The floor between random people and a random Asterisk."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 1_000_000.0
        self.outside = Outside()
        self.journal = Journal()
        self.recall = Recall()
        self.told: list[tuple[Event, float, Step]] = []
        self.entered = 0

    @initialize(data=st.data())
    def open_by_hypothesis(self, data: st.DataObject) -> None:
        self.open(drawing(data))

    def open(self, pick: Pick) -> None:
        self.pick = pick
        self.first_plan = PLANS[pick(sorted(PLANS))]
        self.floor = Floor(self.first_plan)

    @property
    def room(self) -> Room:
        return self.floor._room

    def tell(self, event: Event, *, commands_lost: bool = False) -> None:
        before = snapshot(self.floor)
        step = self.take(event, commands_lost=commands_lost)
        check_choices(self.floor, before, step)

    def take(self, event: Event, *, commands_lost: bool = False) -> Step:
        step = self.floor.handle(event, self.now)
        self.told.append((event, self.now, step))
        self.journal.read(step.facts)
        for fact in step.facts:
            self.recall.add(fact)
        if not commands_lost:
            self.outside.perform(step.commands)
        return step

    # People.

    @act(
        queue=QUEUES,
        priority=(0, 1),
        already_s=(0, 1, 2, 3),
        knows=["", "", *AGENTS, "nobody"],
    )
    def caller_enters(self, queue: str, priority: int, already_s: int, knows: str) -> None:
        self.entered += 1
        call = f"n-{self.entered}"
        at = self.now - already_s
        self.outside.callers.add(call)
        self.tell(CallEntered(call, queue, "138", "12345", at, at, "", priority, last_agent=knows))

    @act(lambda self: self.outside.handed_over, queue=QUEUES)
    def caller_comes_back_from_the_dialplan(self, queue: str) -> None:
        call = self.pick(sorted(self.outside.handed_over))
        self.outside.handed_over.discard(call)
        self.outside.callers.add(call)
        self.tell(CallEntered(call, queue, "138", "12345", self.now, self.now))

    @act(lambda self: self.outside.callers | self.outside.handed_over)
    def caller_hangs_up(self) -> None:
        here = sorted(self.outside.callers | self.outside.handed_over)
        self.outside.caller_hangs_up(self.pick(here))

    @act(
        agent=ANYBODY,
        act=[AgentSignedIn, AgentSignedIn, AgentReady, AgentReady, AgentSignedOut],
    )
    def agent_acts(self, agent: str, act: type[AgentReady]) -> None:
        self.tell(act(agent))

    @act(
        agent=ANYBODY,
        reason=["break", "meeting"],
        forced=BOTH,
    )
    def agent_pauses(self, agent: str, reason: str, forced: bool) -> None:
        may = forced or self.floor.may_pause(agent, reason)
        before = self.floor.agent(agent)
        self.tell(AgentNotReady(agent, reason, forced))
        assert may or self.floor.agent(agent) == before

    # Phones and Asterisk.

    def legs(self, *, answered: bool) -> list[str]:
        return sorted(n for n, leg in self.outside.legs.items() if leg.answered == answered)

    @act(lambda self: self.legs(answered=False))
    def phone_rings(self) -> None:
        name = self.pick(self.legs(answered=False))
        self.outside.news.append(LegRinging(self.outside.legs[name].call, name))

    @act(lambda self: self.legs(answered=False))
    def phone_is_picked_up(self) -> None:
        name = self.pick(self.legs(answered=False))
        self.outside.legs[name].answered = True
        self.outside.news.append(LegAnswered(self.outside.legs[name].call, name))

    @act(lambda self: self.outside.legs, result=MISSES)
    def leg_ends(self, result: RingResult) -> None:
        self.outside.leg_ends(self.pick(sorted(self.outside.legs)), result)

    @act(
        lambda self: any(leg.join_asked for leg in self.outside.legs.values()),
        works=[True, True, True, False],
    )
    def join_is_done(self, works: bool) -> None:
        asked = sorted(n for n, leg in self.outside.legs.items() if leg.join_asked)
        name = self.pick(asked)
        leg = self.outside.legs[name]
        leg.join_asked = False
        call = self.outside.joins[name]
        if not works:
            self.outside.news.append(CallLost(call, "bridge failed"))
        elif root_of(call) in self.outside.callers and not leg.told_to_go:
            leg.joined_at = self.now
            self.outside.news.append(LegJoined(call, name))

    @act(lambda self: self.outside.news, twice=BOTH)
    def news_arrives(self, twice: bool) -> None:
        """News of different channels may overtake each other; of one channel it keeps order."""
        event = self.outside.news.pop(0)
        self.tell(event)
        if twice and not isinstance(event, LegJoined):
            self.tell(event)

    @act(lambda self: self.told)
    def old_news_arrives_again(self) -> None:
        old = [
            event
            for event, _, _ in self.told
            if isinstance(event, OF_LEGS) and event.leg not in self.outside.legs
        ]
        if old:
            self.tell(self.pick(old))

    @act(seconds=[0, 0.1, 1, 3, 6, 21, 20_000])
    def time_passes(self, seconds: float) -> None:
        self.now += seconds
        self.tell(TimePassed())

    @act(plan=sorted(PLANS))
    def site_is_deployed(self, plan: str) -> None:
        self.tell(PlanChanged(PLANS[plan]))

    # The controller dies and comes back; what happened meanwhile is not told, only found.
    @act(away_s=[0, 2, 30])
    def controller_restarts(self, away_s: float) -> None:
        if self.pick(BOTH):
            # Killed between the facts and the commands of its last step.
            self.tell(AgentReady(self.pick(AGENTS)), commands_lost=True)
        self.outside.news.clear()
        died_at, self.now = self.now, self.now + away_s
        known = self.recall.calls
        gone = [call for call in known if not self.is_here(call)]
        mine = {leg for call in known if call not in gone for leg in self.legs_known(call)}
        self.tell(
            Restored(
                agents=tuple(self.recall.agents.values()),
                calls=tuple(self.found(call) for call in known if call not in gone),
                vanished=tuple(
                    CallVanished(
                        known[call],
                        self.pick([died_at, self.now]),
                        self.pick(BOTH),
                    )
                    for call in gone
                ),
                orphans=tuple(
                    (leg.call, name) for name, leg in self.outside.legs.items() if name not in mine
                ),
                handed_over=dict(self.recall.handed_over),
            )
        )
        for call in sorted(self.outside.callers - self.recall.calls.keys()):
            self.outside.caller_hangs_up(call)
        lines = {c.consult.line for c in self.room.calls.values() if c.consult is not None}
        for line in self.outside.lines.keys() - lines:
            del self.outside.lines[line]
        self.outside.dialling &= self.recall.calls.keys()

    def legs_known(self, name: str) -> list[str]:
        known = self.recall.calls[name]
        return [leg for leg in (known.leg, *(other.leg for other in known.others)) if leg]

    def is_here(self, name: str) -> bool:
        """A shell that knows no better tells of a callback or consult that it has vanished."""
        known = self.recall.calls[name]
        if known.patient or known.kind is CallKind.CONSULT:
            there = known.patient or root_of(name) in self.outside.callers
            dialled = self.outside.dialling | self.outside.callers
            return there and (name in dialled or self.pick(BOTH))
        return name in self.outside.callers

    def found(self, name: str) -> CallFound:
        known = self.recall.calls[name]
        here = [leg for leg in self.legs_known(name) if leg in self.outside.legs]
        here.sort(key=lambda leg: not self.outside.legs[leg].answered)
        line = known.consult.line if known.consult is not None else ""
        found = CallFound(
            known.entered,
            known.attempts,
            known=known,
            others=tuple(here[1:]),
            answered=name in self.outside.callers,
            caller_there=name in self.outside.callers | self.outside.dialling,
            line_there=line in self.outside.lines,
        )
        if not here:
            return found
        leg = self.outside.legs[here[0]]
        leg.join_asked = False
        in_bridge = self.outside.joins.get(here[0]) in (name, root_of(name))
        joined = in_bridge and name not in self.outside.apart
        agents = {known.leg: known.agent, **{o.leg: o.agent for o in known.others}}
        return dataclasses.replace(
            found,
            leg=here[0],
            agent=agents[here[0]],
            answered=leg.answered,
            joined_at=leg.joined_at if joined else None,
        )

    # What must hold.

    @invariant()
    def all_is_sound(self) -> None:
        self.check()

    def check(self) -> None:
        audit.check(self.floor)
        check_recall(self.floor, self.recall)
        assert self.journal.open | self.journal.consults.keys() == self.room.calls.keys()
        self.check_nobody_is_left_alone()

    def check_nobody_is_left_alone(self) -> None:
        """Every channel is a call's own, or was told to go, or news of it is under way."""
        outside, calls = self.outside, self.room.calls
        told = {event.leg for event in outside.news if isinstance(event, LegAnswered)}
        for name, leg in outside.legs.items():
            assert name in self.room.legs or leg.told_to_go or name in told
        told = {event.call for event in outside.news if isinstance(event, DialledAnswered)}
        assert outside.callers - told <= calls.keys()
        consults = {call.consult for call in calls.values() if call.consult is not None}
        assert outside.lines.keys() <= {consult.line for consult in consults}
        for call in calls.values():
            if call.state is CallState.TALKING and call.consult is None:
                assert call.id not in outside.music, "nobody talks over a queue's music"

    def teardown(self) -> None:
        if hasattr(self, "floor"):
            self.check_all_is_told_again()
            self.close()

    def check_all_is_told_again(self) -> None:
        """Same events, same steps."""
        again = Floor(self.first_plan)
        assert all(again.handle(event, at) == step for event, at, step in self.told)

    def close(self) -> None:
        """When all hang up, each call has ended exactly once."""
        for call in sorted(self.outside.callers):
            self.tell(CallerGone(call))
        for event in list(self.outside.news):
            self.tell(event)
        for owed in list(self.room.calls):
            self.tell(CallbackWithdrawn(owed, "eve"))
        assert self.floor.calls() == ()
        assert self.journal.open == set()
        assert self.journal.consults == {}


AnyOrder.TestCase.settings = settings(max_examples=60, stateful_step_count=60, deadline=None)
TestAnyOrder = AnyOrder.TestCase
TestAnyOrder.pytestmark = [pytest.mark.pure]
