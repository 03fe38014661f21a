"""A deployment whose process is killed with -9 while a real Asterisk runs: the next one heals."""

import asyncio
import json
import os
import select
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from callcenter.pbx import control
from callcenter.pbx.deploy.history import History, Result
from callcenter.pbx.deploy.swap import deployed
from callcenter.pbx.files import read_folder
from tests.pbx.lab import Lab, boot, new_lab, until

pytestmark = pytest.mark.pbx

_CHILD = """
import asyncio, json, os, signal, sys
from pathlib import Path
from callcenter.pbx.node import NodePaths
from tests.pbx.lab import Lab

def say(line):
    if line.startswith(sys.argv[4]):
        os.kill(os.getpid(), signal.SIGKILL)

class Said(list):
    def append(self, line):
        say(line)

lab = Lab(NodePaths(Path(sys.argv[1])), int(sys.argv[2]), int(sys.argv[3]), Said())
asyncio.run(lab.deploy(json.load(sys.stdin)))
"""


def child(lab: Lab, files: dict[str, str], dies_at: str) -> subprocess.Popen[str]:
    """A process that deploys, and kills itself when it says so."""
    words = [str(lab.node.path), str(lab.sip_port), str(lab.ami_port), dies_at]
    process = subprocess.Popen(
        [sys.executable, "-c", _CHILD, *words],
        cwd=Path(__file__).parents[2],
        stdin=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None
    json.dump(files, process.stdin)
    process.stdin.close()
    return process


def with_changes(files: dict[str, str]) -> dict[str, str]:
    return files | {
        "queues.conf": files["queues.conf"] + "[support]\nstrategy=rrmemory\n",
        "pjsip.conf": files["pjsip.conf"].replace("1001", "1002"),
    }


@pytest.fixture
async def lab(tmp_path: Path) -> Lab:
    made = new_lab(tmp_path / "node")
    await made.deploy(made.files)
    return made


@pytest.mark.parametrize("dies_at", ["swap", "reload res_pjsip.so", "reload app_queue.so"])
async def test_a_deployment_killed_half_way_is_undone_by_the_next(lab: Lab, dies_at: str) -> None:
    with boot(lab.node.path) as asterisk:
        process = await asyncio.to_thread(child, lab, with_changes(lab.files), dies_at)
        assert await asyncio.to_thread(process.wait) == -signal.SIGKILL
        assert deployed(lab.node)["version"] == 1

        result = await lab.deploy(lab.files)
        assert result.version == 1
        assert read_folder(lab.node.etc) == lab.files
        endpoints = asterisk.rx("pjsip show endpoints")
        assert "1001" in endpoints
        assert "1002" not in endpoints
        assert "support" not in asterisk.rx("queue show")
        assert History(lab.node.history).version(2).result is Result.INTERRUPTED

        again = await lab.deploy(with_changes(lab.files))
        assert again.version == 3
        assert "support" in asterisk.rx("queue show")


async def test_a_start_of_asterisk_undoes_what_was_killed(lab: Lab) -> None:
    with boot(lab.node.path):
        process = await asyncio.to_thread(child, lab, with_changes(lab.files), "reload")
        await asyncio.to_thread(process.wait)
        assert read_folder(lab.node.etc) == with_changes(lab.files)
    with boot(lab.node.path) as asterisk:
        assert read_folder(lab.node.etc) == lab.files
        assert "support" not in asterisk.rx("queue show")
    assert (await lab.deploy(lab.files)).changed == ()


async def test_a_candidate_left_behind_is_ended_by_the_next(lab: Lab) -> None:
    candidate = lab.node.path / "candidate" / "run"
    process = await asyncio.to_thread(child, lab, with_changes(lab.files), "never")

    async def candidate_runs() -> bool:
        return control.listener(candidate) is not None

    await until(candidate_runs, 20.0)
    left = control.listener(candidate)
    assert left is not None
    orphan = os.pidfd_open(left)
    process.kill()
    await asyncio.to_thread(process.wait)
    await lab.deploy(with_changes(lab.files))
    watch = select.poll()
    watch.register(orphan, select.POLLIN)
    assert watch.poll(0), "it has ended"
    os.close(orphan)
    assert not candidate.exists()
