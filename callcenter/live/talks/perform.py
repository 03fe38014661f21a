"""Commands about talks that have more than two parties, or one outside, performed over ARI."""

from collections.abc import Callable, Mapping
from typing import Any

from callcenter.acd import talk_commands as acd
from callcenter.acd.talk_events import CONSULT_MARK
from callcenter.acd.views import CallView
from callcenter.live.calls.hearing import Hearing
from callcenter.live.calls.outbound import Outbound
from callcenter.live.calls.perform import watched
from callcenter.live.calls.places import Places
from callcenter.live.effects import Effects
from callcenter.live.talks.referrals import Referrals
from callcenter.pbx.ari.session import AriSession
from callcenter.terms import TargetKind

WHERE: Mapping[TargetKind, Callable[[str], tuple[str, str]]] = {
    TargetKind.MENU: lambda name: (f"cc-menu-{name}", "s"),
    TargetKind.VOICEMAIL: lambda name: ("cc-voicemail", name),
    TargetKind.SURVEY: lambda name: ("cc-survey", name),
}
"""Context and extension of the places to which a caller is sent."""


class TalkPerformer:
    """Sends these commands to Asterisk; a part of the performer."""

    def __init__(
        self,
        ari: AriSession,
        effects: Effects,
        hearing: Hearing,
        places: Places,
        outbound: Outbound,
        referrals: Referrals,
        answer: Callable[[acd.AnswerTransfer], None],
        call: Callable[[str], CallView | None],
    ) -> None:
        """`answer` tells an agent what came of his transfer; `call` shows a call as it is now."""
        self._ari = ari
        self._effects = effects
        self._hearing = hearing
        self._places = places
        self._call = call
        self._outbound = outbound
        self._referrals = referrals
        self.how: Mapping[type[acd.TalkCommand], Callable[[Any], None]] = {
            acd.RingOutside: outbound.ring,
            acd.DialCaller: self._dial_caller,
            acd.ParkCaller: self._park_caller,
            acd.TurnRound: self._turn_round,
            acd.AdoptLeg: self._adopt_leg,
            acd.UseLine: self._use_line,
            acd.Rejoin: self._rejoin,
            acd.SendCaller: self._send_caller,
            acd.TakeLeave: self._take_leave,
            acd.AnswerTransfer: answer,
            acd.HangUpLine: self._hang_up_line,
        }
        """Command -> what performs it."""

    def _park_caller(self, command: acd.ParkCaller) -> None:
        """Of a consult it is the consulted party: the other side is the agent himself."""
        view = self._call(command.call) if CONSULT_MARK in command.call else None
        self._places.park(command.call if view is None else view.leg)

    def _turn_round(self, command: acd.TurnRound) -> None:
        """Nothing is asked of Asterisk: after a restart the journal tells it."""
        self._hearing.turn(command.call, command.leg, command.number)
        view = self._call(command.call)
        agent = "" if view is None else view.agent
        self._hearing.note(self._hearing.channel(command.leg), {"CC_AGENT": agent})

    def _adopt_leg(self, command: acd.AdoptLeg) -> None:
        """The channel dies with its talk now, and not with the code that it dialled."""
        self._hearing.take_place(command.line, command.leg)
        view, peer = self._call(command.call), self._hearing.name(command.call)
        self._places.told_peer(command.line, peer)
        self._tell(
            command.line,
            {
                "CC_PLAYS": command.leg,
                "CC_LEG": command.leg,
                "CC_CALL": command.call,
                "CC_AGENT": "" if view is None else view.agent,
                **watched(peer),
            },
        )

    def _tell(self, channel: str, variables: Mapping[str, str]) -> None:
        self._hearing.note(channel, variables)
        for name, value in variables.items():
            self._effects.start(self._ari.set_variable(channel, name, value))

    def _use_line(self, command: acd.UseLine) -> None:
        channel = self._hearing.channel(command.line)
        self._hearing.take_place(channel, command.consult)
        if self._hearing.place(channel) == command.consult:
            self._tell(channel, {"CC_PLAYS": command.consult})
        self._places.sounds.ring_to(command.consult)

    def _rejoin(self, command: acd.Rejoin) -> None:
        self._places.together(command.call, *command.legs)

    def _dial_caller(self, command: acd.DialCaller) -> None:
        view = self._call(command.call)
        told = {} if view is None else {"CC_QUEUE": view.queue, "CC_CALLED": view.called}
        if view is not None and view.language:
            told |= {"CC_LANGUAGE": view.language, "CHANNEL(language)": view.language}
        self._outbound.dial_caller(command, told)

    def _send_caller(self, command: acd.SendCaller) -> None:
        self.send(command.call, *WHERE[command.to.kind](command.to.name))

    def _take_leave(self, command: acd.TakeLeave) -> None:
        self.send(command.call, "cc-play", "callback-agreed")

    def send(self, call: str, context: str, extension: str) -> None:
        """Give a caller to the dialplan."""
        channel = self._places.let_go(call)
        self._effects.start(self._ari.continue_in_dialplan(channel, context, extension))

    def _hang_up_line(self, command: acd.HangUpLine) -> None:
        self._referrals.hang_up_line(command.line, "normal" if command.consult else "busy")
