"""Moments of a call as people and machines read them: one line each, with the time between."""

from collections.abc import Sequence
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from callcenter.cli.parts.common.reading import clock, masked_text, number, span
from callcenter.cli.parts.common.wide import print_table
from callcenter.records.reading.timeline import Moment
from callcenter.records.tables.columns import iso
from callcenter.site.model import Site

NUMBERS = frozenset({"caller", "number"})
"""Details that hold numbers of people outside."""


def print_line(site: Site, begun_ms: int, moments: Sequence[Moment], full: bool) -> None:
    """Each moment with the time since the call's beginning, and since the moment before it."""
    table = Table(
        "time", "after", "step", "what", "who", "and why", box=SIMPLE_HEAD, pad_edge=False
    )
    before = begun_ms
    for moment in moments:
        detail = shown(moment, full)
        who = detail.pop("agent", "") or detail.pop("by", "")
        why = ", ".join(f"{name}={value}" for name, value in detail.items())
        table.add_row(
            clock(moment.at, site, "%H:%M:%S"),
            span(moment.at - begun_ms),
            f"+{span(moment.at - before)}",
            moment.event,
            Text(str(who)),
            Text(why),
        )
        before = moment.at
    print_table(table)


def line_for_machines(begun_ms: int, moments: Sequence[Moment], full: bool) -> list[dict[str, Any]]:
    """The same as JSON; times in milliseconds since the call's beginning, and since the last."""
    found, before = [], begun_ms
    for moment in moments:
        found.append(
            {"at": iso(moment.at), "after_ms": moment.at - begun_ms, "step_ms": moment.at - before,
             "event": moment.event, **shown(moment, full)}
        )  # fmt: skip
        before = moment.at
    return found


def shown(moment: Moment, full: bool) -> dict[str, Any]:
    """What belongs to a moment, numbers masked unless they are asked for."""
    return {
        name: number(str(value), full) if name in NUMBERS else _text(value, full)
        for name, value in moment.detail.items()
    }


def _text(value: Any, full: bool) -> Any:
    """People write numbers into notes too."""
    return masked_text(value, full) if isinstance(value, str) else value
