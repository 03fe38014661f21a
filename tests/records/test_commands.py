"""The commands that read the records, as people and machines see them."""

import csv
import io
import json
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from callcenter.acd.facts import CallQueued
from callcenter.cli import main
from callcenter.cli.parts.report.build import REPORTS
from callcenter.records.database.engine import connect, head, migrate
from callcenter.records.journal.journal import Journal
from callcenter.records.writing.writer import Writer
from click.testing import CliRunner, Result
from tests.records.test_reading import FACTS, MORNING

EXAMPLE = Path(__file__).parents[2] / "examples" / "hotline-12345"
CAPTURES = Path(__file__).parent / "captures"
Run = Callable[..., Result]


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """The example, with a node of its own."""
    folder = tmp_path / "site"
    shutil.copytree(EXAMPLE, folder)
    main_file = folder / "site.yaml"
    text = main_file.read_text(encoding="utf-8")
    main_file.write_text(f"{text}\nnode: {{path: {tmp_path / 'node'}}}\n", encoding="utf-8")
    return folder


@pytest.fixture
def run(site: Path) -> Run:
    return lambda *words: CliRunner().invoke(main, [*words, "--site", str(site)])


@pytest.fixture
def filled(site: Path) -> Path:
    """The node, with the facts of test_reading folded into its records."""
    node = site.parent / "node"
    with Journal(node / "journal") as journal:
        journal.append(FACTS)
        writer = Writer(journal, f"sqlite:///{node / 'records.db'}")
        writer.start()
        assert writer.wait_folded(len(FACTS), 30)
        assert writer.close()
    return node


PERIOD = ("--from", "2025-11-30", "--to", "2025-11-30")


def test_no_records_yet_is_one_message_and_leaves_nothing(run: Run, site: Path) -> None:
    for words in (("calls", "list"), ("report", "connection-rate"), ("voicemail", "list")):
        result = run(*words)
        assert result.exit_code == 3
        assert "no records yet" in result.output
    assert not (site.parent / "node").exists()


def test_empty_records_say_so(run: Run, site: Path) -> None:
    node = site.parent / "node"
    node.mkdir()
    engine = connect(f"sqlite:///{node / 'records.db'}")
    migrate(engine)
    engine.dispose()
    assert "No such calls" in run("calls", "list").output
    assert "No messages" in run("voicemail", "list").output
    assert "合计" in run("report", "connection-rate").output
    assert "Nothing to show" in run("report", "rings").output
    assert json.loads(run("calls", "list", "--json").output) == []


def _table(run: Run, *words: str) -> dict[str, Any]:
    """The first table of a report."""
    result = run("report", *words, *PERIOD, "--json")
    assert result.exit_code == 0, result.output
    table: dict[str, Any] = json.loads(result.stdout)["tables"][0]
    return table


@pytest.mark.usefixtures("filled")
def test_the_report_of_a_day_by_hour(run: Run) -> None:
    result = run("report", "connection-rate", *PERIOD, "--lang", "en")
    assert result.exit_code == 0
    line = next(line for line in result.output.splitlines() if "2025-11-30 09:00" in line)
    assert line.split()[2:6] == ["3", "2", "1", "50.00"]
    assert line.split()[-4:] == ["90.00", "breach", "(few)", "*"]
    assert "Connection rate = A / R" in result.output
    assert "provisional" in result.output
    assert "接通率 = A / R" in run("report", "connection-rate", *PERIOD).output


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize(
    ("by", "windows"),
    [("hour", 24), ("4h", 6), ("day", 1), ("week", 1), ("month", 1), ("quarter", 1), ("year", 1)],
)
def test_the_report_for_machines(run: Run, by: str, windows: int) -> None:
    told = json.loads(run("report", "connection-rate", "--by", by, *PERIOD, "--json").output)
    (table,) = told["tables"]
    assert len(table["rows"]) == windows
    total = table["total"]
    assert total["requests"] == sum(row["requests"] for row in table["rows"]) == 2
    assert (total["connection_rate"], total["open"]) == (50.0, 1)
    assert told["from"] == "2025-11-29T16:00:00.000Z"
    assert _table(run, "traffic", "--by", by)["total"]["voicemail"] == 1


