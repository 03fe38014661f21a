"""What a channel alone hears from us: prompts, and that it rings elsewhere."""

import itertools
import time

from callcenter.live.calls.hearing import Hearing
from callcenter.live.effects import Effects
from callcenter.live.names import POSITION
from callcenter.pbx.ari.events import Channel
from callcenter.pbx.ari.session import AriSession


class Sounds:
    """Plays and stops them, one prompt at a time to a channel.

    A channel that hears a prompt can't be moved: it, and all requests behind it, would wait until
    it has heard it. So each prompt can be stopped, also one that an earlier controller began.
    """

    def __init__(self, ari: AriSession, effects: Effects, hearing: Hearing) -> None:
        self._ari = ari
        self._effects = effects
        self._hearing = hearing
        self._prompts: dict[str, str] = {}
        """Channel -> the prompt that it hears."""
        self._before: dict[str, str] = {}
        """Channel -> the prompt begun before a gap, which may play still."""
        self._rung_to: set[str] = set()
        self._numbers = itertools.count(time.time_ns())
        """Of prompts: none that an earlier controller has given."""

    # What was done is forgotten

    def playback_finished(self, playback: str) -> None:
        """Somebody has heard a prompt."""
        for channel in [c for c, name in self._prompts.items() if name == playback]:
            del self._prompts[channel]

    def channel_gone(self, channel: str) -> None:
        """A channel is no longer ours."""
        self._prompts.pop(channel, None)
        self._before.pop(channel, None)
        self._rung_to.discard(channel)

    def forget_all(self) -> None:
        """The connection was lost."""
        self._prompts.clear()
        self._before.clear()
        self._rung_to.clear()

    def know(self, channel: Channel) -> None:
        """A channel was found after a gap; it may hear a prompt from before."""
        if playback := channel.variables.get("CC_SAYS"):
            self._before[channel.id] = playback

    # Prompts

    def say(self, place: str, *media: str) -> str:
        """Play prompts to one channel, unless it hears others; the playback's name, if any."""
        channel = self._hearing.channel(place)
        if not any(media) or channel in self._prompts:
            return ""
        playback = f"{POSITION}{channel}-{next(self._numbers)}"
        self._prompts[channel] = playback
        # For who comes after us: a prompt that nobody can name can't be stopped.
        self._effects.start(self._ari.set_variable(channel, "CC_SAYS", playback))
        self._effects.start(self._ari.play(channel, list(filter(None, media)), playback=playback))
        return playback

    def cut(self, place: str) -> None:
        """End the prompt that a channel hears."""
        channel = self._hearing.channel(place)
        for prompts in (self._before, self._prompts):
            playback = prompts.pop(channel, None)
            if playback is not None:
                self._effects.start(self._ari.stop_playback(playback))

    # Ringing

    def ring_to(self, place: str) -> None:
        """Let a channel hear that it rings elsewhere."""
        channel = self._hearing.channel(place)
        self._rung_to.add(channel)
        self._effects.start(self._ari.ring(channel, on=True))

    def hush(self, place: str) -> None:
        """End the ringing that a channel hears."""
        channel = self._hearing.channel(place)
        if channel in self._rung_to:
            self._rung_to.remove(channel)
            self._effects.start(self._ari.ring(channel, on=False))

    def picked_up(self, place: str) -> None:
        """A channel was answered, which ends its ringing by itself."""
        self._rung_to.discard(self._hearing.channel(place))
