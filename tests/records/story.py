"""Calls told in facts, for tests: each step is one line."""

from callcenter.acd.facts import (
    CallEnded,
    CallQueued,
    RingEnded,
    RingStarted,
    TalkEnded,
    TalkStarted,
)
from callcenter.acd.talk_facts import CallTransferred, ConsultEnded, ConsultStarted
from callcenter.records.journal.facts import JournalFact
from callcenter.terms import Outcome, RingResult, TargetKind

C = "hot-1764500000.7"
CALLER = "13800000001"


def queued(at: float, queue: str = "general", call: str = C, caller: str = CALLER) -> CallQueued:
    return CallQueued(at, call, queue, caller, "12345", at - 5, at, "zh", 0, False)


def talks(
    leg: int, agent: str, at: float, until: float | None, call: str = C, queue: str = "general"
) -> list[JournalFact]:
    """Rung one second before, answered, and joined; apart at `until`."""
    name = f"{call}~{leg}"
    told: list[JournalFact] = [
        RingStarted(at - 1, call, name, agent, queue, {"candidates": 2}),
        RingEnded(at, call, name, agent, RingResult.ANSWERED, 0),
        TalkStarted(at, call, name, agent, queue),
    ]
    return told if until is None else [*told, TalkEnded(until, call, name, agent, "caller")]


def transferred(
    at: float, leg: int, agent: str, kind: TargetKind, to: str, how: str = "blind"
) -> list[JournalFact]:
    name = f"{C}~{leg}"
    return [
        TalkEnded(at, C, name, agent, "agent"),
        CallTransferred(at, C, name, agent, kind, to, how),
    ]


def consulted(at: float, n: int, agent: str, to: str, answered: float) -> list[JournalFact]:
    """An agent asks another, who picks up at `answered`."""
    consult = f"{C}^{n}"
    leg = f"{consult}~1"
    return [
        ConsultStarted(at, C, consult, agent, TargetKind.AGENT, to, ""),
        RingStarted(at, consult, leg, to, "", {"chose": "asked"}),
        RingEnded(answered, consult, leg, to, RingResult.ANSWERED, 0),
        TalkStarted(answered, consult, leg, to, ""),
    ]


def completed(at: float, n: int, leg: int, agent: str, to: str) -> list[JournalFact]:
    """The attended transfer, as the floor tells it."""
    consult = f"{C}^{n}"
    return [
        *transferred(at, leg, agent, TargetKind.AGENT, to, "attended"),
        TalkEnded(at, consult, f"{consult}~1", to, "agent"),
        ConsultEnded(at, C, consult, "completed"),
        TalkStarted(at, C, f"{consult}~1", to, ""),
    ]


def ended(at: float, outcome: Outcome, cause: str = "", call: str = C) -> CallEnded:
    return CallEnded(at, call, outcome, cause)
