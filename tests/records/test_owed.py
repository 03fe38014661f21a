"""Callers who are owed a call: one row for each number, until he is served."""

import pytest
from callcenter.acd.facts import CallOverflowed
from callcenter.acd.talk_facts import CallbackRequested, CallPlaced
from callcenter.records.fold.drafts import Owed
from callcenter.records.journal.facts import (
    CallFolded,
    JournalFact,
    MessageAssigned,
    MessageDone,
    OwedAssigned,
    OwedDone,
    VoicemailLeft,
)
from callcenter.records.reading.parties import party
from callcenter.terms import CallKind, Direction, HandledBy, Outcome, PartyClass, TargetKind
from tests.records.rows import folded
from tests.records.story import CALLER, C, ended, queued, talks, transferred

pytestmark = pytest.mark.pure


def owed(facts: list[JournalFact]) -> list[Owed]:
    return [row for row in folded(facts).added if isinstance(row, Owed)]


def lost(
    at: float, call: str, outcome: Outcome = Outcome.ABANDONED_QUEUE, caller: str = CALLER
) -> list[JournalFact]:
    return [queued(at, call=call, caller=caller), ended(at + 20, outcome, call=call)]


def message(at: float, call: str, caller: str = CALLER) -> list[JournalFact]:
    return [
        queued(at, call=call, caller=caller),
        CallOverflowed(at + 60, call, "general", "max_wait"),
        VoicemailLeft(at + 70, call, "night", f"m-{call}", "default/night/INBOX/msg0000.wav", 8.0),
        CallFolded(
            at + 80, call, Direction.IN, PartyClass.CITIZEN, HandledBy.CONTROLLER, caller, "12345",
            "zh", at, at, "general", None, at + 60, at + 80, Outcome.VOICEMAIL, "", "", 0.0,
        ),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "outcome",
    [
        Outcome.ABANDONED_QUEUE,
        Outcome.ABANDONED_RING,
        Outcome.TIMEOUT,
        Outcome.REFUSED_FULL,
        Outcome.REFUSED_NOAGENT,
        Outcome.SYSTEM_FAIL,
    ],
)
def test_who_asked_for_a_human_and_got_none_is_owed_a_call(outcome: Outcome) -> None:
    (row,) = owed(lost(100.0, "c1", outcome))
    assert (row.party, row.reason, row.call_id, row.queue) == (CALLER, outcome, "c1", "general")
    assert row.settled_at is None


def test_who_was_handed_on_and_hung_up_in_that_queue_is_not_forgotten() -> None:
    story = [
        queued(100.0),
        *talks(1, "1001", 106.0, None),
        *transferred(136.0, 1, "1001", TargetKind.QUEUE, "social"),
        queued(136.0, "social"),
        ended(160.0, Outcome.ANSWERED, "caller"),
    ]
    (row,) = owed(story)
    assert (row.reason, row.call_id, row.settled_at) == ("abandoned_queue", C, None)


@pytest.mark.parametrize("outcome", [Outcome.IVR_END, Outcome.BLACKLISTED])
def test_who_did_not_ask_is_not(outcome: Outcome) -> None:
    assert owed(lost(100.0, "c1", outcome)) == []


def test_a_caller_stands_in_the_list_once_however_often_he_called() -> None:
    (row,) = owed([*lost(100.0, "c1"), *lost(200.0, "c2", Outcome.TIMEOUT, f"+86{CALLER}")])
    assert (row.times, row.reason, row.call_id) == (2, "timeout", "c2")
    assert (row.first_at, row.last_at) == (120000, 220000)


def test_an_answered_call_of_his_settles_it_and_is_named() -> None:
    later = [
        queued(300.0, call="c2"),
        *talks(1, "1002", 310.0, 330.0, call="c2"),
        ended(330.0, Outcome.ANSWERED, call="c2"),
    ]
    (row,) = owed([*lost(100.0, "c1"), *later])
    assert (row.settled_how, row.settled_call, row.settled_by, row.settled_at) == (
        "answered", "c2", "1002", 330000,
    )  # fmt: skip


def test_a_talk_of_no_length_settles_nothing() -> None:
    later = [
        queued(300.0, call="c2"),
        *talks(1, "1002", 310.0, 310.0, call="c2"),
        ended(310.0, Outcome.ABANDONED_RING, call="c2"),
    ]
    (row,) = owed([*lost(100.0, "c1"), *later])
    assert (row.settled_at, row.times) == (None, 2)


