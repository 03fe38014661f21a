"""Exemptions, forecasts and corrections, as people enter and read them."""

import csv
import io
import json
from datetime import datetime, timedelta
from math import ceil, floor
from pathlib import Path
from zoneinfo import ZoneInfo

from tests.records.test_commands import PERIOD, Run, filled, run, site

__all__ = ["filled", "run", "site"]

ADD = (
    "exemptions", "add", "--kind", "outage", "--from", "2025-11-30 09:00",
    "--until", "2025-11-30 10:00", "--approver", "Ms Li", "--evidence", "letter 7",
)  # fmt: skip
TOMORROW = datetime.now(ZoneInfo("Asia/Shanghai")).date() + timedelta(days=1)


def told(run: Run, *words: str) -> list[dict[str, object]]:
    result = run(*words, "--json")
    assert result.exit_code == 0, result.output
    found: list[dict[str, object]] = json.loads(result.output)
    return found


def test_an_exemption_is_entered_listed_and_withdrawn(run: Run, filled: Path) -> None:
    assert json.loads(run(*ADD, "--json").output) == {"exemption": "20251130-1"}
    assert run(*ADD, "--aftermath", "2025-11-30 11:00").exit_code == 0
    assert [row["exemption"] for row in told(run, "exemptions", "list")] == [
        "20251130-1", "20251130-2"
    ]  # fmt: skip
    gone = run("exemptions", "withdraw", "20251130-1", "--why", "entered twice")
    assert gone.exit_code == 0, gone.output
    assert [row["exemption"] for row in told(run, "exemptions", "list")] == ["20251130-2"]
    assert [row["evidence"] for row in told(run, "exemptions", "list", "--all")] == [
        "letter 7", "letter 7", "entered twice"
    ]  # fmt: skip
    again = run("exemptions", "withdraw", "20251130-1", "--why", "twice")
    assert again.exit_code == 1
    assert "no exemption '20251130-1' holds" in again.output


def test_an_exemption_that_ends_before_it_begins_is_refused(run: Run, filled: Path) -> None:
    assert run(*ADD, "--aftermath", "2025-11-30 09:30").exit_code == 1
    assert run(*ADD, "--until", "2025-11-30 08:00").exit_code == 1
    assert told(run, "exemptions", "list", "--all") == []


def test_a_forecast_is_frozen_before_its_hours_only(run: Run, filled: Path, tmp_path: Path) -> None:
    plan = tmp_path / "plan.csv"
    plan.write_text(f"hour,requests\n{TOMORROW} 08:00,100\n{TOMORROW} 09:00,120\n")
    assert run("forecast", "import", str(plan)).exit_code == 0
    plan.write_text(f"hour,requests\n{TOMORROW} 09:00,130\n")
    assert run("forecast", "import", str(plan)).exit_code == 0
    assert [row["requests"] for row in told(run, "forecast", "list")] == [100, 130]
    assert [row["requests"] for row in told(run, "forecast", "list", "--all")] == [100, 120, 130]
    plan.write_text(f"hour,requests\n{TOMORROW} 10:00,9\n2025-11-30 09:00,130\n")
    late = run("forecast", "import", str(plan))
    assert late.exit_code == 1
    assert "line 3" in late.output
    assert "has begun" in late.output
    for wrong in (f"{TOMORROW} 09:30,1", f"{TOMORROW} 09:00,-1", f"{TOMORROW} 09:00,many"):
        plan.write_text(f"hour,requests\n{wrong}\n")
        assert "line 2" in run("forecast", "import", str(plan)).output
    assert len(told(run, "forecast", "list", "--all")) == 3


def test_a_forecast_of_the_past_or_of_nothing_is_refused(run: Run, filled: Path) -> None:
    past = run("forecast", "freeze", "--from", "2025-11-30", "--to", "2025-11-30")
    assert past.exit_code == 1
    nothing = run("forecast", "freeze")
    assert nothing.exit_code == 1
    assert "import a CSV" in nothing.output


