"""Whatever happens, in whatever order: the floor's invariants hold after every step."""

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
from callcenter.acd.plan import QueuePolicy, Strategy
from callcenter.acd.recall import Recall
from callcenter.acd.room import Step
from callcenter.terms import RingResult
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from tests.acd import audit, audit_choices
from tests.acd.outside import Outside
from tests.acd.routed_plans import ROUTED, plan

pytestmark = pytest.mark.pure

QUEUES = ("hotline", "spanish", "billing", "vip")
AGENTS = ("ann", "bob", "cyd", "dee")
MISSES = st.sampled_from(sorted(set(RingResult) - {RingResult.ANSWERED}))


PLANS = {
    "one queue, all serve it": plan("ann; bob", 3, QueuePolicy("hotline", wrap_up_s=0)),
    "one pool for two queues, one before the other": plan(
        "ann; bob; cyd",
        2,
        QueuePolicy("hotline", max_wait_s=60, announce_first_s=4, announce_every_s=7),
        QueuePolicy("vip", priority=1, wrap_up_s=0, max_length=1),
    ),
    "skills with levels": plan(
        "ann: spanish 3; bob: spanish 1, billing 2; cyd: billing 1",
        1,
        QueuePolicy("hotline", max_wait_s=5, overflow_when_empty=True),
        QueuePolicy("spanish", {"spanish": 1}, Strategy.LONGEST_IDLE, wrap_up_s=0),
        QueuePolicy("billing", {"billing": 1}, Strategy.NARROWEST, overflow_when_empty=True),
        QueuePolicy("vip", {"spanish": 2, "billing": 1}, max_wait_s=60),
    ),
    "specialists and one who can all": plan(
        "ann: spanish 1; bob: billing 1; dee: spanish 5, billing 5",
        3,
        QueuePolicy("spanish", {"spanish": 1}, Strategy.NARROWEST, 1, max_length=2),
        QueuePolicy("billing", {"billing": 1}, Strategy.BEST_SKILL, overflow_when_empty=True),
        QueuePolicy("hotline", {"billing": 0}, Strategy.LONGEST_IDLE, announce_first_s=4),
    ),
} | ROUTED


