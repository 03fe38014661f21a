"""callcenter blacklist and lists, without an Asterisk: what is written down, refused and shown."""

import json
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from callcenter.cli import main
from callcenter.pbx.number_log import NumberLog
from click.testing import CliRunner, Result

SITE = """\
site: demo
numbers: {"12345": {to: "queue:desk"}}
prompts: {sorry: {text: Sorry}}
queues: {desk: {}}
agents: {"1001": {name: Ann}}
number_lists: {vip: {label: VIP, priority: 10}}
tenants:
  east: {prompts: {later: {text: Later}}, number_lists: {vip: {priority: 20}}}
"""
Run = Callable[..., Result]


@pytest.fixture
def node(tmp_path: Path) -> Path:
    node = tmp_path / "node"
    node.mkdir()
    return node


@pytest.fixture
def run(node: Path, tmp_path: Path) -> Run:
    folder = tmp_path / "site"
    folder.mkdir()
    ports = "network: {ami_port: 1, http_port: 2}\n"  # where nothing listens
    text = f"{SITE}{ports}node: {{path: {node}}}\n"
    (folder / "site.yaml").write_text(text, encoding="utf-8")
    return lambda *words: CliRunner().invoke(main, [*words, "--site", str(folder)])


def forms(run: Run, *words: str) -> list[str]:
    return [entry["form"] for entry in json.loads(run(*words, "--json").stdout)]


def test_an_entry_is_kept_with_reason_end_and_prompt(run: Run) -> None:
    words = ("blacklist", "add", "+86 138 0013 8000", "400*")
    done = run(*words, "--reason", "骚扰", "--until", "2099-01-01", "--prompt", "sorry")
    assert done.exit_code == 0, done.output
    assert "Asterisk does not run" in done.stderr
    first, second = json.loads(run("blacklist", "list", "--full-numbers", "--json").stdout)
    assert (first["form"], second["form"]) == ("13800138000", "400*")
    assert (first["reason"], first["prompt"], first["kind"]) == ("骚扰", "sorry", "number")
    assert first["until"] == second["until"] == pytest.approx(4070966399)


def test_numbers_are_masked_unless_they_are_asked_for(run: Run) -> None:
    run("blacklist", "add", "13800138000", "--reason", "x")
    assert "13800138000" not in run("blacklist", "list").stdout
    assert "13800138000" in run("blacklist", "list", "--full-numbers").stdout


def test_what_is_removed_is_in_the_history(run: Run) -> None:
    run("blacklist", "add", "138*", "--reason", "robots")
    run("blacklist", "remove", "138*", "--reason", "mistake")
    assert forms(run, "blacklist", "list") == []
    told = json.loads(run("blacklist", "history", "--json").stdout)
    assert [(change["do"], change["reason"]) for change in told] == [
        ("remove", "mistake"),
        ("add", "robots"),
    ]
    assert all(change["who"] and change["at"] for change in told)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("blacklist", "add", "138*"), "Missing option '--reason'"),
        (("blacklist", "add", "abc", "--reason", "x"), "write 13800138000"),
        (("blacklist", "add", "13*", "abc", "--reason", "x"), "write 13800138000"),
        (("blacklist", "add", "138*", "--reason", "x", "--until", "soon"), "write 30d"),
        (("blacklist", "add", "138*", "--reason", "x", "--until", "2001-01-01"), "is over"),
        (("blacklist", "add", "138*", "--reason", "x", "--prompt", "sory"), "did you mean sorry?"),
        (("blacklist", "add", "138*", "--reason", "x", "--prompt", "later"), "no prompt 'later'"),
        (("blacklist", "add", "138*", "--reason", "x", "--tenant", "est"), "did you mean east?"),
        (("blacklist", "remove", "138*", "--reason", "x"), "138* is not in blacklist"),
        (("lists", "add", "vp", "138*"), "did you mean vip?"),
        (("lists", "add", "blacklist", "138*"), "`callcenter blacklist`"),
    ],
)
def test_a_wrong_request_is_refused_with_its_remedy_and_nothing_is_written(
    run: Run, node: Path, words: tuple[str, ...], told: str
) -> None:
    done = run(*words)
    assert done.exit_code == 1
    assert told in done.stderr
    assert NumberLog(node).changes() == []


