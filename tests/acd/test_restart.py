"""The controller was away: what Asterisk holds and what the journal knew become the floor."""

from dataclasses import replace

import pytest
from callcenter.acd.commands import (
    CancelRing,
    HangUpCaller,
    HangUpLeg,
    HoldInQueue,
    Join,
    RingAgent,
    ShowAgent,
)
from callcenter.acd.events import (
    AgentFound,
    CallEntered,
    CallFound,
    CallKnown,
    CallVanished,
    Restored,
)
from callcenter.acd.facts import (
    AgentAsked,
    AgentChanged,
    CallEnded,
    CallOverflowed,
    RingEnded,
    RingStarted,
    TalkEnded,
    TalkStarted,
)
from callcenter.acd.restart.recall import Recall
from callcenter.terms import AgentState, Outcome, RingResult
from tests.acd.scene import Scene, plan

pytestmark = pytest.mark.pure

SITE = plan("agent\nann\nbob", "queue | wrap_up_s | max_wait_s\nhotline | 10 | 300")
LEG = "c1~1"


class Gap:
    """A floor that dies and comes back; the journal is what is left of it."""

    def __init__(self, *until: str) -> None:
        """Ann is chosen for c1, and the call goes on as far as told; c2 waits behind."""
        self.before = Scene(SITE)
        self.before.sign_in("ann")
        self.before.enter("c1")
        for moment in until:
            getattr(self.before, moment)("c1")
        self.before.enter("c2")
        self.before.now += 20
        self.after = Scene(SITE)

    @property
    def recall(self) -> Recall:
        recall = Recall()
        for fact in self.before.journal:
            recall.add(fact)
        return recall

    def found(self, call: str, **leg: object) -> CallFound:
        known = self.recall.calls[call]
        return replace(CallFound(known.entered, known.attempts, known=known), **leg)

    def come_back(self, *calls: CallFound, gone: tuple[CallVanished, ...] = ()) -> Scene:
        self.after.now = self.before.now + 30
        self.after.tell(Restored(tuple(self.recall.agents.values()), calls, gone))
        return self.after


RING = {"leg": LEG, "agent": "ann"}
ENTERED = CallEntered("c1", "hotline", "138", "12345", 1, 2)


def test_who_waits_keeps_his_place_and_his_clock() -> None:
    gap = Gap()
    scene = gap.come_back(gap.found("c2"), gap.found("c1", **RING))
    assert (scene.call("c1"), scene.call("c2")) == ("ringing ann", "waiting")
    assert scene.facts == ()
    assert scene.commands == (
        HoldInQueue("c2", "hotline"),
        HoldInQueue("c1", "hotline"),
        ShowAgent("ann"),
        ShowAgent("bob"),
    )
    scene.hang_up("c1")
    assert scene.chosen("c2") == ["ann"]
    scene.not_ready("ann")
    scene.fails("c2")
    scene.wait(300 - 50 - 1)
    assert scene.call("c2") == "waiting"
    scene.wait(1)
    assert scene.end("c2") == "overflow max_wait"


def test_all_lamps_are_set_anew() -> None:
    scene = Gap().come_back()
    assert {ShowAgent("ann"), ShowAgent("bob")} <= set(scene.commands)


def test_a_phone_that_still_rings_goes_on_with_a_new_deadline() -> None:
    gap = Gap("rings")
    scene = gap.come_back(gap.found("c1", **RING))
    assert (scene.call("c1"), scene.agent("ann"), scene.facts) == ("ringing ann", "ringing", ())
    scene.wait(20)
    assert scene.agent("ann") == "not_ready missed"


def test_a_phone_that_was_picked_up_meanwhile_is_joined() -> None:
    gap = Gap("rings")
    scene = gap.come_back(gap.found("c1", **RING, answered=True))
    assert Join("c1", LEG, record=True) in scene.commands
    assert scene.facts == (RingEnded(scene.now, "c1", LEG, "ann", RingResult.ANSWERED, 200),)
    scene.joined("c1")
    assert scene.agent("ann") == "talking"


