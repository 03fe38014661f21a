"""Exemptions, frozen forecasts and corrections: added, never changed; and made anew the same."""

from pathlib import Path

from callcenter.kpi.exempt import Exemption, Forecast
from callcenter.kpi.tally import Rules
from callcenter.kpi.windows import Window
from callcenter.records.database.engine import connect
from callcenter.records.journal.contract_facts import (
    CallCorrected,
    ExemptionAdded,
    ExemptionWithdrawn,
    ForecastFrozen,
)
from callcenter.records.journal.facts import JournalFact
from callcenter.records.proof.identities import faults
from callcenter.records.reading.contract import Contract
from callcenter.records.tables.calls import Call
from callcenter.records.writing.hours import differences, tallies
from sqlmodel import Session
from tests.records.rows import of_database
from tests.records.test_proof import ZONE
from tests.records.test_rebuild import calls, fill, make_anew

EXEMPTION = ExemptionAdded(
    1000.0, "x1", "outage", 7200.0, 9000.0, 10800.0, "Ms Li", "letter 7", "root"
)
FACTS: list[JournalFact] = [
    *calls(3),
    EXEMPTION,
    ExemptionAdded(1001.0, "x2", "policy", 0.0, 90.0, 90.0, "Ms Li", "letter 8", "root"),
    ExemptionWithdrawn(1002.0, "x2", "entered twice", "root"),
    ForecastFrozen(1003.0, 3600.0, (100, 200), "plan.csv", "root"),
    ForecastFrozen(1004.0, 3600.0, (110,), "plan2.csv", "root"),
    ForecastFrozen(3600.0, 3600.0, (1, 300), "late.csv", "root"),
    CallCorrected(2000.0, "c1", "party_class", "test", "a probe", "root"),
    CallCorrected(2001.0, "c1", "language", "en", "spoke English", "root"),
    CallCorrected(2002.0, "c1", "party_class", "citizen", "no probe after all", "root"),
    CallCorrected(2003.0, "nobody", "caller", "139", "", "root"),
    CallCorrected(2004.0, "c2", "outcome", "no such outcome", "", "root"),
    CallCorrected(2005.0, "c2", "talk_ms", "9", "", "root"),
]


def test_what_holds_now_and_what_was(tmp_path: Path, database: str) -> None:
    folder = tmp_path / "journal"
    fill(folder, database, FACTS)
    engine = connect(database)
    with Session(engine) as session:
        contract = Contract(session)
        assert contract.exemptions(Window(0, 100_000_000)) == [
            Exemption("outage", 7_200_000, 10_800_000)
        ]
        assert contract.exemptions(Window(0, 7_200_000)) == []
        assert [(row.exemption, row.withdrawn) for row in contract.exemption_rows()] == [
            ("x1", False), ("x2", False), ("x2", True)
        ]  # fmt: skip
        # Frozen in its hour or later, a forecast does not replace one that was there in time.
        found = contract.forecasts(Window(0, 100_000_000))
        assert found == {
            3_600_000: Forecast(3_600_000, 110, 1_004_000),
            7_200_000: Forecast(7_200_000, 300, 3_600_000),
        }
        assert [(c.field, c.old, c.new) for c in contract.corrections("c1")] == [
            ("party_class", "citizen", "test"),
            ("language", "zh", "en"),
            ("party_class", "test", "citizen"),
        ]
        call = session.get(Call, "c1")
        assert call is not None
        assert (call.language, call.party_class) == ("en", "citizen")
        assert contract.corrections("c2") == []
        assert differences(session) == []
        assert list(faults(session, ZONE)) == []
    before = of_database(engine)
    make_anew(folder, database)
    assert of_database(engine) == before
    engine.dispose()


def test_a_correction_moves_the_call_in_the_counted_hours(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'r.db'}"
    probe = CallCorrected(2000.0, "c1", "party_class", "test", "a probe", "root")
    fill(tmp_path / "journal", url, [*calls(2), probe])
    engine = connect(url)
    with Session(engine) as session:
        assert differences(session) == []
        ((_, tally),) = tallies(session, Window(0, 100_000_000), Rules())
        assert (tally.requests, tally.inbound) == (1, 2)
    engine.dispose()
