"""Names by which things are found again, and numbers as others may see them."""

import pytest
from callcenter.live.names import attempt_of, call_of, is_leg, masked

pytestmark = pytest.mark.pure


def test_a_leg_tells_its_call_and_attempt() -> None:
    leg = "node-1795.12~3"
    assert (is_leg(leg), call_of(leg), attempt_of(leg)) == (True, "node-1795.12", 3)


def test_a_callers_channel_is_no_leg() -> None:
    assert (is_leg("node-1795.12"), attempt_of("node-1795.12")) == (False, 0)


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("13812341234", "138****1234"),
        ("+8613812341234", "+86*******1234"),
        ("62341234", "6******4"),
        ("10086", "*****"),
        ("", ""),
    ],
)
def test_a_callers_number_is_masked(number: str, shown: str) -> None:
    assert masked(number) == shown
