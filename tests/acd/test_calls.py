"""The life of a call, told event by event."""

import pytest
from callcenter.acd.commands import (
    AnnouncePosition,
    CancelRing,
    Command,
    HangUpCaller,
    HangUpLeg,
    HoldInQueue,
    Join,
    Overflow,
    RingAgent,
)
from callcenter.acd.events import (
    CallEntered,
    CallerGone,
    CallLost,
    Event,
    LegAnswered,
    LegFailed,
    LegGone,
    LegJoined,
    LegRinging,
)
from callcenter.acd.facts import CallEnded, RingEnded, TalkEnded, TalkStarted
from callcenter.acd.machine import IllegalMove
from callcenter.terms import RingResult
from tests.acd.scene import Scene, plan

pytestmark = pytest.mark.pure

MISSES = [
    RingResult.BUSY,
    RingResult.DECLINED,
    RingResult.FAILED,
    RingResult.NO_ANSWER,
    RingResult.UNREACHABLE,
]


@pytest.fixture
def scene() -> Scene:
    """Ann and Bob are ready, and nobody calls yet."""
    scene = Scene(plan("agent\nann\nbob", "queue | wrap_up_s\nhotline | 10"))
    scene.sign_in("ann", "bob")
    return scene


def test_a_call_is_rung_joined_talked_and_wrapped_up(scene: Scene) -> None:
    scene.enter("c1")
    assert scene.commands[:2] == (
        RingAgent("c1", "c1~1", "ann", "hotline", timeout_s=15),
        HoldInQueue("c1", "hotline"),
    )
    scene.rings("c1")
    assert scene.agent("ann") == "ringing"
    scene.answers("c1")
    assert scene.commands == (Join("c1", "c1~1", record=True),)
    scene.joined("c1")
    assert (scene.call("c1"), scene.agent("ann")) == ("talking ann", "talking")
    scene.wait(60)
    scene.hang_up("c1")
    assert (scene.end("c1"), scene.agent("ann")) == ("answered", "wrap_up")
    assert HangUpLeg("c1", "c1~1") in scene.commands
    scene.wait(10)
    assert scene.agent("ann") == "ready"


def test_a_phone_need_not_say_that_it_rings(scene: Scene) -> None:
    scene.enter("c1")
    scene.answers("c1")
    scene.joined("c1")
    assert scene.states("ann") == ["ready", "reserved", "talking"]


def test_agent_hangs_up_and_the_caller_is_let_go(scene: Scene) -> None:
    scene.enter("c1")
    scene.talk("c1")
    scene.wait(5)
    scene.agent_hangs_up("c1")
    assert scene.commands[0] == HangUpCaller("c1")
    assert TalkEnded(scene.now, "c1", "c1~1", "ann", "agent") in scene.facts
    assert scene.end("c1") == "answered"


@pytest.mark.parametrize(
    ("until", "outcome"),
    [
        ((), "abandoned_ring"),
        (("rings",), "abandoned_ring"),
        (("rings", "answers"), "abandoned_ring"),
        (("rings", "answers", "joined"), "abandoned_ring"),
        (("rings", "answers", "joined", "a second"), "answered"),
    ],
)
def test_caller_hangs_up_at_any_moment(scene: Scene, until: tuple[str, ...], outcome: str) -> None:
    """Picked up without any talk is not answered."""
    scene.enter("c1")
    for moment in until:
        if moment == "a second":
            scene.wait(1)
        else:
            getattr(scene, moment)("c1")
    scene.hang_up("c1")
    assert scene.end("c1") == outcome
    rang = until in ((), ("rings",))
    assert (CancelRing if rang else HangUpLeg)("c1", "c1~1") in scene.commands
    results = [f.result for f in scene.journal if isinstance(f, RingEnded)]
    assert results == [RingResult.CALLER_GONE if rang else RingResult.ANSWERED]
    assert scene.agent("ann") == ("wrap_up" if "joined" in until else "ready")
    scene.wait(60)
    assert scene.agent("ann") == "ready"


def test_caller_hangs_up_while_waiting() -> None:
    scene = Scene(plan("agent\nann"))
    scene.enter("c1")
    scene.hang_up("c1")
    assert scene.end("c1") == "abandoned_queue"
    assert scene.commands == ()


