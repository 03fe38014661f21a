"""voicemail and owed, as people and machines see them, with and without a controller."""

import csv
import io
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import click
import pytest
from callcenter.acd.talk_facts import CallMarked, NotReadyRefused, WaitEstimated
from callcenter.cli import main
from callcenter.cli.owed import owed as owed_noun
from callcenter.cli.voicemail import voicemail as voicemail_noun
from callcenter.records.journal.facts import ActDone
from callcenter.records.journal.journal import Journal
from callcenter.records.writing.writer import Writer
from callcenter.terms import Outcome
from click.testing import CliRunner, Result
from tests.records.story import CALLER, ended, queued, talks
from tests.records.test_owed import lost, message

EXAMPLE = Path(__file__).parents[2] / "examples" / "hotline-12345"
Run = Callable[..., Result]
FACTS = [
    *lost(1764464400.0, "c1", caller="13900000002"),
    *lost(1764464500.0, "c2", caller="13900000002"),
    *message(1764465000.0, "c3"),
]


@pytest.fixture
def node(tmp_path: Path) -> Path:
    """A node whose records hold a message and a hang-up; nothing runs on it."""
    folder = tmp_path / "site"
    shutil.copytree(EXAMPLE, folder)
    with (folder / "site.yaml").open("a", encoding="utf-8") as text:
        text.write(f"\nnode: {{path: {tmp_path / 'node'}}}\n")
    node = tmp_path / "node"
    with Journal(node / "journal") as journal:
        journal.append(FACTS)
        writer = Writer(journal, f"sqlite:///{node / 'records.db'}")
        writer.start()
        assert writer.wait_folded(len(FACTS), 30)
        assert writer.close()
    return node


@pytest.fixture
def run(node: Path) -> Run:
    site = node.parent / "site"
    return lambda *words: CliRunner().invoke(main, [*words, "--site", str(site)])


def sound(node: Path, folder: str = "INBOX") -> Path:
    """The message's files as Asterisk keeps them."""
    box = node / "spool" / "voicemail" / "default" / "night" / folder
    box.mkdir(parents=True)
    (box / "msg0000.txt").write_text("origtime=1\nmsg_id=m-c3\nduration=8\ncategory=c3\n")
    file = box / "msg0000.wav"
    file.write_bytes(b"RIFF")
    return file


def test_who_is_owed_a_call_is_listed_the_longest_first_and_masked(run: Run) -> None:
    text = run("owed", "list").output
    assert text.index("139****0002") < text.index("138****0001")
    assert "voicemail (night)" in text
    assert "13900000002" not in text
    told = json.loads(run("owed", "list", "--json", "--full-numbers").output)
    assert [(r["number"], r["times"], r["reason"]) for r in told] == [
        ("13900000002", 2, "abandoned_queue"),
        (CALLER, 1, "voicemail"),
    ]
    assert "party" not in told[0]
    assert json.loads(run("owed", "list", "--json").output)[0]["number"] == "139****0002"


def test_owed_by_hand_without_a_controller_is_in_the_journal_and_in_the_tables(
    run: Run, node: Path
) -> None:
    assert run("owed", "assign", "13900000002", "1001", "--by", "9001").exit_code == 0
    (row,) = json.loads(run("owed", "list", "--given-to", "1001", "--json").output)
    assert row["row"] == 1
    assert "served, by 1001" in run("owed", "done", "1", "--by", "1001", "--note", "done").output
    assert len(json.loads(run("owed", "list", "--json").output)) == 1
    (row,) = json.loads(run("owed", "list", "--settled", "--json").output)
    assert (row["settled_how"], row["settled_by"], row["note"]) == ("by_hand", "1001", "done")
    assert "by_hand" in run("owed", "list", "--settled").output
    again = run("owed", "done", "1")
    assert again.exit_code == 1
    assert "settled before" in again.output
    # The journal alone gives the same rows.
    for file in node.glob("records.db*"):
        file.unlink()
    assert run("records", "ingest").exit_code == 0
    assert json.loads(run("owed", "list", "--settled", "--json").output) == [row]


