"""Calls that agents placed without the controller, from real events (captures/)."""

from pathlib import Path

import pytest
from callcenter.acd.facts import RingEnded, TalkEnded, TalkStarted
from callcenter.acd.talk_facts import CallSent
from callcenter.records.ingest.cel import CelRow, parse_row
from callcenter.records.ingest.fold import is_call
from callcenter.records.ingest.ingest import Ingest
from callcenter.records.ingest.placed import fold_placed, is_placed
from callcenter.records.journal.facts import CallFolded
from callcenter.records.journal.journal import Journal
from callcenter.terms import Direction, HandledBy, Outcome, PartyClass, TargetKind

pytestmark = pytest.mark.pure

CAPTURES = Path(__file__).parent / "captures" / "placed"


def capture(name: str, **changes: str) -> list[CelRow]:
    text = (CAPTURES / f"{name}.csv").read_text(encoding="utf-8")
    for old, new in changes.items():
        text = text.replace(old, new)
    return [parse_row(line) for line in text.splitlines()]


def folded(rows: list[CelRow]) -> CallFolded:
    (told,) = [fact for fact in fold_placed(rows) if isinstance(fact, CallFolded)]
    return told


def rings(rows: list[CelRow]) -> list[tuple[str, str]]:
    return [(f.agent, str(f.result)) for f in fold_placed(rows) if isinstance(f, RingEnded)]


def unanswered(rows: list[CelRow]) -> list[CelRow]:
    """The same call, had nobody picked up."""
    return [row for row in rows if row.event not in ("ANSWER", "BRIDGE_ENTER", "BRIDGE_EXIT")]


def test_a_call_to_a_colleague() -> None:
    rows = capture("inside")
    assert is_placed(rows)
    assert not is_call(rows)
    told = folded(rows)
    assert (told.direction, told.party_class) == (Direction.INTERNAL, PartyClass.STAFF)
    assert (told.caller, told.called, told.agent) == ("1001", "1004", "1001")
    assert (told.outcome, told.handled_by) == (Outcome.OUTBOUND, HandledBy.ASTERISK)
    assert told.requested_at is None
    assert told.answered_at is not None
    assert 0 < told.talk_s <= told.ended_at - told.answered_at
    assert rings(rows) == [("1004", "answered")]


def test_a_call_outside_over_the_second_line() -> None:
    rows = capture("outside")
    told = folded(rows)
    assert (told.direction, told.party_class) == (Direction.OUT, PartyClass.CITIZEN)
    assert (told.caller, told.called, told.cause) == ("1001", "01088886666", "")
    assert rings(rows) == [("", "failed"), ("", "answered")]
    spans = [fact for fact in fold_placed(rows) if isinstance(fact, TalkStarted | TalkEnded)]
    assert [fact.agent for fact in spans] == ["", ""]


@pytest.mark.parametrize(
    ("status", "cause", "result"),
    [
        ("NOANSWER", "16", "no_answer"),
        ("CANCEL", "16", "caller_gone"),
        ("BUSY", "17", "busy"),
        ("NOANSWER", "21", "declined"),
        ("CONGESTION", "38", "failed"),
    ],
)
def test_why_nobody_was_there(status: str, cause: str, result: str) -> None:
    changes = {'""dialstatus"":""ANSWER""': f'""dialstatus"":""{status}""'}
    changes |= {'""hangupcause"":16': f'""hangupcause"":{cause}'}
    rows = unanswered(capture("inside", **changes))
    told = folded(rows)
    assert (told.cause, told.talk_s, told.answered_at) == (result, 0, None)


def test_a_colleague_whose_phone_is_away_is_not_even_rung() -> None:
    rows = [row for row in capture("inside") if row.uniqueid == row.linkedid]
    assert folded(unanswered(rows)).cause == "unreachable"


def test_what_asterisk_s_own_queue_does_for_an_agent_is_told_as_it_does() -> None:
    rows = capture("inside", **{"agent|1004": "queue|desk"})
    told = folded(rows)
    assert (told.queue, told.called, told.direction) == ("desk", "desk", Direction.INTERNAL)


def test_each_is_told_once_and_a_callback_that_was_sent_to_the_dialplan_ends(
    tmp_path: Path,
) -> None:
    file = tmp_path / "callcenter.csv"
    call = "hot-1795222247.90"
    callback = (CAPTURES / "inside.csv").read_text("utf-8").replace(call, f"{call}+cb=2")
    text = (CAPTURES / "outside.csv").read_text("utf-8")
    file.write_text(text + callback.replace("CC_PLACED", "CC_KEY"), "utf-8")
    with Journal(tmp_path / "journal") as journal:
        journal.append([CallSent(1795222240.0, f"{call}+cb", TargetKind.MENU, "main")])
        ingest = Ingest(file, tmp_path, journal, lambda: 1795222300.0)
        facts = ingest.poll(())
        journal.append(facts)
        ends = [fact for fact in facts if isinstance(fact, CallFolded)]
        assert [(f.call, f.direction) for f in ends] == [
            ("hot-1795222249.92", "out"),
            (f"{call}+cb", "out"),
        ]
        assert journal.state.released == {}
        assert ingest.poll(()) == []
