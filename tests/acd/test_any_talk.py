"""Whatever parties of talks ask for, in whatever order: invariants hold, nobody is lost."""

import pytest
from callcenter.acd.events import AgentReady, CallEntered, LegAnswered, LegJoined
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
)
from callcenter.acd.target import Target
from callcenter.terms import CallState, RingResult, TargetKind
from hypothesis import settings
from tests.acd.histories import act
from tests.acd.histories_plans import AGENTS, QUEUES
from tests.acd.test_any_order import ANYBODY, BOTH, MISSES, AnyOrder

PEOPLE = [
    *(Target(TargetKind.AGENT, name) for name in (*AGENTS, "nobody")),
    *(Target(TargetKind.QUEUE, name) for name in QUEUES),
    Target(TargetKind.OUTSIDE, "0201"),
]
PLACES = [Target(kind, "x") for kind in (TargetKind.MENU, TargetKind.VOICEMAIL, TargetKind.SURVEY)]
WISHES = [SwapAsked, MergeAsked, ConsultCompleted, ConsultReturned]


def somebody_is_served(game: AnyOrder) -> bool:
    return any(leg.answered for leg in game.outside.legs.values())


def there_are_calls(game: AnyOrder) -> bool:
    return bool(game.room.calls)


class AnyTalk(AnyOrder):
    """The floor between people who do all that a softphone can, and a random Asterisk."""

    def __init__(self) -> None:
        super().__init__()
        self.lines = 0

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

    @act()
    def all_goes_well(self) -> None:
        self.settle()

    @act()
    def all_news_arrives(self) -> None:
        self.hear()

    @act(queue=QUEUES)
    def a_talk_begins(self, queue: str) -> None:
        for agent in AGENTS:
            self.tell(AgentReady(agent))
        self.entered += 1
        call = f"n-{self.entered}"
        self.outside.callers.add(call)
        self.tell(CallEntered(call, queue, "138", "12345", self.now, self.now))
        self.settle()

    @act(somebody_is_served, to=PEOPLE, second=BOTH, there=BOTH)
    def a_consult_begins(self, to: Target, second: bool, there: bool) -> None:
        for agent in AGENTS:
            self.tell(AgentReady(agent))
        self.agent_consults(to=to, second=second)
        if there:
            self.settle()

    @act(lambda self: any(c.patient for c in self.room.calls.values()))
    def callbacks_are_reached(self) -> None:
        for call in sorted(self.outside.dialling):
            self.outside.dialling.discard(call)
            self.outside.callers.add(call)
            self.outside.news.append(DialledAnswered(call))
        self.hear()

    @act(lambda self: self.outside.legs, answered=BOTH, result=MISSES)
    def leg_ends_and_all_is_heard(self, answered: bool, result: RingResult) -> None:
        legs = self.legs(answered=answered) or sorted(self.outside.legs)
        self.outside.leg_ends(self.pick(legs), result)
        self.hear()

    @act(lambda self: self.outside.callers)
    def caller_hangs_up_and_all_is_heard(self) -> None:
        self.caller_hangs_up()
        self.hear()

    # Agents.

    def served(self) -> list[str]:
        return sorted(name for name, leg in self.outside.legs.items() if leg.answered)

    def call_of(self, leg: str) -> str:
        call = self.room.legs.get(leg)
        return call.id if call is not None else self.outside.legs[leg].call

    def leg_from(self) -> str:
        """Rather one that talks than any."""
        legs = self.served()
        talking = {call.leg for call in self.room.calls.values() if call.joined_at}
        talks = [leg for leg in legs if leg in talking]
        return self.pick(talks or legs)

    @act(somebody_is_served, event=[LegHeld, LegRetrieved])
    def agent_holds_or_retrieves(self, event: type[LegHeld]) -> None:
        leg = self.leg_from()
        self.tell(event(self.call_of(leg), leg))

    @act(somebody_is_served, to=PEOPLE + PLACES)
    def agent_transfers(self, to: Target) -> None:
        leg = self.leg_from()
        self.tell(TransferAsked(self.call_of(leg), leg, to))

    @act(somebody_is_served, to=[*PEOPLE, *PEOPLE, PLACES[0]], second=BOTH)
    def agent_consults(self, to: Target, second: bool) -> None:
        leg = self.leg_from()
        self.lines += second
        line = f"line-{self.lines}" if second else ""
        if second:
            self.outside.lines[line] = ""
        self.tell(ConsultAsked(self.call_of(leg), leg, to, line))

    @act(lambda self: self.asking(), wish=WISHES)
    def agent_who_asks_goes_on(self, wish: type[SwapAsked]) -> None:
        call = self.room.calls[self.pick(self.asking())]
        self.tell(wish(call.id, call.leg))

    def asking(self) -> list[str]:
        """Calls whose agents consult somebody."""
        consults = [call.consult for call in self.room.calls.values() if call.consult is not None]
        return sorted({consult.root.id for consult in consults})

    @act(somebody_is_served, wish=WISHES)
    def agent_wishes_what_may_not_be(self, wish: type[SwapAsked]) -> None:
        leg = self.leg_from()
        self.tell(wish(self.call_of(leg), leg))

    @act(lambda self: self.outside.lines)
    def second_line_ends(self) -> None:
        line = self.pick(sorted(self.outside.lines))
        self.outside.news.append(LineGone(self.outside.lines.pop(line), line))

    @act(agent=ANYBODY, to=[*PEOPLE, PLACES[0]])
    def agent_calls(self, agent: str, to: Target) -> None:
        self.entered += 1
        call = f"p-{self.entered}"
        self.outside.callers.add(call)
        self.tell(AgentCalls(call, agent, to, "0201", "12345"))

    def placed(self) -> list[str]:
        """Calls that have an agent on their caller's side; rather those that talk."""
        calls = [call for call in self.room.calls.values() if call.placed is not None]
        return sorted([c.id for c in calls if c.joined_at] or [c.id for c in calls])

    @act(lambda self: self.placed(), to=[*PEOPLE, PLACES[0]], second=BOTH)
    def who_placed_a_call_consults(self, to: Target, second: bool) -> None:
        call = self.pick(self.placed())
        self.lines += second
        line = f"line-{self.lines}" if second else ""
        if second:
            self.outside.lines[line] = ""
        self.tell(ConsultAsked(call, call, to, line))

    @act(lambda self: self.placed(), to=[*PEOPLE, PLACES[0]], held=BOTH)
    def who_placed_a_call_transfers(self, to: Target, held: bool) -> None:
        call = self.pick(self.placed())
        if held:
            self.tell(LegHeld(call, call))
        self.tell(TransferAsked(call, call, to))

    @act(to=[Target(TargetKind.OUTSIDE, "0201"), *PEOPLE[:3]])
    def a_call_that_an_agent_placed_talks(self, to: Target) -> None:
        for agent in AGENTS:
            self.tell(AgentReady(agent))
        self.agent_calls(agent=AGENTS[-1], to=to)
        self.settle()

    @act(agent=ANYBODY)
    def agent_picks_up_for_a_mate(self, agent: str) -> None:
        self.lines += 1
        self.outside.asked.add(f"line-{self.lines}")
        self.tell(PickupAsked(agent, f"line-{self.lines}"))
        assert not self.outside.asked

    @act(there_are_calls, agent=ANYBODY)
    def supervisor_takes_over(self, agent: str) -> None:
        self.lines += 1
        self.outside.asked.add(f"line-{self.lines}")
        self.tell(TakeOverAsked(agent, f"line-{self.lines}", self.any_call(CallState.TALKING)))
        assert not self.outside.asked

    def any_call(self, state: CallState | None = None) -> str:
        """Rather one in that state than any."""
        calls = self.room.calls
        return self.pick([name for name, call in calls.items() if call.state is state] or [*calls])

    @act(somebody_is_served)
    def agent_marks(self) -> None:
        leg = self.leg_from()
        self.tell(MarkAsked(self.call_of(leg), leg, "malicious"))

    @act(there_are_calls, queue=QUEUES)
    def supervisor_moves(self, queue: str) -> None:
        self.tell(CallMoved(self.any_call(CallState.WAITING), queue, "eve"))

    @act(there_are_calls)
    def supervisor_hangs_up(self) -> None:
        self.tell(HangUpAsked(self.any_call(), "eve"))

    # Callbacks.

    @act(there_are_calls, number=["1381", "1382"])
    def caller_wants_a_callback(self, number: str) -> None:
        self.tell(CallbackAsked(self.any_call(CallState.WAITING), number))

    @act(there_are_calls)
    def caller_leaves_by_a_key(self) -> None:
        self.tell(KeyChosen(self.any_call(CallState.WAITING), "2"))

    @act(there_are_calls)
    def callback_is_withdrawn(self) -> None:
        self.tell(CallbackWithdrawn(self.any_call(), "eve"))

    @act(lambda self: self.outside.dialling, answers=BOTH, result=MISSES)
    def dialled_caller_answers(self, answers: bool, result: RingResult) -> None:
        call = self.pick(sorted(self.outside.dialling))
        self.outside.dialling.discard(call)
        if answers:
            self.outside.callers.add(call)
            self.outside.news.append(DialledAnswered(call))
        else:
            self.outside.news.append(DialledFailed(call, result, 486))


AnyTalk.TestCase.settings = settings(max_examples=60, stateful_step_count=80, deadline=None)
TestAnyTalk = AnyTalk.TestCase
TestAnyTalk.pytestmark = [pytest.mark.pure]
