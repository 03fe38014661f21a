"""The machine's own Asterisk is taken over and given back, on a machine made of folders."""

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from callcenter.pbx.adopt import adopt, release
from callcenter.pbx.node import MachineError, NodePaths, prepare

pytestmark = pytest.mark.pbx

NOW = datetime(2026, 5, 1, 8, 30, tzinfo=UTC)


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    folder = tmp_path / "machine"
    for place in ("var/lib", "var/log", "var/spool", "run"):
        (folder / place / "asterisk").mkdir(parents=True)
    etc = folder / "etc/asterisk"
    (etc / "manager.d").mkdir(parents=True)
    (etc / "sip.conf").write_text("[general]\nsecret=old\n", encoding="utf-8")
    (etc / "sip.conf").chmod(0o640)
    os.chown(etc / "sip.conf", 0, 12345)
    (etc / "manager.d/README").write_bytes(b"\xff\x00")
    (etc / "link.conf").symlink_to("/nowhere/else")
    return folder


def contents(folder: Path) -> dict[str, tuple[int, int, str]]:
    return {
        path.relative_to(folder).as_posix(): (
            path.lstat().st_mode,
            path.lstat().st_gid,
            os.readlink(path) if path.is_symlink() else path.read_bytes().hex(),
        )
        for path in folder.rglob("*")
        if path.is_symlink() or path.is_file()
    }


def test_configuration_comes_back_to_the_byte(machine: Path, tmp_path: Path) -> None:
    etc = machine / "etc/asterisk"
    node = NodePaths(tmp_path / "node")
    before = contents(etc)
    archive = adopt(node, NOW, machine)
    assert archive.name == "etc-asterisk-20260501T083000.tar.gz"
    assert archive.parent.stat().st_mode & 0o077 == 0
    assert list(etc.iterdir()) == []
    (node.etc / "sip.conf").write_text("ours", encoding="utf-8")
    assert (etc / "sip.conf").read_text(encoding="utf-8") == "ours"
    assert release(node) == archive
    assert contents(etc) == before
    assert (etc / "manager.d").is_dir()
    assert archive.exists()
    assert not node.adopted


def test_a_node_of_before_comes_back_after_the_release(machine: Path, tmp_path: Path) -> None:
    node = NodePaths(tmp_path / "node")
    prepare(node, "callcenter")
    (node.spool / "monitor/kept.wav").touch()
    adopt(node, NOW, machine)
    assert not (node.spool / "monitor").exists()
    release(node)
    assert (node.spool / "monitor/kept.wav").exists()


def test_an_adopted_node_keeps_the_machines_owners(machine: Path, tmp_path: Path) -> None:
    node = NodePaths(tmp_path / "node")
    adopt(node, NOW, machine)
    os.chown(machine / "var/lib/asterisk", 4321, 4322)
    assert prepare(node, "callcenter") == (4321, 4322)
    assert (machine / "etc/asterisk").stat().st_gid == 0


def test_twice_is_refused(machine: Path, tmp_path: Path) -> None:
    node = NodePaths(tmp_path / "node")
    adopt(node, NOW, machine)
    with pytest.raises(MachineError, match="already"):
        adopt(node, NOW, machine)


def test_nothing_is_touched_where_a_folder_is_missing(machine: Path, tmp_path: Path) -> None:
    (machine / "run/asterisk").rmdir()
    before = contents(machine / "etc/asterisk")
    with pytest.raises(MachineError, match="run/asterisk"):
        adopt(NodePaths(tmp_path / "node"), NOW, machine)
    assert contents(machine / "etc/asterisk") == before


def test_release_of_nothing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(MachineError, match="has not taken"):
        release(NodePaths(tmp_path / "node"))
