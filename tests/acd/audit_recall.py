"""A second opinion on the journal: it alone tells what the floor holds."""

from callcenter.acd.agents.agent import Agent
from callcenter.acd.calls.call import Call
from callcenter.acd.floor import Floor
from callcenter.acd.known import CallKnown
from callcenter.acd.restart.recall import Recall
from callcenter.terms import AgentState, CallState, ConsultState


def check_recall(floor: Floor, recall: Recall) -> None:
    """The facts so far lead to the floor as it is."""
    room = floor._room
    held = {call.id: _held(call) for call in room.calls.values()}
    assert {name: _told(known) for name, known in recall.calls.items()} == held
    for agent in room.agents.values():
        _check_agent(agent, recall, room.day_starts)


def _check_agent(agent: Agent, recall: Recall, day_starts: float) -> None:
    known = recall.agents.get(agent.name)
    if known is None or agent.state is AgentState.SIGNED_OUT:
        assert known is None or known.state is AgentState.SIGNED_OUT
        assert agent.state is AgentState.SIGNED_OUT
        return
    assert (known.after, known.after_reason) == agent.wish
    for name in ("state", "reason", "since", "idle_since", "misses"):
        assert getattr(known, name) == getattr(agent, name), name
    figures = agent.figures
    assert known.chosen_at == figures.chosen_at
    if known.since >= day_starts:
        told = (known.calls, known.busy_s, known.ready_s)
        assert told == (figures.calls, figures.busy_s, figures.ready_s)


def _held(call: Call) -> tuple[object, ...]:
    consult, dialling, placed = call.consult, call.dialling, call.placed
    mine = consult is not None and consult.call is call
    agent = call.agent.name if call.agent is not None else ""
    return (
        _line(call.state, call.patient),
        call.kind,
        call.entered.queue,
        call.entered.requested_at,
        call.queued_at,
        call.attempts,
        call.joined_at,
        call.answered_before,
        call.held,
        call.aim,
        call.step,
        frozenset([(call.leg, agent), *((leg, a.name) for leg, a in call.also.items())]),
        (consult.to, consult.line, consult.state is ConsultState.MERGED)
        if consult is not None and mine
        else None,
        (placed.agent.name, placed.in_wrap_up) if placed is not None else None,
        (call.handed_by, call.owes_wrap_up),
        (dialling.number, dialling.expires_at, dialling.attempts, dialling.reached)
        if dialling is not None
        else None,
    )


def _told(known: CallKnown) -> tuple[object, ...]:
    consult, placed, dialling = known.consult, known.placed, known.dialling
    return (
        _line(known.state, known.patient),
        known.kind,
        known.entered.queue,
        known.entered.requested_at,
        known.queued_at,
        known.attempts,
        known.joined_at,
        known.talked,
        known.held,
        known.aim,
        known.step,
        frozenset([(known.leg, known.agent), *((leg.leg, leg.agent) for leg in known.others)]),
        (consult.to, consult.line, consult.merged) if consult is not None else None,
        (placed.agent, placed.in_wrap_up) if placed is not None else None,
        (known.handed_by, known.owes_wrap_up),
        (dialling.number, dialling.expires_at, dialling.attempts, dialling.reached)
        if dialling is not None
        else None,
    )


def _line(state: CallState, patient: bool) -> CallState:
    """No fact tells that a callback stands in line again; its time does."""
    return CallState.WAITING if patient and state is CallState.POSTPONED else state
