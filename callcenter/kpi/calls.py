"""What measures need of a call. Times are milliseconds since 1970 (UTC), durations milliseconds."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from callcenter.terms import Direction, Outcome, PartyClass, RingResult


class Standing(StrEnum):
    """Where a call stands in the measures: every call in exactly one place."""

    REQUEST = "request"
    """Asked for a human (人工请求): in the denominator."""
    IVR_END = "ivr_end"
    BLACKLISTED = "blacklisted"
    TEST = "test"
    OUTBOUND = "outbound"
    INTERNAL = "internal"
    """Between agents: in no measure of the hotline."""
    OPEN = "open"
    """Has not ended yet; in no measure, and its window is provisional."""


_STANDING: Mapping[Outcome, Standing] = {
    Outcome.ANSWERED: Standing.REQUEST,
    Outcome.ABANDONED_QUEUE: Standing.REQUEST,
    Outcome.ABANDONED_RING: Standing.REQUEST,
    Outcome.TIMEOUT: Standing.REQUEST,
    Outcome.VOICEMAIL: Standing.REQUEST,
    Outcome.CALLBACK_REQUESTED: Standing.REQUEST,
    Outcome.REFUSED_FULL: Standing.REQUEST,
    Outcome.REFUSED_NOAGENT: Standing.REQUEST,
    Outcome.SYSTEM_FAIL: Standing.REQUEST,
    Outcome.IVR_END: Standing.IVR_END,
    Outcome.BLACKLISTED: Standing.BLACKLISTED,
    Outcome.OUTBOUND: Standing.OUTBOUND,
}
ABANDONED = frozenset({Outcome.ABANDONED_QUEUE, Outcome.ABANDONED_RING})
"""The caller hung up before an answer (放弃)."""


class CallRow(NamedTuple):
    """One call, or one stay of a call in one queue where a single queue is measured."""

    arrived_ms: int
    requested_ms: int | None = None
    """First request for a human; None when nobody asked for one."""
    answered_ms: int | None = None
    """First agent bridged, with talk > 0."""
    left_queue_ms: int | None = None
    """When the wait ended without an answer: hung up, overflowed, refused."""
    outcome: Outcome | None = None
    """None while the call goes on."""
    direction: Direction = Direction.IN
    party_class: PartyClass = PartyClass.CITIZEN
    talk_ms: int = 0
    hold_ms: int = 0
    wrap_ms: int = 0

    @property
    def window_ms(self) -> int:
        """The call belongs to the window that holds this: its request, else its arrival."""
        return self.arrived_ms if self.requested_ms is None else self.requested_ms

    @property
    def wait_ms(self) -> int:
        """From the request to the answer, or to the end of the wait without one; the IVR is not
        in it, all ringing is."""
        until = self.left_queue_ms if self.answered_ms is None else self.answered_ms
        if until is None or self.requested_ms is None:
            return 0
        return until - self.requested_ms

    @property
    def standing(self) -> Standing:
        """Where the call counts."""
        if self.party_class is PartyClass.TEST:
            return Standing.TEST
        if self.direction is not Direction.IN:
            return Standing.OUTBOUND if self.direction is Direction.OUT else Standing.INTERNAL
        return Standing.OPEN if self.outcome is None else _STANDING[self.outcome]


@dataclass(frozen=True, slots=True)
class RingRow:
    """One ring of one agent's phone."""

    agent: str
    started_ms: int
    result: RingResult | None
    """None while it rings."""
