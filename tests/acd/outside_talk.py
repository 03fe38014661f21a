"""An Asterisk with consults, transfers, numbers outside and callbacks; see `outside`."""

from dataclasses import dataclass, field

from callcenter.acd.commands import HangUpCaller, HoldInQueue, Join
from callcenter.acd.events import CallerGone
from callcenter.acd.talk_commands import (
    AdoptLeg,
    AnswerTransfer,
    DialCaller,
    HangUpLine,
    ParkCaller,
    Rejoin,
    RingOutside,
    SendCaller,
    TakeLeave,
    UseLine,
)
from callcenter.acd.talk_events import root_of
from tests.acd.outside import Leg, Outside


@dataclass
class TalkOutside(Outside):
    """Channels as well of second lines, and of callers who are dialled."""

    lines: dict[str, str] = field(default_factory=dict)
    """Second line -> its consult."""
    asked: set[str] = field(default_factory=set)
    """Channels over which agents reach for a call."""
    dialling: set[str] = field(default_factory=set)
    joins: dict[str, str] = field(default_factory=dict)
    """Leg -> the call whose bridge it is in, or shall be."""
    apart: set[str] = field(default_factory=set)
    """Calls whose caller hears music."""
    answers: list[AnswerTransfer] = field(default_factory=list)

    def _RingOutside(self, command: RingOutside) -> None:  # noqa: N802  named like the command
        assert command.leg not in self.legs
        self.legs[command.leg] = Leg(command.call, "")

    def _DialCaller(self, command: DialCaller) -> None:  # noqa: N802
        assert command.call not in self.callers, "he is on the line"
        assert command.call not in self.dialling, "never dialled twice at once"
        self.dialling.add(command.call)

    def _Join(self, command: Join) -> None:  # noqa: N802
        if command.leg in self.legs:
            super()._Join(command)
            self.joins[command.leg] = command.call

    def _AdoptLeg(self, command: AdoptLeg) -> None:  # noqa: N802
        if command.line in self.asked:
            self.asked.discard(command.line)
            self.legs[command.leg] = Leg(command.call, "", answered=True)

    def _ParkCaller(self, command: ParkCaller) -> None:  # noqa: N802
        self.apart.add(command.call)

    def _HoldInQueue(self, command: HoldInQueue) -> None:  # noqa: N802
        self.apart.discard(command.call)

    def _Rejoin(self, command: Rejoin) -> None:  # noqa: N802
        self.apart.discard(command.call)
        for name in command.legs:
            if name in self.legs:
                self.joins[name] = command.call

    def _SendCaller(self, command: SendCaller) -> None:  # noqa: N802
        if command.call in self.callers:
            self.callers.discard(command.call)
            self.handed_over.add(command.call)

    def _TakeLeave(self, command: TakeLeave) -> None:  # noqa: N802
        self.callers.discard(command.call)

    def _UseLine(self, command: UseLine) -> None:  # noqa: N802
        if command.line in self.lines:
            self.lines[command.line] = command.consult

    def _HangUpLine(self, command: HangUpLine) -> None:  # noqa: N802
        self.lines.pop(command.line, None)

    def _AnswerTransfer(self, command: AnswerTransfer) -> None:  # noqa: N802
        self.answers.append(command)
        self.asked.discard(command.leg)

    def _HangUpCaller(self, command: HangUpCaller) -> None:  # noqa: N802
        assert root_of(command.call) == command.call, "a consult has no caller"
        if command.call in self.dialling:
            self.dialling.discard(command.call)
            self.news.append(CallerGone(command.call, 16))
        super()._HangUpCaller(command)
