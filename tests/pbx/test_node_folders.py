"""Root looks after folders that Asterisk's user may write in, and is not led astray by links."""

import os
import stat
from pathlib import Path

import pytest
from callcenter.pbx.node import MachineError, NodePaths, inner_folder, prepare, system_user
from callcenter.pbx.supervise import note

USER = "callcenter"


@pytest.fixture
def etc(tmp_path: Path) -> Path:
    """What whoever has broken into Asterisk would like to own."""
    etc = tmp_path / "etc"
    etc.mkdir(mode=0o755)
    (etc / "passwd").write_text("root\n")
    return etc


def rights(path: Path) -> tuple[int, int, int]:
    found = path.lstat()
    return found.st_uid, found.st_gid, stat.S_IMODE(found.st_mode)


@pytest.mark.pure
def test_an_inner_folder_is_made_on_the_way(tmp_path: Path) -> None:
    before = os.umask(0o077)
    try:
        with inner_folder(tmp_path, "callcenter/prompts/zh") as folder:
            (folder / "here").touch()
    finally:
        os.umask(before)
    assert (tmp_path / "callcenter/prompts/zh/here").exists()
    assert rights(tmp_path / "callcenter/prompts")[2] == 0o755, "whatever the umask"


@pytest.mark.pure
@pytest.mark.parametrize("link", ["callcenter", "callcenter/prompts", "callcenter/prompts/zh"])
def test_a_link_is_followed_nowhere_on_the_way(tmp_path: Path, etc: Path, link: str) -> None:
    lib = tmp_path / "lib"
    (lib / link).parent.mkdir(parents=True)
    (lib / link).symlink_to(etc)
    with (
        pytest.raises(MachineError, match=f"{Path(link).name} is a link, or no folder; .* remove"),
        inner_folder(lib, "callcenter/prompts/zh"),
    ):
        pass
    assert os.listdir(etc) == ["passwd"]


@pytest.mark.pure
def test_a_folder_that_is_swapped_for_a_link_is_still_the_folder(tmp_path: Path, etc: Path) -> None:
    with inner_folder(tmp_path, "music") as folder:
        (tmp_path / "music").rename(tmp_path / "aside")
        (tmp_path / "music").symlink_to(etc)
        (folder / "000.wav").touch()
    assert os.listdir(etc) == ["passwd"]
    assert os.listdir(tmp_path / "aside") == ["000.wav"]


@pytest.mark.pure
@pytest.mark.parametrize("plant", [Path.symlink_to, Path.hardlink_to, lambda at, _: os.mkfifo(at)])
def test_a_note_goes_into_a_log_only(tmp_path: Path, etc: Path, plant) -> None:  # type: ignore[no-untyped-def]
    log = tmp_path / "messages.log"
    plant(log, etc / "passwd")
    with pytest.raises(OSError, match=r"messages\.log"):
        note(log, "Asterisk ended")
    assert (etc / "passwd").read_text() == "root\n"


@pytest.mark.pbx
def test_asterisk_can_write_its_folders_and_not_replace_ours(tmp_path: Path) -> None:
    node = NodePaths(tmp_path / "node")
    asterisk = prepare(node, USER)
    assert asterisk == system_user(USER)
    assert rights(node.etc) == (0, asterisk.gid, 0o2750)
    assert rights(node.lib) == (0, asterisk.gid, 0o1770), "sticky: what is ours stays where it is"
    assert rights(node.lib / "callcenter") == (0, 0, 0o755)
    for folder in ("lib/keys", "log", "log/cdr-csv", "spool/monitor", "run"):
        assert rights(node.path / folder) == (*asterisk, 0o750)


@pytest.mark.pbx
@pytest.mark.parametrize("place", ["log/cdr-csv", "lib/keys", "lib/callcenter", "spool/tmp"])
def test_a_planted_link_is_refused_and_what_it_leads_to_left_alone(
    tmp_path: Path, etc: Path, place: str
) -> None:
    node = NodePaths(tmp_path / "node")
    prepare(node, USER)
    (node.path / place).rmdir()
    (node.path / place).symlink_to(etc)
    before = rights(etc)
    with pytest.raises(MachineError, match=f"{place}: .* is a link"):
        prepare(node, USER)
    assert rights(etc) == before
