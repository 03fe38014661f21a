"""The rows that a batch of facts touches: read before the fold, written after it."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from sqlmodel import Session, SQLModel, col, or_, select

from callcenter.acd.facts import AgentChanged, CallQueued
from callcenter.acd.talk_events import root_of
from callcenter.acd.talk_facts import CallbackRequested, CallPlaced
from callcenter.records.facts import CallFolded, JournalFact, OwedAssigned, OwedDone
from callcenter.records.parties import party
from callcenter.records.recordings_facts import RecordingsHeld, RecordingsReleased
from callcenter.records.tables import (
    AgentInterval,
    Call,
    Callback,
    Consult,
    Hold,
    Owed,
    Rating,
    Recording,
    RecordingHold,
    RingAttempt,
    Segment,
    Transfer,
    VoicemailMessage,
)

_Row = TypeVar("_Row", bound=SQLModel)


@dataclass(slots=True)
class Page:
    """Rows by key. The fold changes them; new ones are kept apart for the insert."""

    calls: dict[str, Call] = field(default_factory=dict)
    segments: dict[str, list[Segment]] = field(default_factory=dict)
    """Call -> its segments in order."""
    rings: dict[str, dict[str, RingAttempt]] = field(default_factory=dict)
    """Call -> leg -> ring attempt, in order."""
    holds: dict[str, Hold] = field(default_factory=dict)
    """Leg -> the hold that has not ended."""
    transfers: dict[str, list[Transfer]] = field(default_factory=dict)
    """Call -> its transfers in order."""
    consults: dict[str, Consult] = field(default_factory=dict)
    callbacks: dict[str, Callback] = field(default_factory=dict)
    """By the callback's own name."""
    ratings: dict[tuple[str, str, str], Rating] = field(default_factory=dict)
    """By call, survey and question."""
    duties: dict[str, AgentInterval] = field(default_factory=dict)
    """Agent -> the interval that has not ended."""
    recordings: dict[str, Recording] = field(default_factory=dict)
    recording_holds: dict[str, RecordingHold] = field(default_factory=dict)
    messages: dict[tuple[str, str], VoicemailMessage] = field(default_factory=dict)
    owed: dict[str, Owed] = field(default_factory=dict)
    """Party -> the row that is not settled."""
    added: list[SQLModel] = field(default_factory=list)

    def add(self, row: _Row) -> _Row:
        """A row that no later fact changes, or that the caller has filed."""
        self.added.append(row)
        return row

    def add_call(self, call: Call) -> Call:
        self.calls[call.call_id] = call
        return self.add(call)

    def add_segment(self, segment: Segment) -> Segment:
        self.segments.setdefault(segment.call_id, []).append(segment)
        return self.add(segment)

    def add_ring(self, ring: RingAttempt) -> RingAttempt:
        self.rings.setdefault(ring.call_id, {})[ring.leg] = ring
        return self.add(ring)

    def add_hold(self, hold: Hold) -> None:
        self.holds[hold.leg] = self.add(hold)

    def add_transfer(self, transfer: Transfer) -> None:
        self.transfers.setdefault(transfer.call_id, []).append(self.add(transfer))

    def add_duty(self, duty: AgentInterval) -> None:
        self.duties[duty.agent] = self.add(duty)

    def add_recording(self, recording: Recording) -> None:
        self.recordings[recording.leg] = self.add(recording)

    def add_message(self, message: VoicemailMessage) -> None:
        self.messages[message.call_id, message.message_id] = self.add(message)

    def messages_of(self, call: str) -> list[VoicemailMessage]:
        """The messages that were left in a call."""
        return [message for key, message in self.messages.items() if key[0] == call]


def load(session: Session, facts: Sequence[JournalFact]) -> Page:
    """The page that these facts are folded into."""
    page = Page()
    agents = {fact.agent for fact in facts if isinstance(fact, AgentChanged)}
    calls = {root_of(getattr(fact, "call", "")) for fact in facts}
    for duty in _duties(session, agents):
        page.duties[duty.agent] = duty
        # A wrap-up that ends in this batch belongs to a call of an earlier one.
        calls.add(duty.call_id)
    calls.discard("")
    if calls:
        _load_calls(session, calls, page)
        _load_talks(session, calls, page)
        _load_files(session, calls, page)
    _load_holds(session, facts, page)
    _load_owed(session, _parties(facts, page), page)
    return page


