"""callcenter staffing, on a history of five Mondays."""

import csv
import json
import shutil
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from xml.etree import ElementTree
from zoneinfo import ZoneInfo

import pytest
from callcenter.cli import main
from callcenter.records.database.engine import connect, migrate
from callcenter.records.tables.calls import AgentInterval, Call, Segment
from callcenter.terms import AgentState, Outcome
from click.testing import CliRunner, Result
from sqlmodel import Session

pytestmark = pytest.mark.pure

EXAMPLE = Path(__file__).parents[2] / "examples" / "hotline-12345"
SHANGHAI = ZoneInfo("Asia/Shanghai")
LAST_MONDAY = datetime(2025, 11, 24, tzinfo=SHANGHAI)
Run = Callable[..., Result]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example with a node of its own, and calls of five Mondays from 9 to 11 o'clock."""
    site = tmp_path_factory.mktemp("staffing") / "site"
    shutil.copytree(EXAMPLE, site)
    node = site.parent / "node"
    node.mkdir()
    text = (site / "site.yaml").read_text(encoding="utf-8")
    (site / "site.yaml").write_text(f"{text}\nnode: {{path: {node}}}\n", encoding="utf-8")
    engine = connect(f"sqlite:///{node / 'records.db'}")
    migrate(engine)
    with Session(engine) as session:
        random = Random(1)  # noqa: S311
        for week in range(5):
            for n in range(60):
                session.add_all(_call(week, n, random))
        for agent in ("1001", "1002", "1003"):
            session.add_all(_duty(agent))
        session.commit()
    engine.dispose()
    return site


def _call(week: int, n: int, random: Random) -> list[Call | Segment]:
    asked = LAST_MONDAY - timedelta(weeks=week) + timedelta(hours=9 + 2 * random.random())
    at = round(asked.timestamp() * 1000)
    answered = n % 10 != 0
    wait, talk = (5000, 60_000 + random.randrange(120_000)) if answered else (40_000, 0)
    call = Call(
        call_id=f"c{week}-{n}", direction="in", party_class="citizen", handled_by="controller",
        queue="consulting", arrived_at=at - 9000, requested_at=at, entered_queue_at=at,
        answered_at=at + wait if answered else None,
        left_queue_at=None if answered else at + wait, ended_at=at + wait + talk,
        outcome=Outcome.ANSWERED if answered else Outcome.ABANDONED_QUEUE, talk_ms=talk,
    )  # fmt: skip
    stay = Segment(
        call_id=call.call_id, number=1, queue="consulting", requested_at=at,
        answered_at=call.answered_at, ended_at=at + wait, outcome=call.outcome, talk_ms=talk,
    )  # fmt: skip
    return [call, stay]


def _duty(agent: str) -> list[AgentInterval]:
    hours = [
        (9, 10, AgentState.READY),
        (10, 10.5, AgentState.NOT_READY),
        (10.5, 12, AgentState.READY),
    ]
    start = LAST_MONDAY.timestamp() * 1000
    return [
        AgentInterval(
            agent=agent, state=state, reason="break" if state is AgentState.NOT_READY else "",
            started_at=round(start + a * 3_600_000), ended_at=round(start + b * 3_600_000),
        )
        for a, b, state in hours
    ]  # fmt: skip


@pytest.fixture
def run(folder: Path) -> Run:
    return lambda *words: CliRunner().invoke(main, ["staffing", *words, "--site", str(folder)])


def _formula(*words: str) -> Result:
    return CliRunner().invoke(main, ["staffing", "formula", *words])


def test_the_formula_names_the_number_for_both_goals() -> None:
    result = _formula("--calls", "360", "--handling", "4m", "--level", "88", "--json")
    told = json.loads(result.stdout)
    assert (told["agents"], told["load_erlang"]) == (30, 24)
    (line,) = (line for line in told["lines"] if line["agents"] == 30)
    assert (line["service_level_percent"], line["asa_s"]) == (89.52, 6.91)
    both = _formula(
        "--calls", "360", "--handling", "4m", "--level", "88", "--rate", "99", "--patience", "2m",
        "--shrinkage", "30", "--json",
    )  # fmt: skip
    told = json.loads(both.stdout)
    assert told["agents"] == 32
    assert next(x["roster"] for x in told["lines"] if x["agents"] == 30) == 43
    shown = _formula("--calls", "360", "--handling", "4m", "--patience", "2m")
    assert "接通率" in shown.stdout


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--rate", "99"), "--rate needs --patience"),
        (("--per", "0s"), "division by zero"),
        (("--handling", "soon"), "'soon' is no duration; write 20s, 4m or 1h"),
    ],
)
def test_what_cannot_be_computed_is_one_message(words: tuple[str, ...], told: str) -> None:
    result = _formula("--calls", "360", "--handling", "4m", *words)
    assert result.exit_code == 1
    assert told in result.output
    assert "Traceback" not in result.output


def test_the_table_follows_the_history(run: Run, tmp_path: Path) -> None:
    table, page = tmp_path / "table.csv", tmp_path / "table.html"
    words = ("table", "--like", "2025-12-01", "--runs", "4")
    result = run(*words, "--csv", str(table), "--html", str(page), "--json")
    assert result.exit_code == 0, result.output
    lines = {line["start"]: line for line in json.loads(result.stdout)}
    busy = [start for start, line in lines.items() if line["calls"]]
    assert busy == ["09:00", "09:30", "10:00", "10:30"]
    assert sum(line["calls"] for line in lines.values()) == pytest.approx(60, abs=0.5)
    assert all(1 <= lines[start]["agents"] <= 6 for start in busy)
    assert lines["03:00"]["agents"] == 0
    with table.open(encoding="utf-8") as rows:
        read = {row["start"]: row for row in csv.DictReader(rows)}
    assert read["09:30"]["agents"] == str(lines["09:30"]["agents"])
    text = page.read_text(encoding="utf-8")
    assert text.count("<svg") == 2
    assert "<script" not in text
    assert 'href="http' not in text
    for svg in text.split("<figure>")[1:]:
        ElementTree.fromstring(svg.split("</figure>")[0])  # noqa: S314  made by ourselves
    again = run(*words, "--json")
    assert json.loads(again.stdout) == list(lines.values())


def test_more_calls_need_no_fewer_agents(run: Run) -> None:
    words = ("table", "--like", "2025-12-01", "--runs", "4", "--json")
    usual, more = (
        sum(line["agents"] for line in json.loads(run(*words, *extra).stdout))
        for extra in ((), ("--plus", "100"))
    )
    assert more > usual


def test_without_a_history_the_table_says_so(run: Run) -> None:
    result = run("table", "--like", "2024-01-01")
    assert result.exit_code == 1
    assert "no calls of those days" in result.output


def test_a_past_day_is_played_again(run: Run, folder: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    shutil.copytree(folder, other)
    result = run("replay", "--day", "2025-11-24", "--with", str(other), "--json")
    assert result.exit_code == 0, result.output
    told = list(json.loads(result.stdout).values())
    assert (told[0]["requests"], told[0]["answered"]) == (60, 54)
    assert told[1] == told[2]
    assert told[1]["requests"] == 60
    assert 0 < told[1]["answered"] <= 60
    assert "接通率" in run("replay", "--day", "2025-11-24").stdout


@pytest.mark.parametrize(
    ("day", "told"), [("2025-11-23", "no requests"), ("2199-01-01", "not over")]
)
def test_a_day_that_cannot_be_replayed(run: Run, day: str, told: str) -> None:
    result = run("replay", "--day", day)
    assert result.exit_code == 1
    assert told in result.output
