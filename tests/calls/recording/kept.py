"""Kept recordings as the cases hear them."""

import subprocess
from array import array
from pathlib import Path
from typing import Any, NamedTuple

from callcenter.qa.stage import until
from tests.calls.hotline import Hotline

STORED_S = 60.0


class Sides(NamedTuple):
    """Samples of the two sides, at 8000 a second."""

    caller: list[int]
    agent: list[int]


def sides(path: Path) -> Sides:
    """Left is the caller, right the agent."""
    words = ["sox", str(path), "-t", "raw", "-e", "signed-integer", "-b", "16", "-"]
    samples = array("h", subprocess.run(words, check=True, capture_output=True).stdout)
    return Sides(list(samples[0::2]), list(samples[1::2]))


async def stored(hotline: Hotline, count: int = 1) -> list[dict[str, Any]]:
    """The rows of the case's recordings, once all of them are in the archive."""
    calls = await hotline.calls()

    def rows() -> list[dict[str, Any]]:
        found = [row for call in calls for row in hotline.table("recording", call["call_id"])]
        return found if len([row for row in found if row["stored_at"]]) >= count else []

    found = await until(rows, f"{count} recordings are stored", STORED_S)
    assert isinstance(found, list)
    assert len(found) == count, found
    return sorted(found, key=lambda row: str(row["started_at"]))


def path_of(hotline: Hotline, row: dict[str, Any]) -> Path:
    """The kept file of a row."""
    return hotline.stage.node.recordings / str(row["file"])
