"""Asterisk's own events tell what became of calls; the rows are real ones (captures/)."""

from dataclasses import replace
from pathlib import Path

import pytest
from callcenter.acd.facts import RingEnded, TalkEnded
from callcenter.records.ingest.cel import BadRow, CelRow, parse_row
from callcenter.records.ingest.fold import fold_call, is_call
from callcenter.records.journal.facts import CallFolded, JournalFact, VoicemailLeft
from callcenter.records.journal.recordings_facts import RecordingMade
from callcenter.terms import HandledBy, Outcome, PartyClass
from hypothesis import given
from hypothesis import strategies as st

pytestmark = pytest.mark.pure

CAPTURES = Path(__file__).parent / "captures"

# capture | outcome | cause | agent | wait s | talk s
CALLS = """
ivr_end                           | ivr_end         |          |      | -    | 0
closed_no_message                 | ivr_end         | closed   |      | -    | 0
closed_message                    | ivr_end         | closed   |      | -    | 0
fallback_answered_caller_hangs_up | answered        |          | 1001 | 0.51 | 3.19
fallback_answered_agent_hangs_up  | answered        |          | 1001 | 0.51 | 2.01
fallback_abandoned_ringing        | abandoned_ring  |          |      | -    | 0
fallback_abandoned_waiting        | abandoned_queue |          |      | -    | 0
fallback_timeout_message          | voicemail       | max_wait |      | -    | 0
fallback_timeout_no_message       | timeout         | max_wait |      | -    | 0
controller_answered               | answered        |          | 1001 | 0.82 | 2.88
controller_overflow_message       | voicemail       | max_wait |      | -    | 0
controller_abandoned_waiting      | abandoned_queue |          |      | -    | 0
controller_abandoned_ringing      | abandoned_ring  |          |      | -    | 0
"""


def capture(name: str) -> list[CelRow]:
    lines = (CAPTURES / f"{name}.csv").read_text(encoding="utf-8").splitlines()
    return [parse_row(line) for line in lines]


def message_of(name: str, call: str) -> list[VoicemailLeft]:
    if not (CAPTURES / f"{name}.txt").exists():
        return []
    return [VoicemailLeft(1.0, call, "general", "1-2", "default/general/INBOX/msg0000.wav", 3.0)]


def told(name: str, **how: object) -> list[JournalFact]:
    rows = capture(name)
    return fold_call(rows, message_of(name, rows[0].linkedid), **how)  # type: ignore[arg-type]


def end_of(name: str, **how: object) -> CallFolded:
    folded = told(name, **how)[-1]
    assert isinstance(folded, CallFolded)
    return folded


@pytest.mark.parametrize("line", CALLS.strip().splitlines(), ids=lambda line: line.split()[0])
def test_how_a_call_ended(line: str) -> None:
    name, outcome, cause, agent, wait, talk = (cell.strip() for cell in line.split("|"))
    call = end_of(name)
    assert (call.outcome, call.cause, call.agent) == (outcome, cause, agent)
    assert round(call.talk_s, 2) == float(talk)
    if call.answered_at is not None and call.requested_at is not None:
        assert round(call.answered_at - call.requested_at, 2) == float(wait)
    else:
        assert wait == "-"
    assert (call.requested_at is None) == (outcome == "ivr_end")
    assert (call.queue == "consulting") == (outcome != "ivr_end")
    assert call.arrived_at <= (call.requested_at or call.ended_at) <= call.ended_at


def test_who_called_what() -> None:
    call = end_of("fallback_answered_caller_hangs_up")
    assert (call.caller, call.called, call.language) == ("operator", "12345", "zh")
    assert (call.call, call.party_class) == ("hot-1795222155.3", PartyClass.CITIZEN)
    assert call.arrived_at == 1795222155.829367
    assert call.ended_at == 1795222159.832887


def test_the_wait_ends_with_the_overflow_not_with_the_message() -> None:
    call = end_of("fallback_timeout_message")
    assert call.left_queue_at is not None
    assert call.requested_at is not None
    assert 9.0 < call.left_queue_at - call.requested_at < 11.0 < call.ended_at - call.requested_at
    gone = end_of("fallback_abandoned_waiting")
    assert gone.left_queue_at == gone.ended_at
    assert end_of("ivr_end").left_queue_at is None


def test_rings_of_asterisks_own_queue_are_told() -> None:
    facts = told("fallback_answered_agent_hangs_up")
    rings = [(f.agent, str(f.result)) for f in facts if isinstance(f, RingEnded)]
    assert rings == [("1002", "busy"), ("1001", "answered")]
    assert [f.leg for f in facts if isinstance(f, TalkEnded)] == ["hot-1795222160.7"]
    gone = told("fallback_abandoned_ringing")
    assert [str(f.result) for f in gone if isinstance(f, RingEnded)] == ["caller_gone"]


