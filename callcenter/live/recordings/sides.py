"""What recording a talk takes: on whose channel, and which way the call went."""

from collections.abc import Mapping

from callcenter.acd.floor import Floor
from callcenter.acd.talk_events import root_of
from callcenter.live.calls.hearing import Hearing
from callcenter.live.names import call_of
from callcenter.terms import CallKind, Direction

_WAYS: Mapping[CallKind, Direction] = {
    CallKind.OUTBOUND: Direction.OUT,
    CallKind.CALLBACK: Direction.OUT,
    CallKind.INTERNAL: Direction.INTERNAL,
}


class TalkSides:
    """Asks the floor."""

    def __init__(self, floor: Floor, hearing: Hearing) -> None:
        self._floor = floor
        self._hearing = hearing

    def recorded(self, leg: str) -> str:
        """Name of the channel on which the leg's talk is recorded: the agent's, whose end is the
        end of his talk. Where he has placed the call himself that is the caller's side."""
        view = self._floor.call(root_of(call_of(leg)))
        placed = view is not None and view.kind is CallKind.OUTBOUND and view.placed_by
        return self._hearing.name(view.call if view is not None and placed else leg)

    def direction(self, call: str) -> Direction:
        """Of a call that is on the floor."""
        view = self._floor.call(call)
        return _WAYS.get(view.kind, Direction.IN) if view is not None else Direction.IN
