"""What Asterisk tells over ARI, typed; raw messages are read here, once, and nowhere else."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from callcenter.terms import caller_number


@dataclass(frozen=True, slots=True)
class Channel:
    """One leg of a call, as it was when the event happened."""

    id: str
    name: str
    """Such as `PJSIP/1001-0000002a`."""
    state: str
    """`Down`, `Ring`, `Ringing`, `Up` and a few more of Asterisk's words."""
    caller: str
    """The other party's number as the line told it; empty when withheld."""
    app: str
    """The dialplan application it is in; `Stasis` while it is ours."""
    app_data: str
    """That application's arguments, such as `callcenter,queue,housing`."""
    variables: Mapping[str, str]
    """Those that ari.conf names in `channelvars`, when set."""


@dataclass(frozen=True, slots=True)
class Bridge:
    """A bridge and who is in it."""

    id: str
    kind: str
    """`mixing` or `holding`."""
    members: tuple[str, ...]
    """Channel ids."""


@dataclass(frozen=True, slots=True)
class Connected:
    """The session is up. What happened before is unknown: look what Asterisk holds."""


@dataclass(frozen=True, slots=True)
class Disconnected:
    """The session is down; it tries again by itself."""

    reason: str


@dataclass(frozen=True, slots=True)
class StasisStart:
    """A channel is ours now."""

    channel: Channel
    args: tuple[str, ...]
    replaces: str
    """Id of the channel whose place it takes (after a transfer in Asterisk's core), or empty."""


@dataclass(frozen=True, slots=True)
class StasisEnd:
    """A channel is no longer ours: hung up, or gone on in the dialplan."""

    channel: str


@dataclass(frozen=True, slots=True)
class Ringing:
    """The phone answered 180: it rings."""

    channel: str


@dataclass(frozen=True, slots=True)
class HangupAsked:
    """A channel is about to end; the first that is told of a BYE."""

    channel: str
    cause: int
    """Q.850; 0 where it is not known yet, as after a BYE."""


@dataclass(frozen=True, slots=True)
class ChannelDestroyed:
    """A channel has ended."""

    channel: str
    cause: int
    """Q.850."""
    sip_code: int
    """What the phone answered; 0 when Asterisk does not tell."""


@dataclass(frozen=True, slots=True)
class EnteredBridge:
    """A channel is in a bridge now."""

    channel: str
    bridge: Bridge


@dataclass(frozen=True, slots=True)
class LeftBridge:
    """A channel is out of a bridge."""

    channel: str
    bridge: Bridge


@dataclass(frozen=True, slots=True)
class PlaybackFinished:
    """A prompt has ended, or was stopped, or its channel is gone."""

    playback: str


@dataclass(frozen=True, slots=True)
class TransferAsked:
    """A phone asks by REFER to transfer its call; nothing has moved."""

    channel: str
    """The channel that asks."""
    destination: str
    """The number it asks for."""
    line: str = ""
    """Id of the asker's other channel, whose far side is meant (attended transfer), or empty."""


@dataclass(frozen=True, slots=True)
class TransferTold:
    """A phone that asked for a transfer has been told what came of it."""

    channel: str
    """The channel that asked."""


@dataclass(frozen=True, slots=True)
class Held:
    """A phone has put its call on hold; the other side hears music."""

    channel: str


@dataclass(frozen=True, slots=True)
class Retrieved:
    """A phone is back from hold."""

    channel: str


@dataclass(frozen=True, slots=True, repr=False)
class KeyPressed:
    """A key of a phone. It may belong to a PIN, so it is never shown."""

    channel: str
    key: str


@dataclass(frozen=True, slots=True)
class Replaced:
    """Another controller has connected under our application's name and gets all events now."""


Event: TypeAlias = (
    Connected
    | Disconnected
    | StasisStart
    | StasisEnd
    | Ringing
    | HangupAsked
    | ChannelDestroyed
    | EnteredBridge
    | LeftBridge
    | PlaybackFinished
    | TransferAsked
    | TransferTold
    | Held
    | Retrieved
    | KeyPressed
    | Replaced
)


def parse(raw: Mapping[str, Any]) -> Event | None:
    """The typed event, or None for one that is not for us.

    Raises KeyError where a field that Asterisk documents is missing.
    """
    read = _READERS.get(raw["type"])
    return None if read is None else read(raw)


def parse_channel(raw: Mapping[str, Any]) -> Channel:
    """A channel as ARI shows it. Raises KeyError."""
    dialplan = raw.get("dialplan", {})
    variables = raw.get("channelvars", {})
    return Channel(
        raw["id"],
        raw["name"],
        raw["state"],
        caller_number(raw["caller"]["number"]),
        dialplan.get("app_name", ""),
        dialplan.get("app_data", ""),
        {name: value for name, value in variables.items() if value},
    )


def parse_bridge(raw: Mapping[str, Any]) -> Bridge:
    """A bridge as ARI shows it. Raises KeyError."""
    return Bridge(raw["id"], raw["bridge_type"], tuple(raw["channels"]))


def _stasis_start(raw: Mapping[str, Any]) -> StasisStart:
    replaced = raw.get("replace_channel")
    return StasisStart(
        parse_channel(raw["channel"]), tuple(raw["args"]), replaced["id"] if replaced else ""
    )


def _state_change(raw: Mapping[str, Any]) -> Ringing | None:
    channel = raw["channel"]
    return Ringing(channel["id"]) if channel["state"] == "Ringing" else None


def _hangup_asked(raw: Mapping[str, Any]) -> HangupAsked:
    return HangupAsked(raw["channel"]["id"], int(raw.get("cause", 0)))


def _destroyed(raw: Mapping[str, Any]) -> ChannelDestroyed:
    code = int(raw.get("tech_cause", 0))
    return ChannelDestroyed(raw["channel"]["id"], int(raw["cause"]), code)


def _transfer(raw: Mapping[str, Any]) -> TransferAsked | TransferTold:
    """The same message tells of a request and, with a state, of its answer."""
    to, channel = raw["refer_to"], raw["referred_by"]["source_channel"]["id"]
    if "state" in raw:
        return TransferTold(channel)
    asked = to.get("requested_destination", {})
    return TransferAsked(
        channel,
        str(asked.get("destination", "")),
        str(to.get("destination_channel", {}).get("id", "")),
    )


_READERS: Mapping[str, Callable[[Mapping[str, Any]], Event | None]] = {
    "ApplicationReplaced": lambda raw: Replaced(),
    "ChannelDestroyed": _destroyed,
    "ChannelEnteredBridge": lambda raw: EnteredBridge(
        raw["channel"]["id"], parse_bridge(raw["bridge"])
    ),
    "ChannelDtmfReceived": lambda raw: KeyPressed(raw["channel"]["id"], raw["digit"]),
    "ChannelHangupRequest": _hangup_asked,
    "ChannelHold": lambda raw: Held(raw["channel"]["id"]),
    "ChannelLeftBridge": lambda raw: LeftBridge(raw["channel"]["id"], parse_bridge(raw["bridge"])),
    "ChannelStateChange": _state_change,
    "ChannelTransfer": _transfer,
    "ChannelUnhold": lambda raw: Retrieved(raw["channel"]["id"]),
    "PlaybackFinished": lambda raw: PlaybackFinished(raw["playback"]["id"]),
    "StasisEnd": lambda raw: StasisEnd(raw["channel"]["id"]),
    "StasisStart": _stasis_start,
}

WANTED = tuple(_READERS)
"""Types of Asterisk's events that `parse` reads; the others need not be sent."""
