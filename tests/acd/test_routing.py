"""Strategies by an agent's day, steps of asking for less, sticky agents, limits of not ready."""

import pytest
from callcenter.acd.agents.figures import Figures, day_around
from callcenter.acd.commands import AnnouncePosition, RingAgent, Say
from callcenter.acd.events import AgentNotReady, CallEntered, LegAnswered, PlanChanged
from callcenter.acd.facts import RingEnded, RingStarted
from callcenter.acd.plan import (
    AgentProfile,
    NotReadyLimit,
    Plan,
    QueuePolicy,
    Relaxation,
    Sticky,
    Strategy,
)
from callcenter.acd.restart.recall import Recall
from callcenter.acd.talk_events import CallbackAsked, DialledFailed
from callcenter.acd.talk_facts import (
    CallbackDialled,
    CallRelaxed,
    NotReadyRefused,
    WaitEstimated,
)
from callcenter.site.needs import Needs
from callcenter.terms import AgentState, RingResult
from tests.acd.scene import Scene

pytestmark = pytest.mark.pure

DAY_S = 86_400.0


def site(policy: QueuePolicy, *agents: AgentProfile, **settings: object) -> Scene:
    return Scene(Plan({policy.name: policy}, {a.name: a for a in agents}, **settings))  # type: ignore[arg-type]


def people(*names: str, **skills: int) -> list[AgentProfile]:
    return [AgentProfile(name, skills, team="day") for name in names]


def serve(scene: Scene, call: str, talk_s: float = 60.0) -> str:
    """One whole call; tells who had it."""
    scene.enter(call)
    scene.talk(call)
    scene.wait(talk_s)
    scene.agent_hangs_up(call)
    return scene.chosen(call)[0]


def hotline(strategy: Strategy, **settings: object) -> QueuePolicy:
    return QueuePolicy("hotline", strategy=strategy, wrap_up_s=0, **settings)  # type: ignore[arg-type]


# Strategies.


def test_fewest_calls_counts_talks_since_midnight() -> None:
    scene = site(hotline(Strategy.FEWEST_CALLS), *people("ann", "bob"))
    scene.sign_in("ann", "bob")
    assert [serve(scene, f"c{n}") for n in range(3)] == ["ann", "bob", "ann"]
    scene.sign_out("bob")
    scene.now += 3600
    scene.sign_in("bob")
    assert serve(scene, "c3") == "bob", "one talk less, though idle for shorter"
    scene.now = DAY_S + 5
    assert serve(scene, "c4") == "ann", "a new day: both have none, she is idle for longer"
    assert serve(scene, "c5") == "bob"


def test_lowest_occupancy_is_the_share_of_the_day_on_calls() -> None:
    scene = site(hotline(Strategy.LOWEST_OCCUPANCY), *people("ann", "bob"))
    scene.sign_in("ann", "bob")
    assert serve(scene, "c0", talk_s=300) == "ann"
    assert serve(scene, "c1", talk_s=10) == "bob"
    assert serve(scene, "c2", talk_s=10) == "bob", "310 s at 3 % beats 300 s at nearly all"
    figures = scene.floor._room.agents["bob"].figures
    assert figures.busy_s == 20
    assert figures.occupancy == round(100 * 20 / (20 + figures.ready_s), 1)


def test_occupancy_of_somebody_without_a_day_is_none() -> None:
    figures = Figures()
    assert figures.occupancy == 0
    figures.spend(AgentState.NOT_READY, 5)
    assert (figures.busy_s, figures.ready_s) == (0, 0)


def test_a_day_is_the_site_s_own() -> None:
    starts, ends = day_around(1_763_700_000.0, "Asia/Shanghai")
    assert (ends - starts, (starts + 8 * 3600) % DAY_S) == (DAY_S, 0)


