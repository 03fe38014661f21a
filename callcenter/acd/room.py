"""All that the floor holds, and what it says in the current step."""

from typing import NamedTuple

from callcenter.acd.agents.agent import NO_WISH, RESTING, Agent, Wish
from callcenter.acd.calls.call import Call
from callcenter.acd.commands import Command, ShowAgent
from callcenter.acd.deadlines import Deadlines, Due
from callcenter.acd.facts import AgentAsked, AgentChanged, Fact
from callcenter.acd.machine import Stay, Trigger
from callcenter.acd.matching.pools import Matching, Pool, Queue
from callcenter.acd.plan import Plan, QueuePolicy, Strategy
from callcenter.site.needs import Needs
from callcenter.terms import AgentState


class Step(NamedTuple):
    """The answer to one event. Facts are written before commands are performed, both in order."""

    facts: tuple[Fact, ...]
    commands: tuple[Command, ...]


class Room:
    """The calls, agents, indexes and deadlines; one event works on it at a time."""

    __slots__ = (
        "_shown",
        "agents",
        "callbacks",
        "calls",
        "commands",
        "day_ends",
        "day_starts",
        "deadlines",
        "direct",
        "facts",
        "handed_over",
        "legs",
        "matching",
        "now",
        "plan",
        "seated",
        "thinned",
    )

    def __init__(self, plan: Plan) -> None:
        self.now = 0.0
        self.day_starts = self.day_ends = float("-inf")
        """Agents' figures are of the time between."""
        self.facts: list[Fact] = []
        self.commands: list[Command] = []
        self._shown: dict[str, None] = {}
        self.clear(plan)

    def clear(self, plan: Plan) -> None:
        """Forget everything; all agents of the plan are signed out and have no seats yet."""
        self.plan = plan
        self.calls: dict[str, Call] = {}
        self.legs: dict[str, Call] = {}
        """Each leg that rings or talks, and the call that it belongs to now."""
        self.callbacks: dict[tuple[str, str], str] = {}
        """Tenant and number -> the callback that is owed there: never two at once."""
        self.handed_over: dict[str, int] = {}
        """Attempts of calls that overflowed and may come back: legs' names are never reused."""
        self.seated = False
        """False while a restart is told: agents have no seats, and nobody is offered anything."""
        self.thinned: list[Agent] = []
        """Who signed out or began to pause in this event."""
        self.deadlines = Deadlines()
        self.matching = Matching(plan)
        self.direct = queue_apart(plan.direct)
        """Of calls without a queue: their policy, and no agents."""
        self.agents: dict[str, Agent] = {name: Agent(name, self.now) for name in plan.agents}

    def queue(self, name: str) -> Queue:
        """The queue of that name; without a name, what calls have that never had one."""
        return self.matching.queues[name] if name else self.direct

    def forget(self, call: Call) -> None:
        """The call is not on the floor any longer."""
        del self.calls[call.id]
        if call.dialling is not None:
            del self.callbacks[call.owed_to]

    def take_step(self) -> Step:
        """What was said since the last time; lamps last, since callers come first."""
        for name in self._shown:
            self.commands.append(ShowAgent(name))
        step = Step(tuple(self.facts), tuple(self.commands))
        self.facts, self.commands, self._shown = [], [], {}
        return step

    def show(self, agent: Agent) -> None:
        """What is seen of the agent from outside has changed; said once in a step."""
        self._shown[agent.name] = None

    def move_agent(
        self, agent: Agent, trigger: Trigger, reason: str = "", call: Call | None = None
    ) -> AgentState | Stay:
        """Make the agent's move with all that hangs on it, or tell why there is none."""
        before, was_for, now = agent.state, agent.reason, self.now
        after = agent.move(trigger)
        if type(after) is Stay:
            return after
        if agent.seated:
            agent.leave_seats()
        ends = _RUNS_IN.get(before)
        if ends is not None:
            self.deadlines.cancel(ends, agent.name)
        since = agent.since if agent.since > self.day_starts else self.day_starts
        if now > since:
            agent.figures.spend(before, now - since)
        agent.since, agent.reason = now, reason
        if call is not None:
            agent.call, agent.queue = call.id, call.queue.policy.name
        if before in _AWAY or after in _AWAY:
            was_in = before is not AgentState.SIGNED_OUT
            was_paused = before is AgentState.NOT_READY and was_for != RESTING
            self._count(agent, agent.signed_in - was_in, agent.paused - was_paused)
        elif after is _RESERVED:
            agent.figures.chosen_at = now
        elif after is _TALKING and before is not after:
            agent.figures.calls += 1
        # Wrap-up still belongs to the call.
        if after in _WITHOUT_CALL:
            agent.call = ""
        self.note_agent(agent)
        return after

    def engage(self, agent: Agent, trigger: Trigger, call: Call) -> None:
        """Take an agent out of any state without a call; after it he is what he was before.

        Wrap-up is not given back; see `Placed.in_wrap_up`.
        """
        back = NO_WISH
        if not agent.signed_in or (agent.state is AgentState.NOT_READY and agent.reason != RESTING):
            back = Wish(agent.state, agent.reason)
        if not agent.signed_in:
            agent.idle_since = self.now
        self.move_agent(agent, trigger, call=call)
        self.ask(agent, back)

    def ask(self, agent: Agent, wish: Wish) -> None:
        """Keep it until the call is over. It is written down: it must outlive a restart."""
        if agent.wish != wish:
            agent.wish = wish
            self.facts.append(AgentAsked(self.now, agent.name, wish.state, wish.reason))

    def note_agent(self, agent: Agent) -> None:
        """Write and show the agent as he is now."""
        figures = agent.figures
        self.facts.append(
            AgentChanged(
                self.now,
                agent.name,
                agent.state,
                agent.reason,
                agent.call,
                agent.idle_since,
                agent.misses,
                figures.calls,
                figures.busy_s,
                figures.ready_s,
                figures.chosen_at,
            )
        )
        self._shown[agent.name] = None

    def _count(self, agent: Agent, signed_in: int, paused: int) -> None:
        """So many more are signed in, and pause."""
        if agent.state in _AWAY:
            self.thinned.append(agent)
        self.matching.floor.signed_in += signed_in
        for seat in agent.seats:
            seat.pool.signed_in += signed_in
            seat.pool.paused += paused


# Members that every call asks for; see machine.py.
_RESERVED, _TALKING = AgentState.RESERVED, AgentState.TALKING
_AWAY = frozenset({AgentState.NOT_READY, AgentState.SIGNED_OUT})
_RUNS_IN = {AgentState.WRAP_UP: Due.WRAP_UP, AgentState.NOT_READY: Due.REST}
"""Deadlines that end with an agent's state."""
_WITHOUT_CALL = frozenset({AgentState.READY, AgentState.NOT_READY, AgentState.SIGNED_OUT})


def queue_apart(policy: QueuePolicy) -> Queue:
    """A queue that the plan does not have, and that no agent serves."""
    return Queue(policy, Pool(Needs(), Strategy.LONGEST_IDLE), closed=True)
