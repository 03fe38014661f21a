"""The journal's facts folded back into what was known: the first half of a restart.

The other half is what Asterisk holds; the two together are the event `Restored`.
"""

from dataclasses import replace

from callcenter.acd.events import AgentFound, CallEntered, CallKnown
from callcenter.acd.facts import (
    AgentChanged,
    CallEnded,
    CallOverflowed,
    CallQueued,
    Fact,
    RingEnded,
    RingStarted,
    TalkStarted,
)
from callcenter.terms import CallState, RingResult


class Recall:
    """What the facts so far tell: agents as they are, and calls that have not ended.

    Facts of a call whose CallQueued was not seen, because the journal was cut off before it, are
    passed over.
    """

    def __init__(self) -> None:
        self.agents: dict[str, AgentFound] = {}
        self.calls: dict[str, CallKnown] = {}
        self._queue: dict[str, str] = {}

    def add(self, fact: Fact) -> None:
        """Take in the next fact, in the journal's order."""
        if isinstance(fact, AgentChanged):
            self.agents[fact.agent] = self._agent(fact)
        elif isinstance(fact, CallQueued):
            self.calls[fact.call] = _queued(fact)
        elif isinstance(fact, CallEnded | CallOverflowed):
            self.calls.pop(fact.call, None)
        elif fact.call in self.calls:
            self.calls[fact.call] = self._moved(self.calls[fact.call], fact)

    def _moved(self, call: CallKnown, fact: Fact) -> CallKnown:
        if isinstance(fact, RingStarted):
            self._queue[fact.agent] = fact.queue
            return replace(
                call,
                state=CallState.RINGING,
                attempts=call.attempts + 1,
                leg=fact.leg,
                agent=fact.agent,
            )
        if isinstance(fact, RingEnded):
            if fact.result is RingResult.ANSWERED:
                return replace(call, state=CallState.JOINING)
            return replace(call, state=CallState.WAITING, leg="", agent="")
        if isinstance(fact, TalkStarted):
            return replace(call, state=CallState.TALKING, joined_at=fact.at)
        # TalkEnded: the end of the call stands right behind it.
        return call

    def _agent(self, fact: AgentChanged) -> AgentFound:
        return AgentFound(
            fact.agent,
            fact.state,
            fact.reason,
            fact.at,
            fact.idle_since,
            fact.misses,
            self._queue.get(fact.agent, ""),
        )


def _queued(fact: CallQueued) -> CallKnown:
    entered = CallEntered(
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
    return CallKnown(entered, fact.at)
