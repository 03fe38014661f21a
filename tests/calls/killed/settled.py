"""What must be so when everybody has hung up, whatever happened before."""

import sqlite3
from contextlib import closing
from datetime import datetime
from typing import Any

from tests.calls.hotline import Hotline

Placed = tuple[str, float]
"""A caller's number, and when his call was answered, in epoch seconds."""

SETTLES_S = 45.0
"""Callbacks that are owed still expire."""
OPEN = {
    "call": "ended_at IS NULL OR outcome IS NULL",
    "ring_attempt": "ended_at IS NULL OR (joined_at IS NOT NULL AND left_at IS NULL)",
    "segment": "ended_at IS NULL",
    "consult": "ended_at IS NULL",
    "hold": "ended_at IS NULL",
    "recording": "stored_at IS NULL AND lost = ''",
}
"""Table -> what is true of a row that has not come to its end."""


async def is_settled(hotline: Hotline, placed: list[Placed]) -> None:
    """No channel, no bridge, nobody in a call, nothing open in the records, each call once."""
    for look, what in (
        (lambda: _left(hotline), "nothing is left over"),
        (lambda: _open(hotline), "the records have come to their end"),
        (lambda: _missing(hotline, placed), "every call is in the records"),
        (lambda: _fewer(hotline), "as many calls as were placed"),
    ):
        await hotline.none(look, what, SETTLES_S)
    calls = _calls(hotline)
    inbound = [call for call in calls if call["direction"] == "in"]
    strange = [call for call in inbound if not any(_is(call, one) for one in placed)]
    assert not strange, strange
    assert len(inbound) == hotline.placed == len(placed), sorted(
        (call["arrived_at"], call["caller"], call["call_id"], call["handled_by"])
        for call in inbound
    )
    hotline.placed = len(calls)


async def _left(hotline: Hotline) -> list[Any]:
    told = await hotline.stage.ask(do="snapshot")
    busy = [a for a in told["agents"] if a["state"] in ("reserved", "ringing", "talking")]
    return [*await hotline.channels(), *await hotline.bridges(), *told["calls"], *busy]


async def _fewer(hotline: Hotline) -> list[int]:
    """How many calls from outside are in the records, where some are still to come."""
    found = sum(call["direction"] == "in" for call in _calls(hotline))
    return [] if found >= hotline.placed else [found]


async def _open(hotline: Hotline) -> list[Any]:
    return [
        (table, row)
        for table, condition in OPEN.items()
        for row in rows(hotline, f"SELECT * FROM {table} WHERE {condition}")  # noqa: S608  ours
    ]


def rows(hotline: Hotline, query: str) -> list[dict[str, Any]]:
    """Rows of the records."""
    with closing(sqlite3.connect(hotline.stage.node.path / "records.db")) as database:
        database.row_factory = sqlite3.Row
        return [dict(row) for row in database.execute(query)]


def _calls(hotline: Hotline) -> list[dict[str, Any]]:
    """The case's calls; its stage has seen others."""
    return [c for c in rows(hotline, "SELECT * FROM call") if c["arrived_at"] >= hotline.began]


def _is(call: dict[str, Any], placed: Placed) -> bool:
    """True for the record of that call: by its number, and about then."""
    user, answered = placed
    at = datetime.fromisoformat(str(call["arrived_at"])).timestamp()
    return call["caller"] == user and abs(at - answered) < 1.0


async def _missing(hotline: Hotline, placed: list[Placed]) -> list[Placed]:
    """Calls without a row of about the time when they were answered."""
    calls = _calls(hotline)
    return [one for one in placed if not any(_is(call, one) for call in calls)]
