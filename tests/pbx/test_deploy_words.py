"""What Asterisk says and holds, read; which changes need what. Captured from Asterisk 22.10."""

from pathlib import Path

import pytest
from callcenter.pbx.deploy import conf
from callcenter.pbx.deploy.asterisk_log import problems, read_from, refusals
from callcenter.pbx.deploy.holdings import Holdings, differences, expected, used
from callcenter.pbx.deploy.reloads import modules_for, restart_reasons
from tests.pbx.lab import lab_files

pytestmark = pytest.mark.pure

PJSIP = """\
[transport-udp]
type=transport
bind=127.0.0.1:25060
[1001]
type=endpoint
allow=alaw,nosuch
[1001]
type=aor
max_contacts=x
[1001]
type=auth
password=hush
"""

SAID = [
    (
        "[Nov 21 00:34:25] WARNING[26041] config.c: parse error: no closing ']', line 3 of "
        "/etc/asterisk/queues.conf",
        "queues.conf:3: parse error: no closing ']', line 3 of /etc/asterisk/queues.conf  [[q1]",
    ),
    (
        "[2026-11-21 00:34:26.120] WARNING[26041] pbx_config.c: Invalid priority/label 'x' at "
        "line 2 of extensions.conf",
        "extensions.conf:2: Invalid priority/label 'x' at line 2 of extensions.conf  "
        "[exten => 1,x,Echo()]",
    ),
    (
        "[Nov 21 00:33:53] ERROR[1] config_options.c: Error parsing max_contacts=x at line 9 of \n"
        "[Nov 21 00:33:53] ERROR[1] res_sorcery_config.c: Could not create an object of type "
        "'aor' with id '1001' from configuration file 'pjsip.conf'",
        "pjsip.conf:9: Error parsing max_contacts=x at line 9 of pjsip.conf  [max_contacts=x]\n"
        "pjsip.conf:7: Could not create an object of type 'aor' with id '1001' from configuration "
        "file 'pjsip.conf'  [[1001]]",
    ),
    (
        "[Nov 21 00:33:53] ERROR[1] config_options.c: Error parsing x at line 12 of \n"
        "[Nov 21 00:33:53] ERROR[1] res_sorcery_config.c: Could not create an object of type "
        "'auth' with id '1001' from configuration file 'pjsip.conf'",
        "pjsip.conf:12: Error parsing x at line 12 of pjsip.conf  [password=****]\n"
        "pjsip.conf:10: Could not create an object of type 'auth' with id '1001' from "
        "configuration file 'pjsip.conf'  [[1001]]",
    ),
    (
        "[Nov 21 00:34:28] WARNING[26041] app_queue.c: 'xx' isn't a valid strategy for queue 'q1',"
        " using ringall instead",
        "queues.conf:3: 'xx' isn't a valid strategy for queue 'q1', using ringall instead  [[q1]",
    ),
    (
        "[Nov 21 00:33:53] ERROR[1] config_options.c: Error parsing events=NOPE at line 3 of ",
        "Error parsing events=NOPE at line 3 of",
    ),
]


@pytest.mark.parametrize(("said", "told"), SAID)
def test_asterisks_words_are_told_with_the_generated_line(said: str, told: str) -> None:
    files = {
        "extensions.conf": "[t]\nexten => 1,x,Echo()\n",
        "pjsip.conf": PJSIP,
        "queues.conf": "[general]\n\n[q1\n" if "no closing" in said else "[general]\n\n[q1]\n",
    }
    told = told.replace("  [[q1]", "  [[q1]]") if "no closing" not in said else told
    assert "\n".join(map(str, refusals(problems(said), files))) == told


def test_the_same_refusal_is_told_once() -> None:
    said = SAID[0][0] + "\n"
    assert len(refusals(problems(said * 3), {})) == 1


@pytest.mark.parametrize(
    ("line", "counts"),
    [
        ("WARNING[1] config.c: No '=' (equal sign) in line 3 of /etc/asterisk/a.conf", True),
        ("ERROR[1] res_pjsip/config_transport.c: Transport 'udp' could not be started", True),
        ("ERROR[1] tcptls.c: Unable to bind http server: Address already in use", True),
        ("WARNING[1][C-00000007] app_queue.c: Unable to join queue 'x'", False),
        ("ERROR[1] tcptls.c: Problem setting up ssl connection", False),
        ("WARNING[1] res_rtp_asterisk.c: RTP Read too short", False),
        ("WARNING[1] res_pjsip_outbound_registration.c: No response received", False),
    ],
)
def test_only_what_is_said_of_configuration_counts_on_a_live_asterisk(
    line: str, counts: bool
) -> None:
    (found,) = problems(f"[Nov 21 00:33:53] {line}")
    assert found.is_reader == counts
    assert problems("[Nov 21 00:33:53] NOTICE[1] config.c: words\nno log line at all") == []


