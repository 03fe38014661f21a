"""Reports in every form: text, CSV, JSON, spreadsheet, and a page with charts."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from rich.box import SIMPLE_HEAD
from rich.console import JustifyMethod
from rich.table import Table as RichTable

from callcenter.cli.parts.common.reading import masked_text
from callcenter.cli.parts.common.reading import number as masked_number
from callcenter.cli.parts.report import html as _html
from callcenter.cli.parts.report.charts import Series, bar_chart, line_chart
from callcenter.kpi.glossary import Kind, Language, term, word
from callcenter.kpi.table import Chart, Table, Value, number
from callcenter.kpi.windows import Grain, as_local
from callcenter.records.tables.columns import iso

_NONE = "-"
_SECONDS = "%Y-%m-%d %H:%M:%S"
_MINUTES = "%Y-%m-%d %H:%M"
_DATE = "%Y-%m-%d"
_TIMES = {
    Grain.DAY: _DATE,
    Grain.WEEK: _DATE,
    Grain.MONTH: "%Y-%m",
    Grain.QUARTER: "%Y-%m",
    Grain.YEAR: "%Y",
}
_SHORT = {Grain.HOUR: "%H:%M", Grain.FOUR_HOURS: "%H:%M", Grain.DAY: "%m-%d", Grain.WEEK: "%m-%d"}
"""For the axis of a chart; hours of several days need their day too."""
_LEFT = frozenset({Kind.WORD, Kind.CODE, Kind.TIME, Kind.NUMBER})


@dataclass(frozen=True, slots=True)
class Style:
    """How values are shown."""

    zone: ZoneInfo
    language: Language = "zh"
    full_numbers: bool = False
    """Callers' numbers as they are; else masked."""

    def word(self, key: str) -> str:
        """A term in the reader's language."""
        return term(key).in_(self.language)


def text(value: Value, kind: Kind, style: Style, times: str = _SECONDS) -> str:
    """A value for people; `times` is the form of points in time."""
    if value is None:
        return _NONE
    if kind is Kind.TIME:
        return value if isinstance(value, str) else _clock(value, style, times)
    if isinstance(value, str):
        return _words(value, kind, style)
    if kind is Kind.DURATION and isinstance(value, int):
        return _duration(value)
    shown = number(value, kind)
    if shown is None:
        return _NONE
    if kind is Kind.SECONDS:
        return f"{shown:.1f}"
    if kind is Kind.PERCENT:
        return f"{shown:.2f}"
    return f"{shown:g}" if isinstance(shown, float) else str(shown)


def as_text(table: Table, style: Style) -> RichTable:
    """For the terminal; a row in breach is red."""
    shown = RichTable(box=SIMPLE_HEAD, pad_edge=False)
    kinds = _kinds(table)
    for key, kind in zip(table.columns, kinds, strict=True):
        justify: JustifyMethod = "left" if kind in _LEFT else "right"
        # In a table too wide for its terminal, headings are folded before times are.
        shown.add_column(style.word(key), justify=justify, no_wrap=kind in (Kind.TIME, Kind.CODE))
    for n, row in enumerate(table.rows):
        shown.add_row(*_texts(row, table, style), style="red" if n in table.breaches else None)
    if table.total is not None:
        shown.add_section()
        shown.add_row(*_total(table, style), style="bold red" if table.total_breach else "bold")
    return shown


def as_csv(tables: Sequence[Table], style: Style) -> str:
    """For other programs: keys as headings, plain numbers, times as ISO 8601, empty for none."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    for n, table in enumerate(tables):
        if n:
            writer.writerow([])
        kinds = _kinds(table)
        writer.writerow(table.columns)
        for row in table.rows:
            plain = (_plain(v, k, style) for v, k in zip(row, kinds, strict=True))
            writer.writerow("" if each is None else each for each in plain)
    return out.getvalue()


def as_json(tables: Sequence[Table], style: Style) -> list[dict[str, Any]]:
    """For machines: every table with its rows by the columns' keys."""
    found = []
    for table in tables:
        kinds = _kinds(table)

        def record(
            row: Sequence[Value], table: Table = table, kinds: Sequence[Kind] = kinds
        ) -> Any:
            plain = (_plain(v, k, style) for v, k in zip(row, kinds, strict=True))
            return dict(zip(table.columns, map(_json, plain), strict=True))

        found.append(
            {
                "name": table.name,
                "title": style.word(table.name),
                "rows": [
                    record(row) | ({"breach": True} if n in table.breaches else {})
                    for n, row in enumerate(table.rows)
                ],
                "total": None
                if table.total is None
                else record(table.total) | ({"breach": True} if table.total_breach else {}),
                "formulas": table.formulas(style.language),
            }
        )
    return found


def write_sheets(tables: Sequence[Table], style: Style, path: Path) -> None:
    """One sheet for each table, numbers as numbers. Raises OSError."""
    path.write_bytes(as_sheets(tables, style))


