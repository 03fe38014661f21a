"""Numbers stored encrypted or hashed: on both databases, in the journal, and converted."""

from pathlib import Path

import pytest
from callcenter.acd.facts import CallQueued
from callcenter.records.database.engine import RecordsError, Sealed, connect, open_for_reading
from callcenter.records.journal.facts import JournalFact
from callcenter.records.journal.files import JournalReader, segments
from callcenter.records.journal.journal import Journal
from callcenter.records.journal.rewriting import finished, rewrite
from callcenter.records.personal.convert import convert, journal_change
from callcenter.records.personal.numbers import Form, Numbers
from callcenter.records.reading.calls import CallFilter
from callcenter.records.reading.finding import Text, find_calls
from callcenter.records.tables.calls import METADATA, Owed
from callcenter.records.writing.hours import differences
from callcenter.records.writing.rebuild import rebuild
from callcenter.records.writing.writer import Writer
from sqlalchemy import text
from sqlmodel import Session, select
from tests.records.people import ANN, BOB, told
from tests.records.rows import Rows, of_database

KEY = "a key of twenty-four characters"
FORMS = {form: Numbers(form, KEY) for form in Form}
SEALED = (Form.ENCRYPTED, Form.HASHED)
PARTS = ("00001111", "00002222")


def fill(folder: Path, at: Sealed, count: int | None = None) -> None:
    facts = told()[:count]
    with Journal(folder, segment_bytes=1500, numbers=at.numbers) as journal:
        for fact in facts[journal.position :]:
            journal.append([fact])
        writer = Writer(journal, at)
        writer.start()
        assert writer.wait_folded(len(facts), 60), writer.trouble
        assert writer.close()


def rows(at: Sealed) -> Rows:
    engine = connect(at)
    try:
        return of_database(engine)
    finally:
        engine.dispose()


def stored(url: str) -> dict[str, list[str]]:
    """All that the tables hold, as it is."""
    engine = connect(url)
    with engine.connect() as connection:
        found = {
            table.name: sorted(
                str(row)
                for row in connection.execute(text(f"SELECT * FROM {table.name}"))  # noqa: S608
            )
            for table in METADATA.sorted_tables
        }
    engine.dispose()
    return found


def journal_text(folder: Path) -> str:
    return "".join(file.read_text(encoding="ascii") for file in segments(folder))


def found(at: Sealed, part: str = "", **wanted: str) -> list[str]:
    engine = open_for_reading(at)
    with Session(engine) as session:
        calls = find_calls(session, CallFilter(**wanted), Text(part) if part else None)
    engine.dispose()
    return [call.call_id for call in calls]


@pytest.mark.parametrize("form", SEALED)
def test_no_number_can_be_read_and_all_goes_on_as_before(
    form: Form, tmp_path: Path, database: str
) -> None:
    at, plain = Sealed(database, FORMS[form]), Sealed(f"sqlite:///{tmp_path}/plain.db", Numbers())
    fill(tmp_path / "journal", at)
    fill(tmp_path / "plain", plain)
    everything = str(stored(database)) + journal_text(tmp_path / "journal")
    assert not any(part in everything for part in PARTS)
    sealed, as_they_are = rows(at), rows(plain)
    if form is Form.ENCRYPTED:
        assert sealed == as_they_are
        assert found(at, "0000111") == found(plain, "0000111") != []
    else:
        assert {name: len(table) for name, table in sealed.items()} == {
            name: len(table) for name, table in as_they_are.items()
        }
    for number in (ANN, BOB):
        # Of a hash all writings of a number are one.
        assert set(found(at, caller=number)) >= set(found(plain, caller=number)) != set()
    engine = connect(at)
    with Session(engine) as session:
        assert differences(session) == []
        # Who must be called back is read with his number, in both forms.
        owed = session.exec(select(Owed).where(Owed.settled_at == None)).all()  # noqa: E711
    engine.dispose()
    assert [row.number for row in owed] == [BOB]
    before = stored(database)
    with Journal(tmp_path / "journal", numbers=at.numbers) as journal:
        rebuild(journal, tmp_path / "journal", at, lambda done, of: None)
    assert stored(database) == before


