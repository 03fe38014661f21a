"""A second opinion on the floor: what must be true after each step, worked out without indexes."""

from collections.abc import Iterable

from callcenter.acd.agent import MOVES, RESTING
from callcenter.acd.deadlines import Due
from callcenter.acd.facts import (
    AgentAsked,
    AgentChanged,
    CallEnded,
    CallOverflowed,
    CallQueued,
    Fact,
    RingEnded,
    RingStarted,
    TalkEnded,
    TalkStarted,
)
from callcenter.acd.floor import Floor
from callcenter.acd.machine import Stay
from callcenter.acd.matching import needs_of
from callcenter.acd.plan import Plan, QueuePolicy
from callcenter.acd.recall import Recall
from callcenter.acd.talk_facts import CallRelaxed, NotReadyRefused, WaitEstimated
from callcenter.acd.views import AgentView, CallView
from callcenter.terms import AgentState, CallState, Outcome, RingResult

LEGAL_CHANGES = {
    (was, becomes)
    for was, row in MOVES.items()
    for becomes in row.values()
    if not isinstance(becomes, Stay)
}
IN_CALL = {AgentState.RESERVED, AgentState.RINGING, AgentState.TALKING}


class Journal:
    """Folds facts as a reader of the journal would, and trips over what cannot be."""

    def __init__(self) -> None:
        self.open: set[str] = set()
        self.ring: dict[str, set[str]] = {}
        self.talk: dict[str, str] = {}
        self.answered: set[str] = set()
        self.legs: set[str] = set()
        self.agents: dict[str, AgentState] = {}
        self.steps: dict[str, int] = {}
        self.foretold: set[str] = set()
        self.ends = 0

    def read(self, facts: Iterable[Fact]) -> None:
        for fact in facts:
            getattr(self, f"_{type(fact).__name__}")(fact)

    def _CallQueued(self, fact: CallQueued) -> None:  # noqa: N802  named like the fact
        assert fact.call not in self.open
        self.open.add(fact.call)
        self.steps[fact.call] = 0
        self.foretold.discard(fact.call)

    def _RingStarted(self, fact: RingStarted) -> None:  # noqa: N802
        assert fact.call in self.open
        assert fact.call not in self.ring or fact.why["key"] == "ring-all"
        assert fact.call not in self.talk
        assert fact.leg not in self.legs, "a leg's name is never used twice"
        self.legs.add(fact.leg)
        self.ring.setdefault(fact.call, set()).add(fact.leg)

    def _RingEnded(self, fact: RingEnded) -> None:  # noqa: N802
        self.ring[fact.call].remove(fact.leg)
        if not self.ring[fact.call]:
            del self.ring[fact.call]
        if fact.result is RingResult.ANSWERED:
            self.answered.add(fact.leg)

    def _TalkStarted(self, fact: TalkStarted) -> None:  # noqa: N802
        assert fact.leg in self.answered
        assert fact.call not in self.ring, "one winner, and the others' phones are silent"
        assert fact.call not in self.talk
        self.talk[fact.call] = fact.leg

    def _TalkEnded(self, fact: TalkEnded) -> None:  # noqa: N802
        assert self.talk.pop(fact.call) == fact.leg

    def _CallRelaxed(self, fact: CallRelaxed) -> None:  # noqa: N802
        assert fact.call in self.open
        assert fact.step > self.steps[fact.call], "no step is taken twice"
        self.steps[fact.call] = fact.step

    def _WaitEstimated(self, fact: WaitEstimated) -> None:  # noqa: N802
        assert fact.call in self.open
        assert fact.call not in self.foretold, "once in a queue"
        assert fact.estimate_s >= 0
        self.foretold.add(fact.call)

    def _NotReadyRefused(self, fact: NotReadyRefused) -> None:  # noqa: N802
        assert self.agents[fact.agent] is not AgentState.SIGNED_OUT

    def _CallOverflowed(self, fact: CallOverflowed) -> None:  # noqa: N802
        self._over(fact.call)

    def _CallEnded(self, fact: CallEnded) -> None:  # noqa: N802
        assert fact.outcome in {
            Outcome.ANSWERED,
            Outcome.ABANDONED_QUEUE,
            Outcome.ABANDONED_RING,
            Outcome.SYSTEM_FAIL,
        }
        self._over(fact.call)

    def _over(self, call: str) -> None:
        assert call in self.open, "a call is over once"
        assert call not in self.ring
        assert call not in self.talk
        self.open.discard(call)
        self.ends += 1

    def _AgentChanged(self, fact: AgentChanged) -> None:  # noqa: N802
        was = self.agents.get(fact.agent, AgentState.SIGNED_OUT)
        assert (was, fact.state) in LEGAL_CHANGES
        self.agents[fact.agent] = fact.state

    def _AgentAsked(self, fact: AgentAsked) -> None:  # noqa: N802
        assert self.agents[fact.agent] in IN_CALL


def check_people(floor: Floor) -> None:
    """No call has two agents, no agent two calls, and both sides say the same."""
    calls = floor._room.calls.values()
    held = [(call, agent) for call in calls for agent in call.agents()]
    assert len({agent.name for _, agent in held}) == len(held)
    for call, agent in held:
        assert agent.call == call.id
        assert (agent.state is AgentState.TALKING) == (call.state is CallState.TALKING)
        assert agent.in_call
        assert not call.also or call.state is CallState.RINGING
    busy = {agent.agent for agent in floor.agents() if agent.state in IN_CALL}
    assert busy == {agent.name for _, agent in held}