def test_round_robin_gives_the_turn_also_to_who_missed_his() -> None:
    scene = site(hotline(Strategy.ROUND_ROBIN), *people("ann", "bob", "cyd"))
    scene.sign_in("cyd", "bob", "ann")
    scene.enter("c0")
    assert scene.chosen("c0") == ["cyd"], "nobody had a turn, he is idle for longest"
    scene.fails("c0")
    assert scene.chosen("c0") == ["cyd", "bob"]
    scene.talk("c0")
    scene.wait(10)
    scene.hang_up("c0")
    assert [serve(scene, f"d{n}") for n in range(3)] == ["ann", "cyd", "bob"]


def test_ranked_follows_the_queue_s_own_list() -> None:
    policy = hotline(Strategy.RANKED, ranking=("cyd", "ann"))
    scene = site(policy, *people("ann", "bob", "cyd"))
    scene.sign_in("bob", "ann", "cyd")
    for call in ("c0", "c1", "c2"):
        scene.enter(call)
    assert [scene.chosen(f"c{n}") for n in range(3)] == [["cyd"], ["ann"], ["bob"]]


def test_ring_all_rings_all_who_are_free_and_one_wins() -> None:
    scene = site(hotline(Strategy.RING_ALL), *people("ann", "bob", "cyd"))
    scene.sign_in("ann", "bob", "cyd")
    scene.enter("c0")
    legs = {f.agent: f.leg for f in scene.facts if isinstance(f, RingStarted)}
    assert legs.keys() == {"ann", "bob", "cyd"}
    assert sum(isinstance(c, RingAgent) for c in scene.commands) == 3

    scene.tell(LegAnswered("c0", legs["bob"]))
    ended = {f.agent: f.result for f in scene.facts if isinstance(f, RingEnded)}
    assert ended == {
        "bob": RingResult.ANSWERED,
        "ann": RingResult.ELSEWHERE,
        "cyd": RingResult.ELSEWHERE,
    }
    assert scene.agent("ann") == scene.agent("cyd") == "ready"
    scene.joined("c0")
    assert scene.call("c0") == "talking bob"


def test_the_decision_counts_who_was_passed_over() -> None:
    able = people("ann", "bob", "cyd", "eve", english=3)
    scene = Scene(
        Plan(
            {"hotline": QueuePolicy("hotline", {"english": 1})},
            {a.name: a for a in (*able, *people("dee"))},
        )
    )
    scene.sign_in("ann", "bob", "cyd", "dee", "eve")
    scene.not_ready("cyd")
    scene.enter("c0")
    scene.enter("c1")
    (why,) = [f.why for f in scene.facts if isinstance(f, RingStarted)]
    assert why["candidates"] == 2
    assert (why["busy"], why["not_ready"], why["unable"]) == (1, 1, 1)
    assert why["next"] == "eve 3, 1 s"


def test_the_decision_for_the_only_free_agent_names_no_other() -> None:
    scene = site(hotline(Strategy.LONGEST_IDLE), *people("ann"))
    scene.sign_in("ann")
    scene.enter("c0")
    (why,) = [f.why for f in scene.facts if isinstance(f, RingStarted)]
    assert why == {
        "chose": "agent",
        "candidates": 1,
        "key": "longest-idle",
        "value": 0,
        "idle_s": 1,
    }


def test_the_decision_for_a_freed_agent_names_the_next_call() -> None:
    queues = {q: QueuePolicy(q, {q: 1}, wrap_up_s=0) for q in ("a", "b", "c")}
    scene = Scene(Plan(queues, {"ann": AgentProfile("ann", {"a": 1, "b": 1, "c": 1})}))
    for n, queue in enumerate(("b", "c", "a")):
        scene.enter(f"c{n}", queue, ago=(20, 10, 30)[n])
    scene.sign_in("ann")
    (why,) = [f.why for f in scene.facts if isinstance(f, RingStarted)]
    assert (scene.call("c2"), why["next"]) == ("ringing ann", "c0 0, 20 s")


# Steps.

STEPS = (
    Relaxation(20, "english >= 1", Needs.of({"english": 1})),
    Relaxation(40, "priority +5, say sorry", priority=5, say="sorry"),
)


def relaxing(**settings: object) -> QueuePolicy:
    return QueuePolicy("hotline", {"english": 3}, relax=STEPS, **settings)  # type: ignore[arg-type]