def test_tenants_have_lists_of_their_own(run: Run) -> None:
    run("lists", "add", "vip", "138*", "--tenant", "east")
    run("blacklist", "add", "139*", "--reason", "x", "--tenant", "east", "--prompt", "later")
    assert forms(run, "lists", "show", "vip") == []
    assert forms(run, "lists", "show", "vip", "--tenant", "east") == ["138*"]
    assert forms(run, "blacklist", "list") == []
    (entry,) = json.loads(run("blacklist", "list", "--tenant", "east", "--json").stdout)
    assert (entry["tenant"], entry["prompt"]) == ("east", "east.later")
    told = json.loads(run("lists", "list", "--json").stdout)
    assert [(each["tenant"], each["priority"], each["entries"]) for each in told] == [
        ("", 10, 0),
        ("east", 20, 1),
    ]


def test_a_file_comes_in_whole_or_not_at_all(run: Run, node: Path, tmp_path: Path) -> None:
    file = tmp_path / "black.csv"
    file.write_text(
        "number,reason,until\n138*,robots,\nabc,,\n139*,,yesterday\n+86138*,twice,\n",
        encoding="utf-8",
    )
    done = run("blacklist", "import", str(file), "--reason", "list of May")
    assert done.exit_code == 1
    for line in (3, 4, 5):
        assert f"black.csv:{line}: " in done.stderr
    assert NumberLog(node).changes() == []
    file.write_text("number,reason,until\n138*,robots,\n\n139*,,\n", encoding="utf-8")
    assert run("blacklist", "import", str(file), "--reason", "list of May").exit_code == 0
    (change,) = NumberLog(node).changes()
    assert [entry.reason for entry in change.entries] == ["robots", "list of May"]


def test_what_is_exported_can_be_imported(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "black.csv"
    run("blacklist", "add", "138*", "1380013XXXX", "--reason", "a, b", "--prompt", "sorry")
    run("blacklist", "add", "13900139000", "--reason", "x", "--until", "2099-01-01 08:00")
    assert run("blacklist", "export", str(file)).exit_code == 0
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    before = run("blacklist", "list", "--full-numbers", "--json").stdout
    run("blacklist", "remove", "138*", "1380013XXXX", "13900139000", "--reason", "x")
    assert run("blacklist", "import", str(file)).exit_code == 0
    assert run("blacklist", "list", "--full-numbers", "--json").stdout == before


@pytest.mark.parametrize(
    ("number", "blocked"), [("+86 138 0013 8000", True), ("13900139000", False), ("", True)]
)
def test_check_tells_what_would_turn_a_caller_away(run: Run, number: str, blocked: bool) -> None:
    run("blacklist", "add", "138*", "anonymous", "--reason", "x")
    told = json.loads(run("blacklist", "check", number, "--json").stdout)
    assert told["blocked"] is blocked


def test_an_altered_log_is_told(run: Run, node: Path) -> None:
    run("blacklist", "add", "138*", "--reason", "x")
    file = node / "number-lists.log"
    file.write_bytes(file.read_bytes().replace(b"138*", b"137*"))
    done = run("blacklist", "list")
    assert done.exit_code == 1
    assert "number-lists.log:1: " in done.stderr


def test_only_so_many_patterns_are_tried_with_each_call(run: Run) -> None:
    many = [f"138{n:03d}XXXXX" for n in range(101)]
    done = run("blacklist", "add", *many, "--reason", "x")
    assert done.exit_code == 1
    assert "keep to 100" in done.stderr
    assert run("blacklist", "add", *many[:100], "--reason", "x").exit_code == 0
