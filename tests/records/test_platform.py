"""Use of trunks and times without Asterisk: from its events to the reports."""

import json
from pathlib import Path
from typing import Any

import pytest
from callcenter.acd.facts import RingEnded, RingStarted
from callcenter.acd.talk_facts import CallPlaced
from callcenter.live.health.uptime import Seen, gaps
from callcenter.records.database.engine import connect, migrate
from callcenter.records.ingest.cel import parse_row
from callcenter.records.ingest.trunks import trunk_facts
from callcenter.records.journal.facts import JournalFact
from callcenter.records.journal.files import Entry
from callcenter.records.journal.platform_facts import PlatformDown, TrunkUsed
from callcenter.records.writing.writer import write_entries
from callcenter.terms import CallKind, Direction, RingResult, TargetKind
from tests.records.test_commands import CAPTURES, Run, run, site
from tests.records.test_reading import DAY

__all__ = ["run", "site"]  # fixtures

START = DAY.start_ms / 1000
HOUR = 3600.0


def used(name: str) -> list[TrunkUsed]:
    text = (CAPTURES / f"{name}.csv").read_text(encoding="utf-8")
    return list(trunk_facts(parse_row(line) for line in text.splitlines()))


def test_a_call_in_takes_one_line_of_its_trunk() -> None:
    (fact,) = used("controller_answered")
    assert (fact.trunk, fact.call) == ("operator", "hot-1795222203.54")
    assert (fact.direction, fact.result, fact.cause) == (Direction.IN, "answered", 16)
    assert fact.until - fact.at == pytest.approx(4.0, abs=0.1)


def test_codes_on_agents_phones_take_none() -> None:
    assert used("agent_code") == []


@pytest.mark.parametrize(
    ("cause", "result"),
    [(17, "busy"), (19, "no_answer"), (16, "no_answer"), (21, "rejected"), (34, "failed"),
     (38, "failed"), (1, "failed")],
)  # fmt: skip
def test_a_call_out_over_two_trunks_is_a_seizure_of_each(cause: int, result: str) -> None:
    """The second trunk is tried under the same channel id."""
    lines = [
        row("1.0", "CHAN_START", "main-0000002a"),
        row("2.0", "HANGUP", "main-0000002a", '{""hangupcause"":38}'),
        row("2.1", "CHAN_START", "standby-0000002b"),
        row("9.0", "HANGUP", "standby-0000002b", f'{{""hangupcause"":{cause}}}'),
    ]
    found = list(trunk_facts(map(parse_row, lines)))
    assert [(fact.trunk, fact.result, fact.direction) for fact in found] == [
        ("main", "failed", Direction.OUT),
        ("standby", result, Direction.OUT),
    ]


def row(at: str, event: str, channel: str, extra: str = "") -> str:
    cells = [at, event, "", extra, "", "", "", f"PJSIP/{channel}", "", "", "", "c~2", "c", "", ""]
    return ",".join(f'"{cell}"' for cell in cells)


def told(
    site: Path, run: Run, facts: list[JournalFact], *words: str, table: int = 0
) -> dict[str, Any]:
    node = site.parent / "node"
    node.mkdir()
    engine = connect(f"sqlite:///{node / 'records.db'}")
    migrate(engine)
    write_entries(engine, "journal", [Entry(n, fact) for n, fact in enumerate(facts, 1)])
    engine.dispose()
    period = () if "--from" in words else ("--from", "2025-11-30", "--to", "2025-11-30")
    result = run("report", *words, *period, "--json")
    assert result.exit_code == 0, result.output
    found: dict[str, Any] = json.loads(result.stdout)["tables"][table]
    return found


def test_asr_and_ner_of_each_trunk(site: Path, run: Run) -> None:
    results = ["answered"] * 6 + ["busy", "no_answer", "rejected", "failed"]
    facts: list[JournalFact] = [
        TrunkUsed(START + n, "main", f"c{n}", Direction.OUT, result, 0, START + n + 5)
        for n, result in enumerate(results)
    ]
    facts.append(TrunkUsed(START - 1, "main", "before", Direction.OUT, "failed", 0, START))
    (row,) = told(site, run, facts, "trunks")["rows"]
    assert (row["trunk"], row["direction"], row["seizures"], row["answers"]) == (
        "main", "out", 10, 6,
    )  # fmt: skip
    assert (row["asr"], row["ner"]) == (60.0, 90.0)


