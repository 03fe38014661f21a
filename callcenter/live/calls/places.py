"""Where each channel is put: waiting, parked, in a talk; and what must be done before it moves."""

import asyncio
from collections.abc import Callable, Mapping, Sequence

from callcenter.live.calls.hearing import Hearing
from callcenter.live.calls.outcomes import ENDS_AS
from callcenter.live.calls.queue_dress import QueueDress
from callcenter.live.calls.sounds import Sounds
from callcenter.live.effects import Effects, OnFailure
from callcenter.live.names import PARK, TALK, talk_bridge, wait_bridge
from callcenter.live.told import Told
from callcenter.pbx.ari.events import Bridge
from callcenter.pbx.ari.session import AriSession
from callcenter.pbx.errors import BridgeGone, PbxError
from callcenter.terms import RingResult

_NOT_UP = frozenset({"Down", "Ring", "Ringing"})
_TRIES, _AGAIN_S = 20, 0.05
"""How long Asterisk may take to end a bridge whose name is wanted again."""


class Places:
    """Moves channels between bridges. Calls and legs are named as the floor names them.

    A channel that hears a prompt can't be moved: it, and all requests behind it, would wait. So
    a prompt is stopped first. One that called us is picked up first.
    """

    def __init__(self, ari: AriSession, effects: Effects, hearing: Hearing) -> None:
        self.queues: Mapping[str, QueueDress] = {}
        self.talk_kind = "mixing"
        """Type of the bridges of talks; with `dtmf_events` keys are heard in them."""
        self.sounds = Sounds(ari, effects, hearing)
        self.lasts: Callable[[str], bool] = lambda call: False
        self._ari = ari
        self._effects = effects
        self._hearing = hearing
        self._empty: set[str] = set()
        self._rooms: dict[str, str] = {}
        """Bridges with music, and its class."""
        self._in: dict[str, str] = {}
        """Channel -> the bridge that Asterisk last told it to be in."""
        self._bound_for: dict[str, str] = {}
        """Channel -> the bridge that it was asked to enter, until it has."""
        self._answered: set[str] = set()
        self._peer: dict[str, str] = {}
        self._ends_as: dict[str, str] = {}
        """Channel that called us and is not picked up -> why nobody was there."""

    # What was done is forgotten

    def channel_gone(self, channel: str) -> None:
        """A channel is no longer ours."""
        for memory in self._memories:
            memory.pop(channel, None)
        self._answered.discard(channel)
        self.sounds.channel_gone(channel)

    def forget_all(self) -> None:
        """The connection was lost; bridges may be gone."""
        for memory in self._memories:
            memory.clear()
        for names in (self._answered, self._empty):
            names.clear()
        self._rooms.clear()
        self.sounds.forget_all()

    @property
    def _memories(self) -> tuple[dict[str, str], ...]:
        """What is kept of each channel."""
        return self._in, self._bound_for, self._peer, self._ends_as

    # What Asterisk tells

    def know(self, bridge: Bridge) -> None:
        """A bridge was found after a gap, with those who are in it."""
        self._in.update(dict.fromkeys(bridge.members, bridge.id))

    def entered(self, channel: str, bridge: Bridge) -> None:
        """A channel is in a bridge; music begins with the first one who hears it."""
        self._in[channel] = bridge.id
        self._empty.discard(bridge.id)
        if self._bound_for.get(channel) == bridge.id:
            del self._bound_for[channel]
        if bridge.id in self._rooms and bridge.members == (channel,):
            self._effects.start(self._ari.start_music(bridge.id, self._rooms[bridge.id]))

    def left(self, channel: str, bridge: Bridge) -> None:
        """A channel has left a bridge.

        Asterisk ends the music with the last one who heard it, but for music that begins just
        when he is fetched: that plays on until it is told.
        """
        if self._in.get(channel) == bridge.id:
            del self._in[channel]
        if bridge.id in self._rooms and not bridge.members:
            self._effects.start(self._ari.stop_music(bridge.id))
        if bridge.id.startswith(TALK) and not bridge.members:
            self._empty.add(bridge.id)

    def tidy(self) -> None:
        """End the empty bridges of talks that are over.

        Not those of a call that goes on: Asterisk takes its time to end a bridge, and one of the
        same name that is wanted meanwhile would be none.
        """
        for bridge in list(self._empty):
            bound = bridge in self._bound_for.values()
            if not bound and not self.lasts(bridge.removeprefix(TALK)):
                self._empty.discard(bridge)
                self._effects.start(self._ari.destroy_bridge(bridge))

    def mistaken(self, *places: str) -> None:
        """These are not where they were told to be."""
        for channel in map(self._hearing.channel, places):
            self._in.pop(channel, None)
            self._bound_for.pop(channel, None)

    # Moves

    def wait(self, call: str, queue: str) -> None:
        """The queue's music, together with all who wait there."""
        dress = self.queues.get(queue, QueueDress("", "default"))
        channel = self._hearing.channels.get(self._hearing.channel(call))
        language = channel.variables.get("CC_LANGUAGE", "") if channel else ""
        special = dress.music_by_language.get(language, "")
        self._rest(call, wait_bridge(queue, language if special else ""), special or dress.music)

    def park(self, place: str) -> None:
        """Music for one side while the other talks to somebody else, or to nobody."""
        channel = self._hearing.channels.get(self._hearing.channel(place))
        queue = channel.variables.get("CC_QUEUE", "") if channel else ""
        if queue in self.queues:
            self.wait(place, queue)
        else:
            self._rest(place, PARK, "default")

    def _rest(self, place: str, room: str, music: str) -> None:
        if room not in self._rooms:
            self._effects.start(self._ari.create_bridge(room, "holding"))
        self._rooms[room] = music
        self._clear(place)
        channel = self._hearing.channel(place)
        self._bound_for[channel] = room
        self._effects.start(self._ari.add_to_bridge(room, channel))
        self.pair(place, "")

    def together(self, call: str, *legs: str, on_failure: OnFailure | None = None) -> None:
        """Caller and legs talk; each knows its other side, in case we are not there to free it."""
        bridge = talk_bridge(call)
        channels = map(self._hearing.channel, (call, *legs))
        members = [channel for channel in channels if not self._is_in(channel, bridge)]
        for place in (call, *legs):
            self._clear(place)
        self._bound_for.update(dict.fromkeys(members, bridge))
        self._put_together(bridge, members, on_failure)
        self.pair(call, self._hearing.name(legs[0]))
        self.pair(legs[0], self._hearing.name(call))
        for third in legs[1:]:
            self.pair(third, "")
            self._set(legs[0], "CC_THIRD", self._hearing.name(third))

    def _put_together(
        self, bridge: str, members: Sequence[str], on_failure: OnFailure | None, tries: int = 0
    ) -> None:
        """Both requests at once; again, where the bridge was just ending."""

        def failed(error: PbxError) -> Told | None:
            if isinstance(error, BridgeGone) and tries < _TRIES:
                self._effects.start(self._again(bridge, members, on_failure, tries + 1))
                return None
            return None if on_failure is None else on_failure(error)

        self._effects.start(self._ari.create_bridge(bridge, self.talk_kind))
        agents = [member for member in members if self._keys_are_ours(member)]
        others = [member for member in members if member not in agents]
        if others:
            self._effects.start(self._ari.add_to_bridge(bridge, *others), failed)
        if agents:
            self._effects.start(self._ari.add_to_bridge(bridge, *agents, absorb=True), failed)

    async def _again(
        self, bridge: str, members: Sequence[str], on_failure: OnFailure | None, tries: int
    ) -> None:
        await asyncio.sleep(_AGAIN_S)
        still = [member for member in members if self._bound_for.get(member) == bridge]
        if still:
            self._put_together(bridge, still, on_failure, tries)

    def _keys_are_ours(self, channel: str) -> bool:
        """An agent's keys may be codes: the other side does not hear them, unless passed on."""
        known = self._hearing.channels.get(channel)
        return (
            known is not None and bool(known.variables.get("CC_AGENT")) and "dtmf" in self.talk_kind
        )

    def pass_keys(self, channel: str, keys: str) -> None:
        """Press them for an agent, towards all whom he talks to now."""
        talk = self._in.get(channel, "")
        others = [name for name, bridge in self._in.items() if bridge == talk and name != channel]
        for other in others if talk.startswith(TALK) else ():
            self._effects.start(self._ari.press(other, keys))

    def talks(self, call: str, place: str) -> bool:
        """True when this side of a call is in the call's talk, or on its way there."""
        return self._is_in(self._hearing.channel(place), talk_bridge(call))

    def let_go(self, call: str) -> str:
        """Make a caller ready for the dialplan; his channel."""
        self._clear(call)
        self.pair(call, "")
        channel = self._hearing.channel(call)
        self._hearing.let_go(call)
        self.channel_gone(channel)
        return channel

    def is_up(self, place: str) -> bool:
        """False for a channel that called us and was not picked up."""
        channel = self._hearing.channel(place)
        known = self._hearing.channels.get(channel)
        return known is None or known.state not in _NOT_UP or channel in self._answered

    def end_as(self, call: str, result: RingResult) -> None:
        """Should the call end before it is picked up: its phone is told why."""
        if not self.is_up(call):
            self._ends_as[self._hearing.channel(call)] = ENDS_AS.get(result, "normal")

    def hang_up(self, place: str, reason: str = "") -> None:
        """End a channel, if it is still there."""
        channel = self._hearing.channel(place)
        reason = reason or self._ends_as.get(channel, "normal")
        self._effects.start(self._ari.hangup(channel, reason))

    # The other side

    def told_peer(self, leg: str, peer: str) -> None:
        """A leg was given its other side's name when it was made."""
        self._peer[leg] = peer

    def pair(self, place: str, peer: str) -> None:
        """Name a channel's other side, so that the dialplan can free it while we are away."""
        channel = self._hearing.channel(place)
        if self._peer_of(channel) != peer:
            self._peer[channel] = peer
            self._set(place, "CC_PEER", peer)

    def _is_in(self, channel: str, bridge: str) -> bool:
        return self._bound_for.get(channel, self._in.get(channel)) == bridge

    def _peer_of(self, channel: str) -> str:
        known = self._hearing.channels.get(channel)
        found = known.variables.get("CC_PEER", "") if known else ""
        return self._peer.get(channel, found)

    def _set(self, place: str, name: str, value: str) -> None:
        channel = self._hearing.channel(place)
        self._effects.start(self._ari.set_variable(channel, name, value))

    def _clear(self, place: str) -> None:
        """Nothing keeps the channel from moving."""
        channel = self._hearing.channel(place)
        self.sounds.cut(place)
        if not self.is_up(place):
            self._answered.add(channel)
            self.sounds.picked_up(place)
            self._effects.start(self._ari.answer(channel))
        self.sounds.hush(place)
