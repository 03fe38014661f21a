"""Phones that are called for a call: agents', one or several at once, and numbers outside."""

from callcenter.acd.agents.agent import Agent
from callcenter.acd.calls.call import NOBODY, Call
from callcenter.acd.commands import CancelRing, RingAgent
from callcenter.acd.deadlines import OUTSIDE_RING_S, RING_GRACE_S, Due
from callcenter.acd.facts import RingEnded, RingStarted
from callcenter.acd.machine import Trigger, Turn
from callcenter.acd.matching.why import BY_NAME, Why
from callcenter.acd.room import Room
from callcenter.acd.talk_commands import DialCaller, RingOutside
from callcenter.acd.talk_facts import CallbackDialled
from callcenter.terms import CallState, RingResult


def ring(room: Room, call: Call, agent: Agent, why: Why) -> None:
    """Call the phone of an agent whom the queue chose for a WAITING call.

    For a RINGING call he rings beside the others, and the first answer wins. A callback whose
    caller is not on the line is dialled first, while the agent is reserved.
    """
    if call.dialling is not None and call.patient:
        _dial(room, call, agent)
        return
    leg = _new_leg(room, call)
    if call.state is _RINGING:
        ring_beside(call, leg, agent)
    else:
        call.move(_CHOSEN)
        call.leg, call.agent = leg, agent
    _note(room, call, leg, agent.name, why)
    room.move_agent(agent, _CHOSEN, "", call)
    _call_phone(room, call, leg, agent)


def ring_by_name(room: Room, call: Call, agent: Agent) -> None:
    """Call the phone of an agent who was asked for by his number, for a call out of line."""
    call.move(Turn.CHOSEN)
    call.leg, call.agent = _new_leg(room, call), agent
    _note(room, call, call.leg, agent.name, {"chose": BY_NAME})
    room.engage(agent, Turn.CALLED, call)
    _call_phone(room, call, call.leg, agent)


def ring_reserved(room: Room, call: Call, agent: Agent, trigger: Trigger) -> None:
    """The dialled caller of a callback is there: the phone of his reserved agent is called."""
    call.move(trigger)
    call.leg = _new_leg(room, call)
    _note(room, call, call.leg, agent.name, {"chose": "callback"})
    _call_phone(room, call, call.leg, agent)


def ring_outside(room: Room, call: Call, number: str, caller_id: str) -> None:
    """Dial a number outside for a call out of line."""
    call.move(Turn.CHOSEN)
    call.leg = _new_leg(room, call)
    _note(room, call, call.leg, "", {"chose": "outside", "number": number})
    room.commands.append(RingOutside(call.id, call.leg, number, caller_id, OUTSIDE_RING_S))
    room.deadlines.set(Due.RING, call.id, room.now + OUTSIDE_RING_S + RING_GRACE_S)


def serve_by(room: Room, call: Call, agent: Agent, why: Why) -> None:
    """The agent is on the line already: his channel is the call's leg. JOINING follows."""
    call.move(Turn.PICKED_UP)
    call.leg, call.agent = _new_leg(room, call), agent
    _note(room, call, call.leg, agent.name, why)
    room.facts.append(
        RingEnded(room.now, call.id, call.leg, agent.name, RingResult.ANSWERED, sip_code=200)
    )
    room.engage(agent, Turn.CALLED, call)


def stop_ringing(room: Room, call: Call, result: RingResult, at: float) -> list[Agent]:
    """All phones that ring for the call fall silent; tells their agents, who are to be freed."""
    agent, leg = call.agent, call.leg
    silence(room, call, leg, call.name_of(leg), result, at)
    freed = [agent] if agent is not None else []
    call.unseat()
    room.deadlines.cancel(Due.RING, call.id)
    return freed + stop_others(room, call, result, at)


def stop_others(room: Room, call: Call, result: RingResult, at: float) -> list[Agent]:
    """The phones that ring beside the call's own fall silent; tells their agents."""
    freed = list(call.also.values())
    for leg, agent in call.also.items():
        silence(room, call, leg, agent.name, result, at)
    call.also = NOBODY
    return freed


def silence(room: Room, call: Call, leg: str, agent: str, result: RingResult, at: float) -> None:
    """One phone falls silent."""
    room.facts.append(RingEnded(at, call.id, leg, agent, result, sip_code=0))
    room.commands.append(CancelRing(call.id, leg))
    del room.legs[leg]


def ring_beside(call: Call, leg: str, agent: Agent) -> None:
    """One more leg rings for the call."""
    if call.also is NOBODY:
        call.also = {}
    call.also[leg] = agent


def lead(call: Call, leg: str) -> None:
    """That leg of several becomes the call's own, and its own leg one of the others."""
    if leg != call.leg:
        first, call.agent = call.agent, call.also.pop(leg)
        assert first is not None  # noqa: S101  only agents' phones ring beside others
        call.also[call.leg], call.leg = first, leg


# Members that every call asks for; see machine.py.
_RINGING, _CHOSEN, _RING = CallState.RINGING, Turn.CHOSEN, Due.RING


def _new_leg(room: Room, call: Call) -> str:
    call.attempts += 1
    leg = f"{call.id}~{call.attempts}"
    room.legs[leg] = call
    return leg


def _note(room: Room, call: Call, leg: str, agent: str, why: Why) -> None:
    queue = call.queue.policy.name
    room.facts.append(RingStarted(room.now, call.id, leg, agent, queue, why))


def _call_phone(room: Room, call: Call, leg: str, agent: Agent) -> None:
    policy = call.queue.policy
    room.commands.append(RingAgent(call.id, leg, agent.name, policy.name, policy.ring_timeout_s))
    room.deadlines.set(_RING, call.id, room.now + policy.ring_timeout_s + RING_GRACE_S)


def _dial(room: Room, call: Call, agent: Agent) -> None:
    dialling = call.dialling
    assert dialling is not None  # noqa: S101  only callbacks are patient
    call.move(Turn.DIALLED)
    dialling.attempts += 1
    call.agent = agent
    room.facts.append(CallbackDialled(room.now, call.id, agent.name, dialling.attempts))
    room.move_agent(agent, Turn.CHOSEN, call=call)
    rule = call.queue.policy.callback
    room.commands.append(DialCaller(call.id, dialling.number, rule.dial_timeout_s))
    room.deadlines.cancel(Due.EXPIRE, call.id)
    limit_s = rule.dial_timeout_s + rule.confirm_s + RING_GRACE_S
    room.deadlines.set(Due.DIAL, call.id, room.now + limit_s)
