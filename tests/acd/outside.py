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

    def perform(self, commands: tuple[Command, ...]) -> None:
        for command in commands:
            method = getattr(self, f"_{type(command).__name__}", None)
            if method is not None:
                method(command)

    def _RingAgent(self, command: RingAgent) -> None:  # noqa: N802  named like the command
        assert command.leg not in self.legs
        self.legs[command.leg] = Leg(command.call, command.agent)

    def _Join(self, command: Join) -> None:  # noqa: N802
        if command.leg in self.legs:
            assert self.legs[command.leg].answered
            self.legs[command.leg].join_asked = True

    def _CancelRing(self, command: CancelRing) -> None:  # noqa: N802
        self._hang_up(command.leg)

    def _HangUpLeg(self, command: HangUpLeg) -> None:  # noqa: N802
        self._hang_up(command.leg)

    def _hang_up(self, leg: str) -> None:
        if leg in self.legs:
            self.legs[leg].told_to_go = True

    def _HangUpCaller(self, command: HangUpCaller) -> None:  # noqa: N802
        self.caller_hangs_up(command.call)

    def _Overflow(self, command: Overflow) -> None:  # noqa: N802
        if command.call in self.callers:
            self.callers.discard(command.call)
            self.handed_over.add(command.call)

    def _HoldInQueue(self, command: HoldInQueue) -> None:  # noqa: N802
        assert not any(
            leg.joined_at is not None and not leg.told_to_go
            for leg in self.legs.values()
            if leg.call == command.call
        )

    def _AnnouncePosition(self, command: AnnouncePosition) -> None:  # noqa: N802
        assert command.position >= 1

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
