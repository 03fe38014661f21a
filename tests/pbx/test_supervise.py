"""A program that hangs is killed and started again; one that shows signs of life is left alone."""

import os
import signal
import socket
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from callcenter.live.health.alive import Alive
from callcenter.pbx.child import Child
from callcenter.pbx.supervise import Supervision, Watched

SILENT_S = 1.0
BEATS = """
import os, sys, time
from pathlib import Path
from callcenter.live.health.alive import Alive
Path(sys.argv[2]).write_text(str(os.getpid()))
alive = Alive(Path(sys.argv[1]))
while True:
    alive.show()
    time.sleep(0.05)
"""


@pytest.fixture
def told() -> list[str]:
    return []


@pytest.fixture
def supervised(tmp_path: Path, told: list[str]) -> Iterator[Supervision]:
    words = [sys.executable, "-c", BEATS, str(tmp_path / "alive"), str(tmp_path / "pid")]
    program = Watched(Child(words, tmp_path / "out"), tmp_path / "alive", silent_s=SILENT_S)
    program.start()
    supervision = Supervision("It", program, told.append)
    supervision.start()
    yield supervision
    supervision.stop()


def pid_of(folder: Path, other_than: int = 0) -> int:
    """The running program's, once it has written it and shown a sign."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        text = (folder / "pid").read_text() if (folder / "pid").exists() else ""
        if text and int(text) != other_than and (folder / "alive").exists():
            return int(text)
        time.sleep(0.02)
    raise AssertionError("it did not start")


@pytest.mark.usefixtures("supervised")
def test_a_program_that_hangs_is_started_again(tmp_path: Path, told: list[str]) -> None:
    first = pid_of(tmp_path)
    os.kill(first, signal.SIGSTOP)
    second = pid_of(tmp_path, other_than=first)
    assert not Path(f"/proc/{first}").exists()
    assert Path(f"/proc/{second}").exists()
    assert told == ["It gave no sign of life for 1 s and was killed; started again in 1 s"]


@pytest.mark.usefixtures("supervised")
def test_who_shows_signs_of_life_is_left_alone(tmp_path: Path, told: list[str]) -> None:
    pid = pid_of(tmp_path)
    signs = set()
    while len(signs) < 2 * SILENT_S / 0.05:
        signs.add((tmp_path / "alive").stat().st_mtime_ns)
    assert told == []
    assert pid_of(tmp_path) == pid


def test_systemd_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(str(tmp_path / "notify"))
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
        Alive(tmp_path / "alive").show()
        assert systemd.recv(100) == b"WATCHDOG=1"
