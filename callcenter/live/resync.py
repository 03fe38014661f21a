"""What Asterisk holds, beside what the journal knew: the floor's start after any gap.

Pure: two lists from Asterisk and the journal's fold in, one value out.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from callcenter.acd.events import CallEntered, CallFound, CallKnown, CallVanished, Restored
from callcenter.acd.recall import Recall
from callcenter.live.hearing import entered
from callcenter.live.names import TALK, attempt_of, call_of, is_leg, talk_bridge
from callcenter.pbx.ari.events import Bridge, Channel

STASIS = "Stasis"


@dataclass(frozen=True, slots=True)
class Holdings:
    """What Asterisk holds now."""

    channels: tuple[Channel, ...]
    bridges: tuple[Bridge, ...]
    started_at: float
    """When this Asterisk was started, in epoch seconds."""


@dataclass(frozen=True, slots=True)
class Resynced:
    """What a gap is bridged with."""

    restored: Restored
    newcomers: tuple[CallEntered, ...]
    """Callers whom the journal does not know, in the order in which they asked."""
    strays: tuple[str, ...]
    """Channels of ours that belong to nothing: hung up."""
    empty_bridges: tuple[str, ...]
    """Bridges of ended talks: removed."""


def resync(holdings: Holdings, recall: Recall, app: str, now: float) -> Resynced:
    """Compare. `app` is the name of our Stasis application; `now` in epoch seconds."""
    callers = {c.id: c for c in holdings.channels if _queue_of(c, app)}
    legs: defaultdict[str, list[Channel]] = defaultdict(list)
    for channel in holdings.channels:
        if is_leg(channel.id):
            legs[call_of(channel.id)].append(channel)
    bridges = {bridge.id: bridge for bridge in holdings.bridges}
    found: list[CallFound] = []
    orphans: list[tuple[str, str]] = []
    for call, known in recall.calls.items():
        if call in callers:
            found.append(_found(known, legs.pop(call, []), bridges, orphans, now))
    for others in legs.values():
        orphans += [(call_of(leg.id), leg.id) for leg in others]
    newcomers = sorted(
        (entered(c, _queue_of(c, app), now) for c in callers.values() if c.id not in recall.calls),
        key=lambda call: (call.requested_at, call.call),
    )
    return Resynced(
        Restored(
            agents=tuple(recall.agents.values()),
            calls=tuple(found),
            vanished=tuple(_vanished(recall.calls, callers, holdings.started_at, now)),
            orphans=tuple(orphans),
            handed_over=dict(recall.handed_over),
        ),
        tuple(newcomers),
        tuple(c.id for c in holdings.channels if _is_stray(c, app, callers)),
        tuple(b.id for b in holdings.bridges if b.id.startswith(TALK) and not b.members),
    )


def _queue_of(channel: Channel, app: str) -> str:
    """The queue that a caller's channel waits for by its Stasis arguments; empty for others."""
    match channel.app_data.split(","):
        case [name, "queue", queue] if name == app and channel.app == STASIS:
            return "" if is_leg(channel.id) else queue
    return ""


def _is_stray(channel: Channel, app: str, callers: Mapping[str, Channel]) -> bool:
    ours = channel.app == STASIS and channel.app_data.split(",")[0] == app
    return ours and channel.id not in callers and not is_leg(channel.id)


def _found(
    known: CallKnown,
    legs: list[Channel],
    bridges: Mapping[str, Bridge],
    orphans: list[tuple[str, str]],
    now: float,
) -> CallFound:
    """One call with its leg: the one that the journal knew last, else the newest one."""
    call = known.entered.call
    legs.sort(key=lambda leg: (leg.id == known.leg, attempt_of(leg.id)))
    leg = legs.pop() if legs else None
    orphans += [(call, other.id) for other in legs]
    attempts = max([known.attempts, *(attempt_of(leg.id) for leg in legs)])
    if leg is None:
        return CallFound(known.entered, attempts, known=known)
    talk = bridges.get(talk_bridge(call))
    joined = talk is not None and {call, leg.id} <= set(talk.members)
    return CallFound(
        known.entered,
        max(attempts, attempt_of(leg.id)),
        leg=leg.id,
        agent=leg.variables.get("CC_AGENT", ""),
        answered=leg.state == "Up",
        joined_at=(known.joined_at or now) if joined else None,
        known=known,
    )


def _vanished(
    calls: Mapping[str, CallKnown],
    callers: Mapping[str, Channel],
    started_at: float,
    now: float,
) -> Iterable[CallVanished]:
    """Calls of an Asterisk that has gone down ended, at the latest, when the next one came up."""
    for call, known in calls.items():
        if call not in callers:
            platform = started_at > known.queued_at
            yield CallVanished(known, min(now, started_at) if platform else now, platform)