def _duties(session: Session, agents: Collection[str]) -> Iterable[AgentInterval]:
    if not agents:
        return ()
    open_ones = col(AgentInterval.ended_at).is_(None)
    return session.exec(
        select(AgentInterval).where(col(AgentInterval.agent).in_(agents), open_ones)
    )


def _load_calls(session: Session, calls: Collection[str], page: Page) -> None:
    for call in session.exec(select(Call).where(col(Call.call_id).in_(calls))):
        page.calls[call.call_id] = call
    segments = select(Segment).where(col(Segment.call_id).in_(calls))
    for segment in session.exec(segments.order_by(col(Segment.number))):
        page.segments.setdefault(segment.call_id, []).append(segment)
    rings = select(RingAttempt).where(col(RingAttempt.call_id).in_(calls))
    for ring in session.exec(rings.order_by(col(RingAttempt.started_at), col(RingAttempt.leg))):
        page.rings.setdefault(ring.call_id, {})[ring.leg] = ring


def _load_talks(session: Session, calls: Collection[str], page: Page) -> None:
    holds = select(Hold).where(col(Hold.call_id).in_(calls), col(Hold.ended_at).is_(None))
    for hold in session.exec(holds):
        page.holds[hold.leg] = hold
    transfers = select(Transfer).where(col(Transfer.call_id).in_(calls))
    for transfer in session.exec(transfers.order_by(col(Transfer.number))):
        page.transfers.setdefault(transfer.call_id, []).append(transfer)
    for consult in session.exec(select(Consult).where(col(Consult.call_id).in_(calls))):
        page.consults[consult.consult] = consult
    of_calls = or_(col(Callback.call_id).in_(calls), col(Callback.callback).in_(calls))
    for callback in session.exec(select(Callback).where(of_calls)):
        page.callbacks[callback.callback] = callback
    for rating in session.exec(select(Rating).where(col(Rating.call_id).in_(calls))):
        page.ratings[rating.call_id, rating.survey, rating.question] = rating


def _load_files(session: Session, calls: Collection[str], page: Page) -> None:
    for recording in session.exec(select(Recording).where(col(Recording.call_id).in_(calls))):
        page.recordings[recording.leg] = recording
    messages = select(VoicemailMessage).where(col(VoicemailMessage.call_id).in_(calls))
    for message in session.exec(messages):
        page.messages[message.call_id, message.message_id] = message


def _load_holds(session: Session, facts: Sequence[JournalFact], page: Page) -> None:
    named = {f.hold for f in facts if isinstance(f, RecordingsHeld | RecordingsReleased)}
    if not named:
        return
    for hold in session.exec(select(RecordingHold).where(col(RecordingHold.hold).in_(named))):
        page.recording_holds[hold.hold] = hold


def _parties(facts: Sequence[JournalFact], page: Page) -> set[str]:
    """Everybody whom these facts may serve, or leave unserved."""
    numbers = {number for call in page.calls.values() for number in (call.caller, call.called)}
    numbers |= {callback.number for callback in page.callbacks.values()}
    parties = {f"call:{call}" for call in page.calls}
    for fact in facts:
        if isinstance(fact, CallQueued | CallFolded):
            numbers.add(fact.caller)
        elif isinstance(fact, CallPlaced):
            numbers.add(fact.to)
        elif isinstance(fact, CallbackRequested):
            numbers.add(fact.number)
        elif isinstance(fact, OwedAssigned | OwedDone):
            parties.add(fact.party)
    return (parties | {party(number) for number in numbers}) - {""}


def _load_owed(session: Session, parties: Collection[str], page: Page) -> None:
    if not parties:
        return
    open_ones = select(Owed).where(col(Owed.party).in_(parties), col(Owed.settled_at).is_(None))
    for owed in session.exec(open_ones):
        page.owed[owed.party] = owed
