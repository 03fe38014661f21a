"""Who is a member of Asterisk's own queues."""

import pytest
from callcenter.acd.views import AgentView
from callcenter.live.agents.members import Membership, wanted
from callcenter.terms import AgentState

pytestmark = pytest.mark.pure


def view(state: AgentState, reason: str = "") -> AgentView:
    return AgentView("1001", state, reason, 0.0, 0.0, 0, "", "", ("sales", "help"))


@pytest.mark.parametrize(
    ("state", "reason", "paused"),
    [
        (AgentState.READY, "", False),
        (AgentState.TALKING, "", False),
        (AgentState.WRAP_UP, "", False),
        (AgentState.NOT_READY, "missed", False),
        (AgentState.NOT_READY, "break", True),
        (AgentState.NOT_READY, "missed-calls", True),
    ],
)
def test_only_who_is_not_ready_for_long_is_paused(
    state: AgentState, reason: str, paused: bool
) -> None:
    members = wanted(view(state, reason))
    assert set(members) == {"sales", "help"}
    told = reason if paused else ""
    assert members["sales"] == Membership("sales", "1001", paused, told, "1001")


def test_who_sits_at_another_s_phone_is_called_there() -> None:
    members = wanted(view(AgentState.READY), "1009")
    assert members["help"] == Membership("help", "1001", phone="1009")


def test_who_is_signed_out_is_no_member() -> None:
    assert wanted(view(AgentState.SIGNED_OUT)) == {}


def test_who_is_no_agent_any_more_is_no_member() -> None:
    assert wanted(None) == {}
