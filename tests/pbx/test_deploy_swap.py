"""The swap of a node's files: whole, to the byte, and healed wherever it was killed."""

import contextlib
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from callcenter.pbx.deploy import history as history_module
from callcenter.pbx.deploy.history import History, NoVersion, Result, Version, digest
from callcenter.pbx.deploy.swap import (
    DeployBusy,
    before,
    commit,
    deploy_lock,
    deployed,
    forget_intent,
    heal,
    heal_before_start,
    intend,
    standing,
    swap,
)
from callcenter.pbx.files import read_folder, to_bytes
from callcenter.pbx.node import NodePaths

pytestmark = pytest.mark.pure

OLD = {"extensions.conf": "old\n", "queues.conf": "[a]\n", "gone.conf": "\udcff bytes\n"}
NEW = {"extensions.conf": "new\n", "queues.conf": "[a]\n", "added.conf": "[b]\n"}
THEIRS = "administrators.conf"
_STEPS = ("replace", "rename", "unlink", "fsync", "open", "mkdir")


class Killed(BaseException):
    """Nothing of ours catches this, as nothing catches SIGKILL."""


def version() -> Version:
    return Version(0, "2026-11-21T00:00:00Z", "ann", "/site", "", "")


def deploy(node: NodePaths, files: dict[str, str]) -> int:
    """The file side of a deployment, in its order; Asterisk would be told before `commit`."""
    old = before(node, files)
    made = History(node.history).prepare(version(), files, old, {"site.json": "{}"})
    intend(node, made.number)
    swap(node, old, files)
    commit(node, made.number, {"site": "/site"})
    return made.number


