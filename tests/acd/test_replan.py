"""A new deployment under running calls."""

import pytest
from callcenter.acd.commands import ShowAgent
from callcenter.acd.events import PlanChanged
from tests.acd.scene import Scene, plan

pytestmark = pytest.mark.pure

AGENTS = "agent | skills\nann | spanish 3\nbob |"
QUEUES = "queue | needs | priority\nhotline | |\nspanish | spanish 2 |"


@pytest.fixture
def scene() -> Scene:
    return Scene(plan(AGENTS, QUEUES))


def deploy(scene: Scene, agents: str = AGENTS, queues: str = QUEUES) -> None:
    scene.tell(PlanChanged(plan(agents, queues)))


def test_the_same_plan_again_changes_nothing(scene: Scene) -> None:
    scene.sign_in("ann", "bob")
    scene.enter("c1")
    scene.enter("c2")
    scene.enter("c3")
    before = (scene.floor.calls(), scene.floor.agents(), scene.floor.queues())
    deploy(scene)
    assert (scene.facts, scene.commands) == ((), ())
    assert (scene.floor.calls(), scene.floor.agents(), scene.floor.queues()) == before


def test_a_new_agent_may_sign_in(scene: Scene) -> None:
    deploy(scene, AGENTS + "\ncyd | spanish 5")
    scene.sign_in("cyd")
    scene.enter("c1", "spanish")
    assert scene.call("c1") == "ringing cyd"


def test_an_agent_who_is_gone_is_signed_out_and_forgotten(scene: Scene) -> None:
    scene.sign_in("ann", "bob")
    deploy(scene, "agent | skills\nann | spanish 3")
    assert ShowAgent("bob") in scene.commands
    assert (scene.agent("bob"), scene.states("bob")[-1]) == ("unknown", "signed_out")
    deploy(scene, AGENTS)
    assert scene.agent("bob") == "signed_out"


@pytest.mark.parametrize("act", ["hang_up", "agent_hangs_up"])
def test_an_agent_who_is_gone_ends_his_talk_first(scene: Scene, act: str) -> None:
    scene.sign_in("ann")
    scene.enter("c1")
    scene.talk("c1")
    deploy(scene, "agent\nbob")
    assert scene.call("c1") == "talking ann"
    scene.ready("ann")
    scene.wait(1)
    getattr(scene, act)("c1")
    assert (scene.end("c1"), scene.agent("ann")) == ("answered", "unknown")


def test_an_agent_who_is_gone_and_comes_back_during_his_talk_stays(scene: Scene) -> None:
    scene.sign_in("ann")
    scene.enter("c1")
    scene.talk("c1")
    deploy(scene, "agent\nbob")
    deploy(scene)
    scene.hang_up("c1")
    assert scene.agent("ann") == "wrap_up"


def test_a_new_skill_brings_waiting_caller_and_idle_agent_together(scene: Scene) -> None:
    scene.sign_in("bob")
    scene.enter("c1", "spanish")
    deploy(scene, "agent | skills\nann | spanish 3\nbob | spanish 2")
    assert scene.call("c1") == "ringing bob"


def test_a_phone_goes_on_ringing_though_its_agent_lost_the_skill(scene: Scene) -> None:
    scene.sign_in("ann")
    scene.enter("c1", "spanish")
    deploy(scene, "agent\nann\nbob")
    assert scene.call("c1") == "ringing ann"
    scene.fails("c1")
    scene.wait(60)
    assert scene.call("c1") == "waiting"


def test_waiting_callers_keep_their_places_under_new_priorities(scene: Scene) -> None:
    scene.enter("c1")
    scene.now += 1
    scene.enter("c2", "spanish")
    deploy(scene, queues="queue | needs | priority\nhotline | |\nspanish | spanish 2 | 5")
    scene.sign_in("ann")
    assert (scene.call("c1"), scene.call("c2")) == ("waiting", "ringing ann")


def test_a_new_max_wait_holds_for_who_waits_already(scene: Scene) -> None:
    scene.enter("c1")
    scene.wait(30)
    deploy(scene, queues="queue | max_wait_s\nhotline | 40")
    scene.wait(10)
    assert scene.end("c1") == "overflow max_wait"


def test_a_max_wait_that_is_over_by_now_overflows_at_once(scene: Scene) -> None:
    scene.enter("c1")
    scene.wait(20)
    deploy(scene, queues="queue | max_wait_s\nhotline | 20")
    assert scene.end("c1") == "overflow max_wait"


def test_a_max_wait_that_is_taken_back_is_no_more(scene: Scene) -> None:
    deploy(scene, queues="queue | max_wait_s\nhotline | 20")
    scene.enter("c1")
    deploy(scene)
    scene.wait(60)
    assert scene.call("c1") == "waiting"


def test_a_new_rule_for_misses_holds_at_once(scene: Scene) -> None:
    scene.sign_in("bob")
    scene.enter("c1")
    strict = plan(AGENTS, QUEUES, misses=1)
    scene.tell(PlanChanged(strict))
    assert scene.floor.plan is strict
    scene.fails("c1")
    assert scene.agent("bob") == "not_ready missed-calls"


def test_a_queue_that_is_gone_serves_its_last_callers_and_takes_no_new_ones(scene: Scene) -> None:
    scene.enter("c1", "spanish")
    deploy(scene, queues="queue\nhotline")
    scene.enter("c2", "spanish")
    assert (scene.call("c1"), scene.end("c2")) == ("waiting", "overflow no_agent")
    scene.sign_in("bob", "ann")
    assert scene.call("c1") == "ringing ann"
    scene.hang_up("c1")
    deploy(scene, queues="queue\nhotline")
    assert [queue.queue for queue in scene.floor.queues()] == ["hotline"]


def test_when_the_only_able_agent_is_gone_the_waiting_overflow(scene: Scene) -> None:
    queues = "queue | needs | overflow_when_empty\nspanish | spanish 2 | yes"
    deploy(scene, queues=queues)
    scene.sign_in("ann", "bob")
    scene.not_ready("ann")
    scene.enter("c1", "spanish")
    deploy(scene, "agent\nbob", queues)
    assert scene.end("c1") == "overflow no_agent"
