"""Agents' channels within one call, read from its events. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from callcenter.records.ingest.cel import CelRow


class Span(NamedTuple):
    """From a time to a time, in epoch seconds."""

    start: float
    end: float


@dataclass(frozen=True, slots=True)
class AgentLeg:
    """One channel at one agent."""

    uniqueid: str
    agent: str
    started_at: float
    answered_at: float | None
    ended_at: float
    cause: int
    """Q.850 cause of its hangup."""
    talk: tuple[Span, ...]
    """While it shared a bridge with the caller; spans without length are left out."""


def agent_legs(rows: Sequence[CelRow], end: float) -> list[AgentLeg]:
    """The legs of a call in the order in which they began; `end` is when the caller was gone."""
    call = rows[0].linkedid
    by_leg: dict[str, list[CelRow]] = {}
    for row in rows:
        if row.uniqueid != call and row.channel.startswith("PJSIP/"):
            by_leg.setdefault(row.uniqueid, []).append(row)
    callers = _stays([row for row in rows if row.uniqueid == call], end)
    return [_leg(of_leg, callers, end) for of_leg in by_leg.values()]


def _leg(rows: Sequence[CelRow], callers: dict[str, list[Span]], end: float) -> AgentLeg:
    hangup = next((row for row in rows if row.event == "HANGUP"), None)
    ended = hangup.at if hangup else end
    return AgentLeg(
        uniqueid=rows[0].uniqueid,
        agent=rows[0].channel.removeprefix("PJSIP/").rpartition("-")[0],
        started_at=rows[0].at,
        answered_at=next((row.at for row in rows if row.event == "ANSWER"), None),
        ended_at=ended,
        cause=hangup.cause if hangup else 0,
        talk=tuple(_shared(callers, _stays(rows, ended))),
    )


def _stays(rows: Sequence[CelRow], end: float) -> dict[str, list[Span]]:
    """Bridge -> when the channel was in it. A stay without an exit ended with the channel."""
    stays: dict[str, list[Span]] = {}
    entered: dict[str, float] = {}
    for row in rows:
        if row.event == "BRIDGE_ENTER" and row.bridge:
            entered[row.bridge] = row.at
        elif row.event == "BRIDGE_EXIT" and row.bridge in entered:
            stays.setdefault(row.bridge, []).append(Span(entered.pop(row.bridge), row.at))
    for bridge, at in entered.items():
        stays.setdefault(bridge, []).append(Span(at, max(at, end)))
    return stays


def _shared(ones: dict[str, list[Span]], others: dict[str, list[Span]]) -> list[Span]:
    """When both were in one bridge."""
    both = (
        Span(max(one.start, other.start), min(one.end, other.end))
        for bridge in ones.keys() & others.keys()
        for one in ones[bridge]
        for other in others[bridge]
    )
    return sorted(span for span in both if span.end > span.start)
