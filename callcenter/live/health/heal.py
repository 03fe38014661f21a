"""What the floor believes, held beside what Asterisk has: each difference, and what mends it.

Pure. A difference is no fault yet: what is on its way looks like one for a moment. So it counts
only when it is seen again with the same names; see `Suspicions`.
"""

from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from callcenter.acd.agents.agent import UNREACHABLE
from callcenter.acd.events import CallerGone, LegGone, PhoneBack, PhoneGone
from callcenter.acd.standing import Standing
from callcenter.acd.talk_events import LineGone
from callcenter.acd.views import AgentView
from callcenter.live.names import SPY, TALK, WAIT, is_callback, is_leg, talk_bridge
from callcenter.live.told import Told
from callcenter.pbx.ari.events import Bridge, Channel
from callcenter.terms import AgentState

STASIS = "Stasis"
_SNOOP = "Snoop/"
TWICE = 2
CODE_LOOKS = 24
"""A line that calls a code may be alone for long: figures are read out, a PIN is keyed in."""
IDLE_LOOKS = 12
"""Who keys in digits may be between two steps of the dialplan for seconds, not for a minute."""
_PHONE = "PJSIP/"


@dataclass(frozen=True, slots=True)
class HangUp:
    """A channel that belongs to nothing."""

    channel: str


@dataclass(frozen=True, slots=True)
class Remove:
    """A bridge of an ended talk."""

    bridge: str


@dataclass(frozen=True, slots=True)
class PutInLine:
    """A caller who waits, and hears no music."""

    call: str
    queue: str


@dataclass(frozen=True, slots=True)
class PutTogether:
    """A talk whose parties are apart."""

    call: str
    leg: str


@dataclass(frozen=True, slots=True)
class TakeIn:
    """A caller who asked for a queue, and of whom nobody knows."""

    call: str
    queue: str


Mend: TypeAlias = Told | HangUp | Remove | PutInLine | PutTogether | TakeIn


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference; the same one later is equal to it."""

    cause: str
    """For the log: what is believed, and what is so."""
    mend: Mend
    looks: int = TWICE
    """It counts when it was seen so often."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What Asterisk has, at about one time."""

    channels: Sequence[Channel]
    bridges: Sequence[Bridge]
    phones: Mapping[str, bool]
    """Phone -> whether it is registered."""


@dataclass(frozen=True, slots=True)
class Believed:
    """What the floor and we believe at that time."""

    calls: Sequence[Standing]
    agents: Sequence[AgentView]
    app: str
    """Name of our Stasis application."""
    channel: Callable[[str], str]
    """Call, consult or leg -> the channel that plays it."""
    place: Callable[[str], str]
    """Channel -> what it plays."""
    phone_of: Callable[[str], str]
    """Agent -> the phone at which he sits."""
    ended: Container[str] = ()
    """Calls that are over, by the journal."""


def differences(seen: Seen, believed: Believed) -> list[Difference]:
    """All of them. Cost grows with calls and agents, not with their product."""
    asterisk = _Asterisk(seen, believed.app)
    # The talk of a call that goes on may be empty while its caller hears music.
    kept = {talk_bridge(call.call) for call in believed.calls}
    return [
        *_missing(asterisk, believed),
        *_misplaced(asterisk, believed),
        *_strays(asterisk, believed),
        *_phones(seen.phones, believed),
        *(
            Difference(f"{bridge.id} is empty", Remove(bridge.id))
            for bridge in seen.bridges
            if bridge.id.startswith((TALK, SPY)) and not bridge.members and bridge.id not in kept
        ),
    ]


class _Asterisk:
    """Asterisk's lists, by name."""

    def __init__(self, seen: Seen, app: str) -> None:
        self._app = app
        self.channels = {channel.id: channel for channel in seen.channels}
        self.bridge_of = {name: bridge for bridge in seen.bridges for name in bridge.members}

    def args(self, channel: Channel) -> list[str]:
        """With what a channel came to us; empty for one that the dialplan has."""
        app, *args = channel.app_data.split(",")
        return args if channel.app == STASIS and app == self._app else []

    def is_in(self, channel: str, bridge: str) -> bool:
        """Whether the channel is in this bridge."""
        found = self.bridge_of.get(channel)
        return found is not None and found.id == bridge


