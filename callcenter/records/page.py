"""The rows that a batch of facts touches: read before the fold, written after it."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from sqlmodel import Session, SQLModel, col, select

from callcenter.acd.facts import AgentAsked, AgentChanged
from callcenter.records.facts import CelRead, JournalFact
from callcenter.records.tables import (
    AgentInterval,
    Call,
    Recording,
    RingAttempt,
    Segment,
    VoicemailMessage,
)


@dataclass(slots=True)
class Page:
    """Rows by key. The fold changes them; new ones are kept apart for the insert."""

    calls: dict[str, Call] = field(default_factory=dict)
    segments: dict[str, list[Segment]] = field(default_factory=dict)
    """Call -> its segments in order."""
    rings: dict[str, dict[str, RingAttempt]] = field(default_factory=dict)
    """Call -> leg -> ring attempt, in order."""
    duties: dict[str, AgentInterval] = field(default_factory=dict)
    """Agent -> the interval that has not ended."""
    recordings: dict[str, Recording] = field(default_factory=dict)
    messages: dict[tuple[str, str], VoicemailMessage] = field(default_factory=dict)
    added: list[SQLModel] = field(default_factory=list)

    def add_call(self, call: Call) -> Call:
        self.calls[call.call_id] = call
        self.added.append(call)
        return call

    def add_segment(self, segment: Segment) -> Segment:
        self.segments.setdefault(segment.call_id, []).append(segment)
        self.added.append(segment)
        return segment

    def add_ring(self, ring: RingAttempt) -> RingAttempt:
        self.rings.setdefault(ring.call_id, {})[ring.leg] = ring
        self.added.append(ring)
        return ring

    def add_duty(self, duty: AgentInterval) -> None:
        self.duties[duty.agent] = duty
        self.added.append(duty)

    def add_recording(self, recording: Recording) -> None:
        self.recordings[recording.leg] = recording
        self.added.append(recording)

    def add_message(self, message: VoicemailMessage) -> None:
        self.messages[message.call_id, message.message_id] = message
        self.added.append(message)


def load(session: Session, facts: Sequence[JournalFact]) -> Page:
    """The page that these facts are folded into."""
    page = Page()
    agents = {fact.agent for fact in facts if isinstance(fact, AgentChanged)}
    calls = {fact.call for fact in facts if not isinstance(fact, CelRead | AgentAsked)}
    for duty in _duties(session, agents):
        page.duties[duty.agent] = duty
        # A wrap-up that ends in this batch belongs to a call of an earlier one.
        calls.add(duty.call_id)
    calls.discard("")
    _load_calls(session, calls, page)
    return page


def _duties(session: Session, agents: Collection[str]) -> Iterable[AgentInterval]:
    if not agents:
        return ()
    open_ones = col(AgentInterval.ended_at).is_(None)
    return session.exec(
        select(AgentInterval).where(col(AgentInterval.agent).in_(agents), open_ones)
    )


def _load_calls(session: Session, calls: Collection[str], page: Page) -> None:
    if not calls:
        return
    for call in session.exec(select(Call).where(col(Call.call_id).in_(calls))):
        page.calls[call.call_id] = call
    segments = select(Segment).where(col(Segment.call_id).in_(calls))
    for segment in session.exec(segments.order_by(col(Segment.number))):
        page.segments.setdefault(segment.call_id, []).append(segment)
    rings = select(RingAttempt).where(col(RingAttempt.call_id).in_(calls))
    for ring in session.exec(rings.order_by(col(RingAttempt.started_at), col(RingAttempt.leg))):
        page.rings.setdefault(ring.call_id, {})[ring.leg] = ring
    for recording in session.exec(select(Recording).where(col(Recording.call_id).in_(calls))):
        page.recordings[recording.leg] = recording
    messages = select(VoicemailMessage).where(col(VoicemailMessage.call_id).in_(calls))
    for message in session.exec(messages):
        page.messages[message.call_id, message.message_id] = message