@pytest.mark.parametrize("result", MISSES)
def test_who_is_not_answered_is_offered_to_the_next_agent_at_once(
    scene: Scene, result: RingResult
) -> None:
    scene.enter("c1")
    scene.fails("c1", result)
    assert RingEnded(scene.now, "c1", "c1~1", "ann", result, 480) in scene.facts
    assert (scene.call("c1"), scene.leg("c1")) == ("ringing bob", "c1~2")
    assert HoldInQueue("c1", "hotline") not in scene.commands


def test_a_fruitless_ring_does_not_cost_the_caller_his_place() -> None:
    scene = Scene(plan("agent\nann"))
    scene.sign_in("ann")
    scene.enter("c1")
    scene.enter("c2")
    scene.fails("c1")
    assert [scene.floor.position(call) for call in ("c1", "c2")] == [1, 2]
    scene.wait(3)
    assert scene.call("c1") == "ringing ann"


def test_a_ring_that_never_ends_is_ended(scene: Scene) -> None:
    """Fifteen seconds of ringing, five of grace."""
    scene.enter("c1")
    scene.rings("c1")
    scene.wait(19.9)
    assert scene.call("c1") == "ringing ann"
    scene.wait(0.1)
    assert CancelRing("c1", "c1~1") in scene.commands
    assert (scene.call("c1"), scene.agent("ann")) == ("ringing bob", "not_ready missed")


def test_a_waiting_caller_who_enters_again_keeps_his_place() -> None:
    scene = Scene(plan("agent\nann"))
    scene.enter("c1")
    scene.enter("c2")
    scene.enter("c1")
    assert (scene.facts, scene.floor.position("c1")) == ((), 1)


@pytest.mark.parametrize("drops", ["agent_hangs_up", "fails"])
def test_an_agent_who_picks_up_and_drops_at_once_has_missed(scene: Scene, drops: str) -> None:
    scene.enter("c1")
    scene.answers("c1")
    getattr(scene, drops)("c1")
    assert not [f for f in scene.facts if isinstance(f, RingEnded)]
    assert (scene.call("c1"), scene.agent("ann")) == ("ringing bob", "not_ready missed")
    assert HoldInQueue("c1", "hotline") in scene.commands


def test_a_leg_that_is_gone_before_its_answer_was_told_has_failed(scene: Scene) -> None:
    scene.enter("c1")
    scene.agent_hangs_up("c1")
    ended = next(f for f in scene.facts if isinstance(f, RingEnded))
    assert ended.result is RingResult.FAILED
    assert scene.call("c1") == "ringing bob"


def test_a_join_that_hangs_is_tried_once_more_then_the_call_is_lost(scene: Scene) -> None:
    scene.enter("c1")
    scene.answers("c1")
    scene.wait(4.9)
    assert scene.call("c1") == "joining ann"
    scene.wait(0.1)
    assert HangUpLeg("c1", "c1~1") in scene.commands
    assert (scene.call("c1"), scene.agent("ann")) == ("ringing bob", "ready")
    scene.answers("c1")
    scene.wait(5)
    assert scene.end("c1") == "system_fail"
    assert {HangUpCaller("c1"), HangUpLeg("c1", "c1~2")} <= set(scene.commands)
    assert scene.agent("bob") == "ready"


@pytest.mark.parametrize(
    ("until", "outcome"),
    [((), "system_fail"), (("answers",), "system_fail"), (("answers", "joined"), "answered")],
)
def test_a_call_that_the_platform_loses(scene: Scene, until: tuple[str, ...], outcome: str) -> None:
    """Once there was talk, the call was answered, whoever ended it."""
    scene.enter("c1")
    for moment in until:
        getattr(scene, moment)("c1")
    scene.wait(1)
    scene.tell(CallLost("c1", "bridge is gone"))
    assert scene.end("c1") == outcome
    assert CallEnded(scene.now, "c1", outcome, "bridge is gone") in scene.facts
    assert HangUpCaller("c1") in scene.commands


def test_the_leg_may_tell_first_that_the_caller_is_gone(scene: Scene) -> None:
    """It is not the agent's miss, and the caller's own end comes late."""
    scene.enter("c1")
    scene.fails("c1", RingResult.CALLER_GONE)
    assert (scene.end("c1"), scene.agent("ann")) == ("abandoned_ring", "ready")
    assert HangUpCaller("c1") in scene.commands
    scene.hang_up("c1")
    assert scene.facts == ()


def test_a_leg_that_fails_in_talk_ends_it(scene: Scene) -> None:
    scene.enter("c1")
    scene.talk("c1")
    scene.wait(1)
    scene.fails("c1", RingResult.FAILED)
    assert scene.end("c1") == "answered"