def test_owed_export_has_whole_numbers(run: Run) -> None:
    rows = list(csv.DictReader(io.StringIO(run("owed", "export").output)))
    assert [(row["number"], row["queue"]) for row in rows] == [
        ("13900000002", "general"),
        (CALLER, "general"),
    ]


def test_what_is_wrong_is_one_message(run: Run) -> None:
    for words, told in (
        (("owed", "done", "999"), "nothing is owed to '999'"),
        (("owed", "list", "--from", "2025-11-30"), "needs --settled"),
        (("owed", "list", "--tenant", "x"), "no tenant 'x'"),
        (("owed", "done", "1", "--note", "a\nb"), "one line of text"),
        (("voicemail", "done", "m-9"), "there is no message 'm-9'"),
        (("voicemail", "list", "--team", "daz"), "no box has the team"),
        (("voicemail", "play", "m-c3"), "deleted it"),
    ):
        result = run(*words)
        assert result.exit_code == 1, words
        assert told in result.output
        assert "Traceback" not in result.output


def test_messages_that_wait_are_listed_whenever_they_were_left(run: Run) -> None:
    assert "No messages" in run("voicemail", "list").output
    text = run("voicemail", "list", "--open").output
    assert "m-c3" in text
    assert "138****0001" in text
    (told,) = json.loads(run("voicemail", "list", "--open", "--json").output)
    assert (told["box"], told["done_at"], told["caller"]) == ("night", None, "138****0001")
    assert json.loads(run("voicemail", "list", "--open", "--box", "general", "--json").output) == []


def test_a_message_is_not_handled_behind_the_lamps_back(run: Run, node: Path) -> None:
    sound(node)
    refused = run("voicemail", "done", "m-c3")
    assert refused.exit_code == 3
    assert "Asterisk does not run" in refused.output
    (told,) = json.loads(run("voicemail", "list", "--open", "--json").output)
    assert told["done_at"] is None


def test_a_message_that_was_heard_by_phone_is_handled_and_its_caller_served(
    run: Run, node: Path
) -> None:
    sound(node, "Old")
    given = json.loads(run("voicemail", "assign", "m-c3", "1001", "--json").output)
    assert given == {"message_id": "m-c3", "assigned_to": "1001"}
    assert run("voicemail", "done", "c3", "--by", "1001", "--note", "street light").exit_code == 0
    assert "No messages wait" in run("voicemail", "list", "--open").output
    assert "1001" in run("voicemail", "list", "--from", "2025-11-30", "--to", "2025-11-30").output
    numbers = [r["number"] for r in json.loads(run("owed", "list", "--json").output)]
    assert numbers == ["139****0002"]
    assert "handled before, by 1001" in run("voicemail", "done", "m-c3").output


def test_a_message_is_exported_for_its_owner_only(run: Run, node: Path, tmp_path: Path) -> None:
    sound(node)
    target = tmp_path / "out.wav"
    assert run("voicemail", "export", "m-c3", str(target)).exit_code == 0
    assert target.read_bytes() == b"RIFF"
    assert target.stat().st_mode & 0o077 == 0
    assert "is there already" in run("voicemail", "export", "m-c3", str(target)).output


def test_a_message_that_is_a_link_out_of_the_box_is_not_followed(
    run: Run, node: Path, tmp_path: Path
) -> None:
    file = sound(node)
    secret = tmp_path / "secret"
    secret.write_text("x")
    file.unlink()
    file.symlink_to(secret)
    refused = run("voicemail", "export", "m-c3", str(tmp_path / "out.wav"))
    assert refused.exit_code == 1
    assert not (tmp_path / "out.wav").exists()


