"""An Asterisk that answers the floor's commands, late, wrongly or never, as a test decides."""

from dataclasses import dataclass, field

from callcenter.acd.commands import (
    AnnouncePosition,
    CancelRing,
    Command,
    HangUpCaller,
    HangUpLeg,
    HoldInQueue,
    Join,
    Overflow,
    RingAgent,
)
from callcenter.acd.events import CallerGone, Event, LegFailed, LegGone
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
from callcenter.terms import RingResult


@dataclass
class Leg:
    """One agent's channel."""

    call: str
    agent: str
    answered: bool = False
    joined_at: float | None = None
    join_asked: bool = False
    told_to_go: bool = False


@dataclass
class Outside:
    """Channels that are up, and news that is under way to the floor."""

    callers: set[str] = field(default_factory=set)
    handed_over: set[str] = field(default_factory=set)
    legs: dict[str, Leg] = field(default_factory=dict)
    news: list[Event] = field(default_factory=list)
    lines: dict[str, str] = field(default_factory=dict)
    """Second line -> its consult."""
    asked: set[str] = field(default_factory=set)
    """Channels over which agents reach for a call."""
    dialling: set[str] = field(default_factory=set)
    joins: dict[str, str] = field(default_factory=dict)
    """Leg -> the call whose bridge it is in, or shall be."""
    apart: set[str] = field(default_factory=set)
    """Calls whose caller hears music by himself."""
    music: set[str] = field(default_factory=set)
    """Calls whose caller hears a queue's music."""
    answers: list[AnswerTransfer] = field(default_factory=list)

    def perform(self, commands: tuple[Command, ...]) -> None:
        for command in commands:
            method = getattr(self, f"_{type(command).__name__}", None)
            if method is not None:
                method(command)

    def _RingAgent(self, command: RingAgent) -> None:  # noqa: N802  named like the command
        assert command.leg not in self.legs
        self.legs[command.leg] = Leg(command.call, command.agent)

    def _CancelRing(self, command: CancelRing) -> None:  # noqa: N802
        self._hang_up(command.leg)

    def _HangUpLeg(self, command: HangUpLeg) -> None:  # noqa: N802
        self._hang_up(command.leg)

    def _hang_up(self, leg: str) -> None:
        if leg in self.legs:
            self.legs[leg].told_to_go = True

    def _Overflow(self, command: Overflow) -> None:  # noqa: N802
        if command.call in self.callers:
            self.callers.discard(command.call)
            self.handed_over.add(command.call)

    def _AnnouncePosition(self, command: AnnouncePosition) -> None:  # noqa: N802
        assert command.position is None or command.position >= 1

    def _RingOutside(self, command: RingOutside) -> None:  # noqa: N802
        assert command.leg not in self.legs
        self.legs[command.leg] = Leg(command.call, "")

    def _DialCaller(self, command: DialCaller) -> None:  # noqa: N802
        assert command.call not in self.callers, "he is on the line"
        assert command.call not in self.dialling, "never dialled twice at once"
        self.dialling.add(command.call)

    def _AdoptLeg(self, command: AdoptLeg) -> None:  # noqa: N802
        if command.line in self.asked:
            self.asked.discard(command.line)
            self.legs[command.leg] = Leg(command.call, "", answered=True)

    def _ParkCaller(self, command: ParkCaller) -> None:  # noqa: N802
        self.apart.add(command.call)

    def _Rejoin(self, command: Rejoin) -> None:  # noqa: N802
        self.apart.discard(command.call)
        self.music.discard(command.call)
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

    def _Join(self, command: Join) -> None:  # noqa: N802
        if command.leg in self.legs:
            assert self.legs[command.leg].answered
            self.legs[command.leg].join_asked = True
            self.joins[command.leg] = command.call
        self.music.discard(command.call)

    def _HoldInQueue(self, command: HoldInQueue) -> None:  # noqa: N802
        self.apart.discard(command.call)
        self.music.add(command.call)

    def _HangUpCaller(self, command: HangUpCaller) -> None:  # noqa: N802
        assert root_of(command.call) == command.call, "a consult has no caller"
        if command.call in self.dialling:
            self.dialling.discard(command.call)
            self.news.append(CallerGone(command.call, 16))
        self.caller_hangs_up(command.call)

    def caller_hangs_up(self, call: str) -> None:
        if call in self.callers | self.handed_over:
            self.callers.discard(call)
            self.handed_over.discard(call)
            self.news.append(CallerGone(call, 16))

    def leg_ends(self, name: str, result: RingResult) -> None:
        leg = self.legs.pop(name)
        if leg.answered:
            self.news.append(LegGone(leg.call, name, 16))
        else:
            self.news.append(LegFailed(leg.call, name, result, 486))