def as_sheets(tables: Sequence[Table], style: Style) -> bytes:
    """A spreadsheet (xlsx) with one sheet for each table."""
    from xlsxwriter import Workbook

    # Written by us alone: no text is taken for a formula or an address.
    options = {"strings_to_formulas": False, "strings_to_urls": False, "in_memory": True}
    with io.BytesIO() as made:
        with Workbook(made, options) as book:
            bold, bad = book.add_format({"bold": True}), book.add_format({"font_color": "#8c1d18"})
            for table in tables:
                sheet = book.add_worksheet(style.word(table.name)[:31])
                sheet.freeze_panes(1, 1)
                kinds = _kinds(table)
                for column, key in enumerate(table.columns):
                    sheet.write(0, column, style.word(key), bold)
                lines = [*table.rows, *([] if table.total is None else [table.total])]
                for n, row in enumerate(lines):
                    form = bad if _is_bad(n, table) else bold if n == len(table.rows) else None
                    for column, (value, kind) in enumerate(zip(row, kinds, strict=True)):
                        sheet.write(n + 1, column, _cell(value, kind, style), form)
                below = len(lines) + 2
                for n, line in enumerate(table.formulas(style.language)):
                    sheet.write(below + n, 0, line)
                sheet.autofit()
        return made.getvalue()


def as_page(title: str, subtitle: str, tables: Sequence[Table], style: Style) -> str:
    """One HTML file with charts, which opens anywhere and prints well."""
    parts: list[str] = []
    told: dict[str, None] = {}
    for table in tables:
        told.update(dict.fromkeys(table.formulas(style.language)))
        if len(tables) > 1:
            parts.append(_html.heading(style.word(table.name)))
        if len(table.rows) > 1:
            parts += [_html.figure(_drawn(chart, table, style)) for chart in table.charts]
        parts.append(
            _html.table(
                [style.word(key) for key in table.columns],
                (_texts(row, table, style) for row in table.rows),
                bad=table.breaches,
                total=() if table.total is None else _total(table, style),
                total_bad=table.total_breach,
            )
        )
    parts.append(_html.notes(told))
    return _html.page(title, subtitle, parts, style.language)


def _drawn(chart: Chart, table: Table, style: Style) -> str:
    labels = _labels(table, style)
    series = []
    for key in chart.columns:
        at = table.columns.index(key)
        kind = term(key).kind
        values = [number(row[at], kind) for row in table.rows]
        series.append(Series(style.word(key), [None if v is None else float(v) for v in values]))
    unit = "%" if term(chart.columns[0]).kind is Kind.PERCENT else ""
    if chart.bars:
        return bar_chart(style.word(chart.title), labels, series, unit)
    return line_chart(style.word(chart.title), labels, series, unit, chart.limit)


def _words(value: str, kind: Kind, style: Style) -> str:
    if kind is Kind.NUMBER:
        return masked_number(value, style.full_numbers)
    if kind is Kind.CODE:
        return " ".join(word(each, style.language) for each in value.split())
    return masked_text(value, style.full_numbers)


def _kinds(table: Table) -> list[Kind]:
    return [term(key).kind for key in table.columns]


def _texts(row: Sequence[Value], table: Table, style: Style) -> list[str]:
    times = _SECONDS if table.grain is None else _TIMES.get(table.grain, _MINUTES)
    return [text(v, k, style, times) for v, k in zip(row, _kinds(table), strict=True)]


def _labels(table: Table, style: Style) -> list[str]:
    """The first column, as short as it can be."""
    kind = term(table.columns[0]).kind
    times = _SECONDS
    if table.grain is not None:
        times = _SHORT.get(table.grain, _TIMES.get(table.grain, _MINUTES))
        days = {text(row[0], kind, style, _DATE) for row in table.rows}
        if times == "%H:%M" and len(days) > 1:
            times = "%m-%d %H:%M"
    return [text(row[0], kind, style, times) for row in table.rows]


def _total(table: Table, style: Style) -> list[str]:
    assert table.total is not None  # noqa: S101  asked for where there is one
    return [style.word("total"), *_texts(table.total, table, style)[1:]]


def _plain(value: Value, kind: Kind, style: Style) -> str | int | float | Decimal | None:
    if value is None:
        return None
    if kind is Kind.TIME:
        return value if isinstance(value, str) else iso(_whole(value))
    if isinstance(value, str):
        shown = masked_number if kind is Kind.NUMBER else masked_text
        return shown(value, style.full_numbers)
    return number(value, kind)


def _cell(value: Value, kind: Kind, style: Style) -> str | int | float | None:
    if kind is Kind.TIME and value is not None and not isinstance(value, str):
        return _clock(value, style, _MINUTES)
    if isinstance(value, str):
        return _words(value, kind, style)
    plain = _plain(value, kind, style)
    return float(plain) if isinstance(plain, Decimal) else plain


def _is_bad(line: int, table: Table) -> bool:
    """Whether a line of a sheet, the last of which is the total, is below a threshold."""
    return line in table.breaches or (table.total_breach and line == len(table.rows))


def _json(value: str | int | float | Decimal | None) -> str | int | float | None:
    return float(value) if isinstance(value, Decimal) else value


def _whole(value: Value) -> int:
    if not isinstance(value, int):
        raise TypeError(f"{value!r} is no time")
    return value


def _clock(value: Value, style: Style, times: str) -> str:
    return as_local(_whole(value), style.zone).strftime(times)


def _duration(length_ms: int) -> str:
    seconds = round(length_ms / 1000)
    return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"
