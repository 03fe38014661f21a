"""How ring attempts end: measured causes and codes of Asterisk 22, one row each."""

import pytest
from callcenter.live.calls.outcomes import ring_result
from callcenter.terms import RingResult

pytestmark = pytest.mark.pure


@pytest.mark.parametrize(
    ("what", "sip_code", "cause", "rang", "phone_ended", "result"),
    [
        ("busy here", 486, 17, False, True, RingResult.BUSY),
        ("busy everywhere", 600, 17, True, True, RingResult.BUSY),
        ("decline", 603, 21, True, True, RingResult.DECLINED),
        ("forbidden, as some phones decline", 403, 21, True, True, RingResult.DECLINED),
        ("phone: temporarily unavailable", 480, 19, False, True, RingResult.UNREACHABLE),
        ("the same after it rang", 480, 19, True, True, RingResult.UNREACHABLE),
        ("our ring timeout", 480, 19, True, False, RingResult.NO_ANSWER),
        ("our ring timeout, not even 180", 480, 19, False, False, RingResult.UNREACHABLE),
        ("not found", 404, 1, False, True, RingResult.UNREACHABLE),
        ("request timeout", 408, 19, False, True, RingResult.UNREACHABLE),
        ("server error", 500, 38, False, True, RingResult.FAILED),
        ("not acceptable", 488, 58, False, True, RingResult.FAILED),
        ("we hung up: answered elsewhere", 0, 26, True, True, RingResult.CALLER_GONE),
        ("no code at all", 0, 0, True, False, RingResult.FAILED),
    ],
)
def test_a_ring_attempt_has_one_result(
    what: str, sip_code: int, cause: int, rang: bool, phone_ended: bool, result: RingResult
) -> None:
    assert ring_result(sip_code, cause, rang=rang, phone_ended=phone_ended) is result, what