def test_a_step_lets_others_serve_and_stands_in_the_record() -> None:
    scene = site(relaxing(), *people("ann", english=1))
    scene.sign_in("ann")
    scene.enter("c0")
    assert scene.call("c0") == "waiting"
    scene.wait(19.9)
    assert scene.call("c0") == "waiting"
    scene.wait(0.1)
    assert scene.call("c0") == "ringing ann"
    assert [f for f in scene.journal if isinstance(f, CallRelaxed)] == [
        CallRelaxed(21, "c0", 1, "english >= 1")
    ]
    recall = Recall()
    for fact in scene.journal:
        recall.add(fact)
    assert recall.calls["c0"].step == 1


def test_a_step_raises_the_priority_and_tells_the_caller() -> None:
    scene = site(relaxing(), *people("ann", english=5))
    scene.sign_in("ann")
    scene.enter("first")
    scene.talk("first")
    scene.enter("second", ago=100)
    scene.now += 39
    scene.tell(CallEntered("vip", "hotline", "1", "2", scene.now, scene.now, "", 3))
    assert scene.floor.queue_view("hotline").waiting == ("vip", "second")
    scene.wait(1)
    assert scene.commands == (Say("second", "sorry"),)
    assert scene.floor.queue_view("hotline").waiting == ("second", "vip")


def test_steps_that_come_due_while_a_phone_rings_are_taken_when_it_was_in_vain() -> None:
    scene = site(relaxing(ring_timeout_s=60), *people("ann", english=3), *people("bob", english=1))
    scene.sign_in("ann", "bob")
    scene.enter("c0")
    scene.wait(45)
    assert scene.call("c0") == "ringing ann"
    scene.fails("c0")
    assert scene.call("c0") == "ringing bob"
    assert [f.step for f in scene.facts if isinstance(f, CallRelaxed)] == [1, 2]


def test_a_deployment_with_fewer_steps_keeps_a_call_that_had_taken_more() -> None:
    scene = site(relaxing(), *people("ann"))
    scene.enter("c0")
    scene.wait(60)
    fewer = Plan({"hotline": QueuePolicy("hotline", {"english": 3})})
    scene.tell(PlanChanged(fewer))
    view = scene.floor.call("c0")
    assert view is not None
    assert (view.position, view.priority) == (1, 0)


# Overflows by cause.


def test_a_queue_refuses_by_ratio_and_by_the_foretold_wait() -> None:
    by_ratio = site(QueuePolicy("hotline", max_ratio=2), *people("ann"))
    by_ratio.sign_in("ann")
    for n in range(4):
        by_ratio.enter(f"c{n}")
    assert by_ratio.end("c3") == "overflow ratio"
    by_wait = site(QueuePolicy("hotline", max_estimate_s=200), *people("ann"))
    by_wait.sign_in("ann")
    for n in range(3):
        by_wait.enter(f"c{n}")
    assert by_wait.call("c1") == "waiting", "one before him in talk: 180 s"
    assert by_wait.end("c2") == "overflow estimated_wait"


def test_with_nobody_at_work_a_foretold_wait_refuses_nobody() -> None:
    scene = site(QueuePolicy("hotline", max_estimate_s=200, max_ratio=9), *people("ann"))
    scene.sign_in("ann")
    scene.not_ready("ann")
    scene.enter("c0")
    assert scene.call("c0") == "waiting"


def test_with_all_not_ready_callers_overflow_but_not_for_a_rest() -> None:
    policy = QueuePolicy("hotline", overflow_when_none_ready=True, wrap_up_s=0)
    scene = site(policy, *people("ann", "bob"))
    scene.sign_in("ann", "bob")
    scene.enter("c0")
    scene.talk("c0")
    scene.enter("c1")
    scene.enter("c2")
    scene.fails("c1")
    assert scene.call("c1") == scene.call("c2") == "waiting", "bob only rests, ann is at work"
    scene.not_ready("bob")
    assert scene.call("c1") == "waiting"
    scene.not_ready("ann")
    scene.agent_hangs_up("c0")
    assert scene.end("c1") == scene.end("c2") == "overflow none_ready"