def test_a_join_that_was_cut_short_is_done_again() -> None:
    gap = Gap("answers")
    scene = gap.come_back(gap.found("c1", **RING, answered=True))
    assert Join("c1", LEG, record=True) in scene.commands
    scene.wait(5)
    assert HangUpLeg("c1", LEG) in scene.commands


@pytest.mark.parametrize("until", [("answers",), ("rings",)])
def test_a_join_that_the_journal_missed_is_told_at_its_time(until: tuple[str, ...]) -> None:
    gap = Gap(*until)
    joined_at = gap.before.now + 0.5
    scene = gap.come_back(gap.found("c1", **RING, answered=True, joined_at=joined_at))
    assert TalkStarted(joined_at, "c1", LEG, "ann", "hotline") in scene.facts
    assert (scene.call("c1"), scene.agent("ann")) == ("talking ann", "talking")


def test_who_talks_goes_on_talking() -> None:
    gap = Gap("talk")
    scene = gap.come_back(gap.found("c1", **RING, answered=True, joined_at=1.0))
    assert (scene.call("c1"), scene.agent("ann"), scene.facts) == ("talking ann", "talking", ())
    assert scene.commands == (ShowAgent("ann"), ShowAgent("bob"))
    scene.hang_up("c1")
    assert (scene.end("c1"), scene.agent("ann")) == ("answered", "wrap_up")


def test_two_who_talk_but_are_apart_are_joined_again() -> None:
    gap = Gap("talk")
    scene = gap.come_back(gap.found("c1", **RING, answered=True))
    assert Join("c1", LEG, record=True) in scene.commands
    scene.joined("c1")
    assert scene.facts == ()
    scene.wait(60)
    assert scene.call("c1") == "talking ann"


def test_a_ring_that_ended_meanwhile_was_a_miss() -> None:
    gap = Gap("rings")
    scene = gap.come_back(gap.found("c2"), gap.found("c1"))
    assert RingEnded(scene.now, "c1", LEG, "ann", RingResult.FAILED, 0) in scene.facts
    assert scene.agent("ann") == "not_ready missed"
    assert [scene.floor.position(call) for call in ("c1", "c2")] == [1, 2]


def test_a_picked_up_leg_that_was_lost_sends_the_caller_back_to_his_place() -> None:
    gap = Gap("answers")
    scene = gap.come_back(gap.found("c1"))
    assert (scene.call("c1"), scene.floor.position("c1")) == ("waiting", 1)
    assert HoldInQueue("c1", "hotline") in scene.commands


def test_a_caller_left_alone_by_his_agent_is_let_go() -> None:
    gap = Gap("talk")
    scene = gap.come_back(gap.found("c1"))
    assert (scene.end("c1"), scene.agent("ann")) == ("answered", "wrap_up")
    assert HangUpCaller("c1") in scene.commands


def test_another_leg_than_the_journals_is_hung_up() -> None:
    gap = Gap("rings")
    scene = gap.come_back(gap.found("c1", leg="c1~9", agent="bob"))
    assert HangUpLeg("c1", "c1~9") in scene.commands


@pytest.mark.parametrize(
    ("until", "platform", "outcome", "agent"),
    [
        (("rings",), False, Outcome.ABANDONED_RING, "ready"),
        (("rings",), True, Outcome.SYSTEM_FAIL, "ready"),
        (("talk",), False, Outcome.ANSWERED, "wrap_up"),
        (("talk",), True, Outcome.ANSWERED, "wrap_up"),
    ],
)
def test_a_call_that_ended_meanwhile_ends_at_its_time(
    until: tuple[str, ...], platform: bool, outcome: Outcome, agent: str
) -> None:
    gap = Gap(*until)
    ended_at = gap.before.now + 25
    gone = CallVanished(gap.recall.calls["c1"], ended_at, platform)
    scene = gap.come_back(gone=(gone,))
    (end,) = [f for f in scene.facts if isinstance(f, CallEnded)]
    assert (end.at, end.outcome) == (ended_at, outcome)
    talks = [f.at for f in scene.facts if isinstance(f, TalkEnded)]
    assert talks == ([ended_at] if "talk" in until else [])
    assert scene.agent("ann") == agent
    if agent == "wrap_up":
        scene.wait(5)
        assert scene.agent("ann") == "ready"


