"""A call on the floor: its state, and the table of all its moves."""

from callcenter.acd.agent import Agent
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
from callcenter.acd.machine import Stay, Table, Trigger, Turn, next_state
from callcenter.acd.matching import Place, Queue, place_of
from callcenter.terms import CallState

MOVES: Table[CallState] = {
    CallState.WAITING: {
        Turn.CHOSEN: CallState.RINGING,
        Turn.TURNED_AWAY: CallState.GONE,
        Due.MAX_WAIT: CallState.GONE,
        Due.ANNOUNCE: CallState.WAITING,
        CallerGone: CallState.GONE,
        CallLost: CallState.GONE,
        CallEntered: Stay.LATE,
    },
    CallState.RINGING: {
        LegRinging: CallState.RINGING,
        LegAnswered: CallState.JOINING,
        LegFailed: CallState.WAITING,
        # Gone before we were told of an answer: no answer for us.
        LegGone: CallState.WAITING,
        Due.RING: CallState.WAITING,
        CallerGone: CallState.GONE,
        CallLost: CallState.GONE,
        CallEntered: Stay.LATE,
    },
    CallState.JOINING: {
        LegJoined: CallState.TALKING,
        LegFailed: CallState.WAITING,
        LegGone: CallState.WAITING,
        Due.JOIN: CallState.WAITING,
        CallerGone: CallState.GONE,
        CallLost: CallState.GONE,
        CallEntered: Stay.LATE,
        # 180 may be overtaken by 200.
        LegRinging: Stay.LATE,
        LegAnswered: Stay.LATE,
    },
    CallState.TALKING: {
        LegFailed: CallState.GONE,
        LegGone: CallState.GONE,
        CallerGone: CallState.GONE,
        CallLost: CallState.GONE,
        CallEntered: Stay.LATE,
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
`calls.STRAY_LEG` tells what becomes of others."""


class Call:
    """One caller who asked for a human. Times are epoch seconds."""

    __slots__ = (
        "agent",
        "announce_at",
        "attempts",
        "entered",
        "failed_joins",
        "id",
        "joined_at",
        "leg",
        "place",
        "queue",
        "queued_at",
        "state",
    )

    def __init__(self, entered: CallEntered, queue: Queue, queued_at: float, attempts: int) -> None:
        self.id = entered.call
        self.entered = entered
        self.queue = queue
        self.queued_at = queued_at
        self.attempts = attempts
        self.state = CallState.GONE
        self.place = self.place_in(queue)
        self.leg = ""
        self.agent: Agent | None = None
        self.joined_at: float | None = None
        self.failed_joins = 0
        first = queue.policy.announce_first_s
        self.announce_at = queued_at + first if first else None

    def place_in(self, queue: Queue) -> Place:
        """Where he stands in that queue; a fruitless ring does not cost him his place."""
        priority = queue.policy.priority + self.entered.priority
        return place_of(priority, self.entered.requested_at, self.id)

    def move(self, trigger: Trigger) -> CallState | Stay:
        """Make the move, or tell why there is none. Raises IllegalMove."""
        after = next_state(MOVES, self.state, trigger, f"call {self.id}")
        if not isinstance(after, Stay):
            self.state = after
        return after

    def talked(self, now: float) -> bool:
        """True when caller and agent were together for longer than zero."""
        return self.joined_at is not None and now > self.joined_at


HANDED_OVER_KEPT = 10_000
"""Calls that overflowed and may come back, from a menu say; older ones are over by now."""


def note_attempts(handed_over: dict[str, int], call: str, attempts: int) -> None:
    """Keep how many legs a call has had, so that no leg's name is given twice if it comes back."""
    if attempts:
        handed_over[call] = attempts
    if len(handed_over) > HANDED_OVER_KEPT:
        del handed_over[next(iter(handed_over))]