def test_an_emergency_empties_the_queue_and_lets_nobody_in() -> None:
    scene = site(QueuePolicy("hotline"), *people("ann"))
    scene.sign_in("ann")
    scene.enter("talks")
    scene.talk("talks")
    scene.enter("waits")
    closed = QueuePolicy("hotline", emergency=True)
    scene.tell(PlanChanged(Plan({"hotline": closed}, scene.floor.plan.agents)))
    assert scene.end("waits") == "overflow emergency"
    scene.enter("new")
    assert scene.end("new") == "overflow emergency"
    assert scene.call("talks") == "talking ann"


# The foretold wait.


def test_a_wait_is_foretold_once_and_announced_as_it_changes() -> None:
    policy = QueuePolicy(
        "hotline",
        wrap_up_s=0,
        announce_first_s=10,
        announce_every_s=10,
        tell_estimate=True,
        tell_position=False,
        comfort=("one", "two"),
    )
    scene = site(policy, *people("ann"))
    scene.sign_in("ann")
    scene.enter("c0")
    scene.talk("c0")
    scene.enter("c1")
    assert [f for f in scene.facts if isinstance(f, WaitEstimated)] == [
        WaitEstimated(1, "c1", "hotline", 180)
    ]
    told = []
    for _ in range(3):
        scene.wait(10)
        told += [c for c in scene.commands if isinstance(c, AnnouncePosition)]
    assert [(c.position, c.prompt) for c in told] == [(None, "one"), (None, "two"), (None, "one")]
    assert all(c.estimate_s is not None and c.estimate_s >= 180 for c in told)
    scene.agent_hangs_up("c0")
    assert not [f for f in scene.journal[4:] if isinstance(f, WaitEstimated) and f.call != "c1"]


def test_short_talks_make_the_foretold_wait_shorter() -> None:
    scene = site(QueuePolicy("hotline", wrap_up_s=0), *people("ann"))
    scene.sign_in("ann")
    scene.enter("c0")
    for n in range(40):
        scene.enter(f"d{n}")
        scene.talk("c0" if n == 0 else f"d{n - 1}")
        scene.wait(30)
        scene.agent_hangs_up("c0" if n == 0 else f"d{n - 1}")
    estimates = [f.estimate_s for f in scene.journal if isinstance(f, WaitEstimated)]
    assert estimates[0] == 180
    assert 25 < estimates[-1] < 60


def test_with_nothing_to_tell_nothing_is_announced() -> None:
    scene = site(QueuePolicy("hotline", announce_first_s=5, tell_position=False), *people("ann"))
    scene.enter("c0")
    scene.wait(5)
    assert scene.commands == ()


# Sticky agents.


def sticky(**settings: object) -> Scene:
    policy = QueuePolicy("hotline", sticky=Sticky(7 * DAY_S, 20), wrap_up_s=0, **settings)  # type: ignore[arg-type]
    scene = site(policy, *people("ann", "bob"))
    scene.sign_in("ann", "bob")
    return scene


def comes_back(scene: Scene, call: str, agent: str = "bob", days: float = 1.0) -> None:
    now = scene.now
    entered = CallEntered(call, "hotline", "138", "12345", now, now)
    scene.tell(
        CallEntered(
            entered.call,
            entered.queue,
            entered.caller,
            entered.called,
            now,
            now,
            last_agent=agent,
            last_age_s=days * DAY_S,
        )
    )


def test_who_comes_back_gets_the_agent_he_knows() -> None:
    scene = sticky()
    comes_back(scene, "c0")
    assert scene.call("c0") == "ringing bob"
    (why,) = [f.why for f in scene.facts if isinstance(f, RingStarted)]
    assert why == {"chose": "agent", "candidates": 2, "key": "sticky", "value": 1.0}


