"""Calls are found by numbers, parts of numbers, names, queues, agents, outcomes and times."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from callcenter.acd.talk_facts import CallPlaced
from callcenter.cli import main
from callcenter.kpi.windows import Window
from callcenter.records.database.engine import connect, migrate
from callcenter.records.journal.facts import JournalFact
from callcenter.records.journal.files import Entry
from callcenter.records.reading import finding
from callcenter.records.reading.calls import CallFilter
from callcenter.records.reading.finding import Text, find_calls
from callcenter.records.tables.calls import KnownNumber
from callcenter.records.writing.writer import write_entries
from callcenter.terms import CallKind, Outcome, TargetKind
from click.testing import CliRunner
from sqlalchemy import Engine
from sqlmodel import Session, select
from tests.records.story import ended, queued, talks

EXAMPLE = Path(__file__).parents[2] / "examples" / "hotline-12345"
AT = 1764500000.0


def told() -> list[JournalFact]:
    """c1, c2 of one caller; c3 of another, to housing; o1 goes out, i1 to a colleague."""
    return [
        queued(AT, call="c1", caller="13800001111"),
        *talks(1, "1001", AT + 5, AT + 60, call="c1"),
        ended(AT + 60, Outcome.ANSWERED, call="c1"),
        queued(AT + 100, call="c2", caller="13800001111"),
        ended(AT + 130, Outcome.ABANDONED_QUEUE, call="c2"),
        queued(AT + 200, call="c3", queue="housing", caller="057112%45678"),
        *talks(1, "1002", AT + 210, AT + 300, call="c3", queue="housing"),
        ended(AT + 300, Outcome.ANSWERED, call="c3"),
        placed(AT + 400, "o1", CallKind.OUTBOUND, TargetKind.OUTSIDE, "13900002222"),
        ended(AT + 450, Outcome.OUTBOUND, call="o1"),
        placed(AT + 500, "i1", CallKind.INTERNAL, TargetKind.AGENT, "1001"),
        ended(AT + 510, Outcome.OUTBOUND, call="i1"),
    ]


def placed(at: float, call: str, kind: CallKind, to_kind: TargetKind, to: str) -> JournalFact:
    return CallPlaced(at, call, kind, "1002", to_kind, to, to, "")


def write(engine: Engine) -> None:
    migrate(engine)
    write_entries(engine, "j", [Entry(n + 1, fact) for n, fact in enumerate(told())])


@pytest.fixture
def session(database: str) -> Iterator[Session]:
    engine = connect(database)
    write(engine)
    with Session(engine) as session:
        yield session
    engine.dispose()


def names(session: Session, text: Text | None = None, **wanted: Any) -> list[str]:
    return [call.call_id for call in find_calls(session, CallFilter(**wanted), text)]


def test_numbers_outside_are_known_once(session: Session) -> None:
    known = session.exec(select(KnownNumber.number)).all()
    assert sorted(known) == ["057112%45678", "13800001111", "13900002222"]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({"caller": "13800001111"}, ["c2", "c1"]),
        ({"caller": "1380000111"}, []),
        ({"called": "13900002222"}, ["o1"]),
        ({"called": "12345", "outcome": "answered"}, ["c3", "c1"]),
        ({"agent": "1002"}, ["i1", "o1", "c3"]),
        ({"queue": "housing"}, ["c3"]),
        ({"queue": "general", "outcome": "abandoned_queue"}, ["c2"]),
        ({"period": Window(int(1000 * (AT + 90)), int(1000 * (AT + 199)))}, ["c3", "c2"]),
        ({"limit": 2}, ["i1", "o1"]),
    ],
)
def test_filters(session: Session, wanted: dict[str, Any], found: list[str]) -> None:
    assert names(session, **wanted) == found


@pytest.mark.parametrize("many", [0, 3000])
@pytest.mark.parametrize(
    ("part", "found"),
    [
        ("0000", ["o1", "c2", "c1"]),
        ("1111", ["c2", "c1"]),
        ("12%4", ["c3"]),
        ("1_4", []),
        ("12345", []),
        ("1001", []),
    ],
)
def test_part_of_a_number(
    session: Session, part: str, found: list[str], many: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finding, "MANY", many)
    assert names(session, Text(part)) == found


def test_what_a_text_may_mean_is_found_together_and_filtered(session: Session) -> None:
    text = Text("1111", agents=["1002", "1001"], queues=["housing"])
    assert names(session, text) == ["i1", "o1", "c3", "c2", "c1"]
    assert names(session, text, limit=2) == ["i1", "o1"]
    assert names(session, text, outcome="answered") == ["c3", "c1"]
    assert names(session, Text(agents=["1001"]), agent="1002") == []
    assert names(session, Text(queues=["housing"]), queue="general") == []


@pytest.fixture
def site(tmp_path: Path) -> Path:
    folder = tmp_path / "site"
    shutil.copytree(EXAMPLE, folder)
    main_file = folder / "site.yaml"
    text = main_file.read_text(encoding="utf-8")
    main_file.write_text(f"{text}\nnode: {{path: {tmp_path / 'node'}}}\n", encoding="utf-8")
    (tmp_path / "node").mkdir()
    engine = connect(f"sqlite:///{tmp_path / 'node' / 'records.db'}")
    write(engine)
    engine.dispose()
    return folder


def run(site: Path, *words: str) -> tuple[int, str]:
    result = CliRunner().invoke(main, ["calls", "find", *words, "--site", str(site)])
    return result.exit_code, result.output


def test_the_command_finds_at_all_times_and_hides_numbers(site: Path) -> None:
    code, output = run(site, "0000111")
    assert code == 0
    assert "c1" in output
    assert "13800001111" not in output
    assert "138****1111" in output
    assert "13800001111" in run(site, "0000111", "--full-numbers")[1]
    assert "No such calls" in run(site, "0000111", "--from", "2025-12-24")[1]
    assert [call["call_id"] for call in json.loads(run(site, "1002", "--json")[1])] == [
        "i1", "o1", "c3",
    ]  # fmt: skip


def test_a_text_that_can_be_nothing_is_refused(site: Path) -> None:
    code, output = run(site, "nobody of this name")
    assert code == 1
    assert "no part of a number" in output
    assert run(site, "12")[0] == 1
