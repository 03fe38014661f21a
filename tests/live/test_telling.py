"""Log lines."""

import pytest
from callcenter.acd.facts import AgentChanged, CallQueued, RingEnded, RingStarted
from callcenter.acd.talk_facts import CallbackRequested, CallPlaced, CallTransferred
from callcenter.live.calls.telling import line
from callcenter.records.journal.facts import ActDone, CelRead, FilePlace, JournalFact, OwedDone
from callcenter.terms import AgentState, CallKind, RingResult, TargetKind

pytestmark = pytest.mark.pure


def test_a_callers_number_does_not_stand_in_the_log() -> None:
    fact = CallQueued(1.0, "n-1.1", "sales", "13812341234", "12345", 0.0, 1.0, "zh", 0, False)
    assert line(fact) == "call=n-1.1 queue=sales new->waiting caller=138****1234"


OUT = TargetKind.OUTSIDE
NUMBER = "13812341234"


@pytest.mark.parametrize(
    "fact",
    [
        RingStarted(1.0, "n-1", "n-1~1", "", "", {"chose": "outside", "number": NUMBER}),
        CallPlaced(1.0, "n-1", CallKind.OUTBOUND, "1001", OUT, NUMBER, f"9{NUMBER}", "12345"),
        CallTransferred(1.0, "n-1", "n-1~1", "1001", OUT, NUMBER, "blind"),
        CallbackRequested(
            1.0, "n-1", "n-1+cb", NUMBER, "q", 0, 1.0, "12345", "zh", False, 9.0
        ),
        ActDone(1.0, "root@cli", "blacklist_add", NUMBER, "", "done"),
        OwedDone(1.0, NUMBER, "root@cli", ""),
    ],
)  # fmt: skip
def test_nobody_s_number_stands_in_the_log(fact: JournalFact) -> None:
    assert "138****1234" in line(fact)
    assert NUMBER not in line(fact)


def test_an_agents_number_is_told() -> None:
    assert "target=1003" in line(ActDone(1.0, "1001", "listen", "1003", "", "done"))


def test_a_change_is_one_line() -> None:
    ended = RingEnded(1.0, "n-1.1", "n-1.1~1", "1001", RingResult.BUSY, 486)
    assert line(ended) == "call=n-1.1 ringing->waiting agent=1001 result=busy sip=486"
    changed = AgentChanged(1.0, "1001", AgentState.NOT_READY, "break", "", 0.0, 0)
    assert line(changed) == "agent=1001 ->not_ready reason=break"


def test_what_changes_no_state_is_not_told() -> None:
    assert line(CelRead(1.0, FilePlace(), FilePlace())) == ""