@pytest.mark.parametrize(("agent", "days"), [("bob", 8), ("zoe", 1)])
def test_a_talk_too_long_ago_or_an_agent_who_is_gone_does_not_count(
    agent: str, days: float
) -> None:
    scene = sticky()
    comes_back(scene, "c0", agent, days)
    assert scene.call("c0") == "ringing ann"


def test_he_waits_for_a_busy_agent_but_not_for_ever() -> None:
    scene = sticky()
    comes_back(scene, "c0")
    scene.talk("c0")
    comes_back(scene, "c1")
    assert scene.call("c1") == "waiting"
    scene.wait(5)
    scene.agent_hangs_up("c0")
    assert scene.call("c1") == "ringing bob"
    assert [f.why["key"] for f in scene.facts if isinstance(f, RingStarted)] == ["sticky"]
    scene.talk("c1")
    comes_back(scene, "c2")
    scene.wait(20)
    assert scene.call("c2") == "ringing ann", "20 s are over"


def test_an_agent_who_goes_away_is_not_waited_for() -> None:
    scene = sticky()
    comes_back(scene, "c0")
    scene.talk("c0")
    comes_back(scene, "c1")
    scene.not_ready("bob")
    scene.agent_hangs_up("c0")
    assert scene.call("c1") == "ringing ann"
    comes_back(scene, "c2")
    assert scene.call("c2") == "waiting", "bob is not ready: anyone will do, and ann is busy"


# Limits of not ready.


def test_at_most_so_many_of_a_team_pause_at_once() -> None:
    limits = (NotReadyLimit("day", "break", at_most=1), NotReadyLimit("night", share=50))
    others = [AgentProfile(name, team="night") for name in ("dee", "eve", "fay")]
    everyone = [*people("ann", "bob"), *others]
    scene = site(hotline(Strategy.LONGEST_IDLE), *everyone, not_ready_limits=limits)
    scene.sign_in("ann", "bob", "dee", "eve", "fay")
    scene.not_ready("ann")
    assert not scene.floor.may_pause("bob", "break")
    assert scene.floor.may_pause("bob", "meeting")
    assert scene.floor.may_pause("nobody", "break")
    scene.not_ready("bob")
    assert scene.facts == (NotReadyRefused(scene.now, "bob", "break", "day"),)
    assert scene.agent("bob") == "ready"
    scene.tell(AgentNotReady("bob", "break", forced=True))
    assert scene.agent("bob") == "not_ready break"
    scene.not_ready("dee")
    scene.not_ready("eve")
    assert scene.agent("eve") == "ready", "half of three is one"


def test_who_asked_for_a_pause_in_a_call_counts_and_who_is_out_does_not() -> None:
    limits = (NotReadyLimit("day", at_most=1),)
    scene = site(
        hotline(Strategy.LONGEST_IDLE), *people("ann", "bob", "cyd"), not_ready_limits=limits
    )
    scene.sign_in("ann", "bob")
    scene.enter("c0")
    scene.not_ready("ann")
    scene.not_ready("bob")
    assert scene.agent("bob") == "ready"
    scene.not_ready("cyd")
    assert scene.facts == ()


# Callbacks among them.


def test_a_callback_rings_nobody_before_its_caller_is_there_and_does_not_overflow() -> None:
    policy = hotline(Strategy.RING_ALL, overflow_when_empty=True)
    scene = site(policy, *people("ann", "bob"))
    scene.sign_in("ann")
    scene.enter("c0")
    scene.talk("c0")
    scene.enter("c1")
    scene.tell(CallbackAsked("c1", "138"))
    scene.hang_up("c1")
    scene.sign_out("ann")
    scene.agent_hangs_up("c0")
    assert scene.call("c1+cb") == "waiting"
    scene.sign_in("bob", "ann")
    assert scene.call("c1+cb") == "dialling bob"
    scene.tell(DialledFailed("c1+cb", RingResult.BUSY, 486))
    scene.wait(3600)
    dialled = [f.agent for f in scene.journal if isinstance(f, CallbackDialled)]
    assert len(dialled) > 1, "again, with both free: one is reserved, and no phone rings"
    assert scene.agent("ann" if dialled[-1] == "bob" else "bob") == "ready"
