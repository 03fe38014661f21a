"""What Asterisk tells, told to the floor: channels become calls and legs."""

from dataclasses import dataclass, field

from callcenter.acd import events as acd
from callcenter.live.names import TALK, call_of, is_leg
from callcenter.live.outcomes import NOT_AVAILABLE, ring_result
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
    _legs: dict[str, _Leg] = field(default_factory=dict)
    _place_of: dict[str, str] = field(default_factory=dict)
    """Channel -> the one whose place it has taken after a transfer in Asterisk's core."""
    _successor: dict[str, str] = field(default_factory=dict)

    def forget_all(self) -> None:
        """The connection was lost: what was heard is worth nothing."""
        for memory in (self.channels, self._legs, self._place_of, self._successor):
            memory.clear()

    def know(self, channel: Channel) -> None:
        """A channel that was found, not heard of."""
        self.channels[channel.id] = channel
        if is_leg(channel.id):
            up = channel.state == "Up"
            self._legs[channel.id] = _Leg(channel.state == "Ringing" or up, up)

    def channel(self, call_or_leg: str) -> str:
        """The channel that speaks for a call or leg now."""
        return self._successor.get(call_or_leg, call_or_leg)

    def name(self, call_or_leg: str) -> str:
        """The name of that channel, empty where it is not known."""
        channel = self.channels.get(self.channel(call_or_leg))
        return channel.name if channel else ""

    def hear(self, event: Event, now: float) -> acd.Event | None:
        """The floor's event, or None for what does not concern it. `now`: epoch seconds."""
        match event:
            case StasisStart():
                return self._started(event, now)
            case EnteredBridge():
                return self._entered(event)
            case Ringing() | HangupAsked() | StasisEnd() | ChannelDestroyed():
                return self._of_channel(event)
        return None

    def _started(self, event: StasisStart, now: float) -> acd.Event | None:
        channel = event.channel
        self.channels[channel.id] = channel
        if event.replaces:
            place = self._place_of.pop(event.replaces, event.replaces)
            self._place_of[channel.id] = place
            self._successor[place] = channel.id
            return None
        match event.args:
            case ("queue", queue):
                return entered(channel, queue, now)
            case ("leg", *_) if is_leg(channel.id):
                self._legs.setdefault(channel.id, _Leg()).answered = True
                return acd.LegAnswered(call_of(channel.id), channel.id)
        return None

    def _entered(self, event: EnteredBridge) -> acd.Event | None:
        """Joined is when both are in the bridge of the talk; the second one to come tells it."""
        if not event.bridge.id.startswith(TALK):
            return None
        places = [self._place_of.get(member, member) for member in event.bridge.members]
        leg = next((place for place in places if is_leg(place)), "")
        if leg and call_of(leg) in places:
            return acd.LegJoined(call_of(leg), leg)
        return None

    def _of_channel(
        self, event: Ringing | HangupAsked | StasisEnd | ChannelDestroyed
    ) -> acd.Event | None:
        place = self._place_of.get(event.channel, event.channel)
        if self.channel(place) != event.channel:
            return None  # another channel has taken its place; its own end means nothing
        if is_leg(place):
            return self._of_leg(place, event)
        if place not in self.channels or isinstance(event, Ringing):
            return None
        cause = 0 if isinstance(event, StasisEnd) else event.cause
        if not isinstance(event, HangupAsked):
            self._drop(place)
        return acd.CallerGone(place, cause)

    def _of_leg(
        self, leg: str, event: Ringing | HangupAsked | StasisEnd | ChannelDestroyed
    ) -> acd.Event | None:
        heard = self._legs.setdefault(leg, _Leg())
        call = call_of(leg)
        if isinstance(event, Ringing):
            heard.rang = True
            return acd.LegRinging(call, leg)
        if isinstance(event, ChannelDestroyed):
            self._drop(leg)
            if not heard.answered:
                result = ring_result(
                    event.sip_code, event.cause, rang=heard.rang, phone_ended=heard.phone_ended
                )
                # Asterisk's own timeout is no word of the phone's.
                timed_out = event.sip_code == NOT_AVAILABLE and not heard.phone_ended
                return acd.LegFailed(call, leg, result, 0 if timed_out else event.sip_code)
        if not heard.answered:
            heard.phone_ended = True
            return None
        return acd.LegGone(call, leg, 0 if isinstance(event, StasisEnd) else event.cause)

    def _drop(self, place: str) -> None:
        channel = self._successor.pop(place, place)
        self._place_of.pop(channel, None)
        self._legs.pop(place, None)
        self.channels.pop(channel, None)
        self.channels.pop(place, None)


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
