"""What the journal says is still going on: agents' states, calls without an end.

A fold of facts, small enough to stand at the head of each journal file, so that a start reads the
newest file only.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from callcenter.acd.events import AgentFound, CallEntered, CallKnown
from callcenter.acd.facts import (
    AgentChanged,
    CallEnded,
    CallOverflowed,
    CallQueued,
    RingEnded,
    RingStarted,
    TalkEnded,
    TalkStarted,
)
from callcenter.records.facts import CallFolded, CelRead, FilePlace, JournalFact
from callcenter.terms import CallState, RingResult

NOTHING_READ = CelRead(0.0, FilePlace(), FilePlace())
FORGET_AFTER_S = 86400.0
"""An ended call whose last event Asterisk never wrote (it crashed) is forgotten after this."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The state as it is written at the head of a journal file."""

    agents: Mapping[str, AgentFound]
    calls: Mapping[str, CallKnown]
    released: Mapping[str, float]
    ended: Mapping[str, float]
    cel: CelRead


@dataclass(slots=True)
class JournalState:
    """The running fold."""

    agents: dict[str, AgentFound] = field(default_factory=dict)
    calls: dict[str, CallKnown] = field(default_factory=dict)
    """Calls that the floor has begun and neither ended nor given back."""
    released: dict[str, float] = field(default_factory=dict)
    """Calls given back to the dialplan -> when; Asterisk's events will tell their end."""
    ended: dict[str, float] = field(default_factory=dict)
    """Calls that the floor ended -> when, until their last event of Asterisk's has been read."""
    cel: CelRead = NOTHING_READ

    @classmethod
    def of(cls, snapshot: Snapshot) -> "JournalState":
        """The fold, taken up again from a snapshot."""
        return cls(
            dict(snapshot.agents),
            dict(snapshot.calls),
            dict(snapshot.released),
            dict(snapshot.ended),
            snapshot.cel,
        )

    def snapshot(self, now: float) -> Snapshot:
        """A value to write; forgets ended calls older than a day."""
        for old in [c for c, at in self.ended.items() if at < now - FORGET_AFTER_S]:
            del self.ended[old]
        return Snapshot(
            dict(self.agents), dict(self.calls), dict(self.released), dict(self.ended), self.cel
        )

    def apply(self, fact: JournalFact) -> None:
        """Take in the next fact."""
        match fact:
            case AgentChanged():
                self._agent(fact)
            case CallQueued():
                self._forget(fact.call)
                self.calls[fact.call] = CallKnown(_entered(fact), fact.at)
            case CallEnded():
                self._forget(fact.call)
                self.ended[fact.call] = fact.at
            case CallOverflowed():
                self._forget(fact.call)
                self.released[fact.call] = fact.at
            case CallFolded():
                self._forget(fact.call)
            case CelRead():
                self.cel = fact
                for call in fact.settled:
                    self.ended.pop(call, None)
            case RingStarted() | RingEnded() | TalkStarted() | TalkEnded():
                self._leg(fact)
            case _:
                """Recordings and messages change nothing that a start must know."""

    def _forget(self, call: str) -> None:
        self.calls.pop(call, None)
        self.released.pop(call, None)

    def _agent(self, fact: AgentChanged) -> None:
        before = self.agents.get(fact.agent)
        # The queue comes with the ring and stays through talk and wrap-up.
        queue = before.queue if before and fact.call else ""
        self.agents[fact.agent] = AgentFound(
            fact.agent, fact.state, fact.reason, fact.at, fact.idle_since, fact.misses, queue
        )

    def _leg(self, fact: RingStarted | RingEnded | TalkStarted | TalkEnded) -> None:
        known = self.calls.get(fact.call)
        if known is None:
            # The last ring of a call that has overflowed or ended may be told after it.
            return
        match fact:
            case RingStarted():
                attempts = known.attempts + 1
                known = replace(
                    known,
                    state=CallState.RINGING,
                    attempts=attempts,
                    leg=fact.leg,
                    agent=fact.agent,
                )
                if agent := self.agents.get(fact.agent):
                    self.agents[fact.agent] = replace(agent, queue=fact.queue)
            case RingEnded(result=RingResult.ANSWERED):
                known = replace(known, state=CallState.JOINING)
            case TalkStarted():
                known = replace(known, state=CallState.TALKING, joined_at=fact.at)
            case _:
                known = replace(known, state=CallState.WAITING, leg="", agent="", joined_at=None)
        self.calls[fact.call] = known


def _entered(fact: CallQueued) -> CallEntered:
    return CallEntered(
        fact.call,
        fact.queue,
        fact.caller,
        fact.called,
        fact.arrived_at,
        fact.requested_at,
        fact.language,
        fact.priority,
        fact.test,
    )
