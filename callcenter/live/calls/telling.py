"""The controller's log: one line for each change of state, for the operator at 3 a.m."""

from collections.abc import Callable, Mapping
from typing import Any

from callcenter.acd.facts import (
    AgentAsked,
    AgentChanged,
    CallEnded,
    CallOverflowed,
    CallQueued,
    RingEnded,
    RingStarted,
    TalkEnded,
    TalkStarted,
)
from callcenter.live.names import masked
from callcenter.live.talks import telling as telling_talks
from callcenter.records.journal.facts import CallFolded, JournalFact
from callcenter.records.journal.recordings_facts import (
    RecordingDestroyed,
    RecordingLost,
    RecordingMade,
    RecordingPaused,
    RecordingResumed,
    RecordingStored,
)
from callcenter.terms import RingResult


def line(fact: JournalFact) -> str:
    """A fact as one line; empty for facts that change no state. Caller numbers are masked."""
    words = _WORDS.get(type(fact))
    return "" if words is None else words(fact)


def _queued(fact: CallQueued) -> str:
    return f"call={fact.call} queue={fact.queue} new->waiting caller={masked(fact.caller)}"


def _ring_started(fact: RingStarted) -> str:
    why = " ".join(
        f"{name}={masked(str(value)) if name == 'number' else value}"
        for name, value in fact.why.items()
    )
    return f"call={fact.call} queue={fact.queue} waiting->ringing agent={fact.agent} {why}"


def _ring_ended(fact: RingEnded) -> str:
    after = "joining" if fact.result is RingResult.ANSWERED else "waiting"
    sip = f" sip={fact.sip_code}" if fact.sip_code else ""
    return f"call={fact.call} ringing->{after} agent={fact.agent} result={fact.result}{sip}"


def _talk_started(fact: TalkStarted) -> str:
    return f"call={fact.call} queue={fact.queue} joining->talking agent={fact.agent}"


def _overflowed(fact: CallOverflowed) -> str:
    return f"call={fact.call} queue={fact.queue} waiting->overflow cause={fact.cause}"


def _agent(fact: AgentChanged) -> str:
    reason = f" reason={fact.reason}" if fact.reason else ""
    call = f" call={fact.call}" if fact.call else ""
    return f"agent={fact.agent} ->{fact.state}{reason}{call}"


_WORDS: Mapping[type, Callable[[Any], str]] = {
    CallQueued: _queued,
    RingStarted: _ring_started,
    RingEnded: _ring_ended,
    TalkStarted: _talk_started,
    TalkEnded: lambda fact: f"call={fact.call} talk ended agent={fact.agent} by={fact.by}",
    CallOverflowed: _overflowed,
    CallEnded: lambda fact: f"call={fact.call} ->{fact.outcome} cause={fact.cause}",
    AgentChanged: _agent,
    AgentAsked: lambda fact: (
        f"agent={fact.agent} after the call ->{fact.after} {fact.reason}".strip()
    ),
    RecordingMade: lambda fact: f"call={fact.call} agent={fact.agent} recording={fact.file}",
    RecordingPaused: lambda fact: f"call={fact.call} leg={fact.leg} recording paused by={fact.by}",
    RecordingResumed: lambda fact: (
        f"call={fact.call} leg={fact.leg} recording resumed by={fact.by}"
    ),
    RecordingStored: lambda fact: (
        f"call={fact.call} kept={fact.file} length_s={fact.length_s} bytes={fact.bytes}"
    ),
    RecordingLost: lambda fact: f"call={fact.call} leg={fact.leg} recording lost: {fact.why}",
    RecordingDestroyed: lambda fact: f"call={fact.call} destroyed={fact.file} by={fact.by}",
    CallFolded: lambda fact: f"call={fact.call} ->{fact.outcome} by=asterisk cause={fact.cause}",
    **telling_talks.WORDS,
}
