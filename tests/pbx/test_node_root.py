"""How the embedded root is made: once, whole or not at all."""

import fcntl
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from callcenter.pbx import apt, root
from callcenter.pbx.machine_asterisk import lacks_of_machine, modules_of
from callcenter.pbx.node import MachineError

pytestmark = pytest.mark.pbx


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return tmp_path / "callcenter"


def test_the_root_is_whole_and_carries_what_was_asked() -> None:
    made = root.embedded_root()
    assert set(root.needed_modules()) <= modules_of(made)
    assert list((made / "usr/share/asterisk/moh").glob("*.wav"))
    assert not list((made / "etc/apt/apt.conf.d").glob("99mmdebstrap"))
    assert not (made / "etc/localtime").is_symlink()
    assert " of Debian " in root.version_of(made)


def test_an_interrupted_run_leaves_nothing_and_the_next_cleans_up(cache: Path) -> None:
    leftover = cache / f"{root.embedded_path().name}.partial-1"
    (leftover / "usr").mkdir(parents=True)
    code = (
        "from callcenter.pbx import root; root.embedded_root(lambda line: print(line, flush=True))"
    )
    child = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    for line in child.stdout:
        if "running apt-get update" in line:
            break
    assert not leftover.exists()
    child.send_signal(signal.SIGINT)
    child.communicate(timeout=240)
    assert child.returncode != 0
    left = {path.name for path in cache.iterdir()}
    assert left == {f"{root.embedded_path().name}.lock"}


def test_a_second_run_waits_and_says_so(cache: Path) -> None:
    target = root.embedded_path()
    cache.mkdir(parents=True)
    said: list[str] = []
    with (cache / f"{target.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        second = threading.Thread(target=root.embedded_root, args=(said.append,))
        second.start()
        deadline = time.monotonic() + 10
        while not said:
            assert time.monotonic() < deadline
            time.sleep(0.01)
        target.mkdir()  # as the first run would leave it
    second.join(timeout=10)
    assert said == ["Another run is making Asterisk's root file system; waiting for it"]


def test_another_package_list_is_another_root(monkeypatch: pytest.MonkeyPatch) -> None:
    before = root.embedded_path()
    monkeypatch.setattr(root, "packages", lambda: ["asterisk", "another"])
    assert root.embedded_path() != before


def test_a_mirror_without_a_new_enough_asterisk_is_told(
    cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(root, "OLDEST", (99, 0))
    with pytest.raises(MachineError, match=r"testing: 1:\d.*sid: 1:\d"):
        root.embedded_root()
    assert not [path for path in cache.iterdir() if path.is_dir()]


def test_a_suite_that_is_not_there_is_apts_own_message() -> None:
    with pytest.raises(MachineError, match="no-such-suite"):
        apt.carried(apt.main_mirror(), "no-such-suite", "asterisk")


def test_what_the_machines_own_asterisk_lacks_is_listed(tmp_path: Path) -> None:
    assert lacks_of_machine((22, 4), ["app_queue"], tmp_path) == [
        "there is no Asterisk on this machine"
    ]
    program = tmp_path / "usr/sbin/asterisk"
    program.parent.mkdir(parents=True)
    program.write_text("#!/bin/sh\necho Asterisk 20.1.0\n", encoding="utf-8")
    program.chmod(0o755)
    modules = tmp_path / "usr/lib/x86_64-linux-gnu/asterisk/modules"
    modules.mkdir(parents=True)
    (modules / "app_queue.so").touch()
    (tmp_path / "usr/share/asterisk/moh").mkdir(parents=True)
    assert lacks_of_machine((22, 4), ["app_queue", "app_stasis"], tmp_path) == [
        "it is Asterisk 20.1.0, older than 22.4",
        "it has no app_stasis",
        "it has no audio in /usr/share/asterisk/sounds/en",
    ]