def _missing(asterisk: _Asterisk, believed: Believed) -> Iterator[Difference]:
    """Calls and legs of the floor without a channel."""
    for call in believed.calls:
        if call.caller and believed.channel(call.call) not in asterisk.channels:
            gone: Told = LineGone(call.call, call.line) if call.line else CallerGone(call.call)
            yield Difference(f"call={call.call} is on the floor, its caller has no channel", gone)
            continue
        for leg in call.legs:
            if believed.channel(leg) not in asterisk.channels:
                yield Difference(
                    f"leg={leg} is on the floor without a channel", LegGone(call.call, leg)
                )


def _misplaced(asterisk: _Asterisk, believed: Believed) -> Iterator[Difference]:
    """Callers who wait without music, talks whose sides are apart."""
    for call in believed.calls:
        caller = believed.channel(call.call)
        if not call.caller or caller not in asterisk.channels:
            continue
        bridge = asterisk.bridge_of.get(caller)
        where = "no bridge" if bridge is None else bridge.id
        if call.waits_in and not where.startswith(WAIT):
            cause = f"call={call.call} waits in queue={call.waits_in} and is in {where}"
            yield Difference(cause, PutInLine(call.call, call.waits_in))
        elif call.talks and call.legs:
            (leg, *_) = call.legs
            other, talk = believed.channel(leg), talk_bridge(call.call)
            apart = not (asterisk.is_in(caller, talk) and asterisk.is_in(other, talk))
            if apart and other in asterisk.channels:
                yield Difference(
                    f"call={call.call} talks and is in {where}", PutTogether(call.call, leg)
                )


def _strays(asterisk: _Asterisk, believed: Believed) -> Iterator[Difference]:
    """Channels of ours that the floor does not know."""
    known = {name for call in believed.calls for name in (call.call, *call.legs)}
    for channel in asterisk.channels.values():
        place = believed.place(channel.id)
        if channel.id in known or place in known or believed.channel(place) != channel.id:
            continue
        if place in believed.ended and asterisk.args(channel):
            yield Difference(
                f"channel={channel.id} is of a call that has ended", HangUp(channel.id)
            )
        elif found := _stray(asterisk, channel, place):
            yield found


def _stray(asterisk: _Asterisk, channel: Channel, place: str) -> Difference | None:
    bridge = asterisk.bridge_of.get(channel.id)
    alone = bridge is None or len(bridge.members) == 1
    match asterisk.args(channel):
        case _ if is_leg(place) or is_callback(channel.id):
            return Difference(f"channel={channel.id} is a leg of no call", HangUp(channel.id))
        case ["queue", queue, *_]:
            cause = f"channel={channel.id} asked for queue={queue} and is not on the floor"
            return Difference(cause, TakeIn(channel.id, queue))
        case ["dial", *_] if alone:
            return Difference(f"channel={channel.id} calls nobody", HangUp(channel.id))
        case ["code", *_] if bridge is None:
            cause = f"channel={channel.id} called a code and is still there"
            return Difference(cause, HangUp(channel.id), CODE_LOOKS)
        case _ if bridge is None and _is_idle(channel):
            cause = f"channel={channel.id} is up, and nothing is done with it"
            return Difference(cause, HangUp(channel.id), IDLE_LOOKS)
        case _ if channel.name.startswith(_SNOOP) and alone:
            return Difference(f"channel={channel.id} listens for nobody", HangUp(channel.id))
    return None


def _is_idle(channel: Channel) -> bool:
    """True for a phone's channel that neither an application nor another channel has."""
    return channel.name.startswith(_PHONE) and channel.state == "Up" and not channel.app


def _phones(registered: Mapping[str, bool], believed: Believed) -> Iterator[Difference]:
    """Free agents whose phone is away, and unreachable ones whose phone is back."""
    for agent in believed.agents:
        there = registered.get(believed.phone_of(agent.agent))
        if there is None:
            continue
        unreachable = agent.reason == UNREACHABLE
        if agent.state is AgentState.READY and not there:
            yield Difference(
                f"agent={agent.agent} is ready, his phone is not registered", PhoneGone(agent.agent)
            )
        elif agent.state is AgentState.NOT_READY and unreachable and there:
            cause = f"agent={agent.agent} is unreachable, his phone is registered"
            yield Difference(cause, PhoneBack(agent.agent), looks=1)


@dataclass(slots=True)
class Suspicions:
    """Differences that were seen in a row, and how often."""

    _seen: dict[Difference, int] = field(default_factory=dict)

    def confirmed(self, found: Iterable[Difference]) -> list[Difference]:
        """Those that count now. What is not seen again is forgotten; what counted begins anew."""
        times = {each: self._seen.get(each, 0) + 1 for each in found}
        counting = [each for each, n in times.items() if n >= each.looks]
        self._seen = {each: n for each, n in times.items() if n < each.looks}
        return counting
