"""Cycles are collected by the loop, and by nothing else."""

import asyncio
import gc
import weakref
from collections.abc import Iterator

import pytest
from callcenter.live.health import garbage
from callcenter.live.health.garbage import collect, none_by_itself
from callcenter.qa.stage import until

pytestmark = pytest.mark.pure


class Cycle:
    """Refers to itself."""

    def __init__(self) -> None:
        self.me = self


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    thresholds = gc.get_threshold()
    yield
    gc.unfreeze()
    gc.set_threshold(*thresholds)
    gc.enable()


def test_nothing_is_collected_by_itself() -> None:
    none_by_itself()
    gc.set_threshold(1, 1, 1)
    gone = weakref.ref(Cycle())
    assert [Cycle() for _ in range(100)]
    assert gone() is not None


@pytest.mark.parametrize(("middle", "everything"), [(1, 3), (2, 2), (100, 100)])
async def test_the_loop_collects(
    middle: int, everything: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(garbage, "MIDDLE", middle)
    monkeypatch.setattr(garbage, "ALL", everything)
    none_by_itself()
    collecting = asyncio.create_task(collect(0.001))
    await asyncio.sleep(0)  # what stands at its start is left alone
    gone = weakref.ref(Cycle())
    await until(lambda: gone() is None, "a cycle is collected")
    collecting.cancel()


async def test_what_has_survived_is_collected_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(garbage, "ALL", 3)
    none_by_itself()
    collecting = asyncio.create_task(collect(0.001))
    await asyncio.sleep(0)
    old = Cycle()
    gone = weakref.ref(old)
    gc.collect(0)
    gc.collect(1)  # now it is among the oldest
    del old
    await until(lambda: gone() is None, "an old cycle is collected")
    collecting.cancel()
