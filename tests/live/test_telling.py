"""Log lines."""

import pytest
from callcenter.acd.facts import AgentChanged, CallQueued, RingEnded
from callcenter.live.telling import line
from callcenter.records.facts import CelRead, FilePlace
from callcenter.terms import AgentState, RingResult

pytestmark = pytest.mark.pure


def test_a_callers_number_does_not_stand_in_the_log() -> None:
    fact = CallQueued(1.0, "n-1.1", "sales", "13812341234", "12345", 0.0, 1.0, "zh", 0, False)
    assert line(fact) == "call=n-1.1 queue=sales new->waiting caller=138****1234"


def test_a_change_is_one_line() -> None:
    ended = RingEnded(1.0, "n-1.1", "n-1.1~1", "1001", RingResult.BUSY, 486)
    assert line(ended) == "call=n-1.1 ringing->waiting agent=1001 result=busy sip=486"
    changed = AgentChanged(1.0, "1001", AgentState.NOT_READY, "break", "", 0.0, 0)
    assert line(changed) == "agent=1001 ->not_ready reason=break"


def test_what_changes_no_state_is_not_told() -> None:
    assert line(CelRead(1.0, FilePlace(), FilePlace())) == ""
