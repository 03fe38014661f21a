"""An agent on the floor: his state, and the table of all its moves."""

from collections.abc import Mapping
from typing import NamedTuple

from callcenter.acd.agents.figures import Figures
from callcenter.acd.deadlines import Due
from callcenter.acd.events import (
    AgentNotReady,
    AgentReady,
    AgentSignedIn,
    AgentSignedOut,
    LegJoined,
    LegRinging,
    PhoneBack,
    PhoneGone,
    WrapUpExtended,
)
from callcenter.acd.machine import Stay, Table, Trigger, Turn, illegal
from callcenter.acd.matching.order import Order
from callcenter.acd.matching.pools import Seat
from callcenter.terms import AgentState


class Wish(NamedTuple):
    """What an agent asked for while in a call: the state after it, and its reason."""

    state: AgentState
    reason: str = ""


NO_WISH = Wish(AgentState.READY)
"""Wrap-up, then ready: as the queue's policy says."""

_IN_CALL: Mapping[Trigger, AgentState | Stay] = {
    AgentSignedIn: Stay.LATER,
    AgentReady: Stay.LATER,
    AgentNotReady: Stay.LATER,
    AgentSignedOut: Stay.LATER,
    Turn.FREED: AgentState.READY,
    Turn.PAUSE_DUE: AgentState.NOT_READY,
    Turn.SIGN_OUT_DUE: AgentState.SIGNED_OUT,
}

_WANTED: Mapping[Trigger, AgentState | Stay] = {
    Turn.CALLED: AgentState.RESERVED,
    Turn.CALLS: AgentState.TALKING,
}
"""What takes an agent who is in no call out of it, beside the choice of a queue."""

MOVES: Table[AgentState] = {
    AgentState.SIGNED_OUT: {
        **_WANTED,
        AgentSignedIn: AgentState.READY,
        AgentReady: AgentState.READY,
        AgentNotReady: Stay.LATE,
        AgentSignedOut: Stay.LATE,
    },
    AgentState.READY: {
        **_WANTED,
        Turn.CHOSEN: AgentState.RESERVED,
        AgentNotReady: AgentState.NOT_READY,
        AgentSignedOut: AgentState.SIGNED_OUT,
        AgentSignedIn: Stay.LATE,
        AgentReady: Stay.LATE,
        PhoneGone: AgentState.NOT_READY,
    },
    AgentState.NOT_READY: {
        **_WANTED,
        Due.REST: AgentState.READY,
        # While he rests after a miss; and when he was unreachable.
        PhoneGone: AgentState.NOT_READY,
        PhoneBack: AgentState.READY,
        AgentReady: AgentState.READY,
        # Another reason.
        AgentNotReady: AgentState.NOT_READY,
        AgentSignedOut: AgentState.SIGNED_OUT,
        AgentSignedIn: Stay.LATE,
    },
    AgentState.RESERVED: {
        **_IN_CALL,
        Turn.TOOK_ON: AgentState.RESERVED,
        LegRinging: AgentState.RINGING,
        # Not every phone sends 180 first.
        LegJoined: AgentState.TALKING,
        Turn.MISSED: AgentState.NOT_READY,
    },
    AgentState.RINGING: {
        **_IN_CALL,
        Turn.TOOK_ON: AgentState.RINGING,
        LegRinging: Stay.LATE,
        LegJoined: AgentState.TALKING,
        Turn.MISSED: AgentState.NOT_READY,
    },
    AgentState.TALKING: {
        **_IN_CALL,
        Turn.TALK_OVER: AgentState.WRAP_UP,
        Turn.TOOK_ON: AgentState.TALKING,
    },
    AgentState.WRAP_UP: {
        **_WANTED,
        Due.WRAP_UP: AgentState.READY,
        # Longer.
        WrapUpExtended: AgentState.WRAP_UP,
        AgentReady: AgentState.READY,
        AgentNotReady: AgentState.NOT_READY,
        AgentSignedOut: AgentState.SIGNED_OUT,
        AgentSignedIn: Stay.LATE,
    },
}

RESTING = "missed"
"""Reason of the short rest after a miss."""
MISSED_CALLS = "missed-calls"
"""Reason after too many misses in a row; it lasts until he acts."""
UNREACHABLE = "unreachable"
"""Reason while his phone is not registered; it ends by itself when the phone is back."""


class Agent:
    """One agent. Times are epoch seconds."""

    __slots__ = (
        "call",
        "figures",
        "idle_since",
        "leaving",
        "lines",
        "misses",
        "name",
        "own",
        "queue",
        "reason",
        "seated",
        "seats",
        "since",
        "state",
        "wish",
    )

    def __init__(self, name: str, now: float) -> None:
        self.name = name
        self.seats: tuple[Seat, ...] = ()
        """His part in the pools he can serve."""
        self.lines: tuple[Order, ...] = ()
        """The calls that wait there."""
        self.seated = False
        """He stands among the idle there."""
        self.state = AgentState.SIGNED_OUT
        self.reason = ""
        self.since = now
        self.idle_since = now
        """End of his last talk, or sign-in; pausing and resting do not move it."""
        self.misses = 0
        self.call = ""
        """The call that has him now, or that he wraps up."""
        self.queue = ""
        self.wish = NO_WISH
        self.figures = Figures()
        self.own: Order | None = None
        """Calls that wait for him alone, by Place; None until the first."""
        self.leaving = False
        """No longer in the plan: signed out as soon as his call is over."""

    def move(self, trigger: Trigger) -> AgentState | Stay:
        """Make the move, or tell why there is none. Raises IllegalMove."""
        after = MOVES[self.state].get(trigger)
        if after is None:
            raise illegal(MOVES, self.state, trigger, self)
        if type(after) is not Stay:
            self.state = after
        return after

    def __str__(self) -> str:
        return f"agent {self.name}"

    def take_seats(self) -> None:
        """READY, he can be chosen from now on."""
        self.seated = True
        name, idle_since, figures = self.name, self.idle_since, self.figures
        for pool, merit, moving in self.seats:
            worth = merit if moving is None else moving(name, figures, pool.ranks)
            pool.idle.add(name, (worth, idle_since, name))

    def leave_seats(self) -> None:
        """He cannot be chosen any longer; who went from call to call never could."""
        if self.seated:
            self.seated = False
            for seat in self.seats:
                seat.pool.idle.discard(self.name)

    @property
    def signed_in(self) -> bool:
        """True in every state but one."""
        return self.state is not AgentState.SIGNED_OUT

    @property
    def paused(self) -> bool:
        """Not ready, and not only resting after a miss."""
        return self.state is AgentState.NOT_READY and self.reason != RESTING

    @property
    def in_call(self) -> bool:
        """True from being chosen for a call until the call leaves him."""
        return self.state in IN_CALL


IN_CALL = frozenset({AgentState.RESERVED, AgentState.RINGING, AgentState.TALKING})