@pytest.mark.usefixtures("filled")
def test_the_report_as_csv(run: Run) -> None:
    text = run("report", "connection-rate", "--by", "day", *PERIOD, "--csv").output
    heading, row = csv.reader(io.StringIO(text))
    assert heading[:5] == ["window", "inbound", "requests", "answered", "connection_rate"]
    assert row[:5] == ["2025-11-29T16:00:00.000Z", "3", "2", "1", "50.00"]


@pytest.mark.usefixtures("filled")
def test_check_tells_a_breach_by_its_exit_code(run: Run) -> None:
    assert run("report", "connection-rate", *PERIOD, "--check").exit_code == 2
    early = ("--from", "2025-11-30 00:00", "--to", "2025-11-30 08:00")
    assert run("report", "connection-rate", *early, "--check").exit_code == 0


@pytest.mark.usefixtures("filled")
def test_a_check_without_a_threshold_is_refused(run: Run) -> None:
    words = ("report", "connection-rate", *PERIOD, "--check")
    for more, told in ((("--queue", "housing"), "whole hotline"), (("--by", "year"), "by year")):
        result = run(*words, *more)
        assert result.exit_code == 1
        assert told in result.output


@pytest.mark.usefixtures("filled")
def test_the_service_level_against_the_sites_threshold(run: Run, site: Path) -> None:
    words = ("report", "service-level", *PERIOD, "--by", "day", "--check")
    refused = run(*words)
    assert refused.exit_code == 1
    assert "service_level: 88" in refused.output
    file = site / "site.yaml"
    text = file.read_text(encoding="utf-8")
    text = text.replace("  thresholds: {", "  thresholds: {service_level: 88, ")
    file.write_text(text, encoding="utf-8")
    assert run(*words).exit_code == 2
    (day,) = _table(run, "service-level", "--by", "day")["rows"]
    assert (day["sl_a"], day["threshold"]) == (50.0, 88.0)
    assert "rule broken: answers within T" in run(*words, "--lang", "en").output
    assert (day["met"], day["breach"]) == ("breach few *", True)


@pytest.mark.usefixtures("filled")
def test_the_report_of_a_queue(run: Run) -> None:
    table = _table(run, "connection-rate", "--by", "day", "--queue", "housing")
    assert table["rows"][0]["threshold"] is None
    (housing,) = _table(run, "queues", "--queue", "housing")["rows"]
    assert (housing["requests"], housing["timeout"], housing["name"]) == (1, 1, "住房保障")


@pytest.mark.usefixtures("filled")
def test_rings_by_agent(run: Run) -> None:
    assert "100.00" in run("report", "rings", *PERIOD).output
    (agent,) = _table(run, "rings")["rows"]
    assert (agent["agent"], agent["rings_answered"], agent["answer_rate"]) == ("1001", 1, 100.0)


@pytest.mark.usefixtures("filled")
def test_every_report_comes_in_every_form(run: Run, tmp_path: Path) -> None:
    for name in REPORTS:
        page, book = tmp_path / f"{name}.html", tmp_path / f"{name}.xlsx"
        result = run("report", name, *PERIOD, "--html", str(page), "--xlsx", str(book), "--csv")
        assert result.exit_code == 0, result.output
        tables = page.read_text(encoding="utf-8").count("<table>")
        assert tables == {"summary": 7, "trunks": 2}.get(name, 1)
        assert book.read_bytes()[:2] == b"PK"
        assert result.stdout.splitlines()[0].count(",") >= 2
        assert run("report", name, *PERIOD).exit_code == 0


