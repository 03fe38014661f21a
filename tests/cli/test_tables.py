"""Reports in every form, from one table."""

import csv
import io
import zipfile
from pathlib import Path
from xml.etree import ElementTree
from zoneinfo import ZoneInfo

import pytest
from callcenter.cli.parts.report.tables import (
    Style,
    as_csv,
    as_json,
    as_page,
    as_text,
    text,
    write_sheets,
)
from callcenter.kpi.glossary import TERMS, WORDS, Kind
from callcenter.kpi.measures import MEASURES
from callcenter.kpi.numbers import Mean, Ratio
from callcenter.kpi.report import judged
from callcenter.kpi.table import Table, Value
from callcenter.kpi.traffic import Hours, abandoned, by_hour_of_day, by_queue, rate_by_window
from callcenter.kpi.windows import Grain, Window
from callcenter.terms import AgentState, Outcome, RingResult
from rich.console import Console
from tests.kpi.rows import LONG_AFTER_MS, SHANGHAI, at_ms, hour, request, tally

pytestmark = pytest.mark.pure

STYLE = Style(ZoneInfo("Asia/Shanghai"))
DAY = Window(at_ms("2025-11-30 00:00:00"), at_ms("2025-12-01 00:00:00"))


def hours() -> Hours:
    nine, ten = at_ms("2025-11-30 09:00:00"), at_ms("2025-11-30 10:00:00")
    return Hours(
        {nine: tally(hour("2025-11-30 09:10:00", 8, 10)),
         ten: tally([*hour("2025-11-30 10:10:00", 4, 5), request(Outcome.VOICEMAIL, 61, ten)])},
        SHANGHAI,
    )  # fmt: skip


def rate(now_ms: int = LONG_AFTER_MS) -> Table:
    lines = judged(hours().by_window(Grain.HOUR, DAY), 90.0, now_ms)
    return rate_by_window(lines, Grain.HOUR)


@pytest.mark.parametrize(
    ("value", "kind", "shown"),
    [
        (None, Kind.COUNT, "-"),
        (7, Kind.COUNT, "7"),
        (Ratio(19799, 20000), Kind.PERCENT, "99.00"),
        (Ratio(0, 0), Kind.PERCENT, "-"),
        (90.0, Kind.PERCENT, "90.00"),
        (Mean(10_500, 3), Kind.SECONDS, "3.5"),
        (61_234, Kind.SECONDS, "61.2"),
        (3_661_000, Kind.DURATION, "1:01:01"),
        (DAY.start_ms, Kind.TIME, "2025-11-30 00:00:00"),
        ("", Kind.TIME, ""),
        ("13800138000", Kind.NUMBER, "138****8000"),
        ("abandoned_queue", Kind.CODE, "排队放弃"),
        ("breach few *", Kind.CODE, "未达标 (样本不足) *"),
        ("陈静", Kind.WORD, "陈静"),
    ],
)
def test_values_as_people_read_them(value: Value, kind: Kind, shown: str) -> None:
    assert text(value, kind, STYLE) == shown


def test_every_word_of_the_records_has_both_languages() -> None:
    for words in (Outcome, RingResult, AgentState):
        assert {str(each) for each in words} <= WORDS.keys()
    assert set(MEASURES) <= TERMS.keys()
    assert all(term.zh and term.en for term in TERMS.values())


def test_a_row_that_does_not_fit_its_columns_is_refused() -> None:
    with pytest.raises(ValueError, match="a row has not 2 values"):
        Table("report_traffic", ("window", "inbound"), [(1, 2, 3)])


def test_the_rate_by_hour_in_text() -> None:
    console = Console(file=io.StringIO(), width=200, color_system=None)
    console.print(as_text(rate(), STYLE))
    told = console.file.getvalue()  # type: ignore[attr-defined]
    lines = {line.split()[1]: line.split() for line in told.splitlines() if "2025-11-30" in line}
    assert len(lines) == 24
    assert lines["09:00"][2:6] == ["10", "10", "8", "80.00"]
    assert "未达标" in lines["09:00"]
    assert "不适用" in lines["08:00"]
    assert "未达标 (样本不足)" in told
    (total,) = (line for line in told.splitlines() if "合计" in line)
    assert total.split()[1:5] == ["16", "16", "12", "75.00"]


