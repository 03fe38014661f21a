"""Whole numbers are for those whom the site lets see them; all others see masked ones."""

import json
from hashlib import sha256
from pathlib import Path
from zipfile import ZipFile

import pytest
from callcenter.cli.parts.report.build import REPORTS
from callcenter.live.recordings.export import MANIFEST, SUMS, TABLE, verify
from callcenter.pbx.node import NodePaths
from callcenter.pbx.person import person
from callcenter.records.journal.contract_facts import ExemptionAdded
from callcenter.records.journal.recordings_facts import (
    RecordingMade,
    RecordingsHeld,
    RecordingStored,
)
from callcenter.records.personal.numbers import Form
from tests.records.people import ANN, AT, BOB, told
from tests.records.story import C
from tests.records.test_erase import Hotline

PERIOD = ("--from", "2025-11-30", "--to", "2025-12-01")
CALLS = (C, "a2", "a3", "a4", "o1", "b1")
LISTINGS = (
    ("calls", "find", "0000"),
    ("calls", "list", *PERIOD),
    *(("calls", "show", call) for call in CALLS),
    *(("calls", "trace", call) for call in CALLS),
    ("owed", "list"),
    ("owed", "list", "--settled", *PERIOD),
    ("voicemail", "list", *PERIOD),
    ("records", "audit", *PERIOD),
    *(("records", "history", call) for call in CALLS),
    ("recordings", "holds", "--all"),
    ("recordings", "list", *PERIOD),
    ("blacklist", "list"),
    ("blacklist", "history"),
    ("exemptions", "list", "--all"),
    *(("report", name, *PERIOD) for name in REPORTS),
)
"""Each has --full-numbers and --json."""
PLAIN = (("recordings", "check", *PERIOD), ("records", "prove"))
"""What has no --full-numbers masks always, or tells of nobody."""


def shown_to(hotline: Hotline, users: str) -> None:
    main_file = hotline.folder / "site.yaml"
    text = main_file.read_text(encoding="utf-8")
    main_file.write_text(text.replace("records: {", f"records: {{unmasked: [{users}], ", 1))


@pytest.fixture
def hotline(tmp_path: Path) -> Hotline:
    made = Hotline(tmp_path, f"sqlite:///{tmp_path}/records.db", Form.ENCRYPTED)
    sound = NodePaths(made.node).recordings / "b1.flac"
    sound.parent.mkdir(parents=True)
    sound.write_bytes(b"fLaC")
    digest = sha256(b"fLaC").hexdigest()
    made.note(
        *told(),
        RecordingMade(AT + 611, "b1", "b1~1", "1002", "b1.raw"),
        RecordingStored(AT + 700, "b1", "b1~1", "b1.flac", "flac", 2, 29.0, 4, digest),
        RecordingsHeld(AT + 800, "court", "", BOB, None, None, "9001", f"of {ANN}, 138-0000-1111"),
        ExemptionAdded(AT + 900, "e-1", "outage", AT, AT + 9, AT + 9, "Li", f"see {ANN}", "9001"),
    )
    added = made.run("blacklist", "add", ANN, "--reason", f"insults, also {BOB}")
    assert added.exit_code == 0, added.output
    return made


def leaks(text: str) -> bool:
    return any(number in text for number in (ANN, BOB, "0000-1111", "0000 1111"))


@pytest.mark.parametrize("form", [(), ("--json",)])
def test_who_may_not_see_whole_numbers_sees_none(hotline: Hotline, form: tuple[str, ...]) -> None:
    shown_to(hotline, "somebody-else")
    for words in (*LISTINGS, *PLAIN):
        seen = hotline.run(*words, *form)
        assert seen.exit_code in (0, 1 if "check" in words else 0), (words, seen.output)
        assert not leaks(seen.output), (words, seen.output)
    for words in LISTINGS:
        full = hotline.run(*words, *form, "--full-numbers")
        assert full.exit_code == 1, words
        assert f"{person()} sees masked numbers only" in full.output


def test_exports_are_as_careful_as_listings(hotline: Hotline, tmp_path: Path) -> None:
    shown_to(hotline, "somebody-else")
    for words in (("owed", "export"), ("blacklist", "export"), ("blacklist", "export", "out.csv")):
        export = hotline.run(*words)
        assert export.exit_code == 1, words
        assert "sees masked numbers only" in export.output
        assert not leaks(export.output)
    report = ("report", "missed", *PERIOD)
    page, book = tmp_path / "page.html", tmp_path / "book.xlsx"
    made = hotline.run(*report, "--csv", "--html", str(page), "--xlsx", str(book))
    assert made.exit_code == 0
    with ZipFile(book) as sheets:
        parts = [sheets.read(name).decode() for name in sheets.namelist()]
    assert not leaks(made.output + page.read_text(encoding="utf-8") + "".join(parts))


def test_a_manifest_shows_what_listings_show(hotline: Hotline, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    export = ("recordings", "export", "--call", "b1", "--output", str(folder))
    assert hotline.run(*export).exit_code == 0
    told = [(folder / name).read_text(encoding="utf-8") for name in (MANIFEST, TABLE, SUMS)]
    assert not leaks("".join(told))
    assert json.loads(told[0])["recordings"][0]["caller"] == "139****2222"
    assert verify(folder) == []
    whole = tmp_path / "whole"
    full = (*export[:-1], str(whole), "--full-numbers")
    assert hotline.run(*full).exit_code == 0
    assert BOB in (whole / MANIFEST).read_text(encoding="utf-8")
    assert BOB in (whole / TABLE).read_text(encoding="utf-8")
    shown_to(hotline, "somebody-else")
    refused = hotline.run(*export[:-1], str(tmp_path / "third"), "--full-numbers")
    assert refused.exit_code == 1
    assert not (tmp_path / "third").exists()


def test_who_may_sees_them(hotline: Hotline) -> None:
    shown_to(hotline, person())
    assert BOB in hotline.run("calls", "show", "b1", "--full-numbers").output
    assert BOB in hotline.run("owed", "export").output
    assert ANN in hotline.run("blacklist", "export").output