def able(plan: Plan, agent: AgentView, policy: QueuePolicy, steps: int = 0) -> bool:
    """Whether he can serve a call of the queue that has taken so many steps."""
    profile = plan.agents.get(agent.agent)
    needs = needs_of(policy)
    for step in policy.relax[:steps]:
        needs = step.needs or needs
    return profile is not None and needs.met_by(profile.skills)


def steps_of(floor: Floor, call: CallView) -> int:
    return floor._room.calls[call.call].step


def awaited(floor: Floor, call: CallView) -> AgentView | None:
    """The agent for whom alone the caller waits."""
    line = floor._room.calls[call.call].line
    (name,) = [a.name for a in floor._room.agents.values() if a.own is line] or [""]
    return floor.agent(name)


def policies(floor: Floor) -> dict[str, QueuePolicy]:
    """Also those of closed queues, which the plan no longer has."""
    return {name: queue.policy for name, queue in floor._room.matching.queues.items()}


def place(call: CallView) -> tuple[int, float, str]:
    return (-call.priority, call.requested_at, call.call)


def check_nobody_waits_for_nothing(floor: Floor) -> None:
    queues = policies(floor)
    waiting = [call for call in floor.calls() if call.state is CallState.WAITING]
    ready = [agent for agent in floor.agents() if agent.state is AgentState.READY]
    for call in waiting:
        alone = awaited(floor, call)
        if alone is not None:
            assert alone.state in IN_CALL | {AgentState.WRAP_UP}
            assert (Due.STICKY, call.call) in floor._room.deadlines
            continue
        steps = steps_of(floor, call)
        assert not [a.agent for a in ready if able(floor.plan, a, queues[call.queue], steps)]


def check_queues(floor: Floor) -> None:
    """Positions are 1..n in order of place; counts are what counting gives."""
    calls = [call for call in floor.calls() if call.state is CallState.WAITING]
    here = [agent for agent in floor.agents() if agent.state is not AgentState.SIGNED_OUT]
    queues = policies(floor)
    for queue in floor.queues():
        policy = queues[queue.queue]
        waiting = sorted((call for call in calls if call.queue == queue.queue), key=place)
        assert queue.waiting == tuple(call.call for call in waiting)
        assert [call.position for call in waiting] == list(range(1, len(waiting) + 1))
        can = [agent for agent in here if able(floor.plan, agent, policy)]
        assert queue.signed_in == len(can)
        assert queue.ready == sum(a.state is AgentState.READY for a in can)
        steps = len(policy.relax)
        widest = [a for a in here if able(floor.plan, a, policy, steps)] if steps else can
        paused = [a for a in widest if a.state is AgentState.NOT_READY and a.reason != RESTING]
        if policy.emergency or (policy.overflow_when_empty and not widest):
            assert not waiting
        if policy.overflow_when_none_ready and widest and len(paused) == len(widest):
            assert not waiting


def check_deadlines(floor: Floor) -> None:
    """Whatever waits on the outside or the clock has its deadline, and no other runs."""
    expected = set()
    queues = policies(floor)
    for call in floor.calls():
        policy = queues[call.queue]
        if call.state is CallState.RINGING:
            expected.add((Due.RING, call.call))
        if call.state is CallState.JOINING:
            expected.add((Due.JOIN, call.call))
        if call.state is CallState.WAITING and policy.max_wait_s is not None:
            expected.add((Due.MAX_WAIT, call.call))
        if call.state is CallState.WAITING and steps_of(floor, call) < len(policy.relax):
            expected.add((Due.RELAX, call.call))
        if call.state is CallState.WAITING and awaited(floor, call) is not None:
            expected.add((Due.STICKY, call.call))
    for agent in floor.agents():
        if agent.state is AgentState.WRAP_UP:
            expected.add((Due.WRAP_UP, agent.agent))
        if agent.state is AgentState.NOT_READY and agent.reason == RESTING:
            expected.add((Due.REST, agent.agent))
    running = {d for d in floor._room.deadlines._ranking if d[0] is not Due.ANNOUNCE}
    assert running == expected


def check_recall(floor: Floor, recall: Recall) -> None:
    """The journal alone tells what the floor holds."""
    held = {
        c.call: (
            *(c.state, c.leg, c.agent, c.attempts, c.joined_at, steps_of(floor, c)),
            {(leg, who.name) for leg, who in floor._room.calls[c.call].also.items()},
        )
        for c in floor.calls()
    }
    told = {
        name: (
            *(c.state, c.leg, c.agent, c.attempts, c.joined_at, c.step),
            {(other.leg, other.agent) for other in c.others},
        )
        for name, c in recall.calls.items()
    }
    assert told == held
    for agent in floor.agents():
        known = recall.agents.get(agent.agent)
        if known is None or agent.state is AgentState.SIGNED_OUT:
            assert known is None or known.state is AgentState.SIGNED_OUT
            assert agent.state is AgentState.SIGNED_OUT
            continue
        wish = floor._room.agents[agent.agent].wish
        assert (known.after, known.after_reason) == wish
        for name in ("state", "reason", "since", "idle_since", "misses"):
            assert getattr(known, name) == getattr(agent, name), name
        figures = floor._room.agents[agent.agent].figures
        assert known.chosen_at == figures.chosen_at
        if known.since >= floor._room.day_starts:
            assert (known.calls, known.busy_s, known.ready_s) == (
                figures.calls,
                figures.busy_s,
                figures.ready_s,
            )
