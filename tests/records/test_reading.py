"""What listings and measures read from the records, on both databases."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from callcenter.acd.facts import (
    CallEnded,
    CallOverflowed,
    CallQueued,
    RingEnded,
    RingStarted,
    TalkEnded,
    TalkStarted,
)
from callcenter.kpi.calls import CallRow
from callcenter.kpi.windows import Grain, Window
from callcenter.records.database.engine import RecordsError, connect, migrate
from callcenter.records.journal.facts import CallFolded, JournalFact, VoicemailLeft
from callcenter.records.journal.files import Entry
from callcenter.records.journal.recordings_facts import RecordingMade
from callcenter.records.reading.calls import CallFilter, Records, open_records, plain
from callcenter.records.writing.writer import write_entries
from callcenter.terms import Direction, HandledBy, Outcome, PartyClass, RingResult
from tests.kpi.rows import judged_lines

SHANGHAI = ZoneInfo("Asia/Shanghai")
DAY = Window(
    round(datetime(2025, 11, 30, tzinfo=SHANGHAI).timestamp() * 1000),
    round(datetime(2025, 12, 1, tzinfo=SHANGHAI).timestamp() * 1000),
)
MORNING = DAY.start_ms / 1000 + 9 * 3600


def waiting(call: str, queue: str, at: float) -> CallQueued:
    return CallQueued(at, call, queue, "13800000001", "12345", at - 20, at, "zh", 0, False)


def answered(call: str, at: float) -> list[JournalFact]:
    leg = f"{call}~1"
    return [
        waiting(call, "consulting", at),
        RingStarted(at, call, leg, "1001", "consulting", {"candidates": 3, "idle_s": 12.5}),
        RingEnded(at + 6, call, leg, "1001", RingResult.ANSWERED, 200),
        TalkStarted(at + 6, call, leg, "1001", "consulting"),
        RecordingMade(at + 6, call, leg, "1001", f"2025/11/30/{leg}.wav"),
        TalkEnded(at + 66, call, leg, "1001", "caller"),
        CallEnded(at + 66, call, Outcome.ANSWERED, ""),
    ]


def overflowed(call: str, at: float) -> list[JournalFact]:
    return [
        waiting(call, "housing", at),
        CallOverflowed(at + 90, call, "housing", "max_wait"),
        VoicemailLeft(
            at + 95, call, "general", "17-0001", "default/general/INBOX/msg0000.wav", 7.0
        ),
        _folded(call, at, Outcome.VOICEMAIL, at),
    ]


def _folded(call: str, at: float, outcome: Outcome, requested: float | None) -> CallFolded:
    return CallFolded(
        at + 110, call, Direction.IN, PartyClass.CITIZEN, HandledBy.ASTERISK, "13900000002",
        "12345", "zh", at, requested, "housing" if requested else "", None, requested, at + 110,
        outcome, "", "", 0.0,
    )  # fmt: skip


FACTS = [
    *answered("c1", MORNING),
    *overflowed("c2", MORNING + 600),
    _folded("c3", MORNING + 1200, Outcome.IVR_END, None),
    waiting("c4", "consulting", MORNING + 1800),
    *answered("c5", DAY.end_ms / 1000 + 3),
]


@pytest.fixture
def records(database: str) -> Iterator[Records]:
    engine = connect(database)
    migrate(engine)
    write_entries(engine, "journal", [Entry(n, fact) for n, fact in enumerate(FACTS, 1)])
    engine.dispose()
    with open_records(database) as found:
        yield found


def test_the_rows_of_a_day(records: Records) -> None:
    rows = list(records.call_rows(DAY))
    assert sorted(str(row.outcome) for row in rows) == ["None", "answered", "ivr_end", "voicemail"]
    (answer,) = [row for row in rows if row.outcome is Outcome.ANSWERED]
    at = round(MORNING * 1000)
    assert answer == CallRow(at - 20_000, at, at + 6000, None, Outcome.ANSWERED, talk_ms=60_000)
    (message,) = [row for row in rows if row.outcome is Outcome.VOICEMAIL]
    assert message.wait_ms == 90_000


def test_a_call_that_arrived_before_midnight_belongs_to_the_day_of_its_request(
    records: Records,
) -> None:
    tomorrow = Window(DAY.end_ms, DAY.end_ms + 3_600_000)
    (row,) = records.call_rows(tomorrow)
    assert row.arrived_ms < DAY.end_ms <= row.window_ms


def test_the_report_of_the_hotline_and_of_a_queue(records: Records) -> None:
    (line,) = judged_lines(
        records.call_rows(DAY), Grain.DAY, DAY, threshold=95.0, now_ms=DAY.end_ms
    )
    assert (line.tally.inbound, line.tally.requests, line.tally.answered) == (3, 2, 1)
    assert line.breach
    assert line.provisional
    rows = records.queue_rows("housing", DAY)
    (housing,) = judged_lines(rows, Grain.DAY, DAY)
    assert (housing.tally.requests, housing.tally.answered) == (1, 0)
    assert housing.tally.outcomes[Outcome.TIMEOUT] == 1


def test_rings(records: Records) -> None:
    assert [(r.agent, str(r.result)) for r in records.ring_rows(DAY)] == [("1001", "answered")]


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (CallFilter(), ["c5", "c4", "c3", "c2", "c1"]),
        (CallFilter(limit=2), ["c5", "c4"]),
        (CallFilter(DAY, queue="consulting"), ["c5", "c4", "c1"]),
        (CallFilter(agent="1001"), ["c5", "c1"]),
        (CallFilter(outcome="voicemail"), ["c2"]),
        (CallFilter(outcome="open"), ["c4"]),
        (CallFilter(Window(0, 1)), []),
    ],
)
def test_lists(records: Records, wanted: CallFilter, expected: list[str]) -> None:
    assert [call.call_id for call in records.calls(wanted)] == expected


def test_a_dossier_holds_all_that_belongs_to_a_call(records: Records) -> None:
    dossier = records.dossier("c1")
    assert dossier is not None
    assert [ring.why for ring in dossier.rings] == [{"candidates": 3, "idle_s": 12.5}]
    assert [recording.file for recording in dossier.recordings] == ["2025/11/30/c1~1.wav"]
    assert [stay.outcome for stay in dossier.segments] == ["answered"]
    assert plain(dossier.call)["answered_at"] == "2025-11-30T01:00:06.000Z"
    other = records.dossier("c2")
    assert other is not None
    assert [message.box for message in other.messages] == ["general"]
    assert records.dossier("nobody") is None


def test_messages(records: Records) -> None:
    assert [m.call_id for m in records.messages(DAY, "general", 10)] == ["c2"]
    assert records.messages(DAY, "night", 10) == []
    assert records.messages(Window(0, 1), "", 10) == []


def test_how_much_there_is(records: Records) -> None:
    assert records.counts() == {
        "call": 5, "segment": 4, "ring_attempt": 2, "recording": 2, "voicemail": 1
    }  # fmt: skip
    assert records.positions() == {"journal": len(FACTS)}


def test_a_server_that_is_not_there_is_one_clear_error(tmp_path: Path) -> None:
    url = f"postgresql+psycopg://callcenter@/calls?host={tmp_path}"
    with pytest.raises(RecordsError, match="refused"), open_records(url):
        pass
