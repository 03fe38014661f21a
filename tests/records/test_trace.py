"""One call with all steps of Asterisk's: callcenter calls trace."""

import json
from pathlib import Path
from typing import Any

import pytest
from callcenter.acd.facts import (
    CallEnded,
    CallQueued,
    RingEnded,
    RingStarted,
    TalkEnded,
    TalkStarted,
)
from callcenter.pbx.node import NodePaths
from callcenter.records.database.engine import connect, migrate
from callcenter.records.journal.facts import JournalFact
from callcenter.records.journal.files import Entry
from callcenter.records.writing.writer import write_entries
from callcenter.render.cel import FILE
from callcenter.terms import Outcome, RingResult
from tests.records.test_commands import CAPTURES, Run, run, site

__all__ = ["run", "site"]  # fixtures

CALL = "hot-1795222203.54"
LEG = f"{CALL}~1"
T = 1795222203.0
FACTS: list[JournalFact] = [
    CallQueued(T + 0.91, CALL, "consulting", "13800000001", "12345", T + 0.59, T + 0.91, "zh", 0,
               False),
    RingStarted(T + 1.41, CALL, LEG, "1001", "consulting", {"candidates": 1}),
    RingEnded(T + 1.72, CALL, LEG, "1001", RingResult.ANSWERED, 200),
    TalkStarted(T + 1.73, CALL, LEG, "1001", "consulting"),
    TalkEnded(T + 4.61, CALL, LEG, "1001", "caller"),
    CallEnded(T + 4.61, CALL, Outcome.ANSWERED, "caller"),
]  # fmt: skip


@pytest.fixture
def node(site: Path) -> NodePaths:
    """A node with this call in its records."""
    node = NodePaths(site.parent / "node")
    node.path.mkdir()
    engine = connect(f"sqlite:///{node.path / 'records.db'}")
    migrate(engine)
    write_entries(engine, "journal", [Entry(n, fact) for n, fact in enumerate(FACTS, 1)])
    engine.dispose()
    return node


def written(node: NodePaths, older: str, newest: str) -> None:
    """The event file, and the one that was renamed before."""
    file = node.inside(FILE)
    file.parent.mkdir(parents=True)
    for path, name in ((file.with_name(f"{file.name}.1"), older), (file, newest)):
        path.write_text((CAPTURES / f"{name}.csv").read_text(encoding="utf-8"), encoding="utf-8")


def traced(run: Run, *words: str) -> dict[str, Any]:
    result = run("calls", "trace", CALL, "--json", *words)
    assert result.exit_code == 0, result.output
    told: dict[str, Any] = json.loads(result.stdout)
    return told


@pytest.mark.parametrize("older", [False, True])
def test_menus_keys_and_lines_stand_between_what_the_records_tell(
    node: NodePaths, run: Run, older: bool
) -> None:
    names = ["controller_answered", "ivr_end"]
    written(node, *(names if older else reversed(names)))
    told = traced(run)
    events = [moment["event"] for moment in told["timeline"]]
    assert events == [
        "arrived", "line begun", "line answered", "menu", "key", "asked for queue", "to queue",
        "ring", "line begun", "ring ended", "line answered", "talk", "line ended", "talk ended",
        "left queue", "ended", "line ended",
    ]  # fmt: skip
    key = told["timeline"][4]
    assert (key["menu"], key["key"]) == ("main", "1")
    last = told["timeline"][-1]
    assert (last["cause"], last["ended_by"]) == ("16 hung up", "PJSIP/operator-00000036")
    assert last["after_ms"] == sum(moment["step_ms"] for moment in told["timeline"])


def test_it_reads_as_lines_with_the_time_between(node: NodePaths, run: Run) -> None:
    written(node, "ivr_end", "controller_answered")
    shown = run("calls", "trace", CALL).output
    ring = next(line for line in shown.splitlines() if " ring ended " in line)
    assert ring.split()[1:] == [
        "1.1", "s", "+0.3", "s", "ring", "ended", "1001", "result=answered,", "sip=200",
    ]  # fmt: skip
    assert "menu=main, key=1" in shown
    assert "13800000001" not in shown


def test_what_asterisk_has_not_kept_is_said(node: NodePaths, run: Run) -> None:
    assert "events of that time are gone" in run("calls", "trace", CALL).output
    told = traced(run)
    assert told["asterisk_events"] is False
    assert told["timeline"][0]["event"] == "arrived"


def test_no_such_call(run: Run, node: NodePaths) -> None:
    result = run("calls", "trace", "nobody")
    assert result.exit_code == 1
    assert "calls list" in result.output
