"""Who gets whom."""

import pytest
from callcenter.acd.facts import RingStarted
from callcenter.site.needs import Needs
from tests.acd.scene import Scene, plan

pytestmark = pytest.mark.pure

AGENTS = """
agent | skills
ann   | spanish 3, billing 1
bob   | spanish 5
cyd   | spanish 3
dee   | billing 9
"""


def queue(strategy: str) -> str:
    return f"queue | needs | strategy\nhotline | spanish 2 | {strategy}"


@pytest.mark.parametrize(
    ("strategy", "signed_in", "chosen"),
    [
        ("best-skill", ("ann", "bob", "cyd", "dee"), "bob"),
        ("best-skill", ("ann", "cyd"), "ann"),
        ("best-skill", ("cyd", "ann"), "cyd"),
        ("longest-idle", ("dee", "ann", "bob", "cyd"), "ann"),
        ("longest-idle", ("cyd", "bob", "ann"), "cyd"),
        ("narrowest", ("ann", "bob", "cyd"), "bob"),
        ("narrowest", ("ann", "cyd", "bob"), "cyd"),
    ],
)
def test_strategy_chooses_the_agent(strategy: str, signed_in: tuple[str, ...], chosen: str) -> None:
    """Signed in one after the other, so the first in the list is idle for longest."""
    scene = Scene(plan(AGENTS, queue(strategy)))
    scene.sign_in(*signed_in)
    scene.enter("c1")
    assert scene.call("c1") == f"ringing {chosen}"


def test_equals_are_told_apart_by_name() -> None:
    scene = Scene(plan("agent\nbob\nann"))
    for agent in ("bob", "ann"):
        scene.sign_in(agent)
        scene.now = 0
    scene.enter("c1")
    assert scene.chosen("c1") == ["ann"]


@pytest.mark.parametrize(
    ("needs", "able"),
    [
        ({}, True),
        ({"spanish": 3}, True),
        ({"spanish": 4}, False),
        ({"spanish": 1, "billing": 1}, True),
        ({"spanish": 1, "german": 1}, False),
    ],
)
def test_an_agent_serves_who_needs_no_more_than_he_can(needs: dict[str, int], able: bool) -> None:
    assert Needs.of(needs).met_by({"spanish": 3, "billing": 1}) == able


def test_a_need_of_level_zero_is_no_need() -> None:
    scene = Scene(plan("agent | skills\nann |", "queue | needs\nhotline | spanish 0"))
    scene.sign_in("ann")
    scene.enter("c1")
    assert scene.call("c1") == "ringing ann"


SHARED = """
queue   | needs     | priority | wrap_up_s
hotline |           |          | 0
spanish | spanish 1 |          | 0
vip     |           | 1        | 0
"""


def test_a_freed_agent_gets_the_best_of_all_queues_he_can_serve() -> None:
    """By priority, then by who asked first; a need he lacks is passed over."""
    scene = Scene(plan("agent | skills\nann |", SHARED))
    scene.sign_in("ann")
    scene.enter("first")
    scene.talk("first")
    scene.enter("foreign", "spanish", ago=90)
    scene.enter("late")
    scene.enter("early", ago=60)
    scene.enter("pushed", ago=5, priority=1)
    scene.enter("vip", "vip", ago=8)
    order = []
    for _ in range(5):
        talking = next(c.call for c in scene.floor.calls() if c.agent)
        scene.agent_hangs_up(talking)
        order += [f.call for f in scene.facts if isinstance(f, RingStarted)]
        if order and order[-1] in {c.call for c in scene.floor.calls()}:
            scene.talk(order[-1])
    assert order == ["vip", "pushed", "early", "late"]
    assert scene.call("foreign") == "waiting"


def test_the_next_call_is_offered_in_the_step_in_which_the_agent_is_freed() -> None:
    scene = Scene(plan("agent\nann", "queue | wrap_up_s\nhotline | 0"))
    scene.sign_in("ann")
    scene.enter("c1")
    scene.talk("c1")
    scene.enter("c2")
    scene.now += 60
    scene.agent_hangs_up("c1")
    assert [type(c).__name__ for c in scene.commands] == ["HangUpCaller", "RingAgent", "ShowAgent"]


def test_every_choice_says_why() -> None:
    scene = Scene(plan(AGENTS, queue("best-skill")))
    scene.sign_in("ann", "bob", "cyd")
    scene.enter("c1")
    scene.enter("c2")
    scene.enter("c3")
    scene.enter("c4")
    scene.talk("c2")
    scene.hang_up("c2")
    scene.wait(10)
    why = {f.call: f.why for f in scene.journal if isinstance(f, RingStarted)}
    assert why["c1"] == {
        "chose": "agent",
        "candidates": 3,
        "key": "best-skill",
        "value": 5,
        "idle_s": 2,
        "next": "ann 3, 3 s",
    }
    assert why["c2"]["candidates"] == 2
    assert why["c4"] == {
        "chose": "call",
        "candidates": 1,
        "key": "priority, wait",
        "value": 0,
        "wait_s": 10,
    }


def test_pausing_does_not_cost_an_agent_his_turn() -> None:
    scene = Scene(plan("agent\nann\nbob"))
    scene.sign_in("ann", "bob")
    scene.not_ready("ann")
    scene.wait(300)
    scene.ready("ann")
    scene.enter("c1")
    assert scene.call("c1") == "ringing ann"


def test_a_talk_puts_an_agent_behind_who_had_none() -> None:
    scene = Scene(plan("agent\nann\nbob", "queue | wrap_up_s\nhotline | 0"))
    scene.sign_in("ann", "bob")
    scene.enter("c1")
    scene.talk("c1")
    scene.wait(1)
    scene.hang_up("c1")
    scene.enter("c2")
    assert scene.call("c2") == "ringing bob"


def test_queues_with_equal_needs_share_one_pool_whatever_order_they_are_written_in() -> None:
    queues = """
    queue | needs                | strategy
    one   | spanish 1, billing 2 |
    two   | billing 2, spanish 1 |
    three | billing 2, spanish 1 | narrowest
    """
    scene = Scene(plan("agent | skills\nann | spanish 1, billing 2", queues))
    pools = {name: q.pool for name, q in scene.floor._room.matching.queues.items()}
    assert pools["one"] is pools["two"]
    assert pools["one"] is not pools["three"]
    view = scene.floor.agent("ann")
    assert view is not None
    assert view.queues == ("one", "two", "three")


def test_of_several_pools_the_first_may_hold_the_better_call() -> None:
    """Whatever order the pools come in."""
    queues = "queue | needs\none |\ntwo | spanish 1\nthree | billing 1"
    scene = Scene(plan("agent | skills\nann | spanish 1, billing 1", queues))
    for number, queue_name in enumerate(("one", "two", "three")):
        scene.enter(f"c{number}", queue_name, ago=10 - number)
    scene.sign_in("ann")
    assert scene.chosen("c0") == ["ann"]
    assert scene.floor.plan.queues.keys() == {"one", "two", "three"}
