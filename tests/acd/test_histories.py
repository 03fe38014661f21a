"""At least 2,000 random histories of 200 events: the invariants hold after every one."""

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from tests.acd.histories import play
from tests.acd.test_any_talk import AnyTalk

PARTS = 4
HISTORIES, EVENTS = 2000 // PARTS, 200


@pytest.mark.pure
@pytest.mark.parametrize("number", range(5))
def test_a_history_is_told_again_by_its_number(number: int) -> None:
    one, again = AnyTalk(), AnyTalk()
    play(one, number, EVENTS)
    play(again, number, EVENTS)
    assert one.told == again.told


@pytest.mark.timeout(900)  # a minute or less on a machine that has time
@pytest.mark.parametrize("part", range(PARTS))
def test_many_histories(part: int) -> None:
    """In parts, so that several cores share them. Hypothesis draws the numbers, and keeps those
    that failed."""

    @settings(
        max_examples=HISTORIES,
        deadline=None,
        phases=[Phase.reuse, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(st.integers(0, 2**32 - 1))
    def played(number: int) -> None:
        play(AnyTalk(), PARTS * number + part, EVENTS)

    played()
