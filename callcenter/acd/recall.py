"""The journal's facts folded back into what was known: the first half of a restart.

The other half is what Asterisk holds; the two together are the event `Restored`.
"""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from callcenter.acd.agent import IN_CALL
from callcenter.acd.call import note_attempts
from callcenter.acd.events import AgentFound, CallEntered, CallKnown
from callcenter.acd.facts import (
    AgentAsked,
    AgentChanged,
    CallEnded,
    CallOverflowed,
    CallQueued,
    Fact,
    RingEnded,
    RingStarted,
    TalkEnded,
    TalkStarted,
)
from callcenter.terms import CallState, RingResult

_NOTHING: Mapping[str, Any] = MappingProxyType({})
_MOVES = (RingStarted, RingEnded, TalkStarted, TalkEnded)


class Recall:
    """What the facts so far tell: agents as they are, calls that are not over.

    Facts whose beginning was not seen, because the journal was cut off before it, are passed over.
    """

    def __init__(
        self,
        agents: Mapping[str, AgentFound] = _NOTHING,
        calls: Mapping[str, CallKnown] = _NOTHING,
        handed_over: Mapping[str, int] = _NOTHING,
    ) -> None:
        """Begins with nothing, or with what was recalled of the facts before."""
        self.agents = dict(agents)
        self.calls = dict(calls)
        self.handed_over = dict(handed_over)
        """Calls that overflowed after ring attempts, and how many those were."""
        self._call = {call.agent: name for name, call in calls.items() if call.agent}

    def add(self, fact: Fact) -> None:
        """Take in the next fact, in the journal's order."""
        if isinstance(fact, AgentChanged):
            self.agents[fact.agent] = self._agent(fact)
            if fact.state not in IN_CALL:
                self._let_go(fact.agent)
        elif isinstance(fact, AgentAsked):
            self._asked(fact)
        elif isinstance(fact, CallQueued):
            self.calls[fact.call] = _queued(fact, self.handed_over.pop(fact.call, 0))
        elif isinstance(fact, CallEnded):
            self.calls.pop(fact.call, None)
        elif isinstance(fact, CallOverflowed):
            known = self.calls.pop(fact.call, None)
            if known is not None:
                note_attempts(self.handed_over, fact.call, known.attempts)
        elif isinstance(fact, _MOVES) and fact.call in self.calls:
            self.calls[fact.call] = self._moved(self.calls[fact.call], fact)

    def _moved(self, call: CallKnown, fact: Fact) -> CallKnown:
        if isinstance(fact, RingStarted):
            self._call[fact.agent] = fact.call
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

    def _let_go(self, agent: str) -> None:
        """No call has the agent now. Picked up, but never joined, his last one waits again."""
        name = self._call.pop(agent, "")
        call = self.calls.get(name)
        if call is not None and call.agent == agent:
            self.calls[name] = replace(call, state=CallState.WAITING, leg="", agent="")

    def _asked(self, fact: AgentAsked) -> None:
        found = self.agents.get(fact.agent)
        if found is not None:
            self.agents[fact.agent] = replace(found, after=fact.after, after_reason=fact.reason)

    def _agent(self, fact: AgentChanged) -> AgentFound:
        call, before = self.calls.get(fact.call), self.agents.get(fact.agent)
        now = AgentFound(fact.agent, fact.state, fact.reason, fact.at, fact.idle_since, fact.misses)
        if before is not None:
            now = replace(now, queue=before.queue)
            if fact.state in IN_CALL:
                now = replace(now, after=before.after, after_reason=before.after_reason)
        return now if call is None else replace(now, queue=call.entered.queue)


def _queued(fact: CallQueued, attempts: int) -> CallKnown:
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
    return CallKnown(entered, fact.at, attempts=attempts)
