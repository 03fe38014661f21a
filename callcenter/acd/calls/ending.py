"""The one path on which calls end, whoever ended them and whatever went on; consults with them."""

from callcenter.acd.agents.agent import Agent
from callcenter.acd.agents.duty import after_talk, after_vain_ring
from callcenter.acd.calls.call import AMONG_COLLEAGUES, Call
from callcenter.acd.calls.line import leave
from callcenter.acd.calls.ringing import stop_ringing
from callcenter.acd.commands import Command, HangUpCaller, HangUpLeg
from callcenter.acd.deadlines import Due
from callcenter.acd.facts import CallEnded, TalkEnded
from callcenter.acd.machine import Trigger, Turn
from callcenter.acd.room import Room
from callcenter.acd.talk_commands import HangUpLine, SendCaller
from callcenter.acd.talk_events import CallbackAsked, root_of
from callcenter.acd.talk_facts import ConsultEnded, HoldEnded, HoldStarted
from callcenter.acd.talks.consultation import Consult
from callcenter.terms import CallKind, CallState, Outcome, RingResult

CALLER, AGENT, SYSTEM = "caller", "agent", "system"
"""Who ended a call or a talk."""

# Members that every call asks for; see machine.py.
_WAITING, _RINGING, _JOINING = CallState.WAITING, CallState.RINGING, CallState.JOINING
_TALKING, _DIALLING = CallState.TALKING, CallState.DIALLING
_INBOUND, _ANSWERED = CallKind.INBOUND, Outcome.ANSWERED

_CONSULT_ENDS = {CALLER: "caller_gone", AGENT: "agent_gone", SYSTEM: "system"}


def end(
    room: Room,
    call: Call,
    trigger: Trigger,
    by: str,
    cause: str,
    at: float,
    then: Command | None = None,
) -> None:
    """End the call: its record is closed, what is left of it is hung up, its agents move on.

    `at` is when it ended, in epoch seconds: now, but for calls that ended while nobody looked.
    `then` is done with the caller's channel instead of hanging it up.
    A consult's call is ended by `end_consult`.
    """
    if call.consult is not None:
        end_consult(room, call.consult, trigger, _CONSULT_ENDS[by], at)
    was = call.state
    outcome = outcome_of(call, trigger, by, at)
    call.move(trigger)
    room.forget(call)
    freed = part(room, call, was, by, at)
    survey = then.to.name if isinstance(then, SendCaller) else ""
    room.facts.append(CallEnded(at, call.id, outcome, cause, survey))
    if (by != CALLER and (call.dialling is None or not call.patient)) or was is _DIALLING:
        room.commands.append(then or HangUpCaller(call.id))
    for agent in freed:
        release(room, call, was, agent)
    if call.placed is not None:
        _release_placer(room, call, at)


def end_consult(room: Room, consult: Consult, trigger: Trigger, how: str, at: float) -> None:
    """End the consult and let go whom it has; its caller's call goes on, or ends behind it."""
    call, root = consult.call, consult.root
    consult.move(trigger)
    root.consult = None
    was = call.state
    call.move(Turn.CONSULT_OVER)
    del room.calls[call.id]
    freed = part(room, call, was, SYSTEM, at)
    room.facts.append(ConsultEnded(at, root.id, call.id, how))
    if consult.line:
        room.commands.append(HangUpLine(call.id, consult.line))
    for agent in freed:
        release(room, call, was, agent)


def outcome_of(call: Call, trigger: Trigger, by: str, at: float) -> Outcome:
    """How a call that ends now has ended; any talk at all makes a caller's an answered one."""
    if call.kind is not _INBOUND:
        return Outcome.OUTBOUND
    if call.talked(at):
        return _ANSWERED
    if trigger is CallbackAsked:
        return Outcome.CALLBACK_REQUESTED
    if by == SYSTEM:
        return Outcome.SYSTEM_FAIL
    if call.state is CallState.WAITING:
        return Outcome.ABANDONED_QUEUE
    return Outcome.ABANDONED_RING


def part(room: Room, call: Call, was: CallState, by: str, at: float) -> list[Agent]:
    """Take from the call what it has in that state: its place in line, its rings, its talk.

    Each is closed in the records, with its channels. Tells the agents who are to be released.
    """
    if was is _WAITING:
        leave(room, call)
    elif was is _RINGING and call.leg:
        return stop_ringing(room, call, RingResult.CALLER_GONE, at)
    elif call.leg:
        return _drop_leg(room, call, was, by, at)
    if call.dialling is not None:
        for due in (Due.DIAL, Due.AGAIN, Due.EXPIRE):
            room.deadlines.cancel(due, call.id)
    return [] if call.agent is None else [call.agent]


def end_talk(room: Room, call: Call, by: str, at: float) -> None:
    """Caller and leg are apart: the record of the talk, and of a hold that went on."""
    end_hold(room, call, at)
    room.facts.append(TalkEnded(at, call.id, call.leg, call.name_of(call.leg), by))
    call.answered_before = call.talked(at)
    call.joined_at = None


def begin_hold(room: Room, call: Call, leg: str) -> None:
    """The other side of that leg hears music from now on; a talk has one hold at a time."""
    if not call.held:
        call.held = leg
        room.facts.append(HoldStarted(room.now, root_of(call.id), leg, call.name_of(leg)))


def end_hold(room: Room, call: Call, at: float) -> None:
    """The hold is over, if there is one."""
    if not call.held:
        return
    room.facts.append(HoldEnded(at, root_of(call.id), call.held, call.name_of(call.held)))
    call.held = ""


def release(room: Room, call: Call, was: CallState, agent: Agent) -> None:
    """What the agent does after his part in the call."""
    if was is _TALKING:
        leave_talk(room, call, agent, call.queue.policy.wrap_up_s)
    else:
        after_vain_ring(room, agent)


def leave_talk(room: Room, call: Call, agent: Agent, wrap_up_s: float) -> None:
    """He has talked, and is out of the call. After talk among colleagues he is what he was, also
    if that was his wrap-up."""
    owed = call.owes_wrap_up == agent.name
    if owed:
        call.owes_wrap_up = ""
    if owed or call.kind not in AMONG_COLLEAGUES:
        after_talk(room, agent, wrap_up_s)
    else:
        after_vain_ring(room, agent)


def _drop_leg(room: Room, call: Call, was: CallState, by: str, at: float) -> list[Agent]:
    leg, agent = call.leg, call.agent
    if was is _JOINING:
        room.deadlines.cancel(Due.JOIN, call.id)
    else:
        end_talk(room, call, by, at)
    if by != AGENT:
        room.commands.append(HangUpLeg(call.id, leg))
    del room.legs[leg]
    call.unseat()
    return [] if agent is None else [agent]


def _release_placer(room: Room, call: Call, at: float) -> None:
    """Who called outside and talked has wrap-up; after others he is what he was."""
    placed = call.placed
    assert placed is not None  # noqa: S101  the caller looked
    wraps_up = placed.in_wrap_up or (call.kind is CallKind.OUTBOUND and call.talked(at))
    if wraps_up:
        after_talk(room, placed.agent, call.queue.policy.wrap_up_s)
    else:
        after_vain_ring(room, placed.agent)
