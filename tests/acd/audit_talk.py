"""A second opinion on talks of more than two parties, as `audit` is on distribution."""

from callcenter.acd.agent import RESTING
from callcenter.acd.deadlines import Due
from callcenter.acd.facts import (
    CallEnded,
    CallQueued,
    RingEnded,
    RingStarted,
    TalkEnded,
    TalkStarted,
)
from callcenter.acd.floor import Floor
from callcenter.acd.known import CallKnown
from callcenter.acd.recall import Recall
from callcenter.acd.room import Step
from callcenter.acd.talk_events import root_of
from callcenter.acd.talk_facts import (
    CallbackDialled,
    CallbackMissed,
    CallbackRequested,
    CallMarked,
    CallPlaced,
    CallRelaxed,
    CallSent,
    CallTransferred,
    ConsultEnded,
    ConsultMerged,
    ConsultStarted,
    HoldEnded,
    HoldStarted,
    NotReadyRefused,
    TransferRefused,
    WaitEstimated,
)
from callcenter.acd.views import CallView
from callcenter.terms import AgentState, CallKind, CallState, ConsultState, RingResult
from tests.acd import audit

IN_LINE = {Due.MAX_WAIT, Due.ANNOUNCE, "RELAX", "STICKY"}


class Journal(audit.Journal):
    """Folds facts of talks as well. A ring belongs to its leg, whoever has the caller by then."""

    def __init__(self) -> None:
        super().__init__()
        self.rings: dict[str, str] = {}
        self.holds: set[str] = set()
        self.consults: dict[str, str] = {}
        self.dialling: dict[str, int] = {}
        self.all_consults: set[str] = set()

    def _known(self, call: str) -> bool:
        return call in self.open or call in self.consults

    def _CallQueued(self, fact: CallQueued) -> None:  # noqa: N802  named like the fact
        assert fact.call not in self.talk
        self.open.add(fact.call)

    def _CallPlaced(self, fact: CallPlaced) -> None:  # noqa: N802
        assert fact.call not in self.open
        self.open.add(fact.call)

    def _CallbackRequested(self, fact: CallbackRequested) -> None:  # noqa: N802
        assert fact.callback not in self.open
        assert fact.call in self.open
        self.open.add(fact.callback)
        self.dialling[fact.callback] = 0

    def _CallbackDialled(self, fact: CallbackDialled) -> None:  # noqa: N802
        assert fact.call in self.open
        assert fact.attempt == self.dialling[fact.call] + 1
        self.dialling[fact.call] += 1

    def _CallbackMissed(self, fact: CallbackMissed) -> None:  # noqa: N802
        assert fact.call in self.open
        assert fact.attempt == self.dialling[fact.call]

    def _RingStarted(self, fact: RingStarted) -> None:  # noqa: N802
        assert self._known(fact.call)
        assert fact.call not in self.talk
        assert fact.leg not in self.legs, "a leg's name is never used twice"
        self.legs.add(fact.leg)
        self.rings[fact.leg] = fact.call

    def _RingEnded(self, fact: RingEnded) -> None:  # noqa: N802
        assert self.rings.pop(fact.leg) == fact.call
        if fact.result is RingResult.ANSWERED:
            self.answered.add(fact.leg)

    def _TalkStarted(self, fact: TalkStarted) -> None:  # noqa: N802
        assert self._known(fact.call)
        assert fact.call not in self.rings.values()
        super()._TalkStarted(fact)

    def _TalkEnded(self, fact: TalkEnded) -> None:  # noqa: N802
        assert fact.leg not in self.holds
        super()._TalkEnded(fact)

    def _HoldStarted(self, fact: HoldStarted) -> None:  # noqa: N802
        assert fact.call in self.open
        assert fact.leg not in self.holds
        self.holds.add(fact.leg)

    def _HoldEnded(self, fact: HoldEnded) -> None:  # noqa: N802
        self.holds.remove(fact.leg)

    def _CallTransferred(self, fact: CallTransferred) -> None:  # noqa: N802
        assert fact.call in self.open
        assert fact.call not in self.talk

    def _TransferRefused(self, fact: TransferRefused) -> None:  # noqa: N802
        assert self._known(fact.call)
        assert fact.call in self.talk

    def _ConsultStarted(self, fact: ConsultStarted) -> None:  # noqa: N802
        assert fact.call in self.talk
        assert fact.call not in self.consults.values(), "one at a time"
        assert fact.consult not in self.all_consults
        self.all_consults.add(fact.consult)
        self.consults[fact.consult] = fact.call

    def _ConsultMerged(self, fact: ConsultMerged) -> None:  # noqa: N802
        assert self.consults[fact.consult] == fact.call
        assert fact.call in self.talk
        assert fact.consult in self.talk

    def _ConsultEnded(self, fact: ConsultEnded) -> None:  # noqa: N802
        assert self.consults.pop(fact.consult) == fact.call, "a consult ends once"
        assert fact.consult not in self.talk
        for leg, call in list(self.rings.items()):
            if call == fact.consult:
                assert fact.how == "completed"
                self.rings[leg] = fact.call

    def _CallMarked(self, fact: CallMarked) -> None:  # noqa: N802
        assert fact.call in self.open

    def _CallSent(self, fact: CallSent) -> None:  # noqa: N802
        self._over(fact.call)

    def _CallEnded(self, fact: CallEnded) -> None:  # noqa: N802
        self._over(fact.call)

    def _CallRelaxed(self, fact: CallRelaxed) -> None:  # noqa: N802
        assert self._known(fact.call)

    def _WaitEstimated(self, fact: WaitEstimated) -> None:  # noqa: N802
        assert fact.call in self.open

    def _NotReadyRefused(self, fact: NotReadyRefused) -> None:  # noqa: N802
        assert fact.reason

    def _over(self, call: str) -> None:
        assert call not in self.rings.values()
        assert call not in self.consults.values()
        super()._over(call)


