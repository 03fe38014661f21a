"""Tables that are wider than their terminal: in parts, each with the first column."""

from collections.abc import Iterator, Sequence
from copy import copy

from rich.console import Console
from rich.measure import Measurement
from rich.table import Column, Table

from callcenter.cli.parts.common.reading import console

_BORDER = 3
"""Columns of the terminal that a column of a table takes beside its text."""
_TEXT = 30
"""Of a text that may be folded, so much is shown in a line before the table is parted."""


def print_table(table: Table) -> None:
    """Print all of a table: nothing is cut off where the terminal is narrow."""
    where = console()
    for part in parts(table, where):
        where.print(part)


def parts(table: Table, where: Console) -> Iterator[Table]:
    """The table itself where it fits, else tables of some of its columns each."""
    widths = [_BORDER + _needed(column, where) for column in table.columns]
    if sum(widths) + 1 <= where.width:
        yield table
        return
    shown: list[int] = []
    for n, width in enumerate(widths[1:], 1):
        if shown and widths[0] + sum(widths[k] for k in shown) + width + 1 > where.width:
            yield _part(table, [0, *shown])
            shown = []
        shown.append(n)
    yield _part(table, [0, *shown])


def _needed(column: Column, where: Console) -> int:
    """How wide a column must be to be read; headings are folded once."""
    widths = [Measurement.get(where, where.options, cell).maximum for cell in column.cells]
    text = max(widths, default=0)
    if not column.no_wrap:
        text = min(text, _TEXT)
    heading = Measurement.get(where, where.options, column.header)
    return max(text, heading.minimum, (heading.maximum + 1) // 2)


def _part(table: Table, which: Sequence[int]) -> Table:
    part = copy(table)
    part.columns, part.rows = [], []
    chosen = [table.columns[n] for n in which]
    for column in chosen:
        part.add_column(
            column.header, style=column.style, justify=column.justify, no_wrap=column.no_wrap
        )
    for row, cells in zip(table.rows, zip(*(c.cells for c in chosen), strict=True), strict=True):
        part.add_row(*cells, style=row.style, end_section=row.end_section)
    return part