class AnyOrder(RuleBasedStateMachine):
    """The floor between random people and a random Asterisk."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 1_000_000.0
        self.outside = Outside()
        self.journal = audit.Journal()
        self.recall = Recall()
        self.told: list[tuple[Event, float, Step]] = []
        self.entered = 0

    @initialize(plan=st.sampled_from(sorted(PLANS)))
    def open(self, plan: str) -> None:
        self.first_plan = PLANS[plan]
        self.floor = Floor(self.first_plan)

    def tell(self, event: Event, *, commands_lost: bool = False) -> None:
        before = audit_choices.snapshot(self.floor)
        step = self.floor.handle(event, self.now)
        self.told.append((event, self.now, step))
        self.journal.read(step.facts)
        for fact in step.facts:
            self.recall.add(fact)
        if not commands_lost:
            self.outside.perform(step.commands)
        audit_choices.check_choices(self.floor, before, step)

    # People.

    @rule(
        queue=st.sampled_from(QUEUES),
        priority=st.integers(0, 1),
        already_s=st.integers(0, 3),
        knows=st.sampled_from(["", "", *AGENTS, "nobody"]),
    )
    def caller_enters(self, queue: str, priority: int, already_s: int, knows: str) -> None:
        self.entered += 1
        call = f"n-{self.entered}"
        at = self.now - already_s
        self.outside.callers.add(call)
        self.tell(CallEntered(call, queue, "138", "12345", at, at, "", priority, last_agent=knows))

    @precondition(lambda self: self.outside.handed_over)
    @rule(data=st.data(), queue=st.sampled_from(QUEUES))
    def caller_comes_back_from_the_dialplan(self, data: st.DataObject, queue: str) -> None:
        call = data.draw(st.sampled_from(sorted(self.outside.handed_over)))
        self.outside.handed_over.discard(call)
        self.outside.callers.add(call)
        self.tell(CallEntered(call, queue, "138", "12345", self.now, self.now))

    @precondition(lambda self: self.outside.callers | self.outside.handed_over)
    @rule(data=st.data())
    def caller_hangs_up(self, data: st.DataObject) -> None:
        here = sorted(self.outside.callers | self.outside.handed_over)
        self.outside.caller_hangs_up(data.draw(st.sampled_from(here)))

    @rule(
        agent=st.sampled_from((*AGENTS, "nobody")),
        act=st.sampled_from([AgentSignedIn, AgentSignedIn, AgentReady, AgentReady, AgentSignedOut]),
    )
    def agent_acts(self, agent: str, act: type[AgentReady]) -> None:
        self.tell(act(agent))

    @rule(
        agent=st.sampled_from((*AGENTS, "nobody")),
        reason=st.sampled_from(["break", "meeting"]),
        forced=st.booleans(),
    )
    def agent_pauses(self, agent: str, reason: str, forced: bool) -> None:
        may = forced or self.floor.may_pause(agent, reason)
        before = self.floor.agent(agent)
        self.tell(AgentNotReady(agent, reason, forced))
        assert may or self.floor.agent(agent) == before

    # Phones and Asterisk.

    def legs(self, *, answered: bool) -> list[str]:
        return sorted(n for n, leg in self.outside.legs.items() if leg.answered == answered)

    @precondition(lambda self: self.legs(answered=False))
    @rule(data=st.data())
    def phone_rings(self, data: st.DataObject) -> None:
        name = data.draw(st.sampled_from(self.legs(answered=False)))
        self.outside.news.append(LegRinging(self.outside.legs[name].call, name))

    @precondition(lambda self: self.legs(answered=False))
    @rule(data=st.data())
    def phone_is_picked_up(self, data: st.DataObject) -> None:
        name = data.draw(st.sampled_from(self.legs(answered=False)))
        self.outside.legs[name].answered = True
        self.outside.news.append(LegAnswered(self.outside.legs[name].call, name))

    @precondition(lambda self: self.outside.legs)
    @rule(data=st.data(), result=MISSES)
    def leg_ends(self, data: st.DataObject, result: RingResult) -> None:
        self.outside.leg_ends(data.draw(st.sampled_from(sorted(self.outside.legs))), result)

    @precondition(lambda self: any(leg.join_asked for leg in self.outside.legs.values()))
    @rule(data=st.data(), works=st.booleans())
    def join_is_done(self, data: st.DataObject, works: bool) -> None:
        asked = sorted(n for n, leg in self.outside.legs.items() if leg.join_asked)
        name = data.draw(st.sampled_from(asked))
        leg = self.outside.legs[name]
        leg.join_asked = False
        if not works:
            self.outside.news.append(CallLost(leg.call, "bridge failed"))
        elif leg.call in self.outside.callers and not leg.told_to_go:
            leg.joined_at = self.now
            self.outside.news.append(LegJoined(leg.call, name))

    @precondition(lambda self: self.outside.news)
    @rule(data=st.data(), twice=st.booleans())
    def news_arrives(self, data: st.DataObject, twice: bool) -> None:
        """News of different channels may overtake each other; of one channel it keeps order."""
        event = self.outside.news.pop(0)
        self.tell(event)
        if twice and not isinstance(event, LegJoined):
            self.tell(event)

    @precondition(lambda self: self.told)
    @rule(data=st.data())
    def old_news_arrives_again(self, data: st.DataObject) -> None:
        old = [
            event
            for event, _, _ in self.told
            if isinstance(event, LegRinging | LegAnswered | LegJoined | LegFailed | LegGone)
            and event.leg not in self.outside.legs
        ]
        if old:
            self.tell(data.draw(st.sampled_from(old)))

    @rule(seconds=st.sampled_from([0, 0.1, 1, 3, 6, 21, 20_000]))
    def time_passes(self, seconds: float) -> None:
        self.now += seconds
        self.tell(TimePassed())

    @rule(plan=st.sampled_from(sorted(PLANS)))
    def site_is_deployed(self, plan: str) -> None:
        self.tell(PlanChanged(PLANS[plan]))

    # The controller dies and comes back; what happened meanwhile is not told, only found.
    @rule(data=st.data(), away_s=st.sampled_from([0, 2, 30]))
    def controller_restarts(self, data: st.DataObject, away_s: float) -> None:
        if data.draw(st.booleans()):
            # Killed between the facts and the commands of its last step.
            self.tell(AgentReady(data.draw(st.sampled_from(AGENTS))), commands_lost=True)
        self.outside.news.clear()
        died_at, self.now = self.now, self.now + away_s
        known = self.recall.calls
        gone = [call for call in known if call not in self.outside.callers]
        here = [call for call in known.values() if call.entered.call not in gone]
        mine = {leg for call in here for leg in (call.leg, *(o.leg for o in call.others))}
        self.tell(
            Restored(
                agents=tuple(self.recall.agents.values()),
                calls=tuple(self.found(call) for call in known if call not in gone),
                vanished=tuple(
                    CallVanished(
                        known[call],
                        data.draw(st.sampled_from([died_at, self.now])),
                        data.draw(st.booleans()),
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

    def found(self, name: str) -> CallFound:
        known = self.recall.calls[name]
        agents = {known.leg: known.agent, **{o.leg: o.agent for o in known.others}}
        here = [name for name in agents if name in self.outside.legs]
        here.sort(key=lambda name: not self.outside.legs[name].answered)
        if not here:
            return CallFound(known.entered, known.attempts, known=known)
        leg = self.outside.legs[here[0]]
        leg.join_asked = False
        return CallFound(
            known.entered,
            known.attempts,
            here[0],
            agents[here[0]],
            leg.answered,
            leg.joined_at,
            others=tuple(here[1:]),
            known=known,
        )

    # What must hold.

    @invariant()
    def floor_is_sound(self) -> None:
        if hasattr(self, "floor"):
            audit.check_people(self.floor)
            audit.check_nobody_waits_for_nothing(self.floor)
            audit.check_queues(self.floor)
            audit.check_deadlines(self.floor)
            audit.check_recall(self.floor, self.recall)
            assert self.journal.open == {call.call for call in self.floor.calls()}

    @invariant()
    def no_phone_is_left_alone(self) -> None:
        """Every agent's channel is a call's own, or was told to go, or news of it is under way."""
        if hasattr(self, "floor"):
            own = set(self.floor._room.legs)
            told = {e.leg for e in self.outside.news if isinstance(e, LegAnswered)}
            for name, leg in self.outside.legs.items():
                assert name in own or leg.told_to_go or name in told

    def teardown(self) -> None:
        """Same events, same steps; and when all hang up, each call has ended exactly once."""
        if not hasattr(self, "floor"):
            return
        again = Floor(self.first_plan)
        assert all(again.handle(event, at) == step for event, at, step in self.told)
        for call in sorted(self.outside.callers):
            self.tell(CallerGone(call))
        for event in self.outside.news:
            self.tell(event)
        assert self.floor.calls() == ()
        assert self.journal.open == set()


AnyOrder.TestCase.settings = settings(max_examples=60, stateful_step_count=60, deadline=None)
TestAnyOrder = AnyOrder.TestCase
TestAnyOrder.pytestmark = [pytest.mark.pure]
