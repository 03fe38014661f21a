"""callcenter up and callcenter node, as a person runs them, on a site of their own."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from callcenter.cli import main
from callcenter.live.control_client import NoController, ask
from callcenter.pbx import control
from callcenter.pbx.control import listener
from callcenter.pbx.supervisor_lock import holder
from callcenter.qa.stage import Stage
from callcenter.site.secrets import agent_password
from click.testing import CliRunner

pytestmark = pytest.mark.pbx

SITE = {
    "numbers": {"7000": {"to": "queue:desk"}},
    "queues": {"desk": {"announce": None}},
    "agents": {"1001": {"name": "Ann"}, "1002": {"name": "Bob"}},
}
CALLCENTER = [sys.executable, "-m", "callcenter"]


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    """A site's folder with free ports; nothing is deployed or started."""
    stage = Stage(tmp_path, SITE)
    yield stage
    subprocess.run([*CALLCENTER, "node", "stop", "--site", stage.folder], check=False)


@pytest.fixture
def hotline(stage: Stage) -> Iterator["subprocess.Popen[str]"]:
    """`callcenter up`, when it is up."""
    words = [*CALLCENTER, "up", str(stage.folder)]
    with subprocess.Popen(
        words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as child:
        yield child
        child.kill()


def run(*words: str, site: Path) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [*CALLCENTER, *words, "--site", str(site)], capture_output=True, text=True, check=False
    )


def said_until(child: "subprocess.Popen[str]", words: str) -> str:
    assert child.stdout is not None
    said = ""
    for line in child.stdout:
        said += line
        if words in line:
            return said
    raise AssertionError(said)


def until_other(stage: Stage, pid: int | None) -> int:
    """The process id of the Asterisk that follows the one of `pid`."""
    deadline = time.monotonic() + 20
    while (now := listener(stage.node.run)) in (None, pid):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert now is not None
    return now


def test_up_brings_a_site_up_and_ctrl_c_brings_it_down(
    stage: Stage, hotline: "subprocess.Popen[str]"
) -> None:
    said = said_until(hotline, "Ctrl-C stops")
    host, port = stage.server
    assert f"{stage.site.site} is up. Number to call: 7000" in said
    assert f"server {host}:{port}" in said
    assert "user 1001, password (shown on a terminal only)" in said
    assert agent_password("1001") in stage.secrets
    assert not [secret for secret in stage.secrets.values() if secret in said]
    agents = ask(stage.node.control_socket, do="snapshot")["agents"]
    assert [agent["agent"] for agent in agents] == ["1001", "1002"]
    hotline.send_signal(signal.SIGINT)
    rest, _ = hotline.communicate(timeout=30)
    assert hotline.returncode == 0
    assert rest.index("Stopping the controller") < rest.index("Stopping Asterisk")
    assert listener(stage.node.run) is None
    with pytest.raises(NoController):
        ask(stage.node.control_socket, do="snapshot")


@pytest.mark.parametrize("begun", ["Deploying", "Starting Asterisk", "Starting the controller"])
def test_ctrl_c_leaves_nothing_behind_while_it_starts(
    stage: Stage, hotline: "subprocess.Popen[str]", begun: str
) -> None:
    said_until(hotline, begun)
    time.sleep(0.3)  # within the step: any moment of it must do
    hotline.send_signal(signal.SIGINT)
    rest, _ = hotline.communicate(timeout=30)
    assert hotline.returncode == 130, rest
    assert "Traceback" not in rest
    assert listener(stage.node.run) is None
    with pytest.raises(NoController):
        ask(stage.node.control_socket, do="snapshot")


def test_up_starts_what_dies_again_and_says_so(
    stage: Stage, hotline: "subprocess.Popen[str]"
) -> None:
    said_until(hotline, "Ctrl-C stops")
    first = listener(stage.node.run)
    assert first is not None
    os.kill(first, signal.SIGKILL)
    said_until(hotline, "Asterisk was ended by SIGKILL; started again in 1 s")
    until_other(stage, first)
    hotline.send_signal(signal.SIGTERM)
    hotline.communicate(timeout=30)
    assert listener(stage.node.run) is None


