"""A consult: an agent asks somebody while his caller hears music. The table of all its moves."""

from typing import TYPE_CHECKING

from callcenter.acd.events import CallerGone, CallLost, LegFailed, LegGone
from callcenter.acd.machine import Stay, Table, Trigger, Turn, next_state
from callcenter.acd.talk_events import (
    ConsultAsked,
    ConsultCompleted,
    ConsultReturned,
    HangUpAsked,
    LineGone,
    MergeAsked,
    SwapAsked,
)
from callcenter.acd.target import Target
from callcenter.terms import ConsultState

if TYPE_CHECKING:
    from callcenter.acd.agents.agent import Agent
    from callcenter.acd.calls.call import Call

_ENDS: dict[Trigger, ConsultState | Stay] = {
    ConsultCompleted: ConsultState.GONE,
    ConsultReturned: ConsultState.GONE,
    LineGone: ConsultState.GONE,
    # The asking agent hung up his first line: as if he had completed.
    LegGone: ConsultState.GONE,
    LegFailed: ConsultState.GONE,
    Turn.PARTY_LEFT: ConsultState.GONE,
    # A supervisor takes the caller over.
    Turn.PICKED_UP: ConsultState.GONE,
    CallerGone: ConsultState.GONE,
    CallLost: ConsultState.GONE,
    HangUpAsked: ConsultState.GONE,
}

MOVES: Table[ConsultState] = {
    ConsultState.ASKING: {
        **_ENDS,
        Turn.ANSWERED: ConsultState.SPEAKING,
        # There is nobody yet to swap or merge with.
        SwapAsked: Stay.LATER,
        MergeAsked: Stay.LATER,
    },
    ConsultState.SPEAKING: {
        **_ENDS,
        SwapAsked: ConsultState.AWAY,
        MergeAsked: ConsultState.MERGED,
    },
    ConsultState.AWAY: {
        **_ENDS,
        SwapAsked: ConsultState.SPEAKING,
        MergeAsked: ConsultState.MERGED,
    },
    ConsultState.MERGED: {
        **_ENDS,
        SwapAsked: Stay.LATE,
        MergeAsked: Stay.LATE,
        # His second line was ended when all came together on the first.
        LineGone: Stay.LATE,
    },
    ConsultState.GONE: {ConsultAsked: ConsultState.ASKING},
}
"""What moves a consult, beside the moves of its own call: while that waits, rings or is joined,
the consult is ASKING."""


class Consult:
    """One agent's question to somebody, about one caller."""

    __slots__ = ("call", "line", "root", "state", "to")

    def __init__(self, root: "Call", call: "Call", to: Target, line: str) -> None:
        self.root = root
        """The caller's call."""
        self.call = call
        """The consult's own call; its caller's side is the asking agent."""
        self.to = to
        self.line = line
        """The agent's second channel; empty: he asks over his leg."""
        self.state = ConsultState.GONE

    @property
    def asker(self) -> "Agent":
        """The agent who asks."""
        agent = self.root.agent
        assert agent is not None  # noqa: S101  only agents ask, and only one who serves the call
        return agent

    def move(self, trigger: Trigger) -> ConsultState | Stay:
        """Make the move, or tell why there is none. Raises IllegalMove."""
        after = next_state(MOVES, self.state, trigger, f"consult {self.call.id}")
        if type(after) is not Stay:
            self.state = after
        return after
