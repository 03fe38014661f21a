"""The throw-away Asterisk that new files are tried in."""

import os
import re
import socket
from collections.abc import Callable
from itertools import count
from pathlib import Path

import pytest
from callcenter.pbx.deploy import conf
from callcenter.pbx.deploy.candidate import ami_access, refused_by_candidate, stand_in
from callcenter.pbx.node import NodePaths
from callcenter.pbx.root import ensure_root
from tests.pbx.lab import USER, lab_files

Files = dict[str, str]


def more(name: str, text: str) -> Callable[[Files], Files]:
    return lambda files: files | {name: files[name] + text}


BAD: list[tuple[str, Callable[[Files], Files], str]] = [
    (
        "a section that does not end",
        more("queues.conf", "[support\n"),
        r"queues.conf:6: parse error: no closing '\]'",
    ),
    (
        "an option that pjsip does not know",
        more("pjsip.conf", "[1003]\ntype=endpoint\ncolour=red\n"),
        r"pjsip.conf:\d+: Could not find option .* 'colour' .*\[colour=red\]",
    ),
    (
        "a line that is no dialplan",
        more("extensions.conf", "garbage\n"),
        r"extensions.conf:11: No '=' .*\[garbage\]",
    ),
    (
        "a priority that is none",
        more("extensions.conf", "exten => 7,x,NoOp()\n"),
        r"extensions.conf:11: Invalid priority/label 'x'",
    ),
    (
        "an application that is not there",
        more("extensions.conf", "exten => 7,1,Fly()\n"),
        "there is no application fly",
    ),
    (
        "a function that is not there",
        more("extensions.conf", "exten => 7,1,Echo(${FLY(1)})\n"),
        "there is no function FLY",
    ),
    (
        "a codec that is not there",
        more("pjsip.conf", "[1003]\ntype=endpoint\nallow=nosuch\n"),
        r"pjsip.conf:\d+: Error parsing allow=nosuch",
    ),
    (
        "a password in a line that is refused",
        more("pjsip.conf", "[x]\ntype=auth\nauth_type=x\npassword=hush\n"),
        r"pjsip.conf:\d+: Error parsing auth_type=x",
    ),
    (
        "a module that is not there",
        more("modules.conf", "load=res_nosuch.so\n"),
        "res_nosuch.so",
    ),
    (
        "a file that Asterisk cannot do without",
        lambda files: {n: t for n, t in files.items() if n != "modules.conf"},
        "modules.conf is missing",
    ),
]


@pytest.mark.pbx
@pytest.mark.parametrize(("change", "words"), [b[1:] for b in BAD], ids=[b[0] for b in BAD])
async def test_a_bad_file_is_refused_in_asterisks_words(
    tmp_path: Path, change: Callable[[Files], Files], words: str
) -> None:
    node = NodePaths(tmp_path)
    refused = await refused_by_candidate(change(lab_files(5060, 5038)), node, ensure_root(), USER)
    said = "\n".join(map(str, refused))
    assert re.search(words, said), said
    assert "hush" not in said
    assert os.listdir(tmp_path) == []


@pytest.mark.pbx
async def test_good_files_are_taken_whoever_holds_their_ports(tmp_path: Path) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", 0))
        files = lab_files(taken.getsockname()[1], 1)
        assert await refused_by_candidate(files, NodePaths(tmp_path), ensure_root(), USER) == []


@pytest.mark.pure
def test_a_candidate_has_nothing_that_leads_outside() -> None:
    trunk = (
        "[udp]\ntype = transport\nbind = 0.0.0.0:5060\n\n"
        "[line](!)\ntype=registration\nserver_uri=sip:operator.example:5060\n"
        "[operator](line)\nclient_uri=sip:12345@operator.example\noutbound_auth=operator\n"
        "[operator]\ntype=aor\ncontact=sip:operator.example\nqualify_frequency=60\n"
    )
    files = {"pjsip.conf": trunk, "http.conf": "[general]\nbindport=8088\n", "other.conf": "x"}
    there = stand_in(files, count(40000))
    assert "operator.example" not in there["pjsip.conf"].replace("client_uri", "").replace(
        "12345@operator.example", ""
    )
    assert "bind=127.0.0.1:40000" in there["pjsip.conf"]
    assert "qualify_frequency=0" in there["pjsip.conf"]
    assert there["http.conf"] == "[general]\nbindport=40001\n"
    assert there["other.conf"] == "x"
    for name, text in files.items():
        assert len(there[name].splitlines()) == len(text.splitlines()), "lines keep their numbers"
    assert [s.line for s in conf.sections(there["pjsip.conf"])] == [
        s.line for s in conf.sections(trunk)
    ]


@pytest.mark.pure
def test_the_way_in_stands_in_the_files() -> None:
    assert ami_access(lab_files(1, 4711)) == (4711, "callcenter", "only-for-this-test")
    with pytest.raises(ValueError, match="no user"):
        ami_access({"manager.conf": "[general]\nport=1\n"})
