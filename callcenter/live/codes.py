"""Codes that agents dial on their phones: sign in and out, ready, not ready."""

from collections.abc import Callable
from typing import Protocol

from callcenter.acd import events as acd
from callcenter.live.effects import Effects
from callcenter.live.names import FAREWELL
from callcenter.pbx.ari.events import Channel
from callcenter.terms import AgentState

SIGNED_IN, SIGNED_OUT, READY, NOT_READY = "signed-in", "signed-out", "ready", "not-ready"
REFUSED = "refused"
"""Names of the prompts that answer."""


class Line(Protocol):
    """What is asked of Asterisk for a code."""

    async def play(self, channel: str, media: list[str], *, playback: str) -> None:
        """Play prompts to a channel."""

    async def hangup(self, channel: str) -> None:
        """End a channel."""


class FeatureCodes:
    """Answers codes: says what was done, and hangs up.

    An agent who becomes ready is told to the floor when his line is free again: else his phone
    would be called while it still hears the answer.
    """

    def __init__(
        self,
        line: Line,
        effects: Effects,
        submit: Callable[[acd.Event], None],
        state_of: Callable[[str], AgentState | None],
    ) -> None:
        self.prompt: Callable[[str], str] = lambda name: ""
        """Name of a prompt -> media as ARI names it, in the language of the channel."""
        self._line = line
        self._effects = effects
        self._submit = submit
        self._state_of = state_of
        self._due: dict[str, acd.Event | None] = {}

    def dialled(self, channel: Channel, code: str, reason: str) -> None:
        """An agent's phone has called a code."""
        event, answer = decide(code, channel.variables.get("CC_AGENT", ""), reason, self._state_of)
        if isinstance(event, acd.AgentSignedIn | acd.AgentReady):
            self._due[channel.id] = event
        else:
            self._due[channel.id] = None
            if event is not None:
                self._submit(event)
        playback = FAREWELL + channel.id
        self._effects.start(
            self._line.play(channel.id, [self.prompt(answer)], playback=playback),
            lambda error: self._hang_up(channel.id),
        )

    def playback_finished(self, playback: str) -> None:
        """The answer was heard."""
        if playback.startswith(FAREWELL):
            self._hang_up(playback.removeprefix(FAREWELL))

    def channel_gone(self, channel: str) -> None:
        """A line is free again."""
        event = self._due.pop(channel, None)
        if event is not None:
            self._submit(event)

    def forget_all(self) -> None:
        """The connection was lost; whoever was about to become ready is so now."""
        for channel in list(self._due):
            self.channel_gone(channel)

    def _hang_up(self, channel: str) -> None:
        self._effects.start(self._line.hangup(channel))


def decide(
    code: str, agent: str, reason: str, state_of: Callable[[str], AgentState | None]
) -> tuple[acd.Event | None, str]:
    """What a code does, and the prompt that answers. Unknown agents and codes are refused."""
    state = state_of(agent)
    if state is None:
        return None, REFUSED
    match code:
        case "sign_in":
            return acd.AgentSignedIn(agent), SIGNED_IN
        case "sign_out":
            return acd.AgentSignedOut(agent), SIGNED_OUT
        case "ready":
            return acd.AgentReady(agent), READY
        case "not_ready" if state is not AgentState.SIGNED_OUT:
            return acd.AgentNotReady(agent, reason), NOT_READY
    return None, REFUSED
