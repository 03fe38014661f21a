"""After a restart, consults go on: who hears whom is set anew, as the journal and Asterisk tell."""

from collections.abc import Callable, Iterable, Mapping

from callcenter.acd.calls.ending import begin_hold, end_hold
from callcenter.acd.events import CallFound
from callcenter.acd.room import Room
from callcenter.acd.talk_commands import ParkCaller, Rejoin, TalkCommand, UseLine
from callcenter.acd.talk_events import SwapAsked
from callcenter.acd.talks.consultation import Consult
from callcenter.terms import CallKind, ConsultState


def resume_consult(room: Room, found: Iterable[CallFound]) -> None:
    """Of each consult that is still going on.

    The journal does not tell whom the agent talks to just now; Asterisk's bridges do. Where they
    do not, he is back with whom he consults.
    """
    joined = {told.entered.call for told in found if told.joined_at is not None}
    for call in list(room.calls.values()):
        if call.consult is not None and call.kind is CallKind.CONSULT:
            _resume(room, call.consult, joined)


def _resume(room: Room, consult: Consult, joined: set[str]) -> None:
    root, call = consult.root, consult.call
    room.commands.append(UseLine(call.id, consult.line or root.leg))
    away = root.id in joined and call.id not in joined
    if consult.state is ConsultState.SPEAKING and away:
        consult.move(SwapAsked)
    if consult.state in (ConsultState.ASKING, ConsultState.SPEAKING):
        begin_hold(room, root, root.leg)
    else:
        end_hold(room, root, room.now)
    room.commands += _HEARS[consult.state](consult)


_HEARS: Mapping[ConsultState, Callable[[Consult], tuple[TalkCommand, ...]]] = {
    ConsultState.ASKING: lambda c: (ParkCaller(c.root.id),),
    ConsultState.SPEAKING: lambda c: (
        ParkCaller(c.root.id),
        Rejoin(c.call.id, (c.call.leg,)),
    ),
    ConsultState.AWAY: lambda c: (ParkCaller(c.call.id), Rejoin(c.root.id, (c.root.leg,))),
    ConsultState.MERGED: lambda c: (Rejoin(c.root.id, (c.root.leg, c.call.leg)),),
}
