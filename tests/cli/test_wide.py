"""Tables that do not fit their terminal are shown in parts, and nothing of them is cut off."""

import io

import pytest
from callcenter.cli.parts.common.wide import parts
from hypothesis import given
from hypothesis import strategies as st
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

pytestmark = pytest.mark.pure

NARROW = 40


def printed(table: Table, width: int) -> str:
    console = Console(file=io.StringIO(), width=width, color_system=None)
    for part in parts(table, console):
        console.print(part)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def table(rows: list[list[str]]) -> Table:
    made = Table(*(f"heading{n}" for n in range(len(rows[0]))), box=SIMPLE_HEAD)
    for row in rows:
        made.add_row(*row)
    return made


def test_what_fits_is_one_table() -> None:
    made = table([["a", "b"], ["c", "d"]])
    assert list(parts(made, Console(width=NARROW))) == [made]


def test_each_part_begins_with_the_first_column() -> None:
    made = table([["09:00", "x" * 15, "y" * 15, "z" * 15]])
    lines = [line for line in printed(made, NARROW).splitlines() if "09:00" in line]
    assert ["".join(line.split()) for line in lines] == [
        "09:00" + "x" * 15,
        "09:00" + "y" * 15,
        "09:00" + "z" * 15,
    ]


def test_rows_keep_their_style_and_their_sections() -> None:
    made = table([["09:00", "x" * 15, "y" * 15]])
    made.add_section()
    made.add_row("total", "1", "2", style="bold")
    for part in parts(made, Console(width=NARROW)):
        assert [row.style for row in part.rows] == [None, "bold"]
        assert [row.end_section for row in part.rows] == [True, False]


WORDS = st.text(st.sampled_from("ab接通率"), min_size=1, max_size=8)
"""Two such columns fit."""


@given(
    st.integers(2, 9).flatmap(
        lambda n: st.lists(st.lists(WORDS, min_size=n, max_size=n), min_size=1)
    )
)
def test_nothing_is_cut_off(rows: list[list[str]]) -> None:
    shown = printed(table(rows), NARROW)
    assert "…" not in shown
    for row in rows:
        for cell in row:
            assert cell in shown
