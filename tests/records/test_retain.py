"""Rows whose keep time is over go, block by block; counts of hours, holds and open duties stay."""

import json
from pathlib import Path
from typing import Any

import pytest
from callcenter.records.database.engine import Sealed, connect
from callcenter.records.journal.facts import ActDone, JournalFact
from callcenter.records.journal.files import segments
from callcenter.records.journal.journal import Journal
from callcenter.records.journal.recordings_facts import (
    RecordingMade,
    RecordingsHeld,
    RecordingStored,
)
from callcenter.records.journal.rewriting import rewrite
from callcenter.records.personal.numbers import Form, Numbers
from callcenter.records.personal.retain import Due, Retention, hour_of
from callcenter.records.tables.calls import HourCount
from callcenter.records.tables.columns import ms
from callcenter.records.writing.hours import differences
from callcenter.records.writing.rebuild import rebuild
from callcenter.records.writing.writer import Writer
from callcenter.terms import Outcome
from sqlmodel import Session, select
from tests.records.people import ANN, AT, BOB
from tests.records.story import ended, queued, talks
from tests.records.test_erase import Hotline
from tests.records.test_number_forms import FORMS, fill, journal_text, rows

DAY_S = 86400.0
CUT = AT + 10 * DAY_S
DUE = Due(hour_of(ms(CUT)), hour_of(ms(CUT)), hour_of(ms(CUT)))


def history() -> list[JournalFact]:
    """A call on each of 20 days; the third has a recording, a court wants the fourth, of Bob."""
    told: list[JournalFact] = []
    for day in range(20):
        at, call = AT + day * DAY_S, f"d{day}"
        told += [
            queued(at, call=call, caller=BOB if day == 3 else ANN),
            *talks(1, "1001", at + 5, at + 60, call=call),
            ended(at + 60, Outcome.ANSWERED, call=call),
            ActDone(at + 70, "9001", "listen", call, "", "done"),
        ]
    third = AT + 2 * DAY_S
    return [
        *told,
        RecordingMade(third + 5, "d2", "d2~1", "1001", "a.raw"),
        RecordingStored(third + 70, "d2", "d2~1", "a.flac", "flac", 2, 55.0, 9, "ab"),
        RecordingsHeld(AT, "court", "", BOB, None, None, "9001", "a court"),
    ]


def hours(at: Sealed) -> list[Any]:
    engine = connect(at)
    with Session(engine) as session:
        assert differences(session) == []
        found = session.exec(select(HourCount.hour, HourCount.queue, HourCount.counts)).all()
    engine.dispose()
    return sorted((hour, queue, sorted(dict(counts).items())) for hour, queue, counts in found)


def destroy(at: Sealed) -> int:
    retention = Retention(at, DUE)
    try:
        return sum(retention.destroy())
    finally:
        retention.close()


@pytest.mark.parametrize("form", [Form.PLAIN, Form.HASHED])
def test_old_rows_go_and_the_figures_of_their_hours_stay(
    form: Form, tmp_path: Path, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("callcenter.records.personal.retain._BLOCK", 3)
    at = Sealed(database, FORMS[form])
    with Journal(tmp_path / "journal", segment_bytes=3000, numbers=at.numbers) as journal:
        for fact in history():
            journal.append([fact])
    _fold(tmp_path / "journal", at)
    before = hours(at)
    assert destroy(at) == 8
    left = rows(at)
    assert sorted(call["call_id"] for call in left["Call"]) == sorted(
        ["d2", "d3", *(f"d{day}" for day in range(10, 20))]
    )
    assert {row["call_id"] for row in left["RingAttempt"]} == {c["call_id"] for c in left["Call"]}
    assert len(left["Act"]) == 10
    assert hours(at) == before
    assert destroy(at) == 0
    # Made anew from the whole journal, the hours are not counted twice.
    with Journal(tmp_path / "journal", numbers=at.numbers) as journal:
        rebuild(journal, tmp_path / "journal", at, lambda done, of: None)
    assert hours(at) == before


def _fold(folder: Path, at: Sealed) -> None:
    with Journal(folder, numbers=at.numbers) as journal:
        writer = Writer(journal, at)
        writer.start()
        assert writer.wait_folded(journal.position, 60), writer.trouble
        assert writer.close()


def test_hashed_numbers_are_kept_only_as_long_as_somebody_has_to_dial_them(
    tmp_path: Path, database: str
) -> None:
    at = Sealed(database, FORMS[Form.HASHED])
    fill(tmp_path, at)
    before, opener = rows(at), Numbers(Form.ENCRYPTED, "a key of twenty-four characters")
    assert ANN in opener.opened(journal_text(tmp_path))
    assert ANN in str(before)
    retention = Retention(at, Due(0, 0, 0))
    assert retention.hash_served() > 0
    for _ in rewrite(segments(tmp_path), retention.journal_change()):
        pass
    retention.close()
    after, journal = rows(at), opener.opened(journal_text(tmp_path))
    assert ANN not in str(after) + journal
    assert BOB in journal
    assert [row["number"] for row in after["Owed"] if row["settled_at"] is None] == [BOB]
    with Journal(tmp_path, numbers=at.numbers) as opened:
        rebuild(opened, tmp_path, at, lambda done, of: None)
    assert rows(at) == after


def test_the_command_tells_what_is_due_and_does_it(tmp_path: Path) -> None:
    hotline = Hotline(tmp_path, f"sqlite:///{tmp_path}/records.db", Form.ENCRYPTED)
    main_file = hotline.folder / "site.yaml"
    text = main_file.read_text(encoding="utf-8")
    main_file.write_text(text.replace("records: {", "records: {keep: {calls: 31d}, "))
    hotline.note(*history())
    dry = json.loads(hotline.run("records", "retain", "--dry-run", "--json").stdout)
    assert (dry["calls"], dry["held"]) == (18, 1)
    assert len(rows(hotline.at)["Call"]) == 20
    done = hotline.run("records", "retain", "--json")
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["calls_destroyed"] == 18
    assert hotline.run("records", "prove").exit_code == 0
    assert len(rows(hotline.at)["Call"]) == 2
