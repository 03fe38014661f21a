"""docs/site.md is what the model says, and tells every code there is."""

import re
from pathlib import Path

import pytest
from callcenter.site.codes import CODES
from callcenter.site.reference import reference

pytestmark = pytest.mark.pure

ROOT = Path(__file__).parents[2]


def test_the_page_is_the_model_s() -> None:
    page = (ROOT / "docs" / "site.md").read_text(encoding="utf-8")
    assert page == reference(), "run: callcenter site docs > docs/site.md"


def test_every_code_is_explained_and_every_explained_code_is_used() -> None:
    sources = [*(ROOT / "callcenter/site").rglob("*.py"), ROOT / "callcenter/pbx/site_files.py"]
    used = {
        code
        for source in sources
        if source.name != "codes.py"
        for code in re.findall(r'"([EW]_[A-Z_]+)"', source.read_text(encoding="utf-8"))
    }
    assert used == CODES.keys()


def test_every_key_has_a_meaning() -> None:
    assert not re.findall(r"\| None \|$", reference(), re.MULTILINE)
