"""The softphone's library is built once, however many ask for it, and says what it lacks."""

import base64
import hashlib
import subprocess
import sys
import threading
import zipfile
from pathlib import Path

import pytest
from callcenter.pbx import apt
from callcenter.pbx.node import MachineError
from callcenter.qa import softphone_build


@pytest.fixture(autouse=True)
def cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(softphone_build, "installed", lambda: False)
    return tmp_path / "callcenter"


@pytest.mark.pure
def test_packages_that_are_missing_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(softphone_build.shutil, "which", lambda tool: None)
    with pytest.raises(MachineError, match=r"apt-get install .*build-essential swig tar xz-utils"):
        softphone_build.ensure_installed()


def test_a_step_that_fails_is_quoted_and_its_log_named(tmp_path: Path) -> None:
    steps = softphone_build._Steps(tmp_path, tmp_path / "build.log")
    with pytest.raises(MachineError, match=r"(?s)sh failed \(all of it: .*build.log\).*no header"):
        steps.run("sh", "-c", "echo no header; exit 1")
    assert "no header" in (tmp_path / "build.log").read_text()


@pytest.mark.pure
def test_two_at_once_build_once(monkeypatch: pytest.MonkeyPatch, cache: Path) -> None:
    built, said, began = [], [], threading.Event()
    waits = threading.Event()

    def build(folder: Path, say: softphone_build.Say) -> None:
        began.set()
        assert waits.wait(20)
        built.append(folder)
        folder.mkdir()
        (folder / "pjsua2.whl").touch()

    def say(line: str) -> None:
        said.append(line)
        waits.set()  # the second run waits for the first, which may go on now

    done = subprocess.CompletedProcess([], 0, "", "")
    monkeypatch.setattr(softphone_build, "_build", build)
    monkeypatch.setattr(softphone_build.subprocess, "run", lambda *_, **__: done)
    first = threading.Thread(target=softphone_build.ensure_installed)
    first.start()
    assert began.wait(20)
    softphone_build.ensure_installed(say)
    first.join()
    assert len(built) == 1
    assert said == ["Another run is building the softphone's library; waiting for it"]


@pytest.mark.pure
def test_a_killed_build_leaves_nothing_that_counts(
    monkeypatch: pytest.MonkeyPatch, cache: Path
) -> None:
    def fail(*_: object) -> None:
        raise MachineError("no network")

    monkeypatch.setattr(softphone_build, "_lacks", list)
    monkeypatch.setattr(softphone_build, "_fetch", fail)
    (cache / f"pjsua2-{softphone_build._recipe()}.partial-1").mkdir(parents=True)
    with pytest.raises(MachineError, match="no network"):
        softphone_build.ensure_installed()
    assert [file for file in cache.iterdir() if file.is_dir()] == []


def test_the_wheel_is_what_pip_expects(tmp_path: Path) -> None:
    binding = tmp_path / "tree" / softphone_build._BINDING
    binding.mkdir(parents=True)
    (binding / "pjsua2.py").write_text("SAYS = 'hello'\n")
    (binding / "_pjsua2.so").write_bytes(b"\x7fELF")
    softphone_build._pack(tmp_path / "tree", tmp_path, "2.17")
    (wheel,) = tmp_path.glob("pjsua2-2.17+*.whl")
    with zipfile.ZipFile(wheel) as archive:
        (record,) = [name for name in archive.namelist() if name.endswith("RECORD")]
        rows = [row.split(",") for row in archive.read(record).decode().splitlines()]
        for name, digest, size in rows[:-1]:
            data = archive.read(name)
            sha = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
            assert (digest, size) == (f"sha256={sha}", str(len(data)))
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
    target = tmp_path / "target"
    words = [*pip, "--no-index", "--no-deps", "--target", str(target), str(wheel)]
    subprocess.run(words, check=True, capture_output=True)
    assert (target / "pjsua2.py").read_text() == "SAYS = 'hello'\n"


@pytest.mark.pure
def test_the_part_of_a_source_package() -> None:
    told = """NOTICE: 'asterisk' packaging is maintained in the 'Git' version control system at:
Need to get 13.2 MB of source archives.
'http://mirror/a_22.dsc' a_22.dsc 5389 SHA256:87
'http://mirror/a_22.orig-Xpjproject.tar.xz' a_22.orig-Xpjproject.tar.xz 6775552 SHA256:68

"""
    part = apt.part_of(told, ".orig-Xpjproject.tar.xz")
    assert part is not None
    assert part.uri == "http://mirror/a_22.orig-Xpjproject.tar.xz"
    assert part.digest == "SHA256:68"
    assert apt.part_of(told, ".orig-Xnothing.tar.xz") is None