@pytest.mark.usefixtures("filled")
def test_a_report_that_cannot_be_written_is_one_message(run: Run, tmp_path: Path) -> None:
    result = run("report", "queues", *PERIOD, "--html", str(tmp_path / "no" / "such" / "folder"))
    assert result.exit_code == 1
    assert "No such file" in result.output


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize(("option", "what"), [("--agent", "agent"), ("--team", "team")])
def test_nobody_of_that_name(run: Run, option: str, what: str) -> None:
    result = run("report", "agents", option, "nobody")
    assert result.exit_code == 1
    assert f"there is no {what} 'nobody'" in result.output


@pytest.mark.usefixtures("filled")
def test_lists_mask_numbers_unless_told(run: Run) -> None:
    (missed,) = _table(run, "missed")["rows"]
    assert "*" in missed["caller"]
    full = json.loads(run("report", "missed", *PERIOD, "--json", "--full-numbers").stdout)
    assert "*" not in full["tables"][0]["rows"][0]["caller"]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--from", "soon"), "no time"),
        (("--from", "2025-12-02", "--to", "2025-12-01"), "ends before it begins"),
        (("--queue", "consultin"), "did you mean consulting?"),
    ],
)
@pytest.mark.usefixtures("filled")
def test_a_wrong_request_is_one_message(run: Run, words: tuple[str, ...], message: str) -> None:
    for command in (("calls", "list"), ("report", "connection-rate")):
        result = run(*command, *words)
        assert result.exit_code == 1
        assert message in result.output
        assert "Traceback" not in result.output


@pytest.mark.usefixtures("filled")
def test_callers_are_masked_unless_asked_for(run: Run) -> None:
    masked = run("calls", "list", *PERIOD).output
    assert "138****0001" in masked
    assert "13800000001" not in masked
    assert "13800000001" not in run("calls", "list", *PERIOD, "--json").output
    assert "13800000001" in run("calls", "list", *PERIOD, "--full-numbers").output
    assert "13800000001" not in run("calls", "show", "c1").output
    assert "13800000001" in run("calls", "show", "c1", "--full-numbers").output


@pytest.mark.usefixtures("filled")
def test_calls_are_listed_newest_first_and_cut_where_told(run: Run) -> None:
    told = json.loads(run("calls", "list", *PERIOD, "--json").output)
    assert [call["call_id"] for call in told] == ["c5", "c4", "c3", "c2", "c1"]
    assert "--limit shows more" in run("calls", "list", *PERIOD, "--limit", "2").output


def test_one_call(run: Run, filled: Path) -> None:
    text = run("calls", "show", "c1").output
    assert "outcome    answered" in text
    assert "wait       6.0 s" in text
    assert "talk       60.0 s" in text
    assert "candidates=3, idle_s=12.5" in text
    assert str(filled / "spool/monitor/2025/11/30/c1~1.wav") in text
    told = json.loads(run("calls", "show", "c2", "--json").output)
    assert (told["outcome"], told["cause"]) == ("voicemail", "max_wait")
    assert told["voicemail"][0]["box"] == "general"
    assert "box general" in run("calls", "show", "c2").output
    unknown = run("calls", "show", "c99")
    assert unknown.exit_code == 1
    assert "there is no call 'c99'" in unknown.output


def test_messages_are_found_wherever_their_files_are_now(run: Run, filled: Path) -> None:
    gone = json.loads(run("voicemail", "list", *PERIOD, "--json").output)
    assert (gone[0]["call_id"], gone[0]["file"]) == ("c2", None)
    assert "deleted by its listener" in run("voicemail", "list", *PERIOD).output
    old = filled / "spool" / "voicemail" / "default" / "general" / "Old"
    old.mkdir(parents=True)
    (old / "msg0004.txt").write_text("origtime=1\nmsg_id=17-0001\nduration=7\ncategory=c2\n")
    (old / "msg0004.wav").write_bytes(b"RIFF")
    assert "general/Old/msg0004.wav" in run("voicemail", "list", *PERIOD).output
    assert "there is no box" in run("voicemail", "list", "--box", "generl").output


