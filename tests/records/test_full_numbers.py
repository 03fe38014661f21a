"""Whole numbers are for those whom the site lets see them; all others see masked ones."""

from pathlib import Path

import pytest
from callcenter.pbx.person import person
from callcenter.records.personal.numbers import Form
from tests.records.people import ANN, BOB, told
from tests.records.test_erase import Hotline

LISTINGS = (
    ("calls", "find", "0000"),
    ("calls", "list", "--from", "2025-11-30", "--to", "2025-12-01"),
    ("calls", "show", "b1"),
    ("voicemail", "list", "--from", "2025-11-30", "--to", "2025-12-01"),
    ("records", "audit", "--from", "2025-11-30", "--to", "2025-12-01"),
    ("records", "history", "a2"),
    ("recordings", "holds"),
    ("report", "missed", "--from", "2025-11-30", "--to", "2025-12-01"),
)


def shown_to(hotline: Hotline, users: str) -> None:
    main_file = hotline.folder / "site.yaml"
    text = main_file.read_text(encoding="utf-8")
    main_file.write_text(text.replace("records: {", f"records: {{unmasked: [{users}], ", 1))


@pytest.fixture
def hotline(tmp_path: Path) -> Hotline:
    made = Hotline(tmp_path, f"sqlite:///{tmp_path}/records.db", Form.ENCRYPTED)
    made.note(*told())
    return made


def test_who_may_not_see_whole_numbers_sees_none(hotline: Hotline) -> None:
    shown_to(hotline, "somebody-else")
    for words in LISTINGS:
        plain, full = hotline.run(*words), hotline.run(*words, "--full-numbers")
        assert plain.exit_code == 0, plain.output
        assert not any(number in plain.output for number in (ANN, BOB)), words
        assert full.exit_code == 1
        assert f"{person()} sees masked numbers only" in full.output
    export = hotline.run("owed", "export")
    assert (export.exit_code, BOB in export.output) == (1, False)


def test_who_may_sees_them(hotline: Hotline) -> None:
    shown_to(hotline, person())
    assert BOB in hotline.run("calls", "show", "b1", "--full-numbers").output
    assert BOB in hotline.run("owed", "export").output
