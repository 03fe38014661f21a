"""A call on the floor: its state, and the table of all its moves."""

from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from callcenter.acd.agents.agent import Agent
from callcenter.acd.calls.call_parts import Dialling, Placed
from callcenter.acd.deadlines import Due
from callcenter.acd.events import (
    CallEntered,
    CallerGone,
    CallLost,
    LegAnswered,
    LegFailed,
    LegGone,
    LegJoined,
    LegRinging,
)
from callcenter.acd.machine import Stay, Table, Trigger, Turn, illegal
from callcenter.acd.matching.order import Order, Place
from callcenter.acd.matching.pools import Pool, Queue, place_of
from callcenter.acd.talk_events import (
    CallbackAsked,
    CallbackWithdrawn,
    DialledAnswered,
    DialledFailed,
    HangUpAsked,
    KeyChosen,
)
from callcenter.acd.target import Target
from callcenter.acd.value import changed
from callcenter.site.listed import canonical
from callcenter.terms import CallKind, CallState

if TYPE_CHECKING:
    from callcenter.acd.talks.consultation import Consult

_ENDS: dict[Trigger, CallState | Stay] = {
    CallerGone: CallState.GONE,
    CallLost: CallState.GONE,
    HangUpAsked: CallState.GONE,
    Turn.CONSULT_OVER: CallState.GONE,
    CallEntered: Stay.LATE,
}
"""What ends a call in every state in which somebody is there."""

MOVES: Table[CallState] = {
    CallState.WAITING: {
        **_ENDS,
        Turn.CHOSEN: CallState.RINGING,
        Turn.DIALLED: CallState.DIALLING,
        Turn.TURNED_AWAY: CallState.GONE,
        Turn.MOVED: CallState.WAITING,
        # A journal that was cut: whoever was to ring for it was never called.
        Turn.UNREACHED: CallState.GONE,
        Due.MAX_WAIT: CallState.GONE,
        Due.ANNOUNCE: CallState.WAITING,
        Due.RELAX: CallState.WAITING,
        Due.STICKY: CallState.WAITING,
        Due.EXPIRE: CallState.GONE,
        CallbackAsked: CallState.GONE,
        KeyChosen: CallState.GONE,
        CallbackWithdrawn: CallState.GONE,
    },
    CallState.DIALLING: {
        **_ENDS,
        DialledAnswered: CallState.RINGING,
        DialledFailed: CallState.POSTPONED,
        Due.DIAL: CallState.POSTPONED,
        # The dialled channel's end may be told before the result of dialling.
        CallerGone: CallState.POSTPONED,
        CallLost: CallState.POSTPONED,
        Turn.GIVEN_UP: CallState.GONE,
        CallbackWithdrawn: CallState.GONE,
    },
    CallState.POSTPONED: {
        **_ENDS,
        Due.AGAIN: CallState.WAITING,
        Due.EXPIRE: CallState.GONE,
        CallbackWithdrawn: CallState.GONE,
        # Of the attempt before.
        CallerGone: Stay.LATE,
        CallLost: Stay.LATE,
    },
    CallState.RINGING: {
        **_ENDS,
        LegRinging: CallState.RINGING,
        LegAnswered: CallState.JOINING,
        LegFailed: CallState.WAITING,
        # Gone before we were told of an answer: no answer for us.
        LegGone: CallState.WAITING,
        Due.RING: CallState.WAITING,
        Turn.PICKED_UP: CallState.JOINING,
        Turn.UNREACHED: CallState.GONE,
    },
    CallState.JOINING: {
        **_ENDS,
        LegJoined: CallState.TALKING,
        LegFailed: CallState.WAITING,
        LegGone: CallState.WAITING,
        Due.JOIN: CallState.WAITING,
        Turn.UNREACHED: CallState.GONE,
        # 180 may be overtaken by 200.
        LegRinging: Stay.LATE,
        LegAnswered: Stay.LATE,
    },
    CallState.TALKING: {
        **_ENDS,
        LegFailed: CallState.GONE,
        LegGone: CallState.GONE,
        Turn.HANDED_ON: CallState.WAITING,
        Turn.PICKED_UP: CallState.JOINING,
        Turn.TOOK_ON: CallState.TALKING,
        Turn.SENT: CallState.GONE,
        LegRinging: Stay.LATE,
        LegAnswered: Stay.LATE,
        LegJoined: Stay.LATE,
    },
    CallState.GONE: {
        CallEntered: CallState.WAITING,
        CallerGone: Stay.LATE,
        CallLost: Stay.LATE,
    },
}
"""What moves a call. Events of a leg reach this table only when the leg is the call's own, now;
`legs.STRAY_LEG` tells what becomes of others."""

CALLERS = frozenset({CallKind.INBOUND, CallKind.CALLBACK})
"""Kinds with somebody from outside whom nobody may lose: he can be handed on, and goes back to
his queue when that fails."""

NOBODY: Any = MappingProxyType({})
"""Rings beside the leg of nearly every call; they share it."""

AMONG_COLLEAGUES = frozenset({CallKind.INTERNAL, CallKind.CONSULT})