def test_an_agent_who_reaches_him_settles_it_and_one_who_does_not_leaves_it() -> None:
    def called(call: str, at: float) -> CallPlaced:
        to = TargetKind.OUTSIDE, CALLER
        return CallPlaced(at, call, CallKind.OUTBOUND, "1003", *to, f"9{CALLER}", "12345")

    vain = [called("o1", 200.0), ended(230.0, Outcome.OUTBOUND, "no_answer", call="o1")]
    (row,) = owed([*lost(100.0, "c1"), *vain])
    assert (row.settled_at, row.times) == (None, 1)
    reached = [
        called("o2", 300.0),
        *talks(1, "", 310.0, 330.0, call="o2"),
        ended(330.0, Outcome.OUTBOUND, call="o2"),
    ]
    (row,) = owed([*lost(100.0, "c1"), *vain, *reached])
    assert (row.settled_how, row.settled_call, row.settled_by) == ("called_back", "o2", "1003")


def callback(cause: str, *talk: JournalFact) -> list[JournalFact]:
    name = "c1+cb"
    return [
        queued(100.0, call="c1"),
        CallbackRequested(
            120.0, "c1", name, CALLER, "general", 0, 100.0, "12345", "zh", False, 900.0
        ),
        ended(120.0, Outcome.CALLBACK_REQUESTED, call="c1"),
        *talk,
        ended(500.0, Outcome.OUTBOUND, cause, call=name),
    ]


def test_a_callback_that_is_waited_for_or_withdrawn_is_not_owed_a_failed_one_is() -> None:
    assert owed(callback("")[:3]) == []
    assert owed(callback("withdrawn")) == []
    (row,) = owed(callback("expired"))
    assert (row.reason, row.call_id, row.settled_at) == ("callback_expired", "c1", None)


def test_a_message_is_owed_also_by_whoever_shows_no_number() -> None:
    (row,) = owed(message(100.0, "c1"))
    assert (row.reason, row.box, row.number) == ("voicemail", "night", CALLER)
    (row,) = owed(message(100.0, "c1", "anonymous"))
    assert (row.party, row.number) == ("call:c1", "anonymous")
    assert owed(lost(100.0, "c1", caller="anonymous")) == []


def test_a_message_that_is_handled_settles_its_caller_unless_he_called_again() -> None:
    done = MessageDone(900.0, "c1", "m-c1", "ann@cli", "street light")
    (row,) = owed([*message(100.0, "c1"), done])
    assert (row.settled_how, row.settled_by, row.note) == ("by_hand", "ann@cli", "street light")
    (row,) = owed([*message(100.0, "c1"), *lost(300.0, "c2"), done])
    assert row.settled_at is None
    (row,) = owed([*message(100.0, "c1", ""), done])
    assert row.settled_how == "by_hand"


def test_messages_are_handled_once() -> None:
    page = folded(
        [
            *message(100.0, "c1"),
            MessageAssigned(800.0, "c1", "m-c1", "1001", "ann@cli"),
            MessageDone(900.0, "c1", "m-c1", "1001", "called"),
            MessageDone(950.0, "c1", "m-c1", "1002", "again"),
            MessageAssigned(960.0, "c1", "m-c1", "1002", "ann@cli"),
        ]
    )
    row = page.messages["c1", "m-c1"]
    assert (row.assigned_to, row.done_by, row.done_at, row.note) == (
        "1001", "1001", 900000, "called",
    )  # fmt: skip


def test_by_hand_with_who_when_and_why() -> None:
    (row,) = owed(
        [
            *lost(100.0, "c1"),
            OwedAssigned(150.0, CALLER, "1001", "ann@cli"),
            OwedDone(160.0, CALLER, "ann@cli", "came to the office"),
        ]
    )
    assert (row.assigned_to, row.assigned_at) == ("1001", 150000)
    assert (row.settled_how, row.settled_at, row.note) == ("by_hand", 160000, "came to the office")


def test_after_it_was_settled_a_new_miss_is_a_new_row() -> None:
    rows = owed([*lost(100.0, "c1"), OwedDone(160.0, CALLER, "ann", ""), *lost(300.0, "c2")])
    assert [(row.times, row.settled_at is None) for row in rows] == [(1, False), (1, True)]


@pytest.mark.parametrize(
    "number",
    ["13800000001", "+8613800000001", "008613800000001", "013800000001", "138 0000-0001"],
)
def test_one_number_however_the_line_writes_it(number: str) -> None:
    assert party(number) == "13800000001"


@pytest.mark.parametrize(
    ("number", "who"),
    [("07711234567", "07711234567"), ("1001", "1001"), ("anonymous", ""), ("", ""), ("a1b", "")],
)
def test_other_numbers(number: str, who: str) -> None:
    assert party(number) == who
