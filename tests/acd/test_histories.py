"""At least 2,000 random histories of 200 events: the invariants hold after every one."""

import pytest
from tests.acd.histories import play
from tests.acd.test_any_order import AnyOrder
from tests.acd.test_any_talk import AnyTalk

FEW, MANY, EVENTS = 100, 2000, 200


@pytest.mark.pure
def test_some_histories() -> None:
    for number in range(FEW):
        play(AnyOrder(), number, EVENTS)


@pytest.mark.timeout(600)
@pytest.mark.parametrize("part", range(4))
def test_many_histories(part: int) -> None:
    """With talks, consults and callbacks. Not among the fast tests; in parts, one for a core."""
    for number in range(FEW + part, FEW + MANY, 4):
        play(AnyTalk(), number, EVENTS)
