"""A scene with talks: transfers, consults, callbacks, calls of agents, told in a few words."""

import dataclasses

from callcenter.acd.commands import Command
from callcenter.acd.events import Event, LegAnswered, LegFailed, LegGone, LegJoined
from callcenter.acd.facts import Fact
from callcenter.acd.plan import CallbackRule, Plan
from callcenter.acd.talk_commands import AnswerTransfer
from callcenter.acd.talk_events import AgentCalls, CallbackAsked, ConsultAsked, TransferAsked
from callcenter.acd.target import Target
from callcenter.terms import RingResult, TargetKind
from tests.acd.scene import Scene, plan

RULE = CallbackRule(attempts=2, gap_s=30, expires_s=1000, dial_timeout_s=20, confirm_s=0)


def target(text: str) -> Target:
    """`agent bob`, `queue spanish`, `outside 0201`."""
    kind, name = text.split()
    return Target(TargetKind(kind), name)


def site(agents: str = "ann, bob, cyd", queues: str = "queue\nhotline\nother") -> Plan:
    """Agents of one team, who all serve all queues."""
    made = plan("agent\n" + "\n".join(agents.split(", ")), queues)
    profiles = {n: dataclasses.replace(a, team="red") for n, a in made.agents.items()}
    policies = {n: dataclasses.replace(q, callback=RULE) for n, q in made.queues.items()}
    return dataclasses.replace(made, agents=profiles, queues=policies)


class Stage(Scene):
    """Ann talks with the caller `c` from the start; the others are signed in."""

    def __init__(self, made: Plan | None = None, talk: str = "c") -> None:
        made = made or site()
        super().__init__(made)
        self.sign_in(*made.agents)
        if talk:
            self.enter(talk)
            self.talk(talk)
            self.now += 10

    def picks_up(self, call: str) -> None:
        """The phone that rings for the call answers, and is joined."""
        self.tell(LegAnswered(call, self.leg(call)))
        self.tell(LegJoined(call, self.leg(call)))

    def leg_fails(self, call: str, result: RingResult = RingResult.NO_ANSWER) -> None:
        self.tell(LegFailed(call, self.leg(call), result, 480))

    def leg_goes(self, call: str) -> None:
        self.tell(LegGone(call, self.leg(call), 16))

    def transfer(self, to: str, call: str = "c") -> None:
        self.tell(TransferAsked(call, self.leg(call), target(to)))

    def consult(self, to: str, line: str = "", *, answered: bool = True) -> str:
        """The consult's name."""
        self.tell(ConsultAsked("c", self.leg("c"), target(to), line))
        view = self.floor.call("c")
        if view is None or view.consult is None:
            return ""
        if answered:
            self.picks_up(view.consult.consult)
            self.now += 5
        return view.consult.consult

    def wish(self, event: type[Event], call: str = "c") -> None:
        """The agent who serves the call presses a key."""
        self.tell(event(call, self.leg(call)))  # type: ignore[call-arg, arg-type]

    def calls(self, agent: str, to: str, call: str = "p") -> None:
        self.tell(AgentCalls(call, agent, target(to), "0201", "12345"))

    def wants_callback(self, call: str, number: str = "138") -> None:
        self.tell(CallbackAsked(call, number))

    # What came of it.

    def refusal(self) -> str:
        """Why the last wish was refused; empty when it was not."""
        answers = [c for c in self.commands if isinstance(c, AnswerTransfer) and not c.done]
        return answers[0].reason if answers else ""

    def said(self, kind: type[Command]) -> list[Command]:
        """The last step's commands of that kind."""
        return [command for command in self.commands if type(command) is kind]

    def told(self, kind: type[Fact]) -> list[Fact]:
        """All facts of that kind."""
        return [fact for fact in self.journal if type(fact) is kind]

    def consult_state(self) -> str:
        view = self.floor.call("c")
        return "" if view is None or view.consult is None else view.consult.state