@pytest.mark.parametrize("form", SEALED)
def test_a_restart_knows_the_numbers_of_who_waits(form: Form, tmp_path: Path) -> None:
    with Journal(tmp_path, numbers=FORMS[form]) as journal:
        journal.append([fact for fact in told() if isinstance(fact, CallQueued)])
        journal.rotate()
    assert not any(part in journal_text(tmp_path) for part in PARTS)
    with Journal(tmp_path, numbers=FORMS[form]) as journal:
        assert journal.restore().calls["b1"].entered.caller == BOB


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (Form.PLAIN, Form.ENCRYPTED), (Form.PLAIN, Form.HASHED),
        (Form.ENCRYPTED, Form.PLAIN), (Form.ENCRYPTED, Form.HASHED),
    ],
)  # fmt: skip
def test_converted_records_are_those_that_were_always_so(
    old: Form, new: Form, tmp_path: Path, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("callcenter.records.personal.rows.BLOCK", 2)
    before, after = Sealed(database, FORMS[old]), Sealed(database, FORMS[new])
    always = Sealed(f"sqlite:///{tmp_path}/always.db", FORMS[new])
    fill(tmp_path / "journal", before)
    fill(tmp_path / "always", always)
    with pytest.raises(RecordsError, match=f"hold {old} numbers, the site says {new}"):
        open_for_reading(after)
    assert convert(after, FORMS[new], lambda done, of: None)
    for _ in rewrite(segments(tmp_path / "journal"), journal_change(FORMS[new], FORMS[new])):
        pass
    assert rows(after) == rows(always)
    assert stored(database)["known_number"] == stored(always.url)["known_number"]
    assert convert(after, FORMS[new], lambda done, of: None) == 0
    with Journal(tmp_path / "journal", numbers=after.numbers) as journal:
        rebuild(journal, tmp_path / "journal", after, lambda done, of: None)
    assert rows(after) == rows(always)


class _Stopped(Exception):
    pass


def test_a_conversion_that_was_stopped_goes_on_and_nobody_reads_or_writes_meanwhile(
    tmp_path: Path, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("callcenter.records.personal.rows.BLOCK", 2)
    at = Sealed(database, FORMS[Form.ENCRYPTED])
    fill(tmp_path / "journal", Sealed(database, Numbers()), 20)

    def stop(done: int, of: int) -> None:
        if done > of // 2:
            raise _Stopped

    with pytest.raises(_Stopped):
        convert(at, at.numbers, stop)
    for form in (Form.PLAIN, Form.ENCRYPTED):
        with pytest.raises(RecordsError, match="not finished"):
            open_for_reading(Sealed(database, FORMS[form]))
    with pytest.raises(RecordsError, match="conversion to encrypted numbers is not finished"):
        convert(Sealed(database, FORMS[Form.HASHED]), at.numbers, lambda done, of: None)
    with Journal(tmp_path / "journal", numbers=at.numbers) as journal:
        writer = Writer(journal, at)
        writer.start()
        journal.append(told()[20:])
        assert not writer.wait_folded(len(told()), 1)
        assert "not finished" in writer.trouble
        convert(at, at.numbers, lambda done, of: None)
        assert writer.wait_folded(len(told()), 60)
        assert writer.close()
    always = Sealed(f"sqlite:///{tmp_path}/always.db", at.numbers)
    fill(tmp_path / "always", always)
    assert rows(at) == rows(always)
    assert not any(part in str(stored(database)) for part in PARTS)


def test_another_key_is_refused_until_its_numbers_are_converted(
    tmp_path: Path, database: str
) -> None:
    old = Sealed(database, FORMS[Form.ENCRYPTED])
    new = Sealed(database, Numbers(Form.ENCRYPTED, KEY + "!"))
    fill(tmp_path, old)
    with pytest.raises(RecordsError, match="another key"):
        open_for_reading(new)
    with pytest.raises(RecordsError, match="--old-key"):
        convert(new, new.numbers, lambda done, of: None)
    before = rows(old)
    convert(new, old.numbers, lambda done, of: None)
    assert rows(new) == before


def test_hashes_are_not_turned_back(tmp_path: Path, database: str) -> None:
    fill(tmp_path, Sealed(database, FORMS[Form.HASHED]))
    with pytest.raises(RecordsError, match="nobody can turn back"):
        convert(Sealed(database, FORMS[Form.ENCRYPTED]), FORMS[Form.HASHED], lambda done, of: None)


def test_only_finished_files_are_rewritten_beside_a_writer(tmp_path: Path) -> None:
    sealed = FORMS[Form.ENCRYPTED]
    with Journal(tmp_path, segment_bytes=1500) as journal:
        for fact in told():
            journal.append([fact])
        files = finished(tmp_path, journal.position)
        assert files == segments(tmp_path)[:-1]
        assert finished(tmp_path, 0) == []
        before = [(file.stat().st_mtime_ns, file.stat().st_mode) for file in files]
        assert sum(changed for _, changed in rewrite(files, journal_change(sealed, sealed))) > 0
        assert [(file.stat().st_mtime_ns, file.stat().st_mode) for file in files] == before
        entries = facts(tmp_path, sealed)
    assert entries == told()
    assert not [file for file in tmp_path.iterdir() if file.suffix == ".rewritten"]


def facts(folder: Path, numbers: Numbers) -> list[JournalFact]:
    reader = JournalReader(folder, 0, numbers)
    return [entry.fact for entries in iter(reader.read, []) for entry in entries]
