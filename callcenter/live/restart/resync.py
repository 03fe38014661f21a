"""What Asterisk holds, beside what the journal knew: the floor's start after any gap.

Pure: two lists from Asterisk and the journal's fold in, one value out.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from callcenter.acd.commands import Command
from callcenter.acd.events import CallFound, CallVanished, Restored
from callcenter.acd.known import CallEntered, CallKnown
from callcenter.acd.restart.parting import Parting, unfinished
from callcenter.acd.restart.recall import Recall
from callcenter.acd.talk_events import root_of
from callcenter.live.calls.hearing import entered, entered_at
from callcenter.live.names import (
    SPY,
    TALK,
    WAIT,
    attempt_of,
    call_of,
    is_callback,
    is_leg,
    talk_bridge,
)
from callcenter.pbx.ari.events import Bridge, Channel, StasisStart

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
    unfinished: tuple[Command, ...]
    """What the floor had decided about callers who were to leave it, and are still here."""
    anew: tuple[StasisStart, ...]
    """Callers to whom a callback is offered, and callers called back who have picked up, as if it
    were now: they are asked anew."""
    empty_bridges: tuple[str, ...]
    """Bridges of ended talks: removed."""
    still: tuple[str, ...]
    """Waiting bridges in which nobody waits: no music is to play there."""


def resync(holdings: Holdings, recall: Recall, app: str, now: float) -> Resynced:
    """Compare. `app` is the name of our Stasis application; `now` in epoch seconds."""
    roster = Roster(holdings, app)
    found = [
        _found(known, roster, recall.calls, now)
        for known in recall.calls.values()
        if roster.has(known)
    ]
    leaving = roster.leaving(recall.parted)
    left = {roster.plays[name].id for name in leaving}
    newcomers = sorted(
        (
            entered(c, queue, now)
            for c, queue in roster.waiting
            if c.id not in recall.calls and c.id not in left
        ),
        key=lambda call: (call.requested_at, call.call),
    )
    taken = {name for call in found for name in (call.leg, *call.others)}
    return Resynced(
        Restored(
            agents=tuple(recall.agents.values()),
            calls=tuple(found),
            vanished=tuple(_vanished(recall.calls, found, holdings.started_at, now)),
            orphans=tuple((call_of(leg), leg) for leg in roster.legs if leg not in taken),
            handed_over=dict(recall.handed_over),
        ),
        tuple(newcomers),
        tuple(_strays(roster, recall.calls, left)),
        tuple(map(unfinished, leaving.values())),
        tuple(event for event in roster.asked(recall.calls) if event.channel.id not in left),
        tuple(
            b.id
            for b in holdings.bridges
            if b.id.startswith((TALK, SPY))
            and not b.members
            and b.id.removeprefix(TALK) not in recall.calls
        ),
        tuple(b.id for b in holdings.bridges if b.id.startswith(WAIT) and not b.members),
    )


class Roster:
    """Asterisk's channels by what they play: calls, asking sides of consults, legs."""

    def __init__(self, holdings: Holdings, app: str) -> None:
        self._app = app
        self.plays = {c.variables.get("CC_PLAYS") or c.id: c for c in holdings.channels}
        """Call, consult or leg -> its channel."""
        self._members = {bridge.id: frozenset(bridge.members) for bridge in holdings.bridges}

    @property
    def legs(self) -> list[str]:
        """All agents' and outside legs."""
        return [name for name in self.plays if is_leg(name)]

    @property
    def waiting(self) -> list[tuple[Channel, str]]:
        """Callers who asked for a human, and the queue they asked for."""
        ours = [(c, self._args(c)) for name, c in self.plays.items() if not is_leg(name)]
        return [(c, args[1]) for c, args in ours if args[:1] == ["queue"] and len(args) > 1]

    def asked(self, calls: Mapping[str, CallKnown]) -> list[StasisStart]:
        """Callers to whom a callback is offered, and who have picked up when called back."""
        ours = [
            (c, self._args(c))
            for name, c in self.plays.items()
            if not is_callback(name) or (name in calls and calls[name].patient)
        ]
        return [StasisStart(c, tuple(args), "") for c, args in ours if args[:1] == ["callback"]]

    def leaving(self, parted: Mapping[str, Parting]) -> dict[str, Parting]:
        """Callers who have left the floor, and whose channels we still have.

        Not those who have come again since, by way of a menu: they ask anew.
        """
        return {
            name: parted[name]
            for name in self.ours
            if name in parted and entered_at(self.plays[name]) <= parted[name].at
        }

    @property
    def ours(self) -> list[str]:
        """What is played by channels that the dialplan does not have, legs left out."""
        return [
            name
            for name, c in self.plays.items()
            if not is_leg(name) and (self._args(c) or is_callback(name))
        ]

    def has(self, known: CallKnown) -> bool:
        """True while the call goes on: its caller is here, or none is needed."""
        if known.patient:
            return True
        call = root_of(known.entered.call)
        return call in self.plays and bool(self._args(self.plays[call]))

    def together(self, bridge: str, *names: str) -> bool:
        """True when all these are in one bridge."""
        members = self._members.get(bridge, frozenset())
        return all(name in self.plays and self.plays[name].id in members for name in names)

    def _args(self, channel: Channel) -> list[str]:
        """With what a channel came to us; empty for one that the dialplan has."""
        app, *args = channel.app_data.split(",")
        return args if channel.app == STASIS and app == self._app else []


