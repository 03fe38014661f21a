"""What Asterisk tells, told to the floor: channels become calls and legs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from callcenter.acd import events as acd
from callcenter.acd.talk_events import (
    CONSULT_MARK,
    DialledAnswered,
    DialledFailed,
    LineGone,
    root_of,
)
from callcenter.live.calls.outcomes import NOT_AVAILABLE, ring_result
from callcenter.live.names import TALK, call_of, is_callback, is_leg
from callcenter.live.told import Told
from callcenter.pbx.ari.events import (
    Channel,
    ChannelDestroyed,
    EnteredBridge,
    Event,
    HangupAsked,
    Ringing,
    StasisEnd,
    StasisStart,
)


@dataclass(slots=True)
class _Leg:
    """What was heard of an agent's channel so far."""

    rang: bool = False
    answered: bool = False
    phone_ended: bool = False


@dataclass(slots=True)
class Hearing:
    """Remembers of each channel what later events leave out."""

    channels: dict[str, Channel] = field(default_factory=dict)
    """Callers and answered agents, as they were when they came."""
    last_talk: Callable[[str, float], tuple[str, float]] = lambda caller, now: ("", 0.0)
    """Caller -> the agent whom he last talked to, and how long ago."""
    _legs: dict[str, _Leg] = field(default_factory=dict)
    _place_of: dict[str, str] = field(default_factory=dict)
    """Channel -> the call, consult or leg that it plays, where that is not named after it."""
    _successor: dict[str, str] = field(default_factory=dict)

    def forget_all(self) -> None:
        """The connection was lost: what was heard is worth nothing."""
        for memory in (self.channels, self._legs, self._place_of, self._successor):
            memory.clear()

    def know(self, channel: Channel) -> None:
        """A channel that was found, not heard of."""
        self.channels[channel.id] = channel
        plays = channel.variables.get("CC_PLAYS", "")
        if plays:
            self.take_place(channel.id, plays, answered=channel.state == "Up")
        elif is_leg(channel.id) or is_callback(channel.id):
            up = channel.state == "Up"
            self._legs[channel.id] = _Leg(channel.state == "Ringing" or up, up)

    def take_place(self, channel: str, place: str, *, answered: bool = True) -> None:
        """This channel plays a leg, or the asking side of a consult, from now on."""
        over_his_own = is_leg(self.place(channel)) or channel == self.channel(root_of(place))
        if CONSULT_MARK in place and over_his_own:
            self._successor[place] = channel
            return  # the agent asks over the channel that he talks on, which stays what it is
        self._successor[place] = channel
        self._place_of[channel] = place
        if is_leg(place):
            self._legs[place] = _Leg(rang=answered, answered=answered)

    def turn(self, call: str, leg: str, number: str) -> None:
        """The channels of a leg and of its call's caller's side change places."""
        his, other = self.channel(call), self.channel(leg)
        self._successor[call], self._successor[leg] = other, his
        self._place_of[other], self._place_of[his] = call, leg
        self._legs[leg] = _Leg(rang=True, answered=True)
        known = self.channels.get(other)
        if known is not None:
            self.channels[other] = replace(known, caller=number)

    def note(self, channel: str, variables: Mapping[str, str]) -> None:
        """Variables that we set on a channel."""
        known = self.channels.get(channel)
        if known is not None:
            self.channels[channel] = replace(known, variables={**known.variables, **variables})

    def place(self, channel: str) -> str:
        """What a channel plays: a call, a consult or a leg."""
        return self._place_of.get(channel, channel)

    def let_go(self, place: str) -> None:
        """The dialplan has the channel now; its end is none of ours."""
        self._drop(place)

    def channel(self, call_or_leg: str) -> str:
        """The channel that speaks for a call or leg now."""
        return self._successor.get(call_or_leg, call_or_leg)

    def name(self, call_or_leg: str) -> str:
        """The name of that channel, empty where it is not known."""
        channel = self.channels.get(self.channel(call_or_leg))
        return channel.name if channel else ""

    def hear(self, event: Event, now: float) -> Told | None:
        """The floor's event, or None for what does not concern it. `now`: epoch seconds."""
        match event:
            case StasisStart():
                return self._started(event, now)
            case EnteredBridge():
                return self._entered(event)
            case Ringing() | HangupAsked() | StasisEnd() | ChannelDestroyed():
                return self._of_channel(event)
        return None

    def _started(self, event: StasisStart, now: float) -> Told | None:
        channel = event.channel
        self.channels[channel.id] = channel
        if event.replaces:
            place = self._place_of.pop(event.replaces, event.replaces)
            self._place_of[channel.id] = place
            self._successor[place] = channel.id
            return None
        place = self.place(channel.id)
        match event.args:
            case ("queue", queue):
                told = entered(channel, queue, now)
                agent, age_s = self.last_talk(told.caller, now)
                return replace(told, last_agent=agent, last_age_s=age_s) if agent else told
            case ("leg", *_) if is_leg(place):
                self._legs.setdefault(place, _Leg()).answered = True
                return acd.LegAnswered(call_of(place), place)
            case ("callback", *_) if is_callback(place):
                self._legs.setdefault(place, _Leg()).answered = True
                return DialledAnswered(place)
        return None

    def _entered(self, event: EnteredBridge) -> Told | None:
        """Joined is when caller and leg are in the talk's bridge; the second to come tells it."""
        if not event.bridge.id.startswith(TALK):
            return None
        call = event.bridge.id.removeprefix(TALK)
        caller = self.channel(call)
        if caller not in event.bridge.members:
            return None
        others = [self.place(member) for member in event.bridge.members if member != caller]
        legs = [place for place in others if is_leg(place)]
        newcomer = self.place(event.channel)
        leg = newcomer if newcomer in legs else next(iter(legs), "")
        return acd.LegJoined(call, leg) if leg else None

    def _of_channel(
        self, event: Ringing | HangupAsked | StasisEnd | ChannelDestroyed
    ) -> Told | None:
        place = self._place_of.get(event.channel, event.channel)
        if self.channel(place) != event.channel:
            return None  # another channel has taken its place; its own end means nothing
        if is_leg(place) or is_callback(place):
            return self._of_dialled(place, event)
        if event.channel not in self.channels or isinstance(event, Ringing):
            return None
        cause = 0 if isinstance(event, StasisEnd) else event.cause
        if not isinstance(event, HangupAsked):
            self._drop(place)
        if CONSULT_MARK in place:
            return LineGone(place, event.channel)
        return acd.CallerGone(place, cause)

    def _of_dialled(
        self, place: str, event: Ringing | HangupAsked | StasisEnd | ChannelDestroyed
    ) -> Told | None:
        """Of a channel that we made: a leg, or a caller whom we dial back."""
        heard = self._legs.setdefault(place, _Leg())
        if isinstance(event, Ringing):
            heard.rang = True
            return acd.LegRinging(call_of(place), place) if is_leg(place) else None
        if isinstance(event, ChannelDestroyed):
            self._drop(place)
            if not heard.answered:
                return _failed(place, event, heard)
        if not heard.answered:
            heard.phone_ended = True
            return None
        cause = 0 if isinstance(event, StasisEnd) else event.cause
        if is_leg(place):
            return acd.LegGone(call_of(place), place, cause)
        return acd.CallerGone(place, cause)

    def _drop(self, place: str) -> None:
        channel = self._successor.pop(place, place)
        self._place_of.pop(channel, None)
        self._legs.pop(place, None)
        self.channels.pop(channel, None)
        if place not in self._place_of:  # else a channel of that name plays something else
            self.channels.pop(place, None)
        for consult in [name for name, line in self._successor.items() if line == channel]:
            del self._successor[consult]


