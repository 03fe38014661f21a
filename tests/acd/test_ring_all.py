"""Several phones ring for one call: one winner, and nobody else has missed it."""

import pytest
from callcenter.acd.commands import CancelRing, Join
from callcenter.acd.events import CallerGone, LegAnswered, LegFailed, LegGone, LegRinging
from callcenter.acd.facts import RingEnded
from callcenter.acd.restart.recall import Recall
from callcenter.acd.talk_events import ConsultCompleted
from callcenter.terms import CallState, Outcome, RingResult
from tests.acd.stage import Stage, site

pytestmark = pytest.mark.pure


def ringing() -> Stage:
    """The phones of ann, bob and cyd ring for `c`: c~1, c~2, c~3."""
    stage = Stage(site(queues="queue | strategy\nhotline | ring-all"), talk="")
    stage.enter("c")
    view = stage.floor.call("c")
    assert view is not None
    assert {view.agent, *view.rings} == {"ann", "bob", "cyd"}
    return stage


def leg_of(stage: Stage, agent: str) -> str:
    call = stage.floor._room.calls["c"]
    also = {mate.name: leg for leg, mate in call.also.items()}
    return also.get(agent, call.leg)


def recalled(stage: Stage) -> tuple[CallState, set[str]]:
    recall = Recall()
    for fact in stage.journal:
        recall.add(fact)
    known = recall.calls["c"]
    return known.state, {known.agent, *(leg.agent for leg in known.others)}


@pytest.mark.parametrize("winner", ["ann", "bob", "cyd"])
def test_the_first_to_pick_up_has_the_call_and_the_others_missed_nothing(winner: str) -> None:
    stage = ringing()
    leg = leg_of(stage, winner)
    stage.tell(LegRinging("c", leg))
    assert stage.agent(winner) == "ringing"
    stage.tell(LegAnswered("c", leg))
    assert stage.call("c") == f"joining {winner}"
    assert stage.said(Join) == [Join("c", leg, True)]
    assert len(stage.said(CancelRing)) == 2
    results = sorted(fact.result for fact in stage.told(RingEnded))
    assert results == ["answered", "elsewhere", "elsewhere"]
    for loser in {"ann", "bob", "cyd"} - {winner}:
        view = stage.floor.agent(loser)
        assert view is not None
        assert (view.state, view.misses) == ("ready", 0)
    assert recalled(stage) == (CallState.JOINING, {winner})


@pytest.mark.parametrize("loser", ["ann", "bob", "cyd"])
def test_who_does_not_take_it_drops_out_alone(loser: str) -> None:
    stage = ringing()
    stage.tell(LegFailed("c", leg_of(stage, loser), RingResult.DECLINED, 603))
    assert stage.agent(loser) == "not_ready missed"
    left = {"ann", "bob", "cyd"} - {loser}
    assert recalled(stage) == (CallState.RINGING, left)
    for agent in sorted(left):
        stage.tell(LegGone("c", leg_of(stage, agent)))
    assert stage.call("c") == "waiting"
    assert recalled(stage)[0] is CallState.WAITING


def test_all_ring_out() -> None:
    stage = ringing()
    stage.wait(20)
    assert {fact.result for fact in stage.told(RingEnded)} == {RingResult.FAILED}
    assert {stage.agent(name) for name in ("ann", "bob", "cyd")} == {"not_ready missed"}
    assert stage.call("c") == "waiting"


def test_the_caller_hangs_up_and_all_phones_fall_silent() -> None:
    stage = ringing()
    stage.tell(CallerGone("c"))
    assert len(stage.said(CancelRing)) == 3
    assert stage.end("c") == Outcome.ABANDONED_RING
    assert {stage.agent(name) for name in ("ann", "bob", "cyd")} == {"ready"}


def test_a_phone_that_answers_too_late_is_hung_up() -> None:
    stage = ringing()
    late = leg_of(stage, "cyd")
    stage.tell(LegAnswered("c", leg_of(stage, "bob")))
    stage.tell(LegAnswered("c", late))
    assert stage.call("c") == "joining bob"


def test_handed_over_before_the_answer_the_caller_has_all_phones_that_ring() -> None:
    stage = Stage(site(queues="queue | strategy\nhotline |\nother | ring-all"))
    stage.consult("queue other", answered=False)
    stage.wish(ConsultCompleted)
    view = stage.floor.call("c")
    assert view is not None
    assert {view.agent, *view.rings} == {"bob", "cyd"}
    assert recalled(stage) == (CallState.RINGING, {"bob", "cyd"})
    stage.tell(LegAnswered("c", leg_of(stage, "cyd")))
    assert stage.call("c") == "joining cyd"
