"""The report of agents from rows: the worked example of an agent's hour."""

import json
from pathlib import Path
from typing import Any

import pytest
from callcenter.records.database.engine import connect, migrate
from callcenter.records.tables.calls import AgentInterval, Call, Hold, Rating, RingAttempt
from callcenter.records.tables.columns import ms
from callcenter.records.writing.hours import recount
from callcenter.terms import AgentState, RingResult
from sqlmodel import Session, SQLModel
from tests.records.test_commands import Run, run, site
from tests.records.test_reading import MORNING

__all__ = ["run", "site"]  # fixtures

CALLS = 10
RING, TALK, HOLD, WRAP = 6, 140, 10, 50
"""Seconds of each call, so that there are 60, 1400, 100 and 500 of them in the hour."""


def hour(begun: float) -> list[SQLModel]:
    """An agent's hour: ten calls, ten minutes of break, the rest ready."""
    rows: list[SQLModel] = []
    at = begun

    def state(name: AgentState, seconds: float) -> None:
        nonlocal at
        rows.append(
            AgentInterval(agent="1001", state=name, started_at=ms(at), ended_at=ms(at + seconds))
        )
        at += seconds

    for n in range(CALLS):
        rang, talked = ms(at), ms(at + RING)
        leg, call = f"c{n}~1", f"c{n}"
        state(AgentState.RINGING, RING)
        rows.append(Hold(leg=leg, started_at=talked, ended_at=talked + HOLD * 1000, call_id=call,
                         agent="1001"))  # fmt: skip
        state(AgentState.TALKING, TALK + HOLD)
        rows.append(
            RingAttempt(
                leg=leg,
                call_id=call,
                agent="1001",
                started_at=rang,
                ended_at=talked,
                result=RingResult.ANSWERED,
                joined_at=talked,
                with_caller_at=talked,
                left_at=ms(at),
            )
        )
        state(AgentState.WRAP_UP, WRAP)
    state(AgentState.NOT_READY, 600)
    state(AgentState.READY, begun + 3600 - at)
    return rows


def report(site: Path, run: Run, rows: list[SQLModel], since: str, until: str) -> dict[str, Any]:
    node = site.parent / "node"
    node.mkdir()
    engine = connect(f"sqlite:///{node / 'records.db'}")
    migrate(engine)
    with Session(engine) as session:
        session.add_all(rows)
        session.commit()
    engine.dispose()
    period = ("--from", f"2025-11-30 {since}", "--to", f"2025-11-30 {until}")
    result = run("report", "agents", *period, "--json")
    assert result.exit_code == 0, result.output
    (row,) = json.loads(result.stdout)["tables"][0]["rows"]
    return dict(row)


def test_e15_an_agents_hour(site: Path, run: Run) -> None:
    row = report(site, run, hour(MORNING), "09:00", "10:00")
    times = [row[key] for key in ("signed_in", "not_ready", "talk", "hold", "wrap_up", "ringing")]
    assert times == [3600, 600, 1400, 100, 500, 60]
    assert (row["calls"], row["aht"], row["idle"]) == (10, 200.0, 940)
    assert (row["occupancy"], row["utilisation"]) == (66.67, 55.56)


@pytest.mark.parametrize(("since", "until"), [("10:00", "11:00"), ("11:00", "12:00")])
def test_e15_wrap_up_across_the_hour_is_shared(
    site: Path, run: Run, since: str, until: str
) -> None:
    begun = ms(MORNING + 7200 - 30)
    wrap = AgentInterval(
        agent="1001", state=AgentState.WRAP_UP, started_at=begun, ended_at=begun + 60_000
    )
    assert report(site, run, [wrap], since, until)["wrap_up"] == 30


def test_e14_a_dead_pickup_is_a_ring_answered_and_no_call(site: Path, run: Run) -> None:
    at = ms(MORNING)
    rows: list[SQLModel] = [
        AgentInterval(
            agent="1001", state=AgentState.RINGING, started_at=at, ended_at=at + 5000
        ),
        RingAttempt(
            leg="c~1", call_id="c", agent="1001", started_at=at, ended_at=at + 5000,
            result=RingResult.ANSWERED, joined_at=at + 5000, with_caller_at=at + 5000,
            left_at=at + 5000,
        ),
    ]  # fmt: skip
    row = report(site, run, rows, "09:00", "10:00")
    assert (row["calls"], row["rings_answered"], row["answer_rate"]) == (0, 1, 100.0)


def test_e10_ratings(site: Path, run: Run) -> None:
    """A tenth of the worked example: 100 answered, 90 invited, 38 rated."""
    node = site.parent / "node"
    node.mkdir()
    engine = connect(f"sqlite:///{node / 'records.db'}")
    migrate(engine)
    at = ms(MORNING)
    with Session(engine) as session:
        for n in range(100):
            session.add(
                Call(
                    call_id=f"c{n}", direction="in", party_class="citizen", queue="consulting",
                    handled_by="controller", caller="13800000001", called="12345", agent="1001",
                    arrived_at=at, requested_at=at, answered_at=at + 1000, ended_at=at + 60_000,
                    outcome="answered", talk_ms=50_000, rating_invited=n < 90,
                )
            )  # fmt: skip
        for n, rating in enumerate([1] * 20 + [2] * 15 + [3] * 3):
            session.add(rated(f"c{n}", at, "rated", rating))
        session.add(rated("c80", at, "invalid", None))
        session.add(rated("c81", at, "timeout", None))
        session.flush()
        recount(session.connection())
        session.commit()
    engine.dispose()
    period = ("--from", "2025-11-30", "--to", "2025-11-30")
    result = run("report", "survey", *period, "--json")
    assert result.exit_code == 0, result.output
    total = json.loads(result.stdout)["tables"][0]["total"]
    assert (total["answered"], total["invited"], total["rated"]) == (100, 90, 38)
    assert (total["participation"], total["participation_invited"]) == (38.0, 42.22)
    assert (total["satisfaction"], total["only_satisfied"]) == (92.11, 52.63)
    assert (total["wrong_key"], total["no_key"]) == (1, 1)
    check = ("report", "survey", *period, "--check", "--lang", "en")
    refused = run(*check)
    assert (refused.exit_code, "satisfaction: 88" in refused.output) == (1, True)
    file = site / "site.yaml"
    text = file.read_text(encoding="utf-8")
    # E10: 92.11 % are enough for one contract and not for another; so few take part for a third.
    for limits, rule in (
        ("satisfaction: 90", ""),
        ("satisfaction: 95", "rule broken: satisfaction"),
        ("satisfaction: 90, participation: 40", "rule broken: participation"),
    ):
        file.write_text(text.replace("  thresholds: {", f"  thresholds: {{{limits}, "), "utf-8")
        result = run(*check)
        assert result.exit_code == (2 if rule else 0), result.output
        assert rule in result.output
        told = json.loads(run("report", "survey", *period, "--json").stdout)["tables"][0]
        assert told["total"].get("breach", False) is bool(rule)


def rated(call: str, at: int, result: str, rating: int | None) -> Rating:
    return Rating(
        call_id=call, survey="short", question="served", agent="1001", at=at, result=result,
        rating=rating, key="",
    )  # fmt: skip
