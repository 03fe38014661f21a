"""One call as a line of time."""

import pytest
from callcenter.acd.talk_facts import (
    CallMarked,
    CallPlaced,
    CallRelaxed,
    ConsultEnded,
    HoldEnded,
    HoldStarted,
    TransferRefused,
    WaitEstimated,
)
from callcenter.records.database.engine import connect, migrate
from callcenter.records.journal.facts import JournalFact, Rated
from callcenter.records.journal.files import Entry
from callcenter.records.reading.calls import open_records
from callcenter.records.reading.timeline import Moment, timeline
from callcenter.records.tables.columns import ms
from callcenter.records.writing.writer import write_entries
from callcenter.terms import CallKind, Outcome, TargetKind
from tests.records.story import CALLER, C, completed, consulted, ended, queued, talks

LEG1 = f"{C}~1"
STORY: list[JournalFact] = [
    queued(100.0),
    WaitEstimated(100.0, C, "general", 30.0),
    CallRelaxed(103.0, C, 1, "english 3->1"),
    *talks(1, "1001", 106.0, None),
    TransferRefused(108.0, C, LEG1, "1001", TargetKind.OUTSIDE, "0771", "not_permitted"),
    HoldStarted(110.0, C, LEG1, "1001"),
    *consulted(110.0, 2, "1001", "1002", 115.0),
    HoldEnded(120.0, C, LEG1, "1001"),
    *completed(120.0, 2, 1, "1001", "1002"),
    CallMarked(125.0, C, "1002", "malicious"),
    Rated(131.0, C, "1002", "short", "served", "rated", 1, "1"),
    ended(131.0, Outcome.ANSWERED, "caller"),
]


def moments(database: str, facts: list[JournalFact], call: str = C) -> list[Moment]:
    engine = connect(database)
    migrate(engine)
    write_entries(engine, "journal", [Entry(n, fact) for n, fact in enumerate(facts, 1)])
    engine.dispose()
    with open_records(database) as records:
        dossier = records.dossier(call)
        assert dossier is not None
        return timeline(dossier)


def test_everything_stands_in_one_line_of_time(database: str) -> None:
    found = moments(database, STORY)
    assert [(moment.at, moment.event) for moment in found] == [
        (95000, "arrived"),
        (100000, "to queue"),
        (100000, "wait foretold"),
        (103000, "relaxed"),
        (105000, "ring"),
        (106000, "ring ended"),
        (106000, "talk"),
        (108000, "transfer refused"),
        (110000, "consult"),
        (110000, "hold"),
        (110000, "ring"),
        (115000, "ring ended"),
        (115000, "consult talk"),
        (120000, "retrieved"),
        (120000, "talk ended"),
        (120000, "transfer"),
        (120000, "consult ended"),
        (120000, "left queue"),
        (120000, "to agent"),
        (120000, "talk"),
        (125000, "marked"),
        (131000, "talk ended"),
        (131000, "left agent"),
        (131000, "rating"),
        (131000, "ended"),
    ]
    detail = {moment.event: moment.detail for moment in found}
    assert detail["arrived"] == {"caller": CALLER, "called": "12345", "language": "zh"}
    assert detail["relaxed"] == {"step": 1, "what": "english 3->1"}
    assert detail["transfer refused"] == {
        "agent": "1001", "to": "outside", "number": "0771", "reason": "not_permitted",
    }  # fmt: skip
    assert detail["transfer"] == {
        "agent": "1001", "how": "attended", "to": "agent 1002", "result": "answered",
        "then": "1002",
    }  # fmt: skip
    assert detail["retrieved"] == {"agent": "1001", "seconds": 10.0}
    assert detail["wait foretold"] == {"queue": "general", "seconds": 30.0}


def test_why_an_agent_was_chosen_stands_at_his_ring(database: str) -> None:
    ring = next(moment for moment in moments(database, STORY) if moment.event == "ring")
    assert ring.detail == {"agent": "1001", "queue": "general", "candidates": 2}


@pytest.mark.parametrize("how", ["returned", "failed"])
def test_a_consult_that_came_to_nothing(database: str, how: str) -> None:
    facts = [
        queued(100.0),
        *talks(1, "1001", 106.0, None),
        *consulted(110.0, 2, "1001", "1002", 115.0),
        ConsultEnded(120.0, C, f"{C}^2", how),
        ended(130.0, Outcome.ANSWERED),
    ]
    found = moments(database, facts)
    (over,) = [moment for moment in found if moment.event == "consult ended"]
    assert over.detail == {"agent": "1001", "how": how}
    assert [moment.event for moment in found].count("talk") == 1


def test_a_call_of_an_agents_own_begins_with_him(database: str) -> None:
    to = TargetKind.OUTSIDE, CALLER
    facts: list[JournalFact] = [
        CallPlaced(100.0, C, CallKind.OUTBOUND, "1001", *to, f"9{CALLER}", "12345"),
        ended(130.0, Outcome.OUTBOUND, "no_answer"),
    ]
    begun, over = moments(database, facts)
    assert (begun.event, begun.detail) == ("placed", {"agent": "1001", "number": CALLER})
    assert over.detail == {"outcome": "outbound", "cause": "no_answer"}
    assert over.at == ms(130.0)
