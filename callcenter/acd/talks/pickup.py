"""An agent reaches for a call himself: pickup of one that rings, take-over of a talk.

His own channel, over which he asked, serves the call from then on.
"""

from callcenter.acd.agents.agent import Agent
from callcenter.acd.agents.duty import after_talk, after_vain_ring
from callcenter.acd.calls.call import Call
from callcenter.acd.calls.ending import AGENT, end_consult, end_talk
from callcenter.acd.calls.ringing import serve_by, stop_ringing
from callcenter.acd.commands import HangUpLeg, Join
from callcenter.acd.deadlines import JOIN_LIMIT_S, Due
from callcenter.acd.machine import Turn
from callcenter.acd.matching.why import Why
from callcenter.acd.room import Room
from callcenter.acd.talk_commands import AdoptLeg, AnswerTransfer
from callcenter.acd.talk_events import PickupAsked, TakeOverAsked
from callcenter.acd.talk_facts import CallTransferred
from callcenter.acd.talks.handing import TAKE_OVER
from callcenter.acd.talks.party import BUSY, NOT_PERMITTED, UNKNOWN, profile
from callcenter.terms import AgentState, CallState, RingResult, TargetKind

NOTHING_RINGS = "nothing_rings"
"""Why a pickup is refused: at nobody of his team."""


def pickup_asked(room: Room, event: PickupAsked) -> None:
    """The call that has been ringing for longest at a member of his team is his."""
    agent = room.agents.get(event.agent)
    if agent is None or agent.in_call:
        _refuse(room, event.line, UNKNOWN if agent is None else BUSY)
        return
    call = _ringing_near(room, agent)
    if call is None:
        _refuse(room, event.line, NOTHING_RINGS)
        return
    freed = stop_ringing(room, call, RingResult.ELSEWHERE, room.now)
    _serve(room, call, agent, event.line, {"chose": "pickup"})
    for other in freed:
        after_vain_ring(room, other)


def take_over_asked(room: Room, event: TakeOverAsked) -> None:
    """The caller leaves his agent for the supervisor; a consult of that agent's ends."""
    supervisor, call = room.agents.get(event.agent), room.calls.get(event.call)
    if supervisor is None or call is None or call.agent is None:
        _refuse(room, event.line, UNKNOWN)
    elif supervisor.in_call or call.state is not CallState.TALKING:
        _refuse(room, event.line, BUSY)
    elif not call.outsider or not _same_tenant(room, supervisor, call.agent):
        _refuse(room, event.line, NOT_PERMITTED)
    else:
        _take_over(room, call, call.agent, supervisor, event.line)


def _take_over(room: Room, call: Call, agent: Agent, supervisor: Agent, line: str) -> None:
    if call.consult is not None:
        end_consult(room, call.consult, Turn.PICKED_UP, "returned", room.now)
    leg, wrap_up_s = call.leg, call.queue.policy.wrap_up_s
    end_talk(room, call, AGENT, room.now)
    room.facts.append(
        CallTransferred(
            room.now, call.id, leg, agent.name, TargetKind.AGENT, supervisor.name, TAKE_OVER
        )
    )
    del room.legs[leg]
    call.aim = None
    _serve(room, call, supervisor, line, {"chose": "take over"})
    room.commands.append(HangUpLeg(call.id, leg))
    after_talk(room, agent, wrap_up_s)


def _serve(room: Room, call: Call, agent: Agent, line: str, why: Why) -> None:
    serve_by(room, call, agent, why)
    room.commands += AdoptLeg(call.id, call.leg, line), Join(call.id, call.leg, call.record)
    room.deadlines.set(Due.JOIN, call.id, room.now + JOIN_LIMIT_S)


def _refuse(room: Room, line: str, reason: str) -> None:
    room.commands.append(AnswerTransfer("", line, done=False, reason=reason))


def _ringing_near(room: Room, agent: Agent) -> Call | None:
    """The call that rings at a team-mate, the first one where there are several."""
    mine = profile(room, agent)
    if not mine.team:
        return None
    near = [
        mate
        for mate in room.agents.values()
        if mate.state in _RINGS
        and room.calls[mate.call].state is CallState.RINGING
        and profile(room, mate).team == mine.team
        and _same_tenant(room, mate, agent)
    ]
    first = min(near, key=lambda mate: (mate.since, mate.name), default=None)
    return None if first is None else room.calls[first.call]


_RINGS = frozenset({AgentState.RESERVED, AgentState.RINGING})


def _same_tenant(room: Room, one: Agent, other: Agent) -> bool:
    return profile(room, one).tenant == profile(room, other).tenant