LEG = ("c1", "c1~1")


@pytest.mark.parametrize(
    ("until", "again"),
    [
        ((), CallEntered("c1", "hotline", "", "", 0, 0)),
        (("answers",), CallEntered("c1", "hotline", "", "", 0, 0)),
        (("answers", "joined"), CallEntered("c1", "hotline", "", "", 0, 0)),
        (("rings",), LegRinging(*LEG)),
        (("answers",), LegAnswered(*LEG)),
        (("answers",), LegRinging(*LEG)),
        (("answers", "joined"), LegJoined(*LEG)),
        (("answers", "joined"), LegAnswered(*LEG)),
        (("answers", "joined"), LegRinging(*LEG)),
        (("hang_up",), CallerGone("c1")),
        (("hang_up",), CallLost("c1", "late")),
        (("hang_up",), LegFailed(*LEG, RingResult.CALLER_GONE)),
        (("hang_up",), LegGone(*LEG)),
    ],
)
def test_what_comes_twice_or_late_changes_nothing(
    scene: Scene, until: tuple[str, ...], again: Event
) -> None:
    scene.enter("c1")
    for moment in until:
        getattr(scene, moment)("c1")
    before = (scene.floor.calls(), scene.floor.agents())
    assert scene.tell(again) == ((), ())
    assert (scene.floor.calls(), scene.floor.agents()) == before


@pytest.mark.parametrize(
    ("late", "clean_up"),
    [
        (LegRinging(*LEG), CancelRing(*LEG)),
        (LegAnswered(*LEG), HangUpLeg(*LEG)),
        (LegJoined(*LEG), HangUpLeg(*LEG)),
    ],
)
@pytest.mark.parametrize("call_is", ["gone", "with another leg"])
def test_a_leg_that_nobody_needs_is_hung_up(
    scene: Scene, late: Event, clean_up: Command, call_is: str
) -> None:
    scene.enter("c1")
    if call_is == "gone":
        scene.hang_up("c1")
    else:
        scene.fails("c1")
    assert scene.tell(late) == ((), (clean_up,))


def test_a_move_that_cannot_be_is_an_error_that_names_where_everyone_is(scene: Scene) -> None:
    scene.enter("c1")
    before = (scene.floor.calls(), scene.floor.agents())
    with pytest.raises(
        IllegalMove,
        match=r"call c1 is ringing: LegJoined cannot happen here; it moves joining -> talking",
    ):
        scene.joined("c1")
    assert (scene.floor.calls(), scene.floor.agents()) == before


def test_talk_is_not_recorded_where_the_queue_says_so() -> None:
    scene = Scene(plan("agent\nann", "queue | record\nhotline | no"))
    scene.sign_in("ann")
    scene.enter("c1")
    scene.answers("c1")
    assert scene.commands == (Join("c1", "c1~1", record=False),)


def test_facts_of_a_talk_name_the_leg_and_the_agent(scene: Scene) -> None:
    scene.enter("c1")
    scene.talk("c1")
    assert TalkStarted(scene.now, "c1", "c1~1", "ann", "hotline") in scene.facts


# Waiting, and its limits.


def test_positions_are_told_first_after_then_every() -> None:
    scene = Scene(
        plan("agent\nann", "queue | announce_first_s | announce_every_s\nhotline | 10 | 30")
    )
    scene.enter("c1")
    scene.now = 5
    scene.enter("c2")
    said = []
    for _ in range(75):
        scene.commands = ()
        scene.wait(1)
        said += [(scene.now, c) for c in scene.commands]
    assert said == [
        (10, AnnouncePosition("c1", 1)),
        (15, AnnouncePosition("c2", 2)),
        (40, AnnouncePosition("c1", 1)),
        (45, AnnouncePosition("c2", 2)),
        (70, AnnouncePosition("c1", 1)),
        (75, AnnouncePosition("c2", 2)),
    ]


def test_a_position_is_told_once_where_no_repeat_is_wanted() -> None:
    scene = Scene(plan("agent\nann", "queue | announce_first_s\nhotline | 10"))
    scene.enter("c1")
    scene.wait(10)
    assert scene.commands == (AnnouncePosition("c1", 1),)
    assert scene.floor.next_deadline() is None


