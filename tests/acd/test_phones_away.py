"""An agent whose phone is away is not offered, keeps his idle time, and comes back by himself."""

import pytest
from callcenter.acd.events import AgentNotReady, PhoneBack, PhoneGone
from callcenter.terms import RingResult
from tests.acd.scene import Scene, plan

pytestmark = pytest.mark.pure

GONE, BACK = PhoneGone("ann"), PhoneBack("ann")


@pytest.fixture
def scene() -> Scene:
    scene = Scene(plan("agent\nann", "queue | wrap_up_s\nhotline | 10", 3))
    scene.sign_in("ann")
    return scene


def test_he_is_offered_again_when_the_phone_is_back(scene: Scene) -> None:
    idle_since = scene.floor.agent("ann").idle_since
    scene.wait(5)
    scene.tell(GONE)
    assert scene.agent("ann") == "not_ready unreachable"
    scene.enter("c1")
    assert scene.call("c1") == "waiting"
    scene.tell(BACK)
    assert scene.agent("ann") == "reserved"
    assert scene.floor.agent("ann").idle_since == idle_since


def test_a_pause_of_his_own_stays(scene: Scene) -> None:
    scene.tell(AgentNotReady("ann", "lunch"))
    scene.tell(GONE)
    scene.tell(BACK)
    assert scene.agent("ann") == "not_ready lunch"


def test_who_rests_after_a_miss_does_not_become_ready_without_a_phone(scene: Scene) -> None:
    scene.enter("c1")
    scene.fails("c1", RingResult.UNREACHABLE)
    assert scene.agent("ann") == "not_ready missed"
    scene.tell(GONE)
    scene.wait(60)
    assert scene.agent("ann") == "not_ready unreachable"


def test_nobody_is_torn_out_of_a_talk(scene: Scene) -> None:
    scene.enter("c1")
    scene.talk("c1")
    scene.tell(GONE)
    scene.tell(BACK)
    assert scene.agent("ann") == "talking"
