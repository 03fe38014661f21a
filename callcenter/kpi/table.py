"""A report as a value: columns by their terms, rows of plain values, what breaks a threshold.

How it looks, as text, page, spreadsheet or JSON, is decided by whoever prints it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TypeAlias

from callcenter.kpi.glossary import Kind, Language, term
from callcenter.kpi.numbers import Mean, Ratio
from callcenter.kpi.windows import Grain

Value: TypeAlias = str | int | float | Ratio | Mean | None
"""None is shown as not applicable (不适用). Times are milliseconds since 1970 (UTC), durations
milliseconds."""


@dataclass(frozen=True, slots=True)
class Chart:
    """What of a table is worth a picture."""

    title: str
    """A term."""
    columns: tuple[str, ...]
    """Terms of the columns that are drawn over the first column."""
    bars: bool = False
    """Bars that stand upon each other; else lines."""
    limit: float | None = None
    """A threshold, drawn across."""


@dataclass(frozen=True, slots=True)
class Table:
    """One table of a report."""

    name: str
    """A term."""
    columns: tuple[str, ...]
    """Terms; the first one names the rows."""
    rows: Sequence[tuple[Value, ...]]
    total: tuple[Value, ...] | None = None
    breaches: frozenset[int] = frozenset()
    """Positions of rows that are below a threshold."""
    total_breach: bool = False
    """Whether all together are below a threshold."""
    remarks: Sequence[str] = ()
    """Terms of what a reader has to know besides the columns' formulas."""
    charts: Sequence[Chart] = field(default_factory=tuple)
    grain: Grain | None = None
    """Length of the windows, where the rows are windows: their times are shown accordingly."""

    def __post_init__(self) -> None:
        width = len(self.columns)
        lines = [*self.rows, *([] if self.total is None else [self.total])]
        if any(len(row) != width for row in lines):
            raise ValueError(f"table {self.name}: a row has not {width} values")

    def formulas(self, language: Language) -> list[str]:
        """The formulas of the columns that have one, and the remarks."""
        told = [
            f"{known.in_(language)} = {known.formula}"
            for known in map(term, self.columns)
            if known.formula
        ]
        return [*told, *(term(each).in_(language) for each in self.remarks)]


def number(value: Value, kind: Kind) -> Decimal | int | float | None:
    """The value as a number for machines: percents, and seconds for durations; None for none.

    Raises TypeError for words.
    """
    if value is None:
        return None
    if isinstance(value, Ratio):
        return value.percent
    if isinstance(value, Mean):
        return value.seconds
    if isinstance(value, str):
        raise TypeError(f"{value!r} is no number")
    if kind in (Kind.DURATION, Kind.SECONDS):
        return Decimal(round(value)).scaleb(-3)
    return value