def _found(
    known: CallKnown, roster: Roster, calls: Mapping[str, CallKnown], now: float
) -> CallFound:
    """One call with its leg: the one that the journal knew last, else the newest one."""
    call = known.entered.call
    elsewhere = {other.leg for name, other in calls.items() if name != call}
    told = {known.leg, *(each.leg for each in known.others)}
    legs = [n for n in roster.legs if n in told or (call_of(n) == call and n not in elsewhere)]
    legs.sort(key=lambda leg: (leg == known.leg, attempt_of(leg)))
    attempts = max([known.attempts, *map(attempt_of, legs)])
    leg = legs.pop() if legs else ""
    channel = roster.plays.get(leg or call)
    joined = bool(leg) and _joined(known, roster, calls, leg)
    return CallFound(
        known.entered,
        attempts,
        leg=leg,
        agent=channel.variables.get("CC_AGENT", "") if leg and channel else "",
        answered=channel is not None and channel.state == "Up" and bool(leg),
        joined_at=(known.joined_at or now) if joined else None,
        others=tuple(name for name in legs if name in told),
        caller_there=call in roster.plays,
        line_there=known.consult is None or not known.consult.line or call in roster.plays,
        known=known,
    )


def _joined(known: CallKnown, roster: Roster, calls: Mapping[str, CallKnown], leg: str) -> bool:
    """True when the leg and its other side are in the bridge of their talk."""
    call = known.entered.call
    if known.consult is None:
        return roster.together(talk_bridge(call), call, leg)
    root = root_of(call)
    if known.consult.merged:
        return roster.together(talk_bridge(root), root, leg)
    asks = call if known.consult.line else (calls[root].leg or root) if root in calls else root
    return roster.together(talk_bridge(call), asks, leg)


def _strays(roster: Roster, calls: Mapping[str, CallKnown], left: Iterable[str]) -> Iterable[str]:
    """Channels of ours that belong to nothing that we know."""
    known = {*left, *(channel.id for channel, _ in roster.waiting)}
    known |= {event.channel.id for event in roster.asked(calls)}
    for name in roster.ours:
        if name not in calls and roster.plays[name].id not in known:
            yield roster.plays[name].id


def _vanished(
    calls: Mapping[str, CallKnown],
    found: Sequence[CallFound],
    started_at: float,
    now: float,
) -> Iterable[CallVanished]:
    """Calls of an Asterisk that has gone down ended, at the latest, when the next one came up."""
    here = {call.entered.call for call in found}
    for call, known in calls.items():
        if call not in here:
            platform = started_at > known.queued_at
            yield CallVanished(known, min(now, started_at) if platform else now, platform)
