"""The floor's commands, performed over ARI.

All requests of a command are sent at once, in order; Asterisk carries them out one after another.
Nothing here waits for an answer: what comes of a command is told by events.
"""

import itertools
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from callcenter.acd import commands as acd
from callcenter.acd.events import CallLost, Event, LegFailed
from callcenter.live.effects import Effects
from callcenter.live.hearing import Hearing
from callcenter.live.names import POSITION, talk_bridge, wait_bridge
from callcenter.pbx.ari.session import AriSession
from callcenter.pbx.errors import PbxError, PbxGone
from callcenter.terms import RingResult

LEG_LIMIT_S = 14_400
"""Asterisk ends an agent's leg after this, whatever happens to us."""


@dataclass(frozen=True, slots=True)
class QueueDress:
    """What a queue shows and plays."""

    label: str
    music: str
    """Class of music on hold."""


class Performer:
    """Sends commands to Asterisk."""

    def __init__(
        self,
        ari: AriSession,
        effects: Effects,
        hearing: Hearing,
        *,
        agent_changed: Callable[[str], None],
        joining: Callable[[str, bool], None],
    ) -> None:
        """`agent_changed` is told of agents whose lamps must follow, `joining` of each leg whose
        talk is about to begin, and whether it is recorded."""
        self.queues: Mapping[str, QueueDress] = {}
        self.announcement: Callable[[int], str] = lambda place: ""
        """Place in the queue -> what is played, as ARI names media."""
        self._ari = ari
        self._effects = effects
        self._hearing = hearing
        self._agent_changed = agent_changed
        self._joining = joining
        self._waiting_rooms: set[str] = set()
        self._playing: dict[str, str] = {}
        self._paired: set[str] = set()
        self._playbacks = itertools.count(1)
        self._how: Mapping[type[acd.Command], Callable[[Any], None]] = {
            acd.HoldInQueue: self._hold_in_queue,
            acd.AnnouncePosition: self._announce,
            acd.RingAgent: self._ring_agent,
            acd.CancelRing: self._cancel_ring,
            acd.Join: self._join,
            acd.HangUpCaller: self._hang_up_caller,
            acd.HangUpLeg: self._hang_up_leg,
            acd.Overflow: self._overflow,
            acd.ShowAgent: self._show_agent,
        }

    def perform(self, commands: Iterable[acd.Command]) -> None:
        """Send all that the commands need.

        Phones ring first. That overtakes no other command of the same channel, since a ring is
        the first that an agent's leg hears of.
        """
        for command in sorted(commands, key=lambda c: not isinstance(c, acd.RingAgent)):
            self._how[type(command)](command)

    def playback_finished(self, playback: str) -> None:
        """A caller has heard his place."""
        for call in [c for c, p in self._playing.items() if p == playback]:
            del self._playing[call]

    def channel_gone(self, channel: str) -> None:
        """A channel is no longer ours."""
        self._paired.discard(channel)
        self._playing.pop(channel, None)

    def forget_all(self) -> None:
        """The connection was lost; bridges may be gone."""
        self._waiting_rooms.clear()
        self._playing.clear()
        self._paired.clear()

    def _hold_in_queue(self, command: acd.HoldInQueue) -> None:
        room = wait_bridge(command.queue)
        if command.queue not in self._waiting_rooms:
            self._waiting_rooms.add(command.queue)
            dress = self.queues.get(command.queue, QueueDress("", "default"))
            self._effects.start(self._ari.create_bridge(room, "holding"))
            self._effects.start(self._ari.start_music(room, dress.music))
        channel = self._hearing.channel(command.call)
        self._effects.start(self._ari.add_to_bridge(room, channel))
        if command.call in self._paired:
            self._pair(command.call, "")

    def _announce(self, command: acd.AnnouncePosition) -> None:
        media = self.announcement(command.position)
        if not media or command.call in self._playing:
            return
        playback = f"{POSITION}{command.call}-{next(self._playbacks)}"
        self._playing[command.call] = playback
        channel = self._hearing.channel(command.call)
        self._effects.start(self._ari.play(channel, [media], playback=playback))

    def _ring_agent(self, command: acd.RingAgent) -> None:
        self._effects.start(
            self._ari.originate(
                command.leg,
                f"PJSIP/{command.agent}",
                args="leg",
                timeout_s=command.timeout_s,
                originator=self._hearing.channel(command.call),
                caller_id=self._caller_id(command),
                variables={
                    "CC_CALL": command.call,
                    "CC_AGENT": command.agent,
                    "CC_LEG": command.leg,
                    "CC_QUEUE": command.queue,
                    "CC_PEER": self._hearing.name(command.call),
                    "CHANNEL(hangup_handler_push)": "cc-leg-gone,s,1",
                    "TIMEOUT(absolute)": str(LEG_LIMIT_S),
                },
            ),
            lambda error: _not_rung(command, error),
        )

    def _caller_id(self, command: acd.RingAgent) -> str:
        """Queue and caller, as the agent's phone shows them."""
        dress = self.queues.get(command.queue)
        label = (dress.label if dress else "") or command.queue
        name = "".join(c for c in label if c not in '"<>\\')
        caller = self._hearing.channels.get(command.call)
        number = "".join(c for c in (caller.caller if caller else "") if c not in '"<>\\ ')
        return f'"{name}" <{number}>'

    def _cancel_ring(self, command: acd.CancelRing) -> None:
        leg = self._hearing.channel(command.leg)
        self._effects.start(self._ari.hangup(leg, "answered_elsewhere"))

    def _join(self, command: acd.Join) -> None:
        self._stop_prompt(command.call)
        caller = self._hearing.channel(command.call)
        leg = self._hearing.channel(command.leg)
        bridge = talk_bridge(command.call)
        self._joining(command.leg, command.record)
        self._effects.start(self._ari.create_bridge(bridge, "mixing"))
        self._effects.start(
            self._ari.add_to_bridge(bridge, caller, leg),
            lambda error: _not_joined(command, error),
        )
        self._pair(command.call, self._hearing.name(command.leg))

    def _hang_up_caller(self, command: acd.HangUpCaller) -> None:
        self._effects.start(self._ari.hangup(self._hearing.channel(command.call)))

    def _hang_up_leg(self, command: acd.HangUpLeg) -> None:
        self._effects.start(self._ari.hangup(self._hearing.channel(command.leg)))

    def _overflow(self, command: acd.Overflow) -> None:
        self._stop_prompt(command.call)
        channel = self._hearing.channel(command.call)
        self._effects.start(self._ari.set_variable(channel, "CC_OVERFLOW", command.cause))
        self._effects.start(self._ari.continue_in_dialplan(channel, "cc-overflow", command.queue))

    def _show_agent(self, command: acd.ShowAgent) -> None:
        self._agent_changed(command.agent)

    def _pair(self, call: str, peer: str) -> None:
        """Name the caller's other side, so that the dialplan can free it while we are away."""
        (self._paired.add if peer else self._paired.discard)(call)
        channel = self._hearing.channel(call)
        self._effects.start(self._ari.set_variable(channel, "CC_PEER", peer))

    def _stop_prompt(self, call: str) -> None:
        """A channel that hears a prompt can't be moved: it, and all behind it, would wait."""
        playback = self._playing.pop(call, None)
        if playback is not None:
            self._effects.start(self._ari.stop_playback(playback))


def _not_rung(command: acd.RingAgent, error: PbxError) -> Event:
    """Asterisk makes no channel for a phone without a contact ("Allocation failed")."""
    result = RingResult.CALLER_GONE if isinstance(error, PbxGone) else RingResult.UNREACHABLE
    return LegFailed(command.call, command.leg, result)


def _not_joined(command: acd.Join, error: PbxError) -> Event | None:
    """A side that has hung up tells it by its own end; another refusal loses the call."""
    return None if isinstance(error, PbxGone) else CallLost(command.call, f"join refused: {error}")
