"""Keys of waiting callers, and what is said with callers and called about callbacks.

The floor knows nothing of it until the caller has agreed: he waits in his line all the while, and
when it is his turn the talk begins. Whoever says nothing is left there.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from callcenter.acd.dialling import line_for
from callcenter.acd.events import CallEntered
from callcenter.acd.floor import Floor
from callcenter.acd.talk_events import CallbackAsked, DialledAnswered, DialledFailed, KeyChosen
from callcenter.live.callbacks.dialogue import YES, Dialogue, Reply
from callcenter.live.calls.hearing import Hearing, entered
from callcenter.live.calls.outbound import Outbound
from callcenter.live.calls.places import Places
from callcenter.live.told import Told
from callcenter.pbx.ari import events as pbx
from callcenter.site.model import Site
from callcenter.site.types import To
from callcenter.terms import CallKind, CallState, RingResult

ANSWER_S = 8.0
"""How long a caller may think after a prompt, and between two keys."""
PROMPT_S = 60.0
"""No prompt is longer; should the news of its end be lost, he is asked again."""
GREETING, PRESS, KEPT = "callback-greeting", "callback-press", "callback-kept"


@dataclass(slots=True)
class _Talk:
    """A caller who is asked, or one who was called back and has not said that he is there."""

    dialogue: Dialogue | None
    entered: CallEntered | None = None
    """Of one who has overflowed: his request."""
    timer: asyncio.TimerHandle | None = None
    playback: str = ""


class CallbackDesk:
    """An ear of the phones; see `phones.Ear`."""

    def __init__(
        self,
        hearing: Hearing,
        places: Places,
        outbound: Outbound,
        floor: Floor,
        submit: Callable[[Told], None],
        send: Callable[[str, str, str], None],
    ) -> None:
        """`submit` puts what happened into the mailbox; `send` gives a channel to the dialplan, at
        this context and extension."""
        self.prompt: Callable[[str], str] = lambda name: ""
        """Name of a prompt -> media as ARI names it."""
        self.site: Site | None = None
        self._hearing = hearing
        self._places = places
        self._outbound = outbound
        self._floor = floor
        self._submit = submit
        self._send = send
        self._talks: dict[str, _Talk] = {}

    def talks_with(self, call: str) -> bool:
        """True while the caller is asked: other announcements keep silent."""
        return call in self._talks

    def hear(self, event: pbx.Event, now: float) -> bool:
        """True for what concerns nobody else. `now`: epoch seconds."""
        match event:
            case pbx.StasisStart(args=("callback", queue)):
                self._hearing.hear(event, now)
                self._offer(event.channel, queue, now)
                return True
            case pbx.StasisStart(args=("callback",)):
                return self._picked_up(event, now)
            case pbx.KeyPressed():
                return self._keyed(self._hearing.place(event.channel), event.key)
            case pbx.PlaybackFinished():
                self._heard(event.playback)
            case pbx.StasisEnd() | pbx.ChannelDestroyed():
                self._drop(self._hearing.place(event.channel))
        return False

    def forget_all(self) -> None:
        """The connection was lost; who waits is still in his place."""
        for call in list(self._talks):
            self._drop(call)

    def restored(self) -> None:
        """Nothing is taken up again: a caller presses his key anew."""

    # Callers

    def _keyed(self, call: str, key: str) -> bool:
        talk = self._talks.get(call)
        if talk is None:
            return self._waiting_key(call, key)
        if talk.dialogue is None:
            if key == YES:
                self._drop(call)
                self._submit(DialledAnswered(call))
            return True
        if self._is_served(call, talk):
            return False
        self._places.sounds.cut(call)
        reply = talk.dialogue.press(key)
        if reply is None:
            self._arm(call, talk, ANSWER_S)
        else:
            self._answer(call, talk, reply)
        return True

    def _waiting_key(self, call: str, key: str) -> bool:
        view = self._floor.call(call)
        if view is None or view.state is not CallState.WAITING or view.kind is not CallKind.INBOUND:
            return False
        queue = self.site.queues.get(view.queue) if self.site is not None else None
        to = queue.keys.get(key) if queue is not None else None
        if to is None:
            return True
        if to.to is To.CALLBACK:
            dialogue = Dialogue(view.caller, self._permitted, offered=False)
            self._begin(call, _Talk(dialogue))
        else:
            self._submit(KeyChosen(call, key))
        return True

    def _offer(self, channel: pbx.Channel, queue: str, now: float) -> None:
        dialogue = Dialogue(channel.caller, self._permitted, offered=True)
        self._begin(channel.id, _Talk(dialogue, entered(channel, queue, now)))

    def _begin(self, call: str, talk: _Talk) -> None:
        assert talk.dialogue is not None  # noqa: S101  begun with one
        self._talks[call] = talk
        self._answer(call, talk, talk.dialogue.begin())

    def _answer(self, call: str, talk: _Talk, reply: Reply) -> None:
        """Say it; or tell the floor, or leave him where he is."""
        if reply.prompts:
            self._say(call, talk, *reply.prompts)
            return
        self._drop(call)
        if reply.agreed:
            self._submit(CallbackAsked(call, reply.agreed, talk.entered))
        elif talk.entered is not None:
            self._send(call, "cc-play", "all-agents-busy")
        else:
            self._places.sounds.say(call, self.prompt(KEPT))

    def _waits(self, call: str) -> bool:
        view = self._floor.call(call)
        return view is not None and view.state is CallState.WAITING

    def _say(self, call: str, talk: _Talk, *prompts: str) -> None:
        self._places.sounds.cut(call)
        talk.playback = self._places.sounds.say(call, *map(self.prompt, prompts))
        self._arm(call, talk, PROMPT_S)

    def _heard(self, playback: str) -> None:
        for call, talk in self._talks.items():
            if talk.dialogue is not None and talk.playback == playback:
                self._arm(call, talk, ANSWER_S)

    def _silent(self, call: str) -> None:
        talk = self._talks.get(call)
        if talk is None:
            return
        if talk.dialogue is None:
            self._nobody_there(call)
        elif not self._is_served(call, talk):
            self._answer(call, talk, talk.dialogue.silent())

    def _is_served(self, call: str, talk: _Talk) -> bool:
        """An agent has him by now, or is called for him: he is asked no more."""
        served = talk.entered is None and not self._waits(call)
        if served:
            self._drop(call)
        return served

    def _permitted(self, number: str) -> bool:
        return self.site is not None and line_for(self.site, "", number) is not None

    # Who is called back

    def _confirm_s(self, call: str) -> float:
        """How long he is asked for a key; 0 where he is not."""
        view = self._floor.call(call)
        if view is None or view.state is not CallState.DIALLING:
            return 0.0
        return self._floor.plan.queues[view.queue].callback.confirm_s

    def _picked_up(self, event: pbx.StasisStart, now: float) -> bool:
        """True where he is to press a key first: it may be a machine."""
        call = self._hearing.place(event.channel.id)
        if not self._confirm_s(call):
            return False
        self._hearing.hear(event, now)
        self._outbound.goes_on(DialledAnswered(call))
        if call not in self._talks:
            self._greet(call)
        return True

    def _greet(self, call: str) -> None:
        talk = _Talk(None)
        self._talks[call] = talk
        self._places.sounds.say(call, *map(self.prompt, (GREETING, PRESS, PRESS)))
        self._arm(call, talk, self._confirm_s(call))

    def _nobody_there(self, call: str) -> None:
        """Picked up by a machine, or by somebody who does not want to."""
        self._drop(call)
        self._places.hang_up(call)
        self._submit(DialledFailed(call, RingResult.MACHINE))

    # Time

    def _arm(self, call: str, talk: _Talk, seconds: float) -> None:
        if talk.timer is not None:
            talk.timer.cancel()
        talk.timer = asyncio.get_running_loop().call_later(seconds, self._silent, call)

    def _drop(self, call: str) -> None:
        talk = self._talks.pop(call, None)
        if talk is not None and talk.timer is not None:
            talk.timer.cancel()
