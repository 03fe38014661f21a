"""A real Asterisk in a node of its own: what it may do, how it boots, ends and is kept."""

import os
import signal
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from callcenter.pbx.control import NoAsterisk, listener
from callcenter.pbx.node import MachineError, system_user
from callcenter.pbx.process import AsteriskProcess, BootFailed
from callcenter.pbx.root import needed_modules
from callcenter.pbx.supervise import keep_asterisk
from tests.pbx.small_node import log_of, small_node

pytestmark = pytest.mark.pbx


@pytest.fixture
def asterisk(tmp_path: Path) -> Iterator[AsteriskProcess]:
    with small_node(tmp_path) as process:
        yield process


@pytest.fixture
def booted(asterisk: AsteriskProcess) -> AsteriskProcess:
    asterisk.start()
    asterisk.wait_booted()
    return asterisk


def test_boots_with_every_module_of_the_list_and_no_error(booted: AsteriskProcess) -> None:
    shown = booted.rx("module show")
    loaded = {line.split(".so")[0] for line in shown.splitlines() if ".so" in line}
    assert set(needed_modules()) <= loaded
    assert "Not Running" not in shown
    assert [line for line in log_of(booted.node).splitlines() if " ERROR[" in line] == []


def test_runs_as_its_own_user_with_no_right_and_no_group(booted: AsteriskProcess) -> None:
    text = Path(f"/proc/{booted.pid}/status").read_text(encoding="utf-8")
    status = dict(line.split(":\t", 1) for line in text.splitlines() if ":\t" in line)
    user = system_user(booted.user)
    assert set(status["Uid"].split()) == {str(user.uid)}
    assert set(status["Gid"].split()) == {str(user.gid)}
    assert status["Groups"].split() == []
    capabilities = {status[f"Cap{kind}"] for kind in ("Inh", "Prm", "Eff", "Bnd", "Amb")}
    assert {int(value, 16) for value in capabilities} == {0}
    assert status["NoNewPrivs"] == "1"


@pytest.mark.parametrize(("urgent", "policy"), [(True, os.SCHED_RR), (False, os.SCHED_OTHER)])
def test_all_of_its_threads_go_before_other_work_where_asked(
    tmp_path: Path, urgent: bool, policy: int
) -> None:
    with small_node(tmp_path, urgent=urgent) as process:
        process.start()
        process.wait_booted()
        threads = [int(thread.name) for thread in Path(f"/proc/{process.pid}/task").iterdir()]
        assert {os.sched_getscheduler(thread) for thread in threads} == {policy}


def test_sees_its_folders_over_a_root_that_nobody_can_write(booted: AsteriskProcess) -> None:
    mounts = [
        line.split() for line in Path(f"/proc/{booted.pid}/mounts").read_text("utf-8").splitlines()
    ]
    options = {fields[1]: fields[3].split(",") for fields in mounts}
    assert "ro" in options["/"]
    places = {"/etc/asterisk", "/var/lib/asterisk", "/var/log/asterisk", "/run/asterisk"}
    assert places <= options.keys()
    ours = Path("/proc/self/mounts").read_text(encoding="utf-8")
    assert str(booted.node.path) not in ours


def test_names_of_the_machine_resolve_without_dns(booted: AsteriskProcess) -> None:
    hosts = Path(f"/proc/{booted.pid}/root/etc/hosts").read_text(encoding="utf-8")
    names = {name for line in hosts.splitlines() for name in line.split()[1:]}
    assert {"localhost", socket.gethostname()} <= names


def test_stops_and_leaves_nothing(booted: AsteriskProcess) -> None:
    pid = booted.pid
    booted.stop()
    assert not Path(f"/proc/{pid}").exists()
    assert booted.pid is None
    assert listener(booted.node.run) is None
    with pytest.raises(NoAsterisk):
        booted.rx("core show version")


def test_a_second_start_in_the_same_node_is_refused(booted: AsteriskProcess) -> None:
    second = AsteriskProcess(booted.root, booted.node.path)
    with pytest.raises(MachineError, match=f"pid {booted.pid}"):
        second.start()


def test_who_comes_next_adopts_it_and_can_stop_it(booted: AsteriskProcess) -> None:
    second = AsteriskProcess(booted.root, booted.node.path)
    assert second.adopt()
    second.wait_booted()
    assert second.pid == booted.pid
    second.stop()
    assert not booted.alive()


def test_a_failed_boot_quotes_the_log(asterisk: AsteriskProcess) -> None:
    modules = asterisk.node.etc / "modules.conf"
    modules.write_text("[modules]\nautoload=no\nrequire=no_such_module.so\n", encoding="utf-8")
    asterisk.start()
    with pytest.raises(BootFailed, match="no_such_module"):
        asterisk.wait_booted()


def test_a_boot_that_takes_too_long_is_told_as_that(asterisk: AsteriskProcess) -> None:
    asterisk.start()
    with pytest.raises(BootFailed, match=r"not booted after 0\.001 s"):
        asterisk.wait_booted(timeout_s=0.001)


def test_what_the_machine_does_not_let_us_mount_is_quoted(tmp_path: Path) -> None:
    empty = tmp_path / "root"
    empty.mkdir()
    process = AsteriskProcess(empty, tmp_path / "node")
    process.start()
    with pytest.raises(BootFailed, match="mount"):
        process.wait_booted()


def test_is_started_again_when_it_dies_and_the_log_says_so(asterisk: AsteriskProcess) -> None:
    told: list[str] = []
    supervision = keep_asterisk(asterisk, told.append)
    try:
        first = listener(asterisk.node.run)
        assert first is not None
        os.kill(first, signal.SIGKILL)
        deadline = time.monotonic() + 20
        while (now := listener(asterisk.node.run)) in (None, first):
            assert time.monotonic() < deadline, told
            time.sleep(0.05)
        assert "fully booted" in asterisk.rx("core waitfullybooted")
        assert now != first
        assert told == ["Asterisk was ended by SIGKILL; started again in 1 s"]
        assert told[0] in log_of(asterisk.node)
    finally:
        supervision.stop()
    assert listener(asterisk.node.run) is None