def test_a_killed_up_leaves_asterisk_to_the_next_one(
    stage: Stage, hotline: "subprocess.Popen[str]"
) -> None:
    said_until(hotline, "Ctrl-C stops")
    asterisk = listener(stage.node.run)
    hotline.kill()
    hotline.communicate(timeout=30)
    assert listener(stage.node.run) == asterisk
    with subprocess.Popen(
        [*CALLCENTER, "up", str(stage.folder)],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    ) as second:  # fmt: skip
        said_until(second, "Ctrl-C stops")
        assert listener(stage.node.run) == asterisk
        second.send_signal(signal.SIGINT)
        second.communicate(timeout=30)


def test_up_names_a_taken_port_and_changes_nothing(stage: Stage) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        other.bind(stage.server)
        done = subprocess.run(
            [*CALLCENTER, "up", str(stage.folder)], capture_output=True, text=True, check=False
        )
    assert done.returncode == 3
    assert f"taken: udp {stage.server[1]}" in done.stderr
    assert not stage.node.etc.exists()


def test_without_root_up_says_what_to_do(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    done = CliRunner().invoke(main, ["up", str(stage.folder)])
    assert done.exit_code == 3
    assert done.output.strip() == (
        "Error: only root can start Asterisk; run the command again with sudo"
    )


def test_a_machines_own_asterisk_is_never_taken_over_unasked(stage: Stage) -> None:
    main_file = stage.folder / "site.yaml"
    text = main_file.read_text(encoding="utf-8")
    main_file.write_text(text.replace("node:\n", "node:\n  asterisk: system\n"), encoding="utf-8")
    done = CliRunner().invoke(main, ["up", str(stage.folder)])
    assert done.exit_code == 3
    assert "run: callcenter node adopt" in done.output
    assert not stage.node.etc.exists()
    assert run("node", "start", site=stage.folder).returncode == 1


def test_up_takes_the_site_of_this_folder_as_all_commands_do(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(stage.folder)
    monkeypatch.delenv("CALLCENTER_SITE", raising=False)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        other.bind(stage.server)
        done = CliRunner().invoke(main, ["up"])
    assert f"taken: udp {stage.server[1]}" in done.output


def test_an_asterisk_that_ends_while_it_is_asked_is_one_message(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage.node.run.mkdir(parents=True)
    with socket.socket(socket.AF_UNIX) as silent:  # it listens, and ends before it answers
        silent.bind(str(stage.node.run / "asterisk.ctl"))
        silent.listen()
        monkeypatch.setattr(control, "command", partial(control.command, timeout_s=0.1))
        done = CliRunner().invoke(main, ["node", "status", "--site", str(stage.folder)])
    assert done.exit_code == 3
    assert "callcenter node start" in done.output
    assert isinstance(done.exception, SystemExit)


def test_node_start_needs_a_deployment(stage: Stage) -> None:
    done = run("node", "start", site=stage.folder)
    assert done.returncode == 1
    assert "nothing is deployed yet" in done.stderr


def test_node_start_status_cli_log_and_stop(stage: Stage) -> None:
    site = stage.folder
    assert run("deploy", site=site).returncode == 0
    started = run("node", "start", site=site)
    assert started.returncode == 0, started.stderr
    status = json.loads(run("node", "status", "--json", site=site).stdout)
    assert status["pid"] == listener(stage.node.run)
    assert status["supervisor"] == holder(stage.node)
    assert status["version"].startswith("Asterisk 2")
    assert "1001" in run("node", "cli", "pjsip", "show", "endpoints", site=site).stdout
    assert "modules will be loaded" in run("node", "log", site=site).stdout
    again = run("node", "start", site=site)
    assert again.returncode == 3
    assert f"(pid {status['supervisor']})" in again.stderr
    os.kill(status["pid"], signal.SIGKILL)
    until_other(stage, status["pid"])
    assert "started again in 1 s" in run("node", "log", site=site).stdout
    assert run("node", "stop", site=site).returncode == 0
    assert run("node", "status", site=site).returncode == 2
    assert holder(stage.node) is None


def test_node_check_lists_everything_with_its_remedy(stage: Stage) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", stage.site.network.ami_port))
        other.listen()
        done = run("node", "check", "--json", site=stage.folder)
    assert done.returncode == 3
    checks = {check["name"]: check for check in json.loads(done.stdout)}
    assert {"rights", "mmdebstrap", "sox", "espeak-ng", "asterisk", "user"} <= checks.keys()
    assert checks["ports"]["found"] == f"taken: tcp {stage.site.network.ami_port}"
    assert "ss -lntup" in checks["ports"]["remedy"]
    assert [name for name, check in checks.items() if not check["ok"]] == ["ports"]
    assert run("node", "check", site=stage.folder).returncode == 0