def test_rings_by_the_controller_are_left_to_its_own_facts() -> None:
    assert len(told("controller_answered")) == 1
    assert len(told("controller_abandoned_ringing")) == 1


def test_a_call_whose_end_no_event_tells_was_lost_with_asterisk() -> None:
    rows = capture("controller_abandoned_waiting")[:7]
    (call,) = fold_call(rows, [], handled_by=HandledBy.CONTROLLER, lost=True)
    assert isinstance(call, CallFolded)
    assert (call.outcome, call.cause) == (Outcome.SYSTEM_FAIL, "asterisk_restarted")
    assert call.handled_by is HandledBy.CONTROLLER
    assert call.ended_at == rows[-1].at


def test_a_talk_that_was_lost_with_asterisk_is_answered_all_the_same() -> None:
    rows = [r for r in capture("controller_answered") if r.event not in ("HANGUP", "CHAN_END")]
    call = fold_call(rows, [], lost=True)[-1]
    assert isinstance(call, CallFolded)
    assert call.outcome is Outcome.ANSWERED


def test_a_test_call_is_marked() -> None:
    text = (CAPTURES / "ivr_end.csv").read_text(encoding="utf-8").replace("|zh|0", "|en|1")
    call = fold_call([parse_row(line) for line in text.splitlines()], [])[-1]
    assert isinstance(call, CallFolded)
    assert (call.party_class, call.language) == (PartyClass.TEST, "en")


@pytest.mark.parametrize("cause", ["full", "no_agent"])
def test_a_refused_call(cause: str) -> None:
    text = (CAPTURES / "fallback_timeout_no_message.csv").read_text(encoding="utf-8")
    rows = [parse_row(line) for line in text.replace("|max_wait", f"|{cause}").splitlines()]
    call = fold_call(rows, [])[-1]
    assert isinstance(call, CallFolded)
    assert call.cause == cause
    assert call.outcome in (Outcome.REFUSED_FULL, Outcome.REFUSED_NOAGENT)


def direct(name: str) -> CallFolded:
    """The same call, had it been sent to one agent instead of a queue."""
    text = (CAPTURES / f"{name}.csv").read_text(encoding="utf-8").replace("CC_REQUEST", "CC_DIRECT")
    call = fold_call([parse_row(line) for line in text.splitlines()], [])[-1]
    assert isinstance(call, CallFolded)
    return call


@pytest.mark.parametrize(
    ("name", "outcome"),
    [
        ("fallback_answered_caller_hangs_up", Outcome.ANSWERED),
        ("fallback_abandoned_ringing", Outcome.ABANDONED_RING),
        ("fallback_abandoned_waiting", Outcome.REFUSED_NOAGENT),
    ],
)
def test_a_call_to_one_agent_asked_for_a_human_without_a_queue(name: str, outcome: Outcome) -> None:
    call = direct(name)
    assert (call.outcome, call.queue) == (outcome, "")
    assert call.requested_at is not None


def test_a_recording_of_asterisks_own_queue_is_told() -> None:
    name = "fallback_answered_caller_hangs_up"
    rows = capture(name)
    answer = next(row for row in rows if row.channel.startswith("PJSIP/1001"))
    file = "/var/spool/asterisk/monitor/2026/11/21/hot-1795222155.3~q.wav"
    made = replace(answer, event="CC_RECORDED", words=(file,))
    told = [f for f in fold_call([*rows, made], []) if isinstance(f, RecordingMade)]
    assert [(f.file, f.agent, f.leg) for f in told] == [
        ("2026/11/21/hot-1795222155.3~q.wav", "1001", "hot-1795222156.4")
    ]


def test_agents_dialling_codes_are_no_calls() -> None:
    assert not is_call(capture("agent_code"))
    assert is_call(capture("ivr_end"))


@pytest.mark.parametrize("line", ["", "a,b", '"1","x"', '"unfinished'])
def test_other_lines_are_refused(line: str) -> None:
    with pytest.raises(BadRow):
        parse_row(line)


@given(st.text())
def test_any_text_is_a_row_or_refused(line: str) -> None:
    with pytest.raises(BadRow):
        parse_row(line)


@given(st.data())
def test_any_beginning_of_a_call_gives_one_end(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from([line.split()[0] for line in CALLS.strip().splitlines()]))
    rows = capture(name)
    rows = rows[: data.draw(st.integers(3, len(rows)))]
    ends = [f for f in fold_call(rows, [], lost=True) if isinstance(f, CallFolded)]
    assert len(ends) == 1
    assert (ends[0].outcome is Outcome.ANSWERED) == (ends[0].talk_s > 0)