def test_bids_are_counted_also_where_no_line_was_got(site: Path, run: Run) -> None:
    facts: list[JournalFact] = []
    for n, result in enumerate(["answered", "machine", "busy", "failed", "no_answer"]):
        call, at = f"o{n}", START + 60 * n
        facts += [
            CallPlaced(
                at, call, CallKind.OUTBOUND, "1001", TargetKind.OUTSIDE, "139", "139", "12345"
            ),
            RingStarted(at, call, f"{call}~1", "", "", {"chose": "outside", "number": "139"}),
            RingEnded(at + 9, call, f"{call}~1", "", RingResult(result), 0),
            RingStarted(at, call, f"{call}~2", "1002", "", {}),
            RingEnded(at + 9, call, f"{call}~2", "1002", RingResult.NO_ANSWER, 0),
        ]
    (row,) = told(site, run, facts, "trunks", table=1)["rows"]
    assert (row["bids"], row["answers"], row["abr"]) == (5, 2, 40.0)


MONTH = ("--from", "2025-11-01", "--to", "2025-11-30", "--by", "month")


@pytest.mark.parametrize(
    ("minutes", "met", "reliable", "left_min", "exit_code"),
    # E18: of 43200 minutes, 432 may be down by 99 %, and 4.32 by 99.99 %.
    [(400, "ok", "breach", 32, 0), (4, "ok", "ok", 428, 0), (432, "ok", "breach", 0, 0),
     (433, "breach", "breach", 0, 2)],
)  # fmt: skip
def test_e18_a_month_against_both_figures(
    site: Path, run: Run, minutes: int, met: str, reliable: str, left_min: int, exit_code: int
) -> None:
    down = PlatformDown(START, "asterisk", START - minutes * 60, START)
    (row,) = told(site, run, [down], "availability", *MONTH)["rows"]
    assert (row["met"], row["reliability_met"]) == (met, reliable)
    assert row["down_left"] == left_min * 60
    assert run("report", "availability", *MONTH, "--check").exit_code == exit_code
    hourly = run("report", "availability", "--check")
    assert hourly.exit_code == 1
    assert "--by month" in hourly.output


def test_availability_counts_asterisk_alone(site: Path, run: Run) -> None:
    facts: list[JournalFact] = [
        PlatformDown(START + 90 * 60, "asterisk", START + HOUR - 60, START + HOUR + 36),
        PlatformDown(START + 3 * HOUR, "controller", START + 2 * HOUR, START + 3 * HOUR),
    ]
    table = told(site, run, facts, "availability", "--by", "hour")
    hours = [(hour["outages"], hour["down"], hour["availability"]) for hour in table["rows"][:3]]
    assert hours == [(1, 60.0, 98.33), (1, 36.0, 99.0), (0, 0.0, 100.0)]
    total = table["total"]
    assert (total["outages"], total["down"], total["controller_away"]) == (1, 96.0, 3600.0)
    assert total["availability"] == 99.89


@pytest.mark.parametrize(
    ("started", "now", "expected"),
    [
        (50.0, 102.0, []),
        (50.0, 200.0, [("controller", 100.0, 200.0)]),
        (150.0, 155.0, [("asterisk", 100.0, 150.0)]),
        (150.0, 190.0, [("asterisk", 100.0, 150.0), ("controller", 150.0, 190.0)]),
        # Asterisk tells its start in whole seconds.
        (99.0, 103.0, [("asterisk", 99.0, 100.0)]),
    ],
)
def test_what_was_not_there_since_the_last_look(
    started: float, now: float, expected: list[tuple[str, float, float]]
) -> None:
    found = gaps(Seen(100.0, 50.0), started, now)
    assert all(isinstance(fact, PlatformDown) and fact.at == now for fact in found)
    shown = [(f.what, f.since, f.until) for f in found if isinstance(f, PlatformDown)]
    assert shown == expected