def check_people(floor: Floor) -> None:
    """Every agent in a call is in one call, in one part, and both say the same."""
    parts = [(call, agent) for call in floor._room.calls.values() for agent in call.agents()]
    assert len({agent.name for _, agent in parts}) == len(parts)
    for call, agent in parts:
        assert agent.call == call.id
        assert floor._room.agents[agent.name] is agent
        placed = call.placed is not None and call.placed.agent is agent
        talks = placed or (call.state is CallState.TALKING and call.agent is agent)
        assert (agent.state is AgentState.TALKING) == talks
    busy = {agent.agent for agent in floor.agents() if agent.state in audit.IN_CALL}
    assert busy == {agent.name for _, agent in parts}


def check_consults(floor: Floor) -> None:
    """A consult belongs to one talk; its state and its own call's agree."""
    calls = floor._room.calls
    for call in calls.values():
        if call.kind is CallKind.CONSULT:
            consult, root = call.consult, calls[root_of(call.id)]
            assert consult is not None
            assert root.consult is consult
            assert consult.call is call
            assert consult.root is root
            assert root.state is CallState.TALKING
            answered = call.state is CallState.TALKING
            assert (consult.state is ConsultState.ASKING) != answered
        elif call.consult is not None:
            assert calls[call.consult.call.id] is call.consult.call


def check_legs(floor: Floor) -> None:
    """The index of legs is what the calls have."""
    told = {leg: call for call in floor._room.calls.values() for leg in (call.leg, *call.also)}
    told.pop("", None)
    assert floor._room.legs == told
    owed = [c for c in floor._room.calls.values() if c.dialling is not None]
    assert floor._room.callbacks == {call.owed_to: call.id for call in owed}
    for call in floor.calls():
        if call.state in (CallState.RINGING, CallState.JOINING, CallState.TALKING):
            assert call.leg


