"""The controller goes before other work, all of its threads, and does without where it may not."""

import os
import sys
import threading
from collections.abc import Iterator

import pytest
from callcenter.live.health.urgency import REAL_TIME, SWITCH_S, go_first

pytestmark = pytest.mark.pure


@pytest.fixture(autouse=True)
def _interval() -> Iterator[None]:
    before = sys.getswitchinterval()
    yield
    sys.setswitchinterval(before)


def test_every_thread_goes_first_and_what_they_start_does_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked = {}

    def schedule(thread: int, policy: int, param: os.sched_param) -> None:
        asked[thread] = policy, param.sched_priority

    monkeypatch.setattr(os, "sched_setscheduler", schedule)
    over = threading.Event()
    other = threading.Thread(target=over.wait)
    other.start()
    try:
        assert go_first(wanted=True)
    finally:
        over.set()
        other.join()
    assert {threading.get_native_id(), other.native_id} <= asked.keys()
    assert set(asked.values()) == {(os.SCHED_RR | os.SCHED_RESET_ON_FORK, REAL_TIME)}
    assert sys.getswitchinterval() == pytest.approx(SWITCH_S)


def test_without_the_right_it_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "sched_setscheduler", refuse)
    assert not go_first(wanted=True)
    assert sys.getswitchinterval() == pytest.approx(SWITCH_S)
