"""The floor's commands, performed over ARI.

All requests of a command are sent at once, in order; Asterisk carries them out one after another.
Nothing here waits for an answer: what comes of a command is told by events.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from callcenter.acd import commands as acd
from callcenter.acd.events import CallLost, LegFailed
from callcenter.acd.talk_commands import TalkCommand, TurnRound, UseLine
from callcenter.acd.talk_events import CONSULT_MARK
from callcenter.live.calls.hearing import Hearing
from callcenter.live.calls.places import Places
from callcenter.live.effects import Effects
from callcenter.live.told import Told
from callcenter.pbx.ari.session import AriSession
from callcenter.pbx.errors import PbxError, PbxGone
from callcenter.terms import RingResult

LEG_LIMIT_S = 14_400
"""Asterisk ends an agent's leg after this, whatever happens to us."""


class Performer:
    """Sends commands to Asterisk."""

    def __init__(
        self,
        ari: AriSession,
        effects: Effects,
        hearing: Hearing,
        places: Places,
        *,
        agent_changed: Callable[[str], None],
        more: Mapping[type[TalkCommand], Callable[[Any], None]],
    ) -> None:
        """`agent_changed` is told of agents whose lamps must follow. `more` performs the commands
        about talks with others than caller and agent."""
        self.announcement: Callable[[acd.AnnouncePosition], list[str]] = lambda told: []
        """What is played to a waiting caller, as ARI names media."""
        self.prompt: Callable[[str], str] = lambda name: ""
        """Name of a prompt -> media as ARI names it."""
        self.phone_of: Callable[[str], str] = lambda agent: agent
        """Agent -> the phone at which he sits."""
        self._ari = ari
        self._effects = effects
        self._hearing = hearing
        self._places = places
        self._agent_changed = agent_changed
        self._how: dict[type, Callable[[Any], None]] = {
            acd.HoldInQueue: self._hold_in_queue,
            acd.AnnouncePosition: self._announce,
            acd.Say: self._say,
            acd.RingAgent: self._ring_agent,
            acd.CancelRing: self._cancel_ring,
            acd.Join: self._join,
            acd.HangUpCaller: self._hang_up_caller,
            acd.HangUpLeg: self._hang_up_leg,
            acd.Overflow: self._overflow,
            acd.ShowAgent: self._show_agent,
        }
        self._how.update(more)

    def perform(self, commands: Iterable[acd.Command]) -> None:
        """Send all that the commands need.

        Phones ring first. That overtakes no other command of the same channel, since a ring is
        the first that an agent's leg hears of. Which channel is whose is known before.
        """
        for command in sorted(commands, key=lambda c: _FIRST.get(type(c), len(_FIRST))):
            self._how[type(command)](command)

    def _hold_in_queue(self, command: acd.HoldInQueue) -> None:
        self._places.wait(command.call, command.queue)

    def _announce(self, command: acd.AnnouncePosition) -> None:
        self._places.sounds.say(command.call, *self.announcement(command))

    def _say(self, command: acd.Say) -> None:
        self._places.sounds.say(command.call, self.prompt(command.prompt))

    def _ring_agent(self, command: acd.RingAgent) -> None:
        peer = self._hearing.name(command.call)
        self._places.told_peer(command.leg, peer)
        self._effects.start(
            self._ari.originate(
                command.leg,
                f"PJSIP/{self.phone_of(command.agent)}",
                args="leg",
                timeout_s=command.timeout_s,
                originator=self._hearing.channel(command.call),
                caller_id=self._caller_id(command),
                variables={
                    "CC_CALL": command.call,
                    "CC_AGENT": command.agent,
                    "CC_LEG": command.leg,
                    "CC_QUEUE": command.queue,
                    **watched(peer),
                },
            ),
            lambda error: _not_rung(command, error),
        )

    def _caller_id(self, command: acd.RingAgent) -> str:
        """Queue and caller, as the agent's phone shows them; a colleague who asks is the caller."""
        dress = self._places.queues.get(command.queue)
        label = (dress.label if dress else "") or command.queue
        caller = self._hearing.channels.get(self._hearing.channel(command.call))
        number = caller.caller if caller else ""
        colleague = caller.variables.get("CC_AGENT", "") if caller else ""
        if colleague and CONSULT_MARK in command.call:
            label, number = label or number, colleague
        return f'"{_plain(label)}" <{_plain(colleague or number).replace(" ", "")}>'

    def _cancel_ring(self, command: acd.CancelRing) -> None:
        leg = self._hearing.channel(command.leg)
        self._effects.start(self._ari.hangup(leg, "answered_elsewhere"))

    def _join(self, command: acd.Join) -> None:
        self._places.together(
            command.call, command.leg, on_failure=lambda error: _not_joined(command, error)
        )

    def _hang_up_caller(self, command: acd.HangUpCaller) -> None:
        self._places.hang_up(command.call)

    def _hang_up_leg(self, command: acd.HangUpLeg) -> None:
        self._places.hang_up(command.leg)

    def _overflow(self, command: acd.Overflow) -> None:
        channel = self._places.let_go(command.call)
        context, extension = "cc-overflow", command.queue
        if command.key:
            context, extension = f"cc-keys-{command.queue}", command.key
        else:
            self._effects.start(self._ari.set_variable(channel, "CC_OVERFLOW", command.cause))
        self._effects.start(self._ari.continue_in_dialplan(channel, context, extension))

    def _show_agent(self, command: acd.ShowAgent) -> None:
        self._agent_changed(command.agent)


_FIRST: Mapping[type, int] = {TurnRound: 0, UseLine: 1, acd.RingAgent: 2}


def watched(peer: str) -> dict[str, str]:
    """Variables of a channel that we make, so that it ends also while we are away."""
    return {
        "CC_PEER": peer,
        "CHANNEL(hangup_handler_push)": "cc-leg-gone,s,1",
        "TIMEOUT(absolute)": str(LEG_LIMIT_S),
    }


def _plain(text: str) -> str:
    return "".join(c for c in text if c not in '"<>\\')


def _not_rung(command: acd.RingAgent, error: PbxError) -> Told:
    """Asterisk makes no channel for a phone without a contact ("Allocation failed")."""
    result = RingResult.CALLER_GONE if isinstance(error, PbxGone) else RingResult.UNREACHABLE
    return LegFailed(command.call, command.leg, result)


def _not_joined(command: acd.Join, error: PbxError) -> Told | None:
    """A side that has hung up tells it by its own end; another refusal loses the call."""
    return None if isinstance(error, PbxGone) else CallLost(command.call, f"join refused: {error}")
