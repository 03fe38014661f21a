"""Folders of a node, and the pauses before a program is started again."""

from pathlib import Path

import pytest
from callcenter.pbx.node import NodePaths, hosts_text, node_path
from callcenter.pbx.supervise import next_pause

pytestmark = pytest.mark.pure

NODE = NodePaths(Path("/srv/hotline"))


def test_asterisks_paths_are_found_on_the_host() -> None:
    assert NODE.inside("/var/spool/asterisk/monitor/a.wav") == NODE.spool / "monitor/a.wav"
    assert NODE.inside("/etc/asterisk") == NODE.etc
    assert NODE.inside("/run/asterisk/asterisk.ctl") == NODE.run / "asterisk.ctl"


@pytest.mark.parametrize("path", ["/etc/asterisk-other/x", "/etc/passwd", "relative", "/"])
def test_other_paths_are_not_the_nodes(path: str) -> None:
    with pytest.raises(ValueError, match="not in a folder of the node"):
        NODE.inside(path)


def test_a_site_that_names_no_path_lives_under_var_lib() -> None:
    assert node_path("x").path == Path("/var/lib/callcenter/x")
    assert node_path("x", "/srv/y").path == Path("/srv/y")


def test_the_machines_name_is_added_to_its_hosts() -> None:
    assert hosts_text("10.0.0.1 pbx # old name: box\n", "box") == (
        "10.0.0.1 pbx # old name: box\n127.0.0.1 localhost\n127.0.0.1 box\n"
    )


def test_hosts_that_know_the_machine_stay_as_they_are() -> None:
    text = "127.0.0.1 localhost\n127.0.1.1 box.example box\n"
    assert hosts_text(text, "box") == text


def test_pauses_double_up_to_half_a_minute() -> None:
    pause, pauses = 0.0, []
    for _ in range(8):
        pause = next_pause(pause, ran_s=0.1)
        pauses.append(pause)
    assert pauses == [1, 2, 4, 8, 16, 30, 30, 30]


def test_what_ran_well_for_a_minute_starts_again_at_once() -> None:
    assert next_pause(30, ran_s=61) == 1