@pytest.fixture(autouse=True)
def _unsynced(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is killed loses nothing that the kernel has, so the disk need not be waited for; each
    call of fsync is still a step at which to die."""
    monkeypatch.setattr(os, "fsync", lambda _: None)


@pytest.fixture
def node(tmp_path: Path) -> NodePaths:
    made = NodePaths(tmp_path / "node")
    made.etc.mkdir(parents=True)
    (made.etc / THEIRS).write_text("theirs")
    deploy(made, OLD)
    return made


def ours(node: NodePaths) -> dict[str, str]:
    return {name: text for name, text in read_folder(node.etc).items() if name != THEIRS}


def test_a_deployment_brings_exactly_its_files(node: NodePaths) -> None:
    deploy(node, NEW)
    assert ours(node) == NEW == standing(node)
    assert (node.etc / THEIRS).read_text() == "theirs"
    assert (node.etc / "added.conf").stat().st_mode & 0o777 == 0o640


def test_the_old_files_come_back_to_the_byte(node: NodePaths) -> None:
    deploy(node, NEW)
    deploy(node, History(node.history).files(1))
    assert (node.etc / "gone.conf").read_bytes() == to_bytes(OLD["gone.conf"]) == b"\xff bytes\n"
    assert ours(node) == OLD


def kill_at(step: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the process die just before its step-th call that changes the disk."""
    left = step

    def dying(real: Callable[..., object]) -> Callable[..., object]:
        def call(*args: object, **keywords: object) -> object:
            nonlocal left
            left -= 1
            if left == 0:
                raise Killed
            return real(*args, **keywords)

        return call

    for name in _STEPS:
        monkeypatch.setattr(os, name, dying(getattr(os, name)))


def died(step: int, work: Callable[[], object]) -> bool:
    with pytest.MonkeyPatch.context() as monkeypatch:
        kill_at(step, monkeypatch)
        try:
            work()
        except Killed:
            return True
    return False


def test_a_deployment_killed_at_any_step_is_undone_or_stands(node: NodePaths) -> None:
    start = node.path.parent / "start"
    shutil.copytree(node.path, start)
    outcomes = []
    for step in range(1, 1000):
        shutil.rmtree(node.path)
        shutil.copytree(start, node.path)
        finished = not died(step, lambda: deploy(node, NEW))
        undone = heal(node)
        forget_intent(node)
        stands = deployed(node)["version"]
        assert ours(node) == (NEW if stands == 2 else OLD), step
        assert undone is None or stands == 1
        assert not list(node.etc.glob(".*"))
        for each in History(node.history).versions():
            assert each.result is not Result.PREPARED
            assert (each.result is Result.DEPLOYED) == (each.number <= stands)
        outcomes.append(stands)
        assert deploy(node, NEW) > 0  # and the next one goes through
        assert ours(node) == NEW
        if finished:
            break
    assert set(outcomes) == {1, 2}
    assert outcomes == sorted(outcomes), "once it stands, it stays"


def test_a_healing_that_is_killed_is_healed_too(node: NodePaths) -> None:
    for step in range(1, 200):
        intend(node, History(node.history).prepare(version(), NEW, OLD, {}).number)
        swap(node, OLD, NEW)
        died_healing = died(step, lambda: heal(node))
        assert heal(node) is not None
        forget_intent(node)
        assert ours(node) == OLD
        if not died_healing:
            return
    pytest.fail("healing never came to its end")


def test_what_was_killed_is_undone_before_asterisk_starts(node: NodePaths) -> None:
    made = History(node.history).prepare(version(), NEW, OLD, {})
    intend(node, made.number)
    swap(node, OLD, NEW)
    assert heal_before_start(node) == made.number
    assert ours(node) == OLD
    assert History(node.history).version(made.number).result is Result.INTERRUPTED
    assert heal_before_start(node) is None


def test_a_start_leaves_a_deployment_alone_that_runs_right_now(node: NodePaths) -> None:
    with deploy_lock(node, {"doing": "deploy"}):
        intend(node, History(node.history).prepare(version(), NEW, OLD, {}).number)
        swap(node, OLD, NEW)
        assert heal_before_start(node) is None
        assert ours(node) == NEW


def test_a_second_deployment_is_told_who_holds_the_lock(node: NodePaths) -> None:
    holder = {"who": "ann", "doing": "deploy", "when": "2026-11-21T08:00:00", "pid": 7}
    with (
        deploy_lock(node, holder),
        pytest.raises(DeployBusy, match=r"ann runs `callcenter deploy` since 2026.*process 7"),
        deploy_lock(node, {"who": "bob"}),
    ):
        pass
    with deploy_lock(node, holder):
        pass


def test_a_full_disk_changes_nothing(node: NodePaths, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with contextlib.suppress(OSError):
        swap(node, OLD, NEW)
    assert ours(node) == OLD


def test_history_keeps_what_was_brought_and_how_it_went(node: NodePaths) -> None:
    history = History(node.history)
    made = history.prepare(version(), NEW, OLD, {"site.json": '{"site": "x"}'})
    assert (made.number, made.result, made.digest) == (2, Result.PREPARED, digest(NEW))
    history.close(2, Result.REFUSED, "words")
    assert history.version(2).reason == "words"
    assert history.files(2) == NEW
    assert history.before(2) == OLD
    assert history.document(2, "site.json") == '{"site": "x"}'
    assert [v.number for v in history.versions()] == [1, 2]
    with pytest.raises(NoVersion, match="no deployment 9"):
        history.files(9)


def test_history_forgets_the_oldest_but_not_the_one_that_stands(
    node: NodePaths, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history_module, "KEEP", 2)
    history = History(node.history)
    for _ in range(4):
        history.prepare(version(), NEW, OLD, {})
    history.forget_old(standing=1)
    assert [v.number for v in history.versions()] == [1, 4, 5]


def test_the_digest_tells_files_apart_whatever_their_order() -> None:
    assert digest({"a": "1", "b": "2"}) == digest({"b": "2", "a": "1"})
    assert len({digest({"a": "1"}), digest({"a": "2"}), digest({"b": "1"}), digest({})}) == 4
