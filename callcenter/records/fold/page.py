"""The rows that a batch of facts touches: loaded before the fold, saved after it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sqlmodel import SQLModel

from callcenter.records.fold.drafts import (
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
from callcenter.records.personal.numbers import PLAIN, Form, Numbers
from callcenter.records.reading.parties import party

_Row = TypeVar("_Row", bound=SQLModel)


@dataclass(slots=True)
class Page:
    """Rows by key. The fold changes them; new ones are kept apart for the insert."""

    numbers: Numbers = PLAIN
    """How numbers are stored in the tables that the rows are from."""
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
    loaded: list[tuple[SQLModel, Sequence[Any]]] = field(default_factory=list)
    """Rows that were there before, each with its values as they were."""

    def party(self, number: str) -> str:
        """The number as parties are compared: where the rows hold hashes, its hash."""
        told = party(number)
        return self.numbers.stored(told) if self.numbers.form is Form.HASHED else told

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
        self.duties[duty.agent] = duty
        self.added.append(duty)

    def add_recording(self, recording: Recording) -> None:
        self.recordings[recording.leg] = self.add(recording)

    def add_message(self, message: VoicemailMessage) -> None:
        self.messages[message.call_id, message.message_id] = self.add(message)

    def messages_of(self, call: str) -> list[VoicemailMessage]:
        """The messages that were left in a call."""
        return [message for key, message in self.messages.items() if key[0] == call]
