"""Reading a site's folder, and making a new one."""

import shutil
from pathlib import Path

import pytest
from callcenter.pbx.site_files import inspect_site, make_site, read_site, site_folder
from callcenter.site.findings import SiteErrors

pytestmark = pytest.mark.pure

EXAMPLE = Path(__file__).parents[2] / "examples" / "hotline-12345"


def test_the_example_has_no_findings() -> None:
    inspection = inspect_site(EXAMPLE)
    assert inspection.findings == ()
    assert inspection.site == read_site(EXAMPLE / "site.yaml")


def test_a_folder_and_its_main_file_are_the_same_site(tmp_path: Path) -> None:
    assert site_folder(tmp_path) == site_folder(tmp_path / "site.yaml") == tmp_path


def test_findings_name_files_from_where_the_caller_stands(tmp_path: Path) -> None:
    (tmp_path / "site.yaml").write_text("site: demo\ninclude: [more.yaml]\n")
    (tmp_path / "more.yaml").write_text("x: 1\n")
    with pytest.raises(SiteErrors) as caught:
        read_site(tmp_path)
    assert str(caught.value).startswith(f"{tmp_path}/more.yaml:1:1: E_UNKNOWN_KEY")


@pytest.mark.parametrize("path", ["nowhere", "nowhere/site.yaml", ""])
def test_a_path_without_a_site_is_one_clear_finding(tmp_path: Path, path: str) -> None:
    [finding] = inspect_site(tmp_path / path).findings
    assert (finding.code, finding.message) == ("E_FILE", "there is no such file")


def test_a_file_that_is_no_text_is_told(tmp_path: Path) -> None:
    (tmp_path / "site.yaml").write_bytes("site: demo\nlabel: 热线".encode("gbk"))
    [finding] = inspect_site(tmp_path).findings
    assert finding.remedy == "save the file as UTF-8"
    assert (finding.line, finding.message) == (2, "byte 8 of this line is not UTF-8")


def test_an_included_folder_or_unreadable_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "site.yaml").write_text("site: demo\ninclude: [a.yaml, b.yaml]\n")
    (tmp_path / "a.yaml").mkdir()
    (tmp_path / "b.yaml").write_bytes(b"\xff")
    assert {f.code for f in inspect_site(tmp_path).findings} == {"E_FILE"}


@pytest.mark.parametrize("name", ["../other.yaml", "/etc/hostname"])
def test_files_outside_the_folder_are_not_included(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "demo"
    folder.mkdir()
    (tmp_path / "other.yaml").write_text("language: en\n")
    (folder / "site.yaml").write_text(f"site: demo\ninclude: [{name}]\n")
    assert [f.code for f in inspect_site(folder).findings] == ["E_INCLUDE"]


def test_audio_of_the_folder_is_known(tmp_path: Path) -> None:
    (tmp_path / "audio").mkdir()
    (tmp_path / "audio" / "hello.wav").touch()
    (tmp_path / "site.yaml").write_text("site: demo\nprompts: {a: {file: audio/hallo.wav}}\n")
    [finding] = inspect_site(tmp_path).findings
    assert (finding.code, finding.remedy) == ("E_FILE", "did you mean audio/hello.wav?")


def test_a_new_site_is_sound_and_has_secrets(tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    files = make_site(folder, "demo")
    assert [file.name for file in files] == [".gitignore", "secrets.yaml", "site.yaml"]
    assert inspect_site(folder).findings == ()
    assert (folder / "secrets.yaml").stat().st_mode & 0o777 == 0o600
    assert [p.name for p in tmp_path.iterdir()] == ["demo"]


def test_a_new_site_may_fill_an_empty_folder_only(tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    folder.mkdir()
    make_site(folder, "demo")
    before = {p.name: p.read_bytes() for p in folder.iterdir()}
    with pytest.raises(FileExistsError):
        make_site(folder, "demo")
    assert {p.name: p.read_bytes() for p in folder.iterdir()} == before


def test_a_copy_of_the_example_makes_its_own_secrets(tmp_path: Path) -> None:
    shutil.copytree(EXAMPLE, tmp_path / "copy", ignore=shutil.ignore_patterns("secrets.yaml"))
    assert inspect_site(tmp_path / "copy").findings == ()
