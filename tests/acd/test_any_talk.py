"""Whatever parties of talks ask for, in whatever order: invariants hold, nobody is lost."""

import dataclasses

import pytest
from callcenter.acd.events import (
    AgentReady,
    CallEntered,
    CallerGone,
    CallFound,
    CallLost,
    CallVanished,
    Event,
    LegAnswered,
    LegJoined,
    PlanChanged,
    Restored,
)
from callcenter.acd.facts import RingStarted
from callcenter.acd.floor import Floor
from callcenter.acd.plan import CallbackRule, Plan
from callcenter.acd.room import Step
from callcenter.acd.talk_events import (
    AgentCalls,
    CallbackAsked,
    CallbackWithdrawn,
    CallMoved,
    ConsultAsked,
    ConsultCompleted,
    ConsultReturned,
    DialledAnswered,
    DialledFailed,
    HangUpAsked,
    KeyChosen,
    LegHeld,
    LegRetrieved,
    LineGone,
    MarkAsked,
    MergeAsked,
    PickupAsked,
    SwapAsked,
    TakeOverAsked,
    TransferAsked,
    root_of,
)
from callcenter.acd.talk_facts import CallRelaxed
from callcenter.acd.target import Target
from callcenter.terms import CallKind, CallState, RingResult, TargetKind
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule
from tests.acd import audit, audit_choices, audit_talk
from tests.acd.outside_talk import TalkOutside
from tests.acd.test_any_order import AGENTS, MISSES, PLANS, QUEUES, AnyOrder

RULE = CallbackRule(attempts=2, gap_s=5, expires_s=100, dial_timeout_s=15, confirm_s=0)
PEOPLE = [
    *(Target(TargetKind.AGENT, name) for name in (*AGENTS, "nobody")),
    *(Target(TargetKind.QUEUE, name) for name in QUEUES),
    Target(TargetKind.OUTSIDE, "0201"),
]
PLACES = [Target(kind, "x") for kind in (TargetKind.MENU, TargetKind.VOICEMAIL, TargetKind.SURVEY)]
WISHES = [SwapAsked, MergeAsked, ConsultCompleted, ConsultReturned]


def talking(plan: Plan) -> Plan:
    """The plan with teams and a quick rule of callbacks."""
    queues = {n: dataclasses.replace(q, callback=RULE) for n, q in plan.queues.items()}
    teams = {"ann": "a", "bob": "a", "cyd": "a", "dee": "b"}
    agents = {n: dataclasses.replace(a, team=teams[n]) for n, a in plan.agents.items()}
    return dataclasses.replace(plan, queues=queues, agents=agents)


TALK_PLANS = {name: talking(plan) for name, plan in PLANS.items()}


