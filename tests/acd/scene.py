"""A floor to play calls on, told in a few words; tables of agents and queues as text."""

from collections.abc import Iterable

from callcenter.acd.commands import Command
from callcenter.acd.events import (
    AgentNotReady,
    AgentReady,
    AgentSignedIn,
    AgentSignedOut,
    CallEntered,
    CallerGone,
    Event,
    LegAnswered,
    LegFailed,
    LegGone,
    LegJoined,
    LegRinging,
    TimePassed,
)
from callcenter.acd.facts import AgentChanged, CallEnded, CallOverflowed, Fact, RingStarted
from callcenter.acd.floor import Floor
from callcenter.acd.plan import AgentProfile, MissRule, Plan, QueuePolicy, Strategy
from callcenter.acd.room import Step
from callcenter.terms import AgentState, CallState, RingResult

READERS = {
    "strategy": Strategy,
    "priority": int,
    "max_length": int,
    "overflow_when_empty": lambda text: text == "yes",
    "record": lambda text: text == "yes",
}


def rows(table: str) -> Iterable[dict[str, str]]:
    """Rows of a table whose first line names the columns; empty cells are left out."""
    head, *lines = [
        [cell.strip() for cell in line.split("|")] for line in table.strip().splitlines()
    ]
    for line in lines:
        yield {name: cell for name, cell in zip(head, line, strict=True) if cell}


def levels(text: str) -> dict[str, int]:
    """`spanish 3, billing 1`."""
    return {skill: int(level) for skill, level in (pair.split() for pair in text.split(","))}


def plan(agents: str, queues: str = "queue\nhotline", misses: int = 3) -> Plan:
    policies = {}
    for row in rows(queues):
        name = row.pop("queue")
        needs = levels(row.pop("needs")) if "needs" in row else {}
        settings = {key: READERS.get(key, float)(text) for key, text in row.items()}
        policies[name] = QueuePolicy(name, needs, **settings)
    profiles = {
        row["agent"]: AgentProfile(row["agent"], levels(row["skills"]) if "skills" in row else {})
        for row in rows(agents)
    }
    return Plan(policies, profiles, MissRule(rest_s=3, limit=misses))


class Scene:
    """Plays events at the time `now`, seconds from the start; `facts` and `commands` are the
    last step's, `journal` is all facts so far."""

    def __init__(self, site: Plan) -> None:
        self.floor = Floor(site)
        self.now = 0.0
        self.facts: tuple[Fact, ...] = ()
        self.commands: tuple[Command, ...] = ()
        self.journal: list[Fact] = []

    def tell(self, event: Event) -> Step:
        step = self.floor.handle(event, self.now)
        self.facts, self.commands = step
        self.journal += step.facts
        return step

    def wait(self, seconds: float) -> None:
        """Time goes by; each deadline on the way is kept to the point."""
        until = self.now + seconds
        while (due := self.floor.next_deadline()) is not None and due <= until:
            self.now = max(self.now, due)
            self.tell(TimePassed())
        self.now = until

    # Agents.

    def sign_in(self, *agents: str) -> None:
        """One after the other, a second apart: the first is idle for longest."""
        for agent in agents:
            self.tell(AgentSignedIn(agent))
            self.now += 1

    def sign_out(self, agent: str) -> None:
        self.tell(AgentSignedOut(agent))

    def ready(self, agent: str) -> None:
        self.tell(AgentReady(agent))

    def not_ready(self, agent: str, reason: str = "break") -> None:
        self.tell(AgentNotReady(agent, reason))

    def agent(self, name: str) -> str:
        """His state, with its reason: `ready`, `not_ready missed`."""
        view = self.floor.agent(name)
        return "unknown" if view is None else f"{view.state} {view.reason}".strip()

    # Callers and legs.

    def enter(self, call: str, queue: str = "hotline", ago: float = 0, priority: int = 0) -> None:
        """The caller asked for a human `ago` seconds before now."""
        at = self.now - ago
        self.tell(CallEntered(call, queue, "13800000000", "12345", at, at, "zh", priority))

    def hang_up(self, call: str) -> None:
        self.tell(CallerGone(call, 16))

    def leg(self, call: str) -> str:
        view = self.floor.call(call)
        assert view is not None
        return view.leg

    def rings(self, call: str) -> None:
        self.tell(LegRinging(call, self.leg(call)))

    def answers(self, call: str) -> None:
        self.tell(LegAnswered(call, self.leg(call)))

    def joined(self, call: str) -> None:
        self.tell(LegJoined(call, self.leg(call)))

    def talk(self, call: str) -> None:
        """The phone that rings for the call is picked up, and talk begins."""
        self.rings(call)
        self.answers(call)
        self.joined(call)

    def fails(self, call: str, result: RingResult = RingResult.NO_ANSWER) -> None:
        self.tell(LegFailed(call, self.leg(call), result, 480))

    def agent_hangs_up(self, call: str) -> None:
        self.tell(LegGone(call, self.leg(call), 16))

    def call(self, name: str) -> str:
        """`waiting`, `ringing ann`, `talking bob`, `gone`."""
        view = self.floor.call(name)
        return CallState.GONE if view is None else f"{view.state} {view.agent}".strip()

    # What came of it.

    def end(self, call: str) -> str:
        """How the call left the floor: an outcome, or `overflow CAUSE`; fails unless once."""
        (end,) = [
            f.outcome if isinstance(f, CallEnded) else f"overflow {f.cause}"
            for f in self.journal
            if isinstance(f, CallEnded | CallOverflowed) and f.call == call
        ]
        return end

    def chosen(self, call: str) -> list[str]:
        """The agents who were rung for the call, in order."""
        return [f.agent for f in self.journal if isinstance(f, RingStarted) and f.call == call]

    def states(self, agent: str) -> list[AgentState]:
        """All states of an agent, in order."""
        return [f.state for f in self.journal if isinstance(f, AgentChanged) and f.agent == agent]
