"""The tables themselves: complete, and true to what the words mean."""

from itertools import product
from typing import get_args

import pytest
from callcenter.acd.agents import agent
from callcenter.acd.calls import call
from callcenter.acd.calls.legs import STRAY_LEG, LegEvent
from callcenter.acd.deadlines import Due
from callcenter.acd.events import (
    AgentNotReady,
    AgentReady,
    AgentSignedIn,
    AgentSignedOut,
    CallEntered,
    CallerGone,
    CallLost,
    Event,
    LegJoined,
)
from callcenter.acd.floor import WHAT_FOLLOWS, WHEN_DUE
from callcenter.acd.machine import IllegalMove, Stay, Trigger, Turn, next_state
from callcenter.terms import AgentState, CallState

pytestmark = pytest.mark.pure

HUMAN = (AgentSignedIn, AgentSignedOut, AgentReady, AgentNotReady)
LEGS: tuple[Trigger, ...] = get_args(LegEvent)


def test_every_event_and_every_deadline_has_its_function() -> None:
    assert set(WHAT_FOLLOWS) == set(get_args(Event))
    assert set(WHEN_DUE) == set(Due)
    assert set(STRAY_LEG) == set(LEGS)


@pytest.mark.parametrize("state", CallState)
def test_a_caller_may_come_go_or_get_lost_in_every_state(state: CallState) -> None:
    assert {CallEntered, CallerGone, CallLost} <= call.MOVES[state].keys()


@pytest.mark.parametrize(
    ("state", "trigger"),
    list(product((CallState.RINGING, CallState.JOINING, CallState.TALKING), LEGS)),
)
def test_every_word_of_a_calls_own_leg_is_listed_but_a_join_before_the_answer(
    state: CallState, trigger: Trigger
) -> None:
    illegal = (state, trigger) == (CallState.RINGING, LegJoined)
    assert (trigger in call.MOVES[state]) != illegal


@pytest.mark.parametrize(("state", "trigger"), list(product(AgentState, HUMAN)))
def test_people_may_press_any_key_in_any_state(state: AgentState, trigger: Trigger) -> None:
    assert trigger in agent.MOVES[state]


@pytest.mark.parametrize("state", sorted(agent.IN_CALL))
def test_every_call_leaves_its_agent_somewhere(state: AgentState) -> None:
    after = agent.MOVES[state]
    assert after[Turn.FREED] is AgentState.READY
    assert after[Turn.PAUSE_DUE] is AgentState.NOT_READY
    assert after[Turn.SIGN_OUT_DUE] is AgentState.SIGNED_OUT


def test_only_ready_agents_are_chosen_and_only_waiting_calls() -> None:
    assert [s for s, row in agent.MOVES.items() if Turn.CHOSEN in row] == [AgentState.READY]
    assert [s for s, row in call.MOVES.items() if Turn.CHOSEN in row] == [CallState.WAITING]


def test_every_state_can_be_left_and_reached() -> None:
    for moves in (agent.MOVES, call.MOVES):
        reached = {to for row in moves.values() for to in row.values()} - set(Stay)
        assert reached == set(moves)
        for state, row in moves.items():
            assert set(row.values()) - set(Stay) - {state}


def test_an_illegal_move_names_who_where_what_and_where_it_belongs() -> None:
    with pytest.raises(
        IllegalMove,
        match="agent ann is ready: rest over cannot happen here; it moves not_ready -> ready",
    ):
        next_state(agent.MOVES, AgentState.READY, Due.REST, "agent ann")
    with pytest.raises(IllegalMove, match="it moves nobody"):
        next_state(agent.MOVES, AgentState.READY, Due.RING, "agent ann")
