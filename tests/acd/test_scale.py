"""The price of a decision, counted in function calls, on a small and on a big floor."""

import sys
from collections.abc import Callable

import pytest
from callcenter.acd.plan import AgentProfile, Plan, QueuePolicy
from tests.acd.scene import Scene

pytestmark = pytest.mark.pure


def price(act: Callable[[], object]) -> int:
    """How many functions are called, ours and built-in ones."""
    calls = 0

    def count(_frame: object, event: str, _arg: object) -> None:
        nonlocal calls
        calls += event in {"call", "c_call"}

    sys.setprofile(count)
    try:
        act()
    finally:
        sys.setprofile(None)
    return calls


def floor(agents: int, waiting: int) -> Scene:
    """Two skills, every agent has one; all who are signed in talk when calls wait."""
    queues = {name: QueuePolicy(name, {name: 1}, wrap_up_s=0) for name in ("spanish", "billing")}
    profiles = {
        f"a{n}": AgentProfile(f"a{n}", {("spanish", "billing")[n % 2]: 1 + n % 9})
        for n in range(agents)
    }
    scene = Scene(Plan(queues, profiles))
    scene.sign_in(*profiles)
    for n in range(waiting + agents if waiting else 0):
        scene.enter(f"c{n}", ("spanish", "billing")[n % 2])
        if scene.leg(f"c{n}"):
            scene.talk(f"c{n}")
    scene.now += 60
    return scene


def test_a_freed_agent_finds_his_call_among_thousands_for_the_price_of_ten() -> None:
    prices = []
    for size in (10, 2000):
        scene = floor(agents=size, waiting=size)
        prices.append(price(lambda scene=scene: scene.agent_hangs_up("c0")))
        assert scene.chosen(f"c{size}") == scene.chosen("c0")
    assert prices[1] <= prices[0] + 2


def test_a_call_finds_its_agent_among_thousands_for_the_price_of_ten() -> None:
    prices = []
    for size in (10, 2000):
        scene = floor(agents=size, waiting=0)
        prices.append(price(lambda scene=scene: scene.enter("c", "spanish")))
        assert len(scene.chosen("c")) == 1
    assert prices[1] <= prices[0] + 5


def test_a_caller_leaves_the_middle_of_thousands_for_the_price_of_ten() -> None:
    prices = []
    for size in (10, 2000):
        scene = floor(agents=2, waiting=size)
        prices.append(price(lambda scene=scene, size=size: scene.hang_up(f"c{2 + size // 2}")))
    assert prices[1] <= prices[0] + 20