def test_a_log_is_read_on_from_its_place_and_from_the_start_when_rotated(tmp_path: Path) -> None:
    log = tmp_path / "messages.log"
    assert read_from(log, 0) == ""
    log.write_text("one\ntwo\n")
    assert read_from(log, 4) == "two\n"
    log.write_text("new\n")
    assert read_from(log, 8) == "new\n"


def test_sections_take_over_what_their_templates_say() -> None:
    text = "[base](!)\ntype=endpoint\ncontext=a ; why\n[x](base)\ncontext=b\n[y](base,gone)\n"
    base, x, y = conf.sections(text)
    assert (base.template, x.template) == (True, False)
    assert (x.get("type"), x.get("context"), y.get("context")) == ("endpoint", "b", "a")
    assert set(conf.objects(text, "endpoint")) == {"x", "y"}
    assert y.line == 6


def test_steps_of_a_dialplan() -> None:
    text = (
        "[globals]\nA=1\n[one]\nexten => _X.,1(start),Set(X=a\\;b,c)\n same => n,Goto(two,s,1)\n"
        "include => two\nexten => 5,hint,PJSIP/5&Stasis:agent-5\n[two]\nexten=>s,1,Hangup\n"
    )
    steps = [(s.context, s.exten, s.app, s.data) for s in conf.steps(text)]
    assert steps == [
        ("one", "_X.", "Set", "X=a;b,c"),
        ("one", "_X.", "Goto", "two,s,1"),
        ("one", "5", "PJSIP/5&Stasis:agent-5", ""),
        ("two", "s", "Hangup", ""),
    ]
    assert conf.contexts(text) == {"one", "two"}
    assert conf.priorities(text)["one", "_X."] == 2


def test_what_files_make_of_an_asterisk() -> None:
    files = lab_files(1, 2)
    assert expected(files) == Holdings(
        priorities=frozenset({("calls", "600", 3), ("calls", "601", 2)}),
        endpoints=frozenset({"1001", "caller"}),
        aors=frozenset({"1001"}),
        auths=frozenset({"1001"}),
        queues=frozenset({"sales"}),
        boxes=frozenset({"9001@default"}),
        music=frozenset({"default"}),
    )
    need = used(files)
    assert {"answer", "echo", "queue", "voicemail"} <= need.applications
    assert "chan_pjsip.so" in need.modules


def test_a_difference_goes_both_ways() -> None:
    want = Holdings(queues=frozenset({"a", "b"}), priorities=frozenset({("c", "1", 2)}))
    have = Holdings(queues=frozenset({"b", "old"}), priorities=frozenset({("c", "1", 1)}))
    assert differences(want, have) == [
        "priorities: [c] 1 with 2 steps is not there",
        "priorities: [c] 1 with 1 steps should not be there",
        "queues: a is not there",
        "queues: old should not be there",
    ]
    assert differences(want, want) == []


@pytest.mark.parametrize(
    ("name", "old", "new", "reasons"),
    [
        ("queues.conf", "strategy=rrmemory", "strategy=random", []),
        ("pjsip.conf", "max_contacts=1", "max_contacts=2", []),
        ("pjsip.conf", "127.0.0.1:5060", "0.0.0.0:5060", ["pjsip.conf: the transport udp changes"]),
        ("pjsip.conf", "[udp]", "[udp4]", ["pjsip.conf: the transport udp changes", "…udp4…"]),
        ("manager.conf", "port=5038", "port=5039", ["manager.conf: port changes"]),
        ("manager.conf", "secret=only", "secret=new", []),
        ("http.conf", "enabled=no", "enabled=yes", ["http.conf: enabled changes"]),
        ("modules.conf", "load=app_echo.so\n", "", ["modules.conf is only read at the start"]),
        ("asterisk.conf", "=lab", "=bal", ["asterisk.conf is only read at the start"]),
    ],
)
def test_what_needs_a_restart(name: str, old: str, new: str, reasons: list[str]) -> None:
    files = lab_files(5060, 5038)
    assert old in files[name]
    found = restart_reasons(files, files | {name: files[name].replace(old, new)})
    assert len(found) == len(reasons)
    assert found[:1] == reasons[:1]


def test_each_module_is_reloaded_once_and_the_dialplan_last() -> None:
    modules = modules_for(["extensions.conf", "pjsip.conf", "queues.conf"])
    assert modules[-1] == "pbx_config.so"
    assert len(set(modules)) == len(modules) == 5
