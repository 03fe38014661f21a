"""Who asks: the agent behind a channel, and whom he talks to."""

from collections.abc import Callable
from dataclasses import dataclass

from callcenter.acd.floor import Floor
from callcenter.acd.talk_events import CONSULT_MARK, root_of
from callcenter.live.calls.hearing import Hearing
from callcenter.live.names import call_of, is_leg
from callcenter.pbx.ari.events import Channel


@dataclass(frozen=True, slots=True)
class Asker:
    """An agent in a talk, as the floor knows him."""

    agent: str
    call: str
    """The caller's call."""
    leg: str
    """His leg of it; of a call that he placed himself, the call's name again."""
    channel: str


class Askers:
    """Finds agents by their channels."""

    def __init__(self, hearing: Hearing, floor: Floor, sits_at: Callable[[str], str]) -> None:
        """`sits_at`: phone -> the agent who uses it."""
        self._hearing = hearing
        self._floor = floor
        self._sits_at = sits_at

    def at(self, channel: Channel) -> str:
        """The agent at the phone that calls us."""
        return self._sits_at(channel.variables.get("CC_AGENT", ""))

    def of(self, channel: str) -> Asker | None:
        """The agent of a channel; None for callers and parties outside."""
        known = self._hearing.channels.get(channel)
        agent = known.variables.get("CC_AGENT", "") if known is not None else ""
        if known is None or not agent:
            return None
        place = self._hearing.place(channel)
        if is_leg(place):
            return Asker(agent, root_of(call_of(place)), place, channel)
        if CONSULT_MARK not in place:
            # Who was called by a colleague, and is on the caller's side now, is told by his leg.
            name = agent if is_leg(channel) else self.at(known)
            return Asker(name, place, place, channel)
        return self.owner(self.at(known), root_of(place))

    def owner(self, agent: str, call: str) -> Asker:
        """The agent as the one who has this call, whichever of his channels he uses now."""
        view = self._floor.call(call)
        leg = view.leg if view is not None and view.agent == agent else call
        return Asker(agent, call, leg, self._hearing.channel(leg))

    def other_side(self, who: Asker) -> str:
        """The call or leg that he talks to."""
        if who.leg != who.call:
            return who.call
        view = self._floor.call(who.call)
        return view.leg if view is not None else ""

    def other_number(self, who: Asker) -> str:
        """The number of the caller that he talks to."""
        view = self._floor.call(who.call)
        return view.caller if view is not None and who.leg != who.call else ""