def test_after_the_past_is_told_the_time_is_now_again() -> None:
    scene = Scene(SITE)
    scene.now = 100
    lost = AgentFound("bob", AgentState.TALKING, "", 50, 9, queue="hotline")
    scene.tell(Restored((lost,), (), (CallVanished(CallKnown(ENTERED, 1), 60),)))
    assert [f.at for f in scene.facts] == [60, 100]


def test_an_agent_signed_in_is_seen_before_a_caller_is_given_up() -> None:
    """The caller's leg was lost; his queue overflows only if really nobody is there."""
    gap = Gap("rings")
    gap.after = Scene(plan("agent\nann", "queue | overflow_when_empty\nhotline | yes"))
    scene = gap.come_back(gap.found("c1"))
    assert (scene.call("c1"), scene.agent("ann")) == ("waiting", "not_ready missed")


def test_a_waiting_call_that_ended_meanwhile_was_abandoned() -> None:
    gap = Gap("talk")
    gone = CallVanished(gap.recall.calls["c2"], gap.before.now)
    scene = gap.come_back(gap.found("c1", **RING, answered=True, joined_at=1.0), gone=(gone,))
    assert scene.end("c2") == "abandoned_queue"


def test_freed_agents_and_waiting_calls_meet_after_the_past_is_told() -> None:
    """c1 has ended: Ann was freed in the past, and is rung for c2 now."""
    gap = Gap("rings")
    gone = CallVanished(gap.recall.calls["c1"], gap.before.now)
    scene = gap.come_back(gap.found("c2"), gone=(gone,))
    started = [f for f in scene.facts if isinstance(f, RingStarted)]
    assert [(f.at, f.call, f.agent) for f in started] == [(scene.now, "c2", "ann")]


def test_orphaned_legs_are_hung_up() -> None:
    scene = Scene(SITE)
    scene.tell(Restored((), (), orphans=(("c9", "c9~2"),)))
    assert HangUpLeg("c9", "c9~2") in scene.commands


@pytest.mark.parametrize(
    ("found", "at_once", "later"),
    [
        (AgentFound("ann", AgentState.SIGNED_OUT, "", 90, 90), "signed_out", "signed_out"),
        (AgentFound("ann", AgentState.READY, "", 90, 90), "ready", "ready"),
        (AgentFound("ann", AgentState.NOT_READY, "m", 90, 90), "not_ready m", "not_ready m"),
        (AgentFound("ann", AgentState.NOT_READY, "missed", 99, 9), "not_ready missed", "ready"),
        (
            AgentFound("ann", AgentState.WRAP_UP, "", 94, 9, queue="hotline"),
            "wrap_up",
            "ready",
        ),
        (AgentFound("ann", AgentState.WRAP_UP, "", 94, 9, queue="lost"), "wrap_up", "ready"),
        (AgentFound("ann", AgentState.RESERVED, "", 94, 9), "ready", "ready"),
        (AgentFound("ann", AgentState.RINGING, "", 94, 9), "ready", "ready"),
        (AgentFound("ann", AgentState.TALKING, "", 94, 9, queue="hotline"), "wrap_up", "wrap_up"),
        (AgentFound("ann", AgentState.TALKING, "", 94, 9, queue="lost"), "ready", "ready"),
        (AgentFound("zoe", AgentState.READY, "", 94, 9), "unknown", "unknown"),
        (AgentFound("zoe", AgentState.TALKING, "", 94, 9), "unknown", "unknown"),
    ],
)
def test_agents_are_taken_over(found: AgentFound, at_once: str, later: str) -> None:
    """Ann is of the plan, Zoe no longer. No call is left; wrap-up and rest run from `since`."""
    scene = Scene(SITE)
    scene.now = 100
    scene.tell(Restored((found,), ()))
    assert scene.agent(found.agent) == at_once
    scene.wait(5)
    assert scene.agent(found.agent) == later


