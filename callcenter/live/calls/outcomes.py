"""How a ring attempt ended, by what Asterisk and the phone said."""

from collections.abc import Mapping

from callcenter.terms import RingResult

ANSWERED_ELSEWHERE = 26
"""Q.850 cause of a ring that we ended ourselves."""

NOT_AVAILABLE = 480
"""SIP code of a phone that takes no calls, and of Asterisk's own ring timeout."""

_BY_SIP_CODE: Mapping[int, RingResult] = {
    403: RingResult.DECLINED,
    404: RingResult.UNREACHABLE,
    408: RingResult.UNREACHABLE,
    410: RingResult.UNREACHABLE,
    430: RingResult.UNREACHABLE,
    486: RingResult.BUSY,
    600: RingResult.BUSY,
    603: RingResult.DECLINED,
    604: RingResult.UNREACHABLE,
}
ENDS_AS: Mapping[RingResult, str] = {
    RingResult.BUSY: "busy",
    RingResult.NO_ANSWER: "no_answer",
    RingResult.DECLINED: "rejected",
    RingResult.UNREACHABLE: "congestion",
    RingResult.FAILED: "congestion",
}
"""What a phone is told that waits for somebody, in ARI's words."""


def ring_result(sip_code: int, cause: int, *, rang: bool, phone_ended: bool) -> RingResult:
    """The result of an attempt that nobody answered.

    Asterisk reports its own ring timeout as 480, like a phone that says so itself; but then the
    phone has not asked for the end. A phone that did not even ring within that time is not there.
    """
    if cause == ANSWERED_ELSEWHERE:
        return RingResult.CALLER_GONE
    if sip_code == NOT_AVAILABLE:
        return RingResult.NO_ANSWER if rang and not phone_ended else RingResult.UNREACHABLE
    return _BY_SIP_CODE.get(sip_code, RingResult.FAILED)