def test_max_wait_overflows() -> None:
    scene = Scene(plan("agent\nann", "queue | max_wait_s\nhotline | 60"))
    scene.enter("c1", ago=30)
    scene.wait(59)
    assert scene.call("c1") == "waiting"
    scene.wait(1)
    assert scene.end("c1") == "overflow max_wait"
    assert scene.commands == (Overflow("c1", "hotline", "max_wait"),)
    assert scene.floor.queue_view("hotline").waiting == ()


def test_a_phone_that_rings_at_max_wait_may_ring_out(scene: Scene) -> None:
    scene = Scene(plan("agent\nann\nbob", "queue | max_wait_s\nhotline | 10"))
    scene.sign_in("ann", "bob")
    scene.enter("c1")
    scene.wait(14)
    assert scene.call("c1") == "ringing ann"
    scene.fails("c1")
    assert (scene.end("c1"), scene.chosen("c1")) == ("overflow max_wait", ["ann"])


def test_a_full_queue_takes_nobody() -> None:
    scene = Scene(plan("agent\nann", "queue | max_length\nhotline | 2"))
    for call in ("c1", "c2", "c3"):
        scene.enter(call)
    assert scene.end("c3") == "overflow full"
    assert scene.commands == (Overflow("c3", "hotline", "full"),)
    assert scene.floor.queue_view("hotline").waiting == ("c1", "c2")


EMPTY = """
queue   | overflow_when_empty | needs
hotline | yes                 |
spanish | yes                 | spanish 1
patient |                     |
"""


def test_nobody_signed_in_overflows_at_once_where_the_queue_says_so() -> None:
    scene = Scene(plan("agent | skills\nann | spanish 1\nbob |", EMPTY))
    scene.enter("c1")
    scene.enter("c2", "patient")
    assert (scene.end("c1"), scene.call("c2")) == ("overflow no_agent", "waiting")
    scene.sign_in("bob")
    scene.not_ready("bob")
    scene.enter("c3")
    scene.enter("c4", "spanish")
    assert (scene.call("c3"), scene.end("c4")) == ("waiting", "overflow no_agent")


def test_when_the_last_agent_signs_out_the_waiting_overflow() -> None:
    scene = Scene(plan("agent | skills\nann | spanish 1\nbob |", EMPTY))
    scene.sign_in("ann", "bob")
    scene.not_ready("ann")
    scene.not_ready("bob")
    scene.enter("c1")
    scene.enter("c2", "spanish")
    scene.enter("c3", "patient")
    scene.sign_out("ann")
    assert (scene.call("c1"), scene.end("c2")) == ("waiting", "overflow no_agent")
    scene.sign_out("bob")
    assert (scene.end("c1"), scene.call("c3")) == ("overflow no_agent", "waiting")


def test_the_last_agent_misses_and_signs_out_at_once() -> None:
    scene = Scene(plan("agent\nann", "queue | overflow_when_empty\nhotline | yes"))
    scene.sign_in("ann")
    scene.enter("c1")
    scene.sign_out("ann")
    scene.fails("c1")
    assert (scene.end("c1"), scene.agent("ann")) == ("overflow no_agent", "signed_out")


def test_a_queue_that_the_plan_does_not_know_overflows() -> None:
    scene = Scene(plan("agent\nann"))
    scene.enter("c1", "unheard-of")
    assert scene.end("c1") == "overflow no_agent"
    assert scene.commands == (Overflow("c1", "unheard-of", "no_agent"),)


def test_a_call_that_comes_back_after_an_overflow_gets_new_legs() -> None:
    scene = Scene(plan("agent\nann", "queue | max_wait_s\nhotline | 10\nother |"))
    scene.sign_in("ann")
    scene.enter("c1")
    scene.wait(12)
    scene.fails("c1")
    scene.wait(3)
    scene.enter("c1", "other")
    assert scene.leg("c1") == "c1~2"


def test_a_call_that_ends_after_an_overflow_is_forgotten() -> None:
    scene = Scene(plan("agent\nann", "queue | max_wait_s\nhotline | 10"))
    scene.sign_in("ann")
    scene.enter("c1")
    scene.wait(12)
    scene.fails("c1")
    assert scene.floor._room.handed_over == {"c1": 1}
    scene.hang_up("c1")
    assert scene.floor._room.handed_over == {}
    assert scene.facts == ()


def test_what_is_not_on_the_floor_has_no_place() -> None:
    scene = Scene(plan("agent\nann"))
    scene.sign_in("ann")
    scene.enter("ringing")
    assert scene.floor.position("ringing") is None
    assert scene.floor.position("nobody") is None