def test_figures_of_yesterday_do_not_count_today_but_the_turn_does() -> None:
    scene = Scene(SITE)
    scene.now = 100_000
    before = AgentFound(
        "ann", AgentState.READY, "", 80_000, 80_000, calls=7, busy_s=900, ready_s=90, chosen_at=79
    )
    scene.tell(Restored((before,), ()))
    scene.not_ready("ann")
    (paused,) = [fact for fact in scene.facts if isinstance(fact, AgentChanged)]
    midnight = 86_400
    assert (paused.calls, paused.busy_s, paused.chosen_at) == (0, 0.0, 79)
    assert paused.ready_s == scene.now - midnight


def test_a_journal_cut_between_call_and_agent_is_mended() -> None:
    """The choice was written, the agent's state was not any more."""
    gap = Gap()
    while not isinstance(gap.before.journal.pop(), AgentChanged):
        """Back to the choice."""
    scene = gap.come_back(gap.found("c1", **RING))
    assert (scene.call("c1"), scene.agent("ann")) == ("ringing ann", "reserved")
    assert scene.states("ann") == ["reserved"]


def test_wrap_up_runs_on_from_when_it_began() -> None:
    scene = Scene(SITE)
    scene.now = 100
    scene.tell(Restored((AgentFound("ann", AgentState.WRAP_UP, "", 94, 9, queue="hotline"),), ()))
    scene.wait(3.9)
    assert scene.agent("ann") == "wrap_up"
    scene.wait(0.1)
    assert scene.agent("ann") == "ready"


@pytest.mark.parametrize(
    ("act", "after"), [("sign_out", "signed_out"), ("not_ready", "not_ready break")]
)
def test_what_an_agent_asked_for_in_his_call_outlives_the_restart(act: str, after: str) -> None:
    gap = Gap("talk")
    getattr(gap.before, act)("ann")
    scene = gap.come_back(gap.found("c1", **RING, answered=True, joined_at=1.0))
    assert scene.agent("ann") == "talking"
    scene.hang_up("c1")
    assert scene.agent("ann") == after


def test_an_agent_gone_from_the_plan_talks_to_the_end_then_is_signed_out() -> None:
    gap = Gap("talk")
    gap.after = Scene(plan("agent\nbob", "queue\nhotline"))
    scene = gap.come_back(gap.found("c1", **RING, answered=True, joined_at=1.0))
    assert scene.agent("ann") == "talking"
    scene.hang_up("c1")
    assert scene.states("ann") == ["signed_out"]
    assert scene.agent("ann") == "unknown"


def test_callers_of_a_queue_gone_from_the_plan_are_served_by_anyone() -> None:
    gap = Gap("talk")
    gap.after = Scene(plan("agent\nann\nbob", "queue | needs\nother | spanish 1"))
    scene = gap.come_back(gap.found("c2"))
    scene.sign_in("bob")
    assert scene.chosen("c2")[0] in {"ann", "bob"}
    scene.enter("c3", "hotline")
    assert scene.end("c3") == "overflow no_agent"


@pytest.mark.parametrize(
    ("found", "call"),
    [
        (CallFound(ENTERED), "waiting"),
        (CallFound(ENTERED, 1, LEG, "ann"), "ringing ann"),
        (CallFound(ENTERED, 1, LEG, "ann", answered=True), "joining ann"),
        (CallFound(ENTERED, 1, LEG, "ann", answered=True, joined_at=3), "talking ann"),
    ],
)
def test_without_a_word_of_the_journal_calls_are_taken_as_found(
    found: CallFound, call: str
) -> None:
    """Only the agent, of whom nothing was known, is written down."""
    scene = Scene(SITE)
    scene.now = 9
    scene.tell(Restored((), (found,)))
    assert scene.call("c1") == call
    states = {"waiting": [], "ringing ann": ["reserved"], "joining ann": ["reserved"]}
    assert scene.states("ann") == states.get(call, ["talking"])
    assert {type(f) for f in scene.facts} <= {AgentChanged}


def test_legs_are_never_named_twice() -> None:
    gap = Gap()
    scene = gap.come_back(replace(gap.found("c1"), attempts=4))
    scene.wait(3)
    assert scene.leg("c1") == "c1~5"