def test_status_tells_what_is_not_folded_yet(run: Run, filled: Path) -> None:
    assert f"{len(FACTS)} facts, 0 not in the tables" in run("records", "status").output
    with Journal(filled / "journal") as journal:
        journal.append([_late()])
    told = json.loads(run("records", "status", "--json").output)
    assert told["behind"] == 1
    assert told["rows"]["call"] == 5


def _late() -> CallQueued:
    at = MORNING + 3000
    return CallQueued(at, "c6", "housing", "138", "12345", at, at, "zh", 0, False)


def test_ingest_without_the_controller(run: Run, filled: Path) -> None:
    events = filled / "log" / "cel-custom"
    events.mkdir(parents=True)
    shutil.copy(CAPTURES / "ivr_end.csv", events / "callcenter.csv")
    with Journal(filled / "journal") as journal:
        journal.append([_late()])
        busy = run("records", "ingest")
        assert busy.exit_code == 1
        assert "another process" in busy.output
    result = run("records", "ingest")
    assert result.exit_code == 0, result.output
    assert "3 facts from Asterisk's events" in result.output
    assert json.loads(run("records", "status", "--json").output)["rows"]["call"] == 7
    assert "0 facts from Asterisk's events" in run("records", "ingest").output


@pytest.mark.parametrize("command", ["ingest", "migrate", "status"])
def test_a_database_that_is_not_there_is_told_at_once(run: Run, site: Path, command: str) -> None:
    with (site / "site.yaml").open("a", encoding="utf-8") as text:
        text.write("storage: {database: 'postgresql+psycopg://u@127.0.0.1:1/d'}\n")
    result = run("records", command)
    assert result.exit_code == 3
    assert result.output.startswith("Error: the database refused: ")


def test_migrate(run: Run, site: Path) -> None:
    (site.parent / "node").mkdir()
    assert f"revision {head()}" in run("records", "migrate").output
    assert run("calls", "list").exit_code == 0


@pytest.mark.parametrize("time", ["yesterday", "0001-01-01", "9999-12", "2025-13", "2025-11-31"])
def test_what_is_no_time_is_one_message(run: Run, filled: Path, time: str) -> None:
    result = run("calls", "list", "--from", time)
    assert result.exit_code == 1
    assert f"{time!r} is no time" in result.output


def test_rebuild_and_prove(run: Run, filled: Path) -> None:
    listed = run("calls", "list", *PERIOD, "--json").output
    with sqlite3.connect(filled / "records.db") as database:
        database.execute("UPDATE call SET outcome = 'voicemail' WHERE outcome = 'answered'")
    broken = run("records", "prove", "--json")
    assert broken.exit_code == 1
    rules = {fault["rule"] for fault in json.loads(broken.output)["faults"]}
    assert rules == {"hours", "answer", "identity"}
    assert "rebuild" in run("records", "prove").output
    done = run("records", "rebuild", "--json")
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["facts"] == len(FACTS)
    assert run("calls", "list", *PERIOD, "--json").output == listed
    assert run("records", "prove").exit_code == 0
    with Journal(filled / "journal"):
        refused = run("records", "rebuild")
    assert refused.exit_code == 1
    assert "stop that controller first" in refused.output


@pytest.mark.usefixtures("filled")
def test_the_last_24_hours_at_each_full_hour(run: Run) -> None:
    words = ("report", "connection-rate", "--rolling", *PERIOD)
    (table,) = json.loads(run(*words, "--json").output)["tables"]
    # The night before is in the first windows; the calls of 9 o'clock in those that end later.
    assert [row["requests"] for row in table["rows"]] == [0] * 9 + [2] * 15
    assert [row["rule"] for row in table["rows"]] == [""] * 9 + ["24h ≥ 95 %"] * 15
    assert table["rows"][0]["window"] == "2025-11-28T17:00:00.000Z"
    assert table["total"] is None
    assert run(*words, "--check").exit_code == 2
    assert run(*words, "--by", "day").exit_code == 1
    part = run(*words, "--queue", "housing")
    assert part.exit_code == 0
    assert "24h ≥" not in part.output
    assert run(*words, "--queue", "housing", "--check").exit_code == 1
