"""Calls that agents place: to numbers outside, to colleagues, and to queues."""

from callcenter.acd.agents.agent import Agent
from callcenter.acd.calls.call import Call
from callcenter.acd.calls.call_parts import Placed
from callcenter.acd.calls.line import serve
from callcenter.acd.commands import HangUpCaller, HoldInQueue
from callcenter.acd.events import CallEntered
from callcenter.acd.facts import CallEnded
from callcenter.acd.machine import Turn
from callcenter.acd.room import Room
from callcenter.acd.talk_commands import AnswerTransfer
from callcenter.acd.talk_events import AgentCalls
from callcenter.acd.talk_facts import CallPlaced
from callcenter.acd.talks.party import BUSY, NOT_PERMITTED, PEOPLE, UNKNOWN, refusal, ring_party
from callcenter.acd.target import Target
from callcenter.terms import AgentState, CallKind, Outcome, TargetKind


def agent_calls(room: Room, event: AgentCalls) -> None:
    """An agent who has no call places one; he is TALKING from here on, until it is over.

    Signed out or not ready, he is so again afterwards; see `Room.engage`.
    """
    if event.call in room.calls:
        return
    outside = event.to.kind is TargetKind.OUTSIDE
    kind = CallKind.OUTBOUND if outside else CallKind.INTERNAL
    to = event.to
    room.facts.append(
        CallPlaced(
            room.now, event.call, kind, event.agent, to.kind, to.name, event.called, event.caller_id
        )
    )
    agent = room.agents.get(event.agent)
    reason = _refusal(room, agent, event)
    if agent is None or reason:
        room.facts.append(CallEnded(room.now, event.call, Outcome.OUTBOUND, reason))
        answer = AnswerTransfer(event.call, event.call, done=False, reason=reason)
        room.commands += answer, HangUpCaller(event.call)
    else:
        _begin(room, event, agent, kind)


def _refusal(room: Room, agent: Agent | None, event: AgentCalls) -> str:
    if agent is None or agent.leaving:
        return UNKNOWN
    if event.to.kind not in PEOPLE:
        return NOT_PERMITTED
    if agent.in_call or event.to == Target(TargetKind.AGENT, agent.name):
        return BUSY
    return refusal(room, agent, event.to)


def _begin(room: Room, event: AgentCalls, agent: Agent, kind: CallKind) -> None:
    to, now = event.to, room.now
    into_queue = to.kind is TargetKind.QUEUE
    queue = room.matching.queues[to.name] if into_queue else room.direct
    entered = CallEntered(event.call, queue.policy.name, agent.name, event.called, now, now)
    call = Call(entered, queue, now, 0, kind)
    in_wrap_up = kind is CallKind.INTERNAL and agent.state is AgentState.WRAP_UP
    call.placed = Placed(agent, in_wrap_up)
    call.move(CallEntered)
    room.calls[call.id] = call
    room.engage(agent, Turn.CALLS, call)
    if into_queue:
        serve(room, call)
        room.commands.append(HoldInQueue(call.id, to.name))
    else:
        ring_party(room, call, to, event.caller_id)