class AnyTalk(AnyOrder):
    """The floor between people who do all that a softphone can, and a random Asterisk."""

    outside: TalkOutside
    journal: audit_talk.Journal

    def __init__(self) -> None:
        super().__init__()
        self.outside = TalkOutside()
        self.journal = audit_talk.Journal()
        self.lines = 0

    @initialize(plan=st.sampled_from(sorted(TALK_PLANS)))
    def open(self, plan: str) -> None:
        self.first_plan = TALK_PLANS[plan]
        self.floor = Floor(self.first_plan)

    @rule(plan=st.sampled_from(sorted(TALK_PLANS)))
    def site_is_deployed(self, plan: str) -> None:
        self.tell(PlanChanged(TALK_PLANS[plan]))

    def states(self) -> dict[str, object]:
        states: dict[str, object] = {call.call: call.state for call in self.floor.calls()}
        return states | {agent.agent: agent.state for agent in self.floor.agents()}

    def tell(self, event: Event, *, commands_lost: bool = False) -> None:
        before = audit_choices.snapshot(self.floor)
        step = self.floor.handle(event, self.now)
        self.told.append((event, self.now, step))
        self.journal.read(step.facts)
        for fact in step.facts:
            self.recall.add(fact)
        if not commands_lost:
            self.outside.perform(step.commands)
        by_queue = tuple(
            fact
            for fact in step.facts
            if isinstance(fact, CallRelaxed)
            or (isinstance(fact, RingStarted) and fact.why["chose"] in {"agent", "call"})
        )
        audit_choices.check_choices(self.floor, before, Step(by_queue, ()))
        audit_talk.check_turns(self.floor, before, step)

    # What goes well, so that histories come far.

    def settle(self) -> None:
        """Every phone is picked up, every join works, all news arrives."""
        for name in self.legs(answered=False):
            self.outside.legs[name].answered = True
            self.outside.news.append(LegAnswered(self.outside.legs[name].call, name))
        self.hear()
        for name, leg in self.outside.legs.items():
            if leg.join_asked and not leg.told_to_go:
                leg.join_asked, leg.joined_at = False, self.now
                self.outside.news.append(LegJoined(self.outside.joins[name], name))
        self.hear()

    def hear(self) -> None:
        while self.outside.news:
            self.tell(self.outside.news.pop(0))

    @rule()
    def all_goes_well(self) -> None:
        self.settle()

    @rule()
    def all_news_arrives(self) -> None:
        self.hear()

    @rule(queue=st.sampled_from(QUEUES))
    def a_talk_begins(self, queue: str) -> None:
        for agent in AGENTS:
            self.tell(AgentReady(agent))
        self.entered += 1
        call = f"n-{self.entered}"
        self.outside.callers.add(call)
        self.tell(CallEntered(call, queue, "138", "12345", self.now, self.now))
        self.settle()

    @precondition(lambda self: self.served())
    @rule(data=st.data(), to=st.sampled_from(PEOPLE), second=st.booleans(), there=st.booleans())
    def a_consult_begins(self, data: st.DataObject, to: Target, second: bool, there: bool) -> None:
        for agent in AGENTS:
            self.tell(AgentReady(agent))
        self.agent_consults(data=data, to=to, second=second)
        if there:
            self.settle()

    @precondition(lambda self: any(c.patient for c in self.floor._room.calls.values()))
    @rule()
    def callbacks_are_reached(self) -> None:
        for call in sorted(self.outside.dialling):
            self.outside.dialling.discard(call)
            self.outside.callers.add(call)
            self.outside.news.append(DialledAnswered(call))
        self.hear()

    @precondition(lambda self: self.outside.legs)
    @rule(data=st.data(), answered=st.booleans(), result=MISSES)
    def leg_ends_and_all_is_heard(
        self, data: st.DataObject, answered: bool, result: RingResult
    ) -> None:
        legs = self.legs(answered=answered) or sorted(self.outside.legs)
        self.outside.leg_ends(data.draw(st.sampled_from(legs)), result)
        self.hear()

    @precondition(lambda self: self.outside.callers)
    @rule(data=st.data())
    def caller_hangs_up_and_all_is_heard(self, data: st.DataObject) -> None:
        self.caller_hangs_up(data=data)
        self.hear()

    # Agents.

    def served(self) -> list[str]:
        return sorted(name for name, leg in self.outside.legs.items() if leg.answered)

    def call_of(self, leg: str) -> str:
        call = self.floor._room.legs.get(leg)
        return call.id if call is not None else self.outside.legs[leg].call

    def leg_from(self, data: st.DataObject) -> str:
        """Rather one that talks than any."""
        legs = self.served()
        talks = [leg for leg in legs if leg in {c.leg for c in self.floor.calls() if c.joined_at}]
        return data.draw(st.sampled_from(talks or legs))

    @precondition(lambda self: self.served())
    @rule(data=st.data(), event=st.sampled_from([LegHeld, LegRetrieved]))
    def agent_holds_or_retrieves(self, data: st.DataObject, event: type[LegHeld]) -> None:
        leg = self.leg_from(data)
        self.tell(event(self.call_of(leg), leg))

    @precondition(lambda self: self.served())
    @rule(data=st.data(), to=st.sampled_from(PEOPLE + PLACES))
    def agent_transfers(self, data: st.DataObject, to: Target) -> None:
        leg = self.leg_from(data)
        self.tell(TransferAsked(self.call_of(leg), leg, to))

    @precondition(lambda self: self.served())
    @rule(data=st.data(), to=st.sampled_from([*PEOPLE, *PEOPLE, PLACES[0]]), second=st.booleans())
    def agent_consults(self, data: st.DataObject, to: Target, second: bool) -> None:
        leg = self.leg_from(data)
        self.lines += second
        line = f"line-{self.lines}" if second else ""
        if second:
            self.outside.lines[line] = ""
        self.tell(ConsultAsked(self.call_of(leg), leg, to, line))

    @precondition(lambda self: any(c.consult for c in self.floor.calls()))
    @rule(data=st.data(), wish=st.sampled_from(WISHES))
    def agent_who_asks_goes_on(self, data: st.DataObject, wish: type[SwapAsked]) -> None:
        asking = sorted(c.call for c in self.floor.calls() if c.consult)
        call = self.floor.call(data.draw(st.sampled_from(asking)))
        assert call is not None
        self.tell(wish(call.call, call.leg))

    @precondition(lambda self: self.served())
    @rule(data=st.data(), wish=st.sampled_from(WISHES))
    def agent_wishes_what_may_not_be(self, data: st.DataObject, wish: type[SwapAsked]) -> None:
        leg = self.leg_from(data)
        self.tell(wish(self.call_of(leg), leg))

    @precondition(lambda self: self.outside.lines)
    @rule(data=st.data())
    def second_line_ends(self, data: st.DataObject) -> None:
        line = data.draw(st.sampled_from(sorted(self.outside.lines)))
        self.outside.news.append(LineGone(self.outside.lines.pop(line), line))

    @rule(agent=st.sampled_from((*AGENTS, "nobody")), to=st.sampled_from([*PEOPLE, PLACES[0]]))
    def agent_calls(self, agent: str, to: Target) -> None:
        self.entered += 1
        call = f"p-{self.entered}"
        self.outside.callers.add(call)
        self.tell(AgentCalls(call, agent, to, "0201", "12345"))

    @rule(agent=st.sampled_from((*AGENTS, "nobody")))
    def agent_picks_up_for_a_mate(self, agent: str) -> None:
        self.lines += 1
        self.outside.asked.add(f"line-{self.lines}")
        self.tell(PickupAsked(agent, f"line-{self.lines}"))
        assert not self.outside.asked

    @precondition(lambda self: self.floor.calls())
    @rule(data=st.data(), agent=st.sampled_from((*AGENTS, "nobody")))
    def supervisor_takes_over(self, data: st.DataObject, agent: str) -> None:
        self.lines += 1
        self.outside.asked.add(f"line-{self.lines}")
        self.tell(
            TakeOverAsked(agent, f"line-{self.lines}", self.any_call(data, CallState.TALKING))
        )
        assert not self.outside.asked

    def any_call(self, data: st.DataObject, state: CallState | None = None) -> str:
        """Rather one in that state than any."""
        calls = self.floor.calls()
        right = [call for call in calls if call.state is state]
        return data.draw(st.sampled_from([call.call for call in right or calls]))

    @precondition(lambda self: self.served())
    @rule(data=st.data())
    def agent_marks(self, data: st.DataObject) -> None:
        leg = self.leg_from(data)
        self.tell(MarkAsked(self.call_of(leg), leg, "malicious"))

    @precondition(lambda self: self.floor.calls())
    @rule(data=st.data(), queue=st.sampled_from(QUEUES))
    def supervisor_moves(self, data: st.DataObject, queue: str) -> None:
        self.tell(CallMoved(self.any_call(data, CallState.WAITING), queue, "eve"))

    @precondition(lambda self: self.floor.calls())
    @rule(data=st.data())
    def supervisor_hangs_up(self, data: st.DataObject) -> None:
        self.tell(HangUpAsked(self.any_call(data), "eve"))

    # Callbacks.

    @precondition(lambda self: self.floor.calls())
    @rule(data=st.data(), number=st.sampled_from(["1381", "1382"]))
    def caller_wants_a_callback(self, data: st.DataObject, number: str) -> None:
        self.tell(CallbackAsked(self.any_call(data, CallState.WAITING), number))

    @precondition(lambda self: self.floor.calls())
    @rule(data=st.data())
    def caller_leaves_by_a_key(self, data: st.DataObject) -> None:
        self.tell(KeyChosen(self.any_call(data, CallState.WAITING), "2"))

    @precondition(lambda self: self.floor.calls())
    @rule(data=st.data())
    def callback_is_withdrawn(self, data: st.DataObject) -> None:
        self.tell(CallbackWithdrawn(self.any_call(data), "eve"))

    @precondition(lambda self: self.outside.dialling)
    @rule(data=st.data(), answers=st.booleans(), result=MISSES)
    def dialled_caller_answers(
        self, data: st.DataObject, answers: bool, result: RingResult
    ) -> None:
        call = data.draw(st.sampled_from(sorted(self.outside.dialling)))
        self.outside.dialling.discard(call)
        if answers:
            self.outside.callers.add(call)
            self.outside.news.append(DialledAnswered(call))
        else:
            self.outside.news.append(DialledFailed(call, result, 486))

    # Asterisk.

    @precondition(lambda self: any(leg.join_asked for leg in self.outside.legs.values()))
    @rule(data=st.data(), works=st.sampled_from([True, True, True, False]))
    def join_is_done(self, data: st.DataObject, works: bool) -> None:
        asked = sorted(n for n, leg in self.outside.legs.items() if leg.join_asked)
        name = data.draw(st.sampled_from(asked))
        leg = self.outside.legs[name]
        leg.join_asked = False
        call = self.outside.joins[name]
        if not works:
            self.outside.news.append(CallLost(call, "bridge failed"))
        elif root_of(call) in self.outside.callers and not leg.told_to_go:
            leg.joined_at = self.now
            self.outside.news.append(LegJoined(call, name))

    @rule(data=st.data(), away_s=st.sampled_from([0, 2, 30]))
    def controller_restarts(self, data: st.DataObject, away_s: float) -> None:
        if data.draw(st.booleans()):
            self.tell(AgentReady(data.draw(st.sampled_from(AGENTS))), commands_lost=True)
        self.outside.news.clear()
        died_at, self.now = self.now, self.now + away_s
        known = self.recall.calls
        gone = [call for call in known if not self.is_here(call, data)]
        mine = {leg for call in known if call not in gone for leg in self.legs_known(call)}
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
        lines = {c.consult.line for c in self.floor.calls() if c.consult is not None}
        for line in self.outside.lines.keys() - lines:
            del self.outside.lines[line]
        self.outside.dialling &= self.recall.calls.keys()

    def legs_known(self, name: str) -> list[str]:
        known = self.recall.calls[name]
        return [leg for leg in (known.leg, *(other.leg for other in known.others)) if leg]

    def is_here(self, name: str, data: st.DataObject) -> bool:
        """A shell that knows no better tells of a callback or consult that it has vanished."""
        known = self.recall.calls[name]
        if known.patient or known.kind is CallKind.CONSULT:
            there = known.patient or root_of(name) in self.outside.callers
            dialled = self.outside.dialling | self.outside.callers
            return there and (name in dialled or data.draw(st.booleans()))
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
    def floor_is_sound(self) -> None:
        if hasattr(self, "floor"):
            audit_talk.check_people(self.floor)
            audit_talk.check_consults(self.floor)
            audit_talk.check_legs(self.floor)
            audit.check_nobody_waits_for_nothing(self.floor)
            audit_talk.check_deadlines(self.floor)
            audit_talk.check_recall(self.floor, self.recall)
            held = {call.call for call in self.floor.calls()}
            assert self.journal.open | self.journal.consults.keys() == held

    @invariant()
    def no_phone_is_left_alone(self) -> None:
        if hasattr(self, "floor"):
            super().no_phone_is_left_alone()
            calls = self.floor.calls()
            assert self.outside.lines.keys() <= {c.consult.line for c in calls if c.consult}

    @invariant()
    def nobody_outside_is_lost(self) -> None:
        """Who is on the line is on the floor, or the news of him is under way."""
        if hasattr(self, "floor"):
            told = {e.call for e in self.outside.news if isinstance(e, DialledAnswered)}
            assert self.outside.callers - told <= {call.call for call in self.floor.calls()}

    def teardown(self) -> None:
        if not hasattr(self, "floor"):
            return
        again = Floor(self.first_plan)
        assert all(again.handle(event, at) == step for event, at, step in self.told)
        for call in sorted(self.outside.callers):
            self.tell(CallerGone(call))
        for event in list(self.outside.news):
            self.tell(event)
        for owed in self.floor.calls():
            self.tell(CallbackWithdrawn(owed.call, "eve"))
        assert self.floor.calls() == ()
        assert self.journal.open == set()
        assert self.journal.consults == {}


AnyTalk.TestCase.settings = settings(max_examples=60, stateful_step_count=80, deadline=None)
TestAnyTalk = AnyTalk.TestCase
TestAnyTalk.pytestmark = [pytest.mark.pure]


class ManyTalks(AnyTalk):
    """The same, for the full run: far more and longer histories."""


ManyTalks.TestCase.settings = settings(max_examples=2000, stateful_step_count=200, deadline=None)
TestManyTalks = ManyTalks.TestCase
TestManyTalks.pytestmark = [pytest.mark.timeout(1800)]