def test_provisional_windows_say_so() -> None:
    soon = rate(DAY.end_ms)
    assert "remark_provisional" in soon.remarks
    assert all(str(row[-1]).endswith("*") for row in soon.rows)
    assert "remark_provisional" not in rate().remarks


def test_csv_and_json_hold_plain_values() -> None:
    (read, *_rest) = [
        row
        for row in csv.DictReader(io.StringIO(as_csv([rate()], STYLE)))
        if row["answered"] == "8"
    ]
    assert read["window"] == "2025-11-30T01:00:00.000Z"
    assert (read["connection_rate"], read["threshold"], read["met"]) == ("80.00", "90.0", "breach")
    (table,) = as_json([rate()], Style(SHANGHAI, "en"))
    assert table["title"] == "Connection rate"
    nine = table["rows"][9]
    assert (nine["connection_rate"], nine["asa"], nine["breach"]) == (80.0, 5.0, True)
    assert table["rows"][8]["connection_rate"] is None
    assert "Connection rate = A / R" in table["formulas"]


def test_empty_figures_are_empty_in_csv() -> None:
    rows = list(csv.DictReader(io.StringIO(as_csv([rate()], STYLE))))
    assert rows[0]["connection_rate"] == ""


def test_the_page_stands_by_itself() -> None:
    tables = [rate(), by_hour_of_day(hours().by_hour_of_day())]
    page = as_page("日报 <b>", "2025-11-30", tables, STYLE)
    assert "日报 &lt;b&gt;" in page
    assert page.count("<svg") == 4
    assert page.count('class="bad"') == 2
    assert "<script" not in page
    assert "src=" not in page
    for svg in page.split("<figure>")[1:]:
        ElementTree.fromstring(svg.split("</figure>")[0])  # noqa: S314  made by ourselves
    assert page == as_page("日报 <b>", "2025-11-30", tables, STYLE)


def test_the_spreadsheet_holds_numbers(tmp_path: Path) -> None:
    hostile = Table("report_queues", ("queue", "name", "requests"), [("q", "=1+1", 3)])
    path = tmp_path / "report.xlsx"
    write_sheets([rate(), hostile], STYLE, path)
    with zipfile.ZipFile(path) as book:
        first, second = (book.read(f"xl/worksheets/sheet{n}.xml").decode() for n in (1, 2))
        shared = book.read("xl/sharedStrings.xml").decode()
        names = book.read("xl/workbook.xml").decode()
    assert "<v>80</v>" in first
    assert "<f>" not in second
    assert "=1+1" in shared
    assert "接通率" in names


def test_queues_have_no_total() -> None:
    table = by_queue([("q", "综合", tally(hour("2025-11-30 09:10:00", 8, 10)))])
    assert table.total is None
    assert "remark_stays" in table.remarks


def test_abandons_by_their_wait() -> None:
    waits = (0, 2.9, 3, 14.999, 15, 60, 100)
    table = abandoned(tally(request(Outcome.ABANDONED_QUEUE, wait) for wait in waits))
    assert {row[0]: row[1] for row in table.rows if row[1]} == {
        "0-3 s": 2, "3-5 s": 1, "10-15 s": 1, "15-20 s": 1, "≥ 60 s": 2,
    }  # fmt: skip
    assert table.total is not None
    assert table.total[1] == 7


def test_within_any_number_of_seconds() -> None:
    found = tally(request(Outcome.ANSWERED, wait) for wait in (15, 15.001, 20, 20.001))
    assert [found.within(s) for s in (14, 15, 20, 21)] == [Ratio(n, 4) for n in (0, 1, 3, 4)]
