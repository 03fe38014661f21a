"""The proof of the records finds what must not be, and passes whatever the floor may tell."""

from collections.abc import Callable
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from callcenter.records.ingest.cel import parse_row
from callcenter.records.ingest.fold import fold_call, is_call
from callcenter.records.journal.facts import JournalFact
from callcenter.records.proof.identities import faults
from callcenter.records.tables.calls import Call, HourCount
from callcenter.records.writing.hours import recount
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, update
from sqlmodel import Session, col, select
from tests.records.strategies import histories
from tests.records.test_hours import IN_MEMORY, records, write
from tests.records.test_writer import calls

CAPTURES = Path(__file__).parent / "captures"
ZONE = ZoneInfo("Asia/Shanghai")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(facts=histories(), cuts=st.lists(st.integers(0, 1000), max_size=4))
def test_whatever_the_floor_tells_is_proved(facts: list[JournalFact], cuts: list[int]) -> None:
    with records(IN_MEMORY) as engine:
        write(engine, facts, cuts)
        with Session(engine) as session:
            assert list(faults(session, ZONE)) == []


DAMAGES: dict[str, Callable[[Session], object]] = {
    "hours": lambda s: s.execute(delete(HourCount)),
    "outcome": lambda s: s.execute(update(Call).values(outcome=None)),
    "request": lambda s: s.execute(update(Call).values(requested_at=None)),
    "answer": lambda s: s.execute(update(Call).values(talk_ms=0)),
    "order": lambda s: s.execute(update(Call).values(answered_at=1)),
    "identity": lambda s: s.execute(
        update(Call).where(col(Call.call_id) == "c1").values(outcome="voicemail")
    ),
}


@pytest.mark.parametrize("rule", DAMAGES)
def test_damage_is_found(rule: str, database: str) -> None:
    with records(database) as engine:
        write(engine, calls(3), [])
        with Session(engine) as session:
            assert list(faults(session, ZONE)) == []
            DAMAGES[rule](session)
            session.flush()
            session.expire_all()
            assert rule in {fault.rule for fault in faults(session, ZONE)}


def test_hours_that_were_counted_wrongly_are_no_excuse() -> None:
    """A row that counts twice is told though the hours were made from the rows."""
    with records(IN_MEMORY) as engine:
        write(engine, calls(3), [])
        with Session(engine) as session:
            session.execute(update(Call).values(answered_at=None))
            recount(session.connection())
            session.expire_all()
            found = list(faults(session, ZONE))
            assert {fault.rule for fault in found} == {"answer"}
            assert {fault.where for fault in found} == {"c0", "c1", "c2"}


def test_only_calls_in_are_proved() -> None:
    with records(IN_MEMORY) as engine, Session(engine) as session:
        session.add(
            Call(
                call_id="o1", direction="out", party_class="citizen", handled_by="controller",
                arrived_at=5, ended_at=9, outcome="outbound",
            )
        )  # fmt: skip
        session.flush()
        recount(session.connection())
        assert list(faults(session, ZONE)) == []
        assert session.exec(select(Call)).one().outcome == "outbound"


@pytest.mark.parametrize("capture", sorted(CAPTURES.glob("*.csv")), ids=lambda path: path.stem)
def test_calls_that_asterisk_handled_alone_are_proved(capture: Path) -> None:
    lines = capture.read_text(encoding="utf-8").splitlines()
    rows = [parse_row(line) for line in lines]
    if not is_call(rows):
        return
    with records(IN_MEMORY) as engine:
        write(engine, fold_call(rows, ()), [])
        with Session(engine) as session:
            assert list(faults(session, ZONE)) == []