def _failed(place: str, event: ChannelDestroyed, heard: _Leg) -> Told:
    result = ring_result(
        event.sip_code, event.cause, rang=heard.rang, phone_ended=heard.phone_ended
    )
    # Asterisk's own timeout is no word of the phone's.
    timed_out = event.sip_code == NOT_AVAILABLE and not heard.phone_ended
    code = 0 if timed_out else event.sip_code
    if is_leg(place):
        return acd.LegFailed(call_of(place), place, result, code)
    return DialledFailed(place, result, code)


def entered(channel: Channel, queue: str, now: float) -> acd.CallEntered:
    """The caller's request for a human, by what the dialplan wrote on his channel."""
    variables = channel.variables
    requested_at = _epoch(variables.get("CC_REQUESTED"), now)
    return acd.CallEntered(
        call=channel.id,
        queue=queue,
        caller=channel.caller,
        called=variables.get("CC_CALLED", ""),
        arrived_at=_epoch(variables.get("CC_ARRIVED"), requested_at),
        requested_at=requested_at,
        language=variables.get("CC_LANGUAGE", ""),
        priority=_whole(variables.get("CC_PRIORITY")),
        test=variables.get("CC_TEST", "") == "1",
    )


def entered_at(channel: Channel) -> float:
    """When the dialplan gave us the channel, in epoch seconds; 0 where it did not say."""
    return _epoch(channel.variables.get("CC_ENTERED"), 0.0)


def _whole(text: str | None) -> int:
    try:
        return int(text or 0)
    except ValueError:
        return 0


def _epoch(text: str | None, default: float) -> float:
    try:
        return float(text or default)
    except ValueError:
        return default
