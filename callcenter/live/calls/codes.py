"""Codes that agents dial on their phones: sign in and out, ready, not ready, wrap-up, figures."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol

from callcenter.acd import events as acd
from callcenter.live.agents.figures import DayFigures, spoken
from callcenter.live.agents.pins import Judged, Pins
from callcenter.live.agents.seats import Seats
from callcenter.live.effects import Effects
from callcenter.live.names import FAREWELL, PIN
from callcenter.pbx.ari.events import Channel, KeyPressed
from callcenter.pbx.errors import PbxError
from callcenter.terms import AgentState

SIGNED_IN, SIGNED_OUT, READY, NOT_READY = "signed-in", "signed-out", "ready", "not-ready"
EXTENDED, REFUSED, ENTER_PIN, WRONG_PIN = "extended", "refused", "enter-pin", "wrong-pin"
TOO_MANY = "too-many-not-ready"
"""Names of the prompts that answer."""

_BUSY = frozenset({AgentState.RESERVED, AgentState.RINGING, AgentState.TALKING})


class Line(Protocol):
    """What is asked of Asterisk for a code."""

    async def play(self, channel: str, media: Sequence[str], *, playback: str) -> None:
        """Play prompts to a channel."""

    async def stop_playback(self, playback: str) -> None:
        """Stop prompts."""

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
        seats: Seats,
        figures: Callable[[str], Awaitable[DayFigures]],
    ) -> None:
        """`figures` reads an agent's day. It raises PbxError where that cannot be read now."""
        self.prompt: Callable[[str], str] = lambda name: ""
        """Name of a prompt -> media as ARI names it, in the language of the channel."""
        self.may_pause: Callable[[str, str], bool] = lambda agent, reason: True
        """Whether his team's limits let this agent be not ready for this reason."""
        self.language = "zh"
        self.pins = Pins()
        self._line = line
        self._effects = effects
        self._submit = submit
        self._state_of = state_of
        self._seats = seats
        self._figures = figures
        self._due: dict[str, Callable[[], None] | None] = {}
        """Lines that call a code -> what is done when the line is free again."""
        self._phones: dict[str, str] = {}
        """Lines on which a PIN is keyed in -> the phone."""

    def dialled(self, channel: Channel, code: str, word: str, now: float) -> None:
        """An agent's phone has called a code; `word` is a reason, or another agent's number."""
        phone = channel.variables.get("CC_AGENT", "")
        agent = self._seats.sits_at(phone)
        self._due[channel.id] = None
        if code == "sign_in" and word == phone:
            self._move_in(channel.id, phone, phone)
        elif code == "sign_in" and word:
            self._phones[channel.id] = phone
            self._ask_for_pin(channel.id, word, now)
        elif code == "figures" and self._state_of(agent) is not None:
            self._effects.start(self._tell_figures(channel.id, agent))
        else:
            self._obey(channel.id, code, agent, word)

    def refuse(self, channel: str) -> None:
        """What a code asked for cannot be had: say so, and hang up."""
        self.farewell(channel, REFUSED)

    def farewell(self, channel: str, prompt: str) -> None:
        """Say something, and hang up."""
        self._due.setdefault(channel)
        self._play(channel, [prompt], FAREWELL)

    def keyed(self, event: KeyPressed, now: float) -> bool:
        """A key; True when it was pressed on a line that calls a code."""
        if event.channel not in self._due:
            return False
        agent = self.pins.awaited(event.channel)
        if agent:
            self._judge(event.channel, agent, self.pins.press(event.channel, event.key, now))
        return True

    def playback_finished(self, playback: str) -> None:
        """The answer was heard."""
        if playback.startswith(FAREWELL):
            self._hang_up(playback.removeprefix(FAREWELL))

    def channel_gone(self, channel: str) -> None:
        """A line is free again."""
        self.pins.forget(channel)
        self._phones.pop(channel, None)
        due = self._due.pop(channel, None)
        if due is not None:
            due()

    def forget_all(self) -> None:
        """The connection was lost; whoever was about to become ready is so now."""
        self.pins.forget_all()
        for channel in list(self._due):
            self.channel_gone(channel)

    # Sign-in on another's phone

    def _ask_for_pin(self, channel: str, agent: str, now: float) -> None:
        known = self._state_of(agent) is not None
        if known and self.pins.ask(channel, agent, now):
            self._play(channel, [ENTER_PIN], PIN)
        else:
            self._play(channel, [REFUSED], FAREWELL)

    def _judge(self, channel: str, agent: str, judged: Judged) -> None:
        if judged is not Judged.MORE:
            self._effects.start(self._line.stop_playback(f"{PIN}{channel}"))
        match judged:
            case Judged.WRONG:
                self._play(channel, [WRONG_PIN, ENTER_PIN], PIN)
            case Judged.REFUSED:
                self._play(channel, [REFUSED], FAREWELL)
            case Judged.RIGHT:
                self._move_in(channel, agent, self._phones[channel])

    def _move_in(self, channel: str, agent: str, phone: str) -> None:
        """He takes the seat; whoever has it is signed out, unless one of the two is in a call."""
        sitter = self._seats.sits_at(phone)
        if self._state_of(agent) in _BUSY or self._state_of(sitter) in _BUSY:
            self._play(channel, [REFUSED], FAREWELL)
            return

        def take() -> None:
            if sitter != agent:
                self._submit(acd.AgentSignedOut(sitter))
            self._seats.take(agent, phone)
            self._submit(acd.AgentSignedIn(agent))

        self._due[channel] = take
        self._play(channel, [SIGNED_IN], FAREWELL)

    # The others

    def _obey(self, channel: str, code: str, agent: str, reason: str) -> None:
        event, answer = decide(code, agent, reason, self._state_of)
        if isinstance(event, acd.AgentNotReady) and not self.may_pause(agent, event.reason):
            # The floor hears of it all the same, and notes the refusal.
            answer = TOO_MANY
        if isinstance(event, acd.AgentSignedIn | acd.AgentReady):
            ready = event
            self._due[channel] = lambda: self._submit(ready)
        elif event is not None:
            self._submit(event)
        self._play(channel, [answer], FAREWELL)

    async def _tell_figures(self, channel: str, agent: str) -> None:
        try:
            words = spoken(await self._figures(agent), self.language)
        except PbxError:
            words = [REFUSED]
        self._play(channel, words, FAREWELL)

    def _play(self, channel: str, prompts: Sequence[str], purpose: str) -> None:
        media = [self.prompt(name) for name in prompts]
        self._effects.start(
            self._line.play(channel, media, playback=f"{purpose}{channel}"),
            lambda error: self._hang_up(channel),
        )

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
        case "extend" if state is AgentState.WRAP_UP:
            return acd.WrapUpExtended(agent), EXTENDED
        case "not_ready" if state is not AgentState.SIGNED_OUT:
            return acd.AgentNotReady(agent, reason), NOT_READY
    return None, REFUSED