def test_attempts_of_calls_in_the_dialplan_are_remembered() -> None:
    scene = Scene(SITE)
    scene.tell(Restored((AgentFound("ann", AgentState.READY, "", 0, 0),), (), (), (), {"c1": 2}))
    scene.enter("c1")
    assert isinstance(scene.commands[0], RingAgent)
    assert scene.leg("c1") == "c1~3"


def test_what_the_floor_held_before_is_forgotten() -> None:
    scene = Scene(SITE)
    scene.sign_in("ann")
    scene.enter("old")
    scene.tell(Restored((), ()))
    assert scene.floor.calls() == ()
    assert scene.agent("ann") == "signed_out"
    assert scene.floor.next_deadline() is None
    assert CancelRing("old", "old~1") not in scene.commands


# The journal's half.


def test_recall_of_no_facts_is_empty() -> None:
    recall = Recall()
    assert (recall.agents, recall.calls, recall.handed_over) == ({}, {}, {})


def test_recall_goes_on_from_what_was_recalled_before() -> None:
    """At every fact of a whole call the fold can be put down and taken up again."""
    scene = Scene(plan("agent\nann\nbob", "queue | max_wait_s\nhotline | 20"))
    scene.sign_in("ann", "bob")
    scene.enter("c1")
    scene.fails("c1")
    scene.answers("c1")
    scene.agent_hangs_up("c1")
    scene.wait(30)
    scene.enter("c2")
    scene.talk("c2")
    scene.hang_up("c2")
    whole, parts = Recall(), Recall()
    for fact in scene.journal:
        whole.add(fact)
        parts.add(fact)
        parts = Recall(parts.agents, parts.calls, parts.handed_over)
    assert (parts.agents, parts.calls) == (whole.agents, whole.calls)
    assert parts.handed_over == whole.handed_over


def test_recall_knows_that_a_call_picked_up_but_never_joined_waits_again() -> None:
    """No fact says so but the agent's."""
    scene = Scene(plan("agent\nann"))
    scene.sign_in("ann")
    scene.enter("c1")
    scene.answers("c1")
    scene.agent_hangs_up("c1")
    recall = Recall()
    for fact in scene.journal:
        recall.add(fact)
    known = recall.calls["c1"]
    assert (known.state, known.leg, known.agent) == ("waiting", "", "")


def test_recall_knows_what_an_agent_asked_for_and_of_calls_handed_over() -> None:
    scene = Scene(plan("agent\nann\nbob", "queue | max_wait_s\nhotline | 10"))
    scene.sign_in("ann", "bob")
    scene.enter("c1")
    scene.enter("c2")
    scene.not_ready("bob", "lunch")
    scene.talk("c2")
    scene.wait(12)
    scene.fails("c1")
    recall = Recall()
    for fact in scene.journal:
        recall.add(fact)
    assert recall.handed_over == {"c1": 1}
    bob = recall.agents["bob"]
    assert (bob.state, bob.after, bob.after_reason) == ("talking", "not_ready", "lunch")


def test_recall_passes_over_calls_whose_beginning_it_never_saw() -> None:
    recall = Recall()
    recall.add(RingStarted(1, "c1", LEG, "ann", "hotline", {}))
    recall.add(RingEnded(2, "c1", LEG, "ann", RingResult.ANSWERED, 200))
    recall.add(CallEnded(3, "c1", Outcome.ANSWERED, "caller"))
    recall.add(CallOverflowed(3, "c2", "hotline", "full"))
    recall.add(AgentAsked(3, "ann", AgentState.SIGNED_OUT, ""))
    assert (recall.calls, recall.agents) == ({}, {})


def test_only_so_many_calls_in_the_dialplan_are_remembered(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("callcenter.acd.calls.attempts.HANDED_OVER_KEPT", 2)
    scene = Scene(plan("agent\nann", "queue | max_wait_s\nhotline | 1"))
    scene.sign_in("ann")
    for call in ("c1", "c2", "c3"):
        scene.ready("ann")
        scene.enter(call)
        scene.now += 2
        scene.fails(call)
    assert scene.floor._room.handed_over == {"c2": 1, "c3": 1}