def test_a_call_is_corrected_in_versions(run: Run, filled: Path) -> None:
    calls = told(run, "calls", "list", *PERIOD)
    call = str(next(each["call_id"] for each in calls if each["outcome"] == "answered"))
    done = run("records", "correct", call, "party_class", "test", "--why", "a probe")
    assert done.exit_code == 0, done.output
    assert run("records", "correct", call, "language", "en", "--why", "heard it").exit_code == 0
    history = told(run, "records", "history", call)
    assert [(row["field"], row["new"], row["why"]) for row in history] == [
        ("party_class", "test", "a probe"), ("language", "en", "heard it")
    ]  # fmt: skip
    shown = {row["call_id"]: row["party_class"] for row in told(run, "calls", "list", *PERIOD)}
    assert shown[call] == "test"
    assert run("records", "prove").exit_code == 0
    for words in (("outcome", "ivr_end"), ("outcome", "nonsense"), ("party_class", "robot-ish")):
        refused = run("records", "correct", call, *words, "--why", "x")
        assert refused.exit_code == 1, refused.output
    assert run("records", "correct", "nobody", "language", "en", "--why", "x").exit_code == 1
    assert len(told(run, "records", "history", call)) == 2


def rows_of(run: Run, *words: str, code: int = 0) -> list[dict[str, str]]:
    result = run("report", *words, *PERIOD, "--csv", "--lang", "en")
    assert result.exit_code == code, result.output
    return list(csv.DictReader(io.StringIO(result.output)))


def test_the_report_has_the_rate_before_and_after_exemptions(run: Run, filled: Path) -> None:
    words = ("connection-rate", "--by", "day", "--check")
    before = rows_of(run, *words, code=2)[0]
    assert before["connection_rate"] == before["assessed_rate"]
    assert before["rule"].startswith("day ≥ 95")
    day = ("--from", "2025-11-30 00:00", "--until", "2025-12-01 00:00")
    assert run(*ADD, *day).exit_code == 0
    after = rows_of(run, *words)[0]
    assert after["connection_rate"] == before["connection_rate"]
    assert (after["assessed_rate"], after["exempted"]) == ("", "outage")
    assert after["met"].startswith("exempt")


PENALTIES = """measures:
  penalties:
    rate: {measure: connection_rate, threshold: 99, percent_of_fee: 0.5}
    year: {measure: service_level, threshold: 88, per: year, surge_answered: 172000}
    content: {measure: satisfaction, threshold: 90, part: down}
    quarter: {measure: connection_rate, threshold: 99, per: quarter, surge_answered: 1}
"""


def test_penalties_tell_both_ways_of_counting_points(run: Run, site: Path, filled: Path) -> None:
    main_file = site / "site.yaml"
    text = main_file.read_text(encoding="utf-8")
    main_file.write_text(text.replace("measures:\n", PENALTIES, 1), encoding="utf-8")
    rows = rows_of(run, "penalties")
    assert [row["penalty"] for row in rows] == ["rate", "year", "content", "quarter"]
    rate = rows[0]
    lost = 99 - 100 * int(rate["part"]) / int(rate["whole"])
    assert lost > 1
    assert int(rate["points_up"]) == ceil(lost)
    assert int(rate["points_down"]) == floor(lost)
    assert rate["points"] == rate["points_up"]
    assert rate["fee"] == f"{ceil(lost) * 0.5:g} %"
    assert rows[2]["points"] == rows[2]["points_down"] == "0"
    assert run("report", "penalties", *PERIOD, "--check").exit_code == 2
    assert rows[3]["window"] == "2025-09-30T16:00:00.000Z"
    assert rows[3]["left_out"] == ""
    # With an emergency the month leaves the quarter; the month by itself stays.
    emergency = ("--kind", "emergency", *ADD[4:])
    assert run(*ADD[:2], *emergency).exit_code == 0
    after = rows_of(run, "penalties")
    assert int(after[3]["whole"]) == int(rows[3]["whole"]) - int(rate["whole"])
    assert (after[3]["left_out"], after[0]) == ("11", rate)
    # All of the day is exempt: nothing is left to be judged.
    day = ("--from", "2025-11-30 00:00", "--until", "2025-12-01 00:00")
    assert run(*ADD, *day).exit_code == 0
    assert rows_of(run, "penalties")[0]["whole"] == "0"