def check_deadlines(floor: Floor) -> None:
    """Whatever waits on the outside or the clock has its deadline, and no other runs."""
    expected = set()
    for call in floor._room.calls.values():
        if call.state in _BY_STATE:
            expected.add((_BY_STATE[call.state], call.id))
        if call.patient and call.state in (CallState.WAITING, CallState.POSTPONED):
            expected.add((Due.EXPIRE, call.id))
    for agent in floor.agents():
        if agent.state is AgentState.WRAP_UP:
            expected.add((Due.WRAP_UP, agent.agent))
        if agent.state is AgentState.NOT_READY and agent.reason == RESTING:
            expected.add((Due.REST, agent.agent))
    deadlines = floor._room.deadlines._ranking
    waiting = {call.call for call in floor.calls() if call.state is CallState.WAITING}
    in_line = {d for d in deadlines if d[0] is Due.MAX_WAIT or d[0].name in IN_LINE}
    assert {name for _, name in in_line} <= waiting
    assert {d for d in deadlines if d not in in_line and d[0] is not Due.ANNOUNCE} == expected


_BY_STATE = {
    CallState.RINGING: Due.RING,
    CallState.JOINING: Due.JOIN,
    CallState.DIALLING: Due.DIAL,
    CallState.POSTPONED: Due.AGAIN,
}


def check_turns(floor: Floor, before: dict[object, object], step: Step) -> None:
    """No callback is dialled before a caller who asked earlier and whom its agent could serve."""
    queues = audit.policies(floor)
    # A step of asking for less that was due in the same breath may have come after the choice.
    relaxed = {fact.call for fact in step.facts if isinstance(fact, CallRelaxed)}
    for fact in step.facts:
        call = floor.call(fact.call) if isinstance(fact, CallbackDialled) else None
        if not isinstance(fact, CallbackDialled) or call is None:
            continue
        agent = floor.agent(fact.agent)
        if agent is None or call.state is not CallState.DIALLING:
            continue
        for other in floor.calls():
            waits = other.state is CallState.WAITING and other.call not in relaxed
            if waits and before.get(other.call) is CallState.WAITING:
                able = audit.able(floor.plan, agent, queues[other.queue])
                assert not able or audit.place(call) < audit.place(other)


def check_recall(floor: Floor, recall: Recall) -> None:
    """The journal alone tells what the floor holds."""
    assert {call.id: _held(floor, call.id) for call in floor._room.calls.values()} == {
        name: _told(known) for name, known in recall.calls.items()
    }


def _held(floor: Floor, name: str) -> tuple[object, ...]:
    call = floor._room.calls[name]
    view = floor.call(name)
    assert isinstance(view, CallView)
    consult, dialling = call.consult, call.dialling
    mine = consult is not None and consult.call is call
    return (
        _line(call.state, call.patient),
        call.kind,
        call.entered.queue,
        call.entered.requested_at,
        call.queued_at,
        call.attempts,
        call.joined_at,
        call.answered_before,
        call.held,
        call.aim,
        frozenset([(call.leg, view.agent), *((leg, a.name) for leg, a in call.also.items())]),
        (consult.to, consult.line, consult.state is ConsultState.MERGED)
        if consult is not None and mine
        else None,
        (call.placed.agent.name, call.placed.in_wrap_up) if call.placed is not None else None,
        (dialling.number, dialling.expires_at, dialling.attempts, dialling.reached)
        if dialling is not None
        else None,
    )


def _told(known: CallKnown) -> tuple[object, ...]:
    consult, placed, dialling = known.consult, known.placed, known.dialling
    return (
        _line(known.state, known.patient),
        known.kind,
        known.entered.queue,
        known.entered.requested_at,
        known.queued_at,
        known.attempts,
        known.joined_at,
        known.talked,
        known.held,
        known.aim,
        frozenset([(known.leg, known.agent), *((leg.leg, leg.agent) for leg in known.others)]),
        (consult.to, consult.line, consult.merged) if consult is not None else None,
        (placed.agent, placed.in_wrap_up) if placed is not None else None,
        (dialling.number, dialling.expires_at, dialling.attempts, dialling.reached)
        if dialling is not None
        else None,
    )


def _line(state: CallState, patient: bool) -> CallState:
    """No fact tells that a callback stands in line again; its time does."""
    return CallState.WAITING if patient and state is CallState.POSTPONED else state
