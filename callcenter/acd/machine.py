"""How the state machines are read: a literal table of state, trigger and next state.

What every call passes has names of its own for members of enums: Python 3.11 takes 80 ns to find
one by its enum's name, which was a tenth of the price of a decision.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeAlias, TypeVar, final

from callcenter.acd.deadlines import Due
from callcenter.acd.events import Event
from callcenter.terms import AgentState, CallState, ConsultState

State = TypeVar("State", CallState, AgentState, ConsultState)


@final
class Stay(StrEnum):
    """Listed instead of a next state: the trigger is expected here, and does not move anyone."""

    LATE = "late"
    """It comes too late, or twice. Nothing changes."""
    LATER = "later"
    """It is kept, and takes effect when the call is over."""


class Turn(StrEnum):
    """What the floor itself brings about."""

    CHOSEN = "chosen"
    """The call and the agent were chosen for each other."""
    TURNED_AWAY = "turned away"
    """The queue is full, or nobody is signed in who could serve it."""
    TALK_OVER = "talk over"
    FREED = "freed"
    """The call left the agent, and there is nothing to wrap up."""
    MISSED = "missed"
    SIGN_OUT_DUE = "sign-out due"
    """He signed out during the call; now it takes effect."""
    PAUSE_DUE = "pause due"
    """He set himself not ready during the call; now it takes effect."""
    CALLED = "called"
    """An agent is wanted by himself: a transfer or consult to him, a pickup, a take-over."""
    CALLS = "calls"
    """An agent places a call."""
    TOOK_ON = "took on"
    """Who served or was called for a consult is there for its caller now."""
    DIALLED = "dialled"
    """The callback's turn has come: its agent is reserved, its caller is dialled."""
    GIVEN_UP = "given up"
    """A callback was dialled as often as its queue wants, or has expired meanwhile."""
    MOVED = "moved"
    """A waiting call goes into another queue."""
    HANDED_ON = "handed on"
    """The caller leaves his agent for another one, a queue or a number outside."""
    SENT = "sent"
    """The caller leaves his agent for the dialplan."""
    PICKED_UP = "picked up"
    """An agent's own channel serves the call from now on."""
    UNREACHED = "unreached"
    """Nobody at the only place that was called, and no queue to go back to."""
    CONSULT_OVER = "consult over"
    ANSWERED = "answered"
    """The consulted party is there."""
    PARTY_LEFT = "party left"
    """The consulted party has hung up, or nobody was there."""


Trigger: TypeAlias = type[Event] | Due | Turn
Table: TypeAlias = Mapping[State, Mapping[Trigger, State | Stay]]


class IllegalMove(RuntimeError):
    """The outside told what cannot be; nothing was changed."""


def next_state(table: Table[State], state: State, trigger: Trigger, who: object) -> State | Stay:
    """The state that the trigger leads to, or why it leads nowhere.

    Raises IllegalMove, naming who (by its text), the trigger, where he is and where it belongs.
    """
    after = table[state].get(trigger)
    if after is None:
        raise illegal(table, state, trigger, who)
    return after


def illegal(table: Table[State], state: State, trigger: Trigger, who: object) -> IllegalMove:
    """What `next_state` raises."""
    moves = [
        f"{was} -> {row[trigger]}"
        for was, row in table.items()
        if not isinstance(row.get(trigger, Stay.LATE), Stay)
    ]
    name = trigger if isinstance(trigger, StrEnum) else trigger.__name__
    return IllegalMove(
        f"{who} is {state}: {name} cannot happen here; it moves {', '.join(moves) or 'nobody'}"
    )
