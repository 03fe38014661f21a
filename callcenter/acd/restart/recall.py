"""The journal's facts folded back into what was known: the first half of a restart.

The other half is what Asterisk holds; the two together are the event `Restored`.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from callcenter.acd.agents.agent import IN_CALL
from callcenter.acd.calls.attempts import note_attempts
from callcenter.acd.events import AgentFound
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
from callcenter.acd.known import CallEntered, CallKnown
from callcenter.acd.restart.parting import Parting
from callcenter.acd.restart.recall_talks import TALKS, Calls, ring_ended, ring_started
from callcenter.acd.talk_events import root_of
from callcenter.acd.talk_facts import CallSent
from callcenter.acd.value import changed
from callcenter.terms import AgentState, CallState

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
        parted: Mapping[str, Parting] = _NOTHING,
    ) -> None:
        """Begins with nothing, or with what was recalled of the facts before."""
        self.agents = dict(agents)
        self.calls: Calls = dict(calls)
        self.handed_over = dict(handed_over)
        """Calls that overflowed after ring attempts, and how many those were."""
        self.parted = dict(parted)
        """Calls that have left the floor -> how, until whoever keeps this forgets them."""
        self._call: dict[str, str] = {}
        for name in self.calls:
            self._note_agents(name)

    def add(self, fact: Fact) -> None:
        """Take in the next fact, in the journal's order."""
        if isinstance(fact, AgentChanged):
            self.agents[fact.agent] = self._agent(fact)
            if fact.state not in IN_CALL:
                self._let_go(fact.agent)
        elif isinstance(fact, AgentAsked):
            self._asked(fact)
        elif isinstance(fact, _MOVES):
            if fact.call in self.calls:
                self.calls[fact.call] = _moved(self.calls[fact.call], fact)
                self._note_agents(fact.call)
        elif isinstance(fact, CallQueued):
            self._queued(fact)
        elif isinstance(fact, CallEnded | CallOverflowed | CallSent):
            self._gone(fact)
        elif type(fact) in TALKS:
            for name in TALKS[type(fact)](self.calls, self.agents, fact):
                self._note_agents(name)

    def _gone(self, fact: CallEnded | CallOverflowed | CallSent) -> None:
        if root_of(fact.call) == fact.call:
            self.parted[fact.call] = fact
        known = self.calls.pop(fact.call, None)
        if known is not None and not isinstance(fact, CallEnded):
            note_attempts(self.handed_over, fact.call, known.attempts)

    def _note_agents(self, name: str) -> None:
        call = self.calls[name]
        for agent in (call.agent, *(leg.agent for leg in call.others)):
            if agent:
                self._call[agent] = name

    def _let_go(self, agent: str) -> None:
        """No call has the agent now. Picked up, but never joined, his last one waits again."""
        name = self._call.pop(agent, "")
        call = self.calls.get(name)
        if call is not None and call.agent == agent:
            self.calls[name] = changed(call, state=CallState.WAITING, leg="", agent="")

    def _asked(self, fact: AgentAsked) -> None:
        found = self.agents.get(fact.agent)
        if found is not None:
            self.agents[fact.agent] = changed(found, after=fact.after, after_reason=fact.reason)

    def _agent(self, fact: AgentChanged) -> AgentFound:
        """His queue is that of the call he is in, or of his last one; a wish lasts as long as
        the call."""
        call, before = self.calls.get(fact.call), self.agents.get(fact.agent)
        queue, after, after_reason = "", AgentState.READY, ""
        if before is not None:
            queue = before.queue
            if fact.state in IN_CALL:
                after, after_reason = before.after, before.after_reason
        if call is not None:
            queue = call.entered.queue
        return AgentFound(
            fact.agent,
            fact.state,
            fact.reason,
            fact.at,
            fact.idle_since,
            fact.misses,
            queue,
            after,
            after_reason,
            fact.calls,
            fact.busy_s,
            fact.ready_s,
            fact.chosen_at,
        )

    def _queued(self, fact: CallQueued) -> None:
        """A caller is new, or comes into another line."""
        self.parted.pop(fact.call, None)
        known = self.calls.get(fact.call)
        if known is None:
            attempts = self.handed_over.pop(fact.call, 0)
            known = CallKnown(_entered(fact), fact.at, attempts=attempts)
        self.calls[fact.call] = changed(
            known,
            entered=_entered(fact),
            queued_at=fact.at,
            state=CallState.WAITING,
            leg="",
            agent="",
            aim=None,
            step=0,
        )


def _moved(call: CallKnown, fact: RingStarted | RingEnded | TalkStarted | TalkEnded) -> CallKnown:
    if isinstance(fact, RingStarted):
        return ring_started(call, fact)
    if isinstance(fact, RingEnded):
        return ring_ended(call, fact)
    if isinstance(fact, TalkStarted):
        return changed(
            call, state=CallState.TALKING, joined_at=fact.at, leg=fact.leg, agent=fact.agent
        )
    # What follows stands right behind it: the end of the call, or where the caller goes.
    talked = call.talked or (call.joined_at is not None and fact.at > call.joined_at)
    return changed(
        call, state=CallState.WAITING, leg="", agent="", joined_at=None, talked=talked, held=""
    )


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
