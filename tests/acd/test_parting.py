"""What had been decided about a caller is done after a restart that came in between."""

import pytest
from callcenter.acd.calls.overflow import KEY, MAX_WAIT
from callcenter.acd.commands import Command, HangUpCaller, Overflow
from callcenter.acd.facts import CallEnded, CallOverflowed
from callcenter.acd.restart.parting import Parting, unfinished
from callcenter.acd.restart.recall import Recall
from callcenter.acd.talk_commands import SendCaller, TakeLeave
from callcenter.acd.talk_facts import CallSent
from callcenter.acd.target import Target
from callcenter.terms import Outcome, TargetKind

pytestmark = pytest.mark.pure


@pytest.mark.parametrize(
    ("told", "then"),
    [
        (CallOverflowed(1, "c", "sales", MAX_WAIT), Overflow("c", "sales", MAX_WAIT)),
        (CallOverflowed(1, "c", "sales", f"{KEY}2"), Overflow("c", "sales", f"{KEY}2", "2")),
        (
            CallSent(1, "c", TargetKind.MENU, "top"),
            SendCaller("c", Target(TargetKind.MENU, "top")),
        ),
        (CallEnded(1, "c", Outcome.CALLBACK_REQUESTED, "callback"), TakeLeave("c")),
        (
            CallEnded(1, "c", Outcome.ANSWERED, "agent", survey="rate"),
            SendCaller("c", Target(TargetKind.SURVEY, "rate")),
        ),
        (CallEnded(1, "c", Outcome.ANSWERED, "agent"), HangUpCaller("c")),
    ],
)
def test_who_was_on_his_way_goes_on(told: Parting, then: Command) -> None:
    assert unfinished(told) == then


def test_the_last_word_on_a_call_is_recalled_and_a_consult_has_none() -> None:
    recall = Recall()
    ended = CallEnded(1, "c", Outcome.ANSWERED, "agent")
    for fact in (ended, CallEnded(1, "c^1", Outcome.OUTBOUND, "")):
        recall.add(fact)
    assert recall.parted == {"c": ended}
