"""Blind transfers, and calls that a supervisor moves or ends.

| to                      | the caller                                   | nobody answers         |
|-------------------------|----------------------------------------------|------------------------|
| queue                   | waits there with his first request           | as in that queue       |
| agent                   | hears music while that phone rings           | back to his queue      |
| number outside          | hears music while it is dialled              | back to his queue      |
| menu, voicemail, survey | is given to the dialplan, and may come back  | as the dialplan says   |

Whom an agent called is handed on in the same way, to people only: he asked for no menu, and left
to the dialplan he would come back as a caller. Without a queue of his own, who is not taken goes
back to the agent who handed him on.
"""

from callcenter.acd.agents.agent import Agent
from callcenter.acd.calls.attempts import note_attempts
from callcenter.acd.calls.call import CALLERS, Call
from callcenter.acd.calls.ending import AGENT, SYSTEM, end, end_talk, leave_talk
from callcenter.acd.calls.line import leave
from callcenter.acd.calls.overflow import no_use
from callcenter.acd.commands import HangUpLeg
from callcenter.acd.machine import Turn
from callcenter.acd.room import Room
from callcenter.acd.talk_commands import AnswerTransfer, ParkCaller, SendCaller
from callcenter.acd.talk_events import CallMoved, ConsultAsked, HangUpAsked, TransferAsked
from callcenter.acd.talk_facts import CallSent, CallTransferred, TransferRefused
from callcenter.acd.talks.handing import BLIND, MOVED, back_to_caller, stand_anew
from callcenter.acd.talks.party import NOT_PERMITTED, PEOPLE, refusal, ring_party
from callcenter.acd.talks.turning import turn
from callcenter.acd.target import Target
from callcenter.terms import CallKind, CallState, TargetKind

IN_CONSULT = "in_consult"
NO_TALK = "no_talk"
"""Why a transfer is refused, beside those of `party`."""


def transfer_asked(room: Room, event: TransferAsked) -> None:
    """The agent hands his caller on, if the target can be had; else the talk goes on."""
    found = talk_of(room, event.call, event.leg)
    if found is None:
        return
    call, agent = found
    reason = why_not(room, call, agent, event.to)
    if reason:
        refuse(room, call, agent, event, reason)
    else:
        lead_talk(room, call, event.leg)
        _hand_on(room, call, agent, event)


def talk_of(room: Room, name: str, leg: str) -> tuple[Call, Agent] | None:
    """The talk of the agent whose leg it is, or who placed it over this channel; he is told when
    there is none."""
    call = room.legs.get(leg) or room.calls.get(leg)
    agent = None if call is None else _asker(call, leg)
    if call is None or call.state is not CallState.TALKING or agent is None:
        room.commands.append(AnswerTransfer(name, leg, done=False, reason=NO_TALK))
        return None
    return call, agent


def lead_talk(room: Room, call: Call, leg: str) -> None:
    """Whom the agent talks to is the call's caller's side from now on, if it was he himself."""
    if leg == call.id:
        turn(room, call)


def why_not(room: Room, call: Call, agent: Agent, to: Target) -> str:
    """Why the caller cannot be handed on to that target; empty when he can."""
    if call.kind is CallKind.CONSULT:
        return NOT_PERMITTED
    if call.kind not in CALLERS:
        if to.kind not in PEOPLE:
            return NOT_PERMITTED
        queue = room.matching.queues.get(to.name) if to.kind is TargetKind.QUEUE else None
        # He would wait there for ever.
        if queue is not None and (cause := no_use(queue)):
            return cause
    return IN_CONSULT if call.consult is not None else refusal(room, agent, to)


def refuse(
    room: Room, call: Call, agent: Agent, event: TransferAsked | ConsultAsked, reason: str
) -> None:
    """Not begun; the talk goes on."""
    to, leg = event.to, event.leg
    room.facts.append(TransferRefused(room.now, call.id, leg, agent.name, to.kind, to.name, reason))
    room.commands.append(AnswerTransfer(call.id, leg, done=False, reason=reason))


def _asker(call: Call, leg: str) -> Agent | None:
    if leg == call.id:
        return call.placed.agent if call.placed is not None else None
    return call.agent


def _hand_on(room: Room, call: Call, agent: Agent, event: TransferAsked) -> None:
    to, leg, wrap_up_s = event.to, call.leg, call.queue.policy.wrap_up_s
    end_talk(room, call, AGENT, room.now)
    room.facts.append(CallTransferred(room.now, call.id, leg, agent.name, to.kind, to.name, BLIND))
    del room.legs[leg]
    call.unseat()
    call.handed_by = agent.name
    room.commands.append(AnswerTransfer(call.id, event.leg, done=True))
    if to.kind is TargetKind.QUEUE:
        call.move(Turn.HANDED_ON)
        stand_anew(room, call, room.matching.queues[to.name])
    elif to.kind in PEOPLE:
        call.move(Turn.HANDED_ON)
        room.commands.append(ParkCaller(call.id))
        ring_party(room, call, to)
    else:
        _send(room, call, to)
    room.commands.append(HangUpLeg(call.id, leg))
    leave_talk(room, call, agent, wrap_up_s)


def _send(room: Room, call: Call, to: Target) -> None:
    """The third way a call leaves the floor, beside its end and the overflow."""
    call.move(Turn.SENT)
    room.forget(call)
    room.facts.append(CallSent(room.now, call.id, to.kind, to.name))
    room.commands.append(SendCaller(call.id, to))
    note_attempts(room.handed_over, call.id, call.attempts)


def call_moved(room: Room, event: CallMoved) -> None:
    """A waiting call goes to another queue. One that rings by now is served, and stays."""
    call, queue = room.calls.get(event.call), room.matching.queues.get(event.queue)
    if call is None or queue is None or queue.closed or queue is call.queue:
        return
    if call.state is not CallState.WAITING or not call.outsider:
        return
    leave(room, call)
    call.move(Turn.MOVED)
    room.facts.append(
        CallTransferred(room.now, call.id, "", "", TargetKind.QUEUE, event.queue, MOVED)
    )
    stand_anew(room, call, queue)


def hang_up_asked(room: Room, event: HangUpAsked) -> None:
    """A supervisor ends a call, in any state; a consult's agent is back with his caller."""
    call = room.calls.get(event.call)
    if call is None:
        return
    if call.kind is CallKind.CONSULT and call.consult is not None:
        back_to_caller(room, call.consult, HangUpAsked, "returned")
    else:
        end(room, call, HangUpAsked, SYSTEM, f"hung up by {event.by}", room.now)