class Call:
    """One caller who asked for a human, or another kind of call. Times are epoch seconds."""

    __slots__ = (
        "agent",
        "aim",
        "also",
        "announce_at",
        "answered_before",
        "attempts",
        "consult",
        "dialling",
        "entered",
        "estimated",
        "failed_joins",
        "handed_by",
        "held",
        "id",
        "joined_at",
        "kind",
        "leg",
        "line",
        "owes_wrap_up",
        "place",
        "placed",
        "queue",
        "queued_at",
        "said",
        "state",
        "step",
        "timed",
    )

    agent: Agent | None
    """Whose phone the leg is; None also for a party outside."""

    def __init__(
        self,
        entered: CallEntered,
        queue: Queue,
        queued_at: float,
        attempts: int,
        kind: CallKind = CallKind.INBOUND,
    ) -> None:
        self.id = entered.call
        self.kind = kind
        self.entered = entered
        self.queue, self.queued_at = queue, queued_at
        self.attempts = attempts
        """Legs and consults so far; each has its number in its name."""
        self.state, self.step = CallState.GONE, 0
        """Steps of asking for less that it has taken in its queue."""
        self.line: Order | None = None
        self.timed = False
        """Deadlines run while it stands there."""
        self.estimated, self.said = False, 0
        self.place = self.place_in(queue)
        self.leg, self.agent = "", None
        self.also: dict[str, Agent] = NOBODY
        """Other legs that ring for it at the same time; see `ringing.ring_beside`."""
        self.joined_at: float | None = None
        self.answered_before = False
        """It had a talk before the one of now."""
        self.failed_joins = 0
        self.held = ""
        """The leg that has put the other side on hold."""
        self.aim: Target | None = None
        """The agent or number outside that it has, or that is called, and not one of its queue."""
        self.consult: Consult | None = None
        """Of a caller's call: the consult that is going on. Of a consult's call: its own."""
        self.placed: Placed | None = None
        self.handed_by = self.owes_wrap_up = ""
        """Agents: who handed it on last; who is on its leg and left his wrap-up for it."""
        self.dialling: Dialling | None = None
        first = queue.policy.announce_first_s
        self.announce_at = queued_at + first if first else None

    def __str__(self) -> str:
        return f"call {self.id}"

    def place_in(self, queue: Queue) -> Place:
        """Where he stands in that queue; a fruitless ring does not cost him his place."""
        priority = queue.stage(self.step).priority + self.entered.priority
        return place_of(priority, self.entered.requested_at, self.id)

    @property
    def pool(self) -> Pool:
        """The agents who can serve it, after the steps it has taken."""
        return self.queue.stage(self.step).pool

    def move(self, trigger: Trigger) -> CallState | Stay:
        """Make the move, or tell why there is none. Raises IllegalMove."""
        after = MOVES[self.state].get(trigger)
        if after is None:
            raise illegal(MOVES, self.state, trigger, self)
        if type(after) is not Stay:
            self.state = after
        return after

    def talked(self, now: float) -> bool:
        """True when caller and agent were together for longer than zero."""
        return self.answered_before or (self.joined_at is not None and now > self.joined_at)

    def enqueue(self, queue: Queue, now: float) -> None:
        """It belongs to this queue from now on; its place counts from the first request."""
        if self.queue.policy.name != queue.policy.name:
            self.entered = changed(self.entered, queue=queue.policy.name)
        self.step, self.estimated = 0, False
        self.queue, self.queued_at, self.place = queue, now, self.place_in(queue)
        first = queue.policy.announce_first_s
        self.announce_at = now + first if first else None

    def unseat(self) -> None:
        """Nobody serves it now."""
        self.leg, self.agent = "", None

    def agents(self) -> list[Agent]:
        """All whom it has: who serves it or rings for it, and who placed it."""
        mine = [self.agent, *self.also.values(), self.placed.agent if self.placed else None]
        return [agent for agent in mine if agent is not None]

    def name_of(self, leg: str) -> str:
        """The agent of the leg that serves it, or who placed the call; empty for one outside."""
        if leg == self.id:
            return self.placed.agent.name if self.placed is not None else ""
        return self.agent.name if self.agent is not None else ""

    @property
    def record(self) -> bool:
        """Whether its talks are recorded; what colleagues say among themselves is not."""
        return self.queue.policy.record and self.kind not in AMONG_COLLEAGUES

    @property
    def stays(self) -> bool:
        """It never overflows: who waits on the line has not called us, or was asked to come."""
        return self.kind is not CallKind.INBOUND

    @property
    def outsider(self) -> bool:
        """Somebody from outside is on its caller's side: a caller, or whom an agent called and then
        handed on."""
        return self.kind in CALLERS or (self.kind is CallKind.OUTBOUND and self.placed is None)

    @property
    def in_no_line(self) -> bool:
        """It is for one place, or has no queue to wait in: nobody else is tried."""
        return self.aim is not None or not self.queue.policy.name

    @property
    def owed_to(self) -> tuple[str, str]:
        """Tenant and number: of a callback, where it is dialled; of others, the caller's own."""
        return self.entered.queue.rpartition(".")[0], canonical(self.entered.caller)

    @property
    def patient(self) -> bool:
        """A callback whose caller is not on the line: he is dialled when its turn comes."""
        return self.dialling is not None and not self.dialling.reached