def test_a_message_is_played_by_what_the_machine_has(
    run: Run, node: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = sound(node)
    tools = tmp_path / "tools"
    tools.mkdir()
    player, heard = tools / "play", tmp_path / "heard"
    player.write_text(f'#!/bin/sh\necho "$@" > {heard}\n')
    player.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tools}{os.pathsep}/usr/bin")
    assert str(file) in run("voicemail", "play", "m-c3").output
    assert heard.read_text().split() == ["-q", str(file)]
    player.write_text("#!/bin/sh\necho no sound card >&2\nexit 1\n")
    silent = run("voicemail", "play", "m-c3")
    assert silent.exit_code == 3
    assert "no sound card" in silent.output
    assert str(file) in silent.output


def test_the_error_of_foretold_waits_is_reported(run: Run, node: Path) -> None:
    at = 1764464400.0
    facts = [
        queued(at, call="e1"),
        WaitEstimated(at, "e1", "consulting", 50.0),
        queued(at, "consulting", call="e2"),
        WaitEstimated(at, "e2", "consulting", 50.0),
        *talks(1, "1001", at + 30, at + 60, call="e2", queue="consulting"),
        ended(at + 60, Outcome.ANSWERED, call="e2"),
    ]
    with Journal(node / "journal") as journal:
        journal.append(facts)
    assert run("records", "ingest").exit_code == 0
    period = ("--from", "2025-11-30", "--to", "2025-11-30")
    report = ("report", "estimated-wait", *period)
    (table,) = json.loads(run(*report, "--json").output)["tables"]
    (told,) = table["rows"]
    assert (told["queue"], told["calls"]) == ("consulting", 1)
    assert (told["foretold"], told["waited"]) == (50.0, 30.0)
    assert (told["mean_error"], told["bias"]) == (20.0, 20.0)
    assert "mean" in run(*report, "--lang", "en").output
    for more in (("--queue", "housing"), ("--agent", "1002")):
        assert "Nothing to show" in run(*report, *more).output
    for more in (("--queue", "consulting"), ("--agent", "1001")):
        assert "50.0" in run(*report, *more).output


@pytest.mark.parametrize(
    ("command", "begun", "found"),
    [
        (voicemail_noun.commands["done"], "m-", ["m-c3"]),
        (voicemail_noun.commands["done"], "x", []),
        (owed_noun.commands["assign"], "", ["1", "2"]),
    ],
)
def test_tab_completes_what_waits(
    node: Path, command: click.Command, begun: str, found: list[str]
) -> None:
    ctx = click.Context(command)
    ctx.params = {"folder": node.parent / "site"}
    assert [item.value for item in command.params[0].shell_complete(ctx, begun)] == found
    ctx.params = {"folder": node}
    assert command.params[0].shell_complete(ctx, begun) == []


def test_the_audit_and_marked_callers(run: Run, node: Path) -> None:
    at = 1764464400.0
    with Journal(node / "journal") as journal:
        journal.append(
            [
                ActDone(at, "9001", "blacklist_add", "13700000009", "rude", "done"),
                NotReadyRefused(at + 1, "1001", "break", "day"),
                CallMarked(at + 2, "c1", "1001", "malicious"),
            ]
        )
    assert run("records", "ingest").exit_code == 0
    period = ("--from", "2025-11-30", "--to", "2025-11-30")
    told = json.loads(run("records", "audit", *period, "--json").output)
    assert [(row["who"], row["act"], row["target"], row["result"]) for row in told] == [
        ("1001", "not_ready", "day", "refused"),
        ("9001", "blacklist_add", "137****0009", "done"),
    ]
    text = run("records", "audit", *period, "--who", "9001", "--full-numbers").output
    assert "13700000009" in text
    assert "not_ready" not in text
    marked = json.loads(run("calls", "list", *period, "--mark", "malicious", "--json").output)
    assert [call["call_id"] for call in marked] == ["c1"]
    inside = run("calls", "list", *period, "--direction", "internal")
    assert "No such calls" in inside.output
    assert "Nothing was done" in run("records", "audit").output
