"""A person is erased from tables and journal; reports, proofs and rebuilds stay what they were."""

import json
import shutil
import time
from pathlib import Path
from typing import Any

import pytest
from callcenter.acd.facts import CallQueued
from callcenter.cli import main
from callcenter.records.database.engine import Sealed
from callcenter.records.journal.facts import JournalFact
from callcenter.records.journal.journal import Journal
from callcenter.records.journal.recordings_facts import RecordingsHeld, RecordingsReleased
from callcenter.records.personal.numbers import Form, Numbers
from callcenter.records.writing.writer import Writer
from click.testing import CliRunner, Result
from tests.records.people import ANN, AT, BOB, told
from tests.records.test_number_forms import facts, journal_text, rows, stored

EXAMPLE = Path(__file__).parents[2] / "examples" / "hotline-12345"
KEY = "a key of twenty-four characters"
NUMBERS_MATTER = ("summary", "missed", "callbacks", "resolution", "voicemail")
_NUMBERS = ("caller", "called", "number", "note")
DAY = ("--from", "2025-11-30", "--to", "2025-12-01")


class Hotline:
    """The example with a node and a database of its own."""

    def __init__(self, folder: Path, url: str, form: Form) -> None:
        self.folder, self.node = folder / "site", folder / "node"
        shutil.copytree(EXAMPLE, self.folder)
        (folder / "key").write_text(KEY, encoding="utf-8")
        main_file = self.folder / "site.yaml"
        text = main_file.read_text(encoding="utf-8")
        main_file.write_text(
            f"{text}\nnode: {{path: {self.node}}}\nstorage: {{database: '{url}'}}\n"
            f"records: {{numbers: {form}, key: {{file: {folder / 'key'}}}}}\n",
            encoding="utf-8",
        )
        own = ("12345",)
        self.at = Sealed(url, Numbers(form, KEY, own))
        self.journal = self.node / "journal"

    def note(self, *more: JournalFact) -> None:
        with Journal(self.journal, segment_bytes=1500, numbers=self.at.numbers) as journal:
            for fact in more:
                journal.append([fact])
            writer = Writer(journal, self.at)
            writer.start()
            assert writer.wait_folded(journal.position, 60), writer.trouble
            assert writer.close()

    def run(self, *words: str) -> Result:
        return CliRunner().invoke(main, [*words, "--site", str(self.folder)])

    def figures(self) -> dict[str, Any]:
        """Reports that count callers or show them, with what they show of numbers left out."""
        found = {}
        for name in NUMBERS_MATTER:
            result = self.run("report", name, *DAY, "--json")
            assert result.exit_code in (0, 2), (name, result.output)
            tables = json.loads(result.stdout)["tables"]
            found[name] = [_without_numbers(table) for table in tables]
        return found


def _without_numbers(table: dict[str, Any]) -> list[dict[str, Any]]:
    return [{k: v for k, v in row.items() if k not in _NUMBERS} for row in table["rows"]]


@pytest.fixture(params=list(Form))
def hotline(request: pytest.FixtureRequest, tmp_path: Path, database: str) -> Hotline:
    made = Hotline(tmp_path, database, request.param)
    made.note(*told())
    return made


def everything(hotline: Hotline) -> str:
    opened = facts(hotline.journal, hotline.at.numbers)
    return f"{stored(hotline.at.url)}{rows(hotline.at)}{journal_text(hotline.journal)}{opened}"


def test_the_number_goes_and_every_figure_stays(hotline: Hotline) -> None:
    before, others = hotline.figures(), rows(hotline.at)
    token = hotline.at.numbers.hashed(ANN)
    result = hotline.run("records", "erase", f"+86{ANN}", "--yes", "--json")
    assert result.exit_code == 0, result.output
    done = json.loads(result.stdout)
    assert (done["calls"], done["messages"]) == (5, 1)
    left = everything(hotline)
    assert not any(trace in left for trace in (ANN, token, "00001111"))
    assert done["name"] in left
    assert BOB in str(rows(hotline.at)) or hotline.at.numbers.form is Form.HASHED
    assert hotline.figures() == before
    assert {name: len(table) for name, table in rows(hotline.at).items()} == {
        name: len(table) + (name == "Act") for name, table in others.items()
    }
    assert hotline.run("records", "prove").exit_code == 0
    audit = json.loads(hotline.run("records", "audit", "--json").stdout)
    assert [(act["act"], act["target"][:3]) for act in audit] == [("erase_number", "#x.")]
    now = rows(hotline.at)
    assert hotline.run("records", "rebuild").exit_code == 0
    assert rows(hotline.at) == now
    found = hotline.run("calls", "find", "--caller", ANN, "--json")
    assert json.loads(found.stdout) == []


def test_who_is_owed_a_call_or_held_is_not_erased(tmp_path: Path) -> None:
    hotline = Hotline(tmp_path, f"sqlite:///{tmp_path}/records.db", Form.ENCRYPTED)
    at = time.time()
    hotline.note(*told(), RecordingsHeld(at, "court-7", "", ANN, None, None, "9001", "a court"))
    before = stored(hotline.at.url), journal_text(hotline.journal)
    for number, why in ((BOB, "still owed"), (ANN, "legal hold court-7")):
        result = hotline.run("records", "erase", number, "--yes")
        assert result.exit_code == 1
        assert why in result.output
    assert (stored(hotline.at.url), journal_text(hotline.journal)) == before
    hotline.note(RecordingsReleased(at + 1, "court-7", "9001", "over"))
    dry = hotline.run("records", "erase", ANN, "--dry-run", "--json")
    assert json.loads(dry.stdout)["calls"] == 5
    assert ANN in str(rows(hotline.at))
    hotline.note(CallQueued(at, "open", "general", ANN, "12345", at, at, "zh", 0, False))
    assert "goes on" in hotline.run("records", "erase", ANN, "--yes").output
    assert "no number" in hotline.run("records", "erase", "somebody", "--yes").output
    assert at > AT


def test_messages_are_removed_with_all_their_files(tmp_path: Path) -> None:
    hotline = Hotline(tmp_path, f"sqlite:///{tmp_path}/records.db", Form.PLAIN)
    hotline.note(*told())
    box = hotline.node / "spool" / "voicemail" / "default" / "day" / "Old"
    box.mkdir(parents=True)
    for n, message in enumerate(("m1", "m2")):
        text = f"[message]\ncategory=a3\norigtime={int(AT)}\nmsg_id={message}\nduration=8\n"
        (box / f"msg000{n}.txt").write_text(text, encoding="utf-8")
        (box / f"msg000{n}.wav").write_bytes(b"sound")
    assert hotline.run("records", "erase", ANN, "--yes").exit_code == 0
    assert sorted(file.name for file in box.iterdir()) == ["msg0001.txt", "msg0001.wav"]
