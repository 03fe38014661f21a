"""What the records tell of a case's one call."""

from tests.calls.hotline import Hotline


async def segments(hotline: Hotline) -> list[tuple[str, str, str]]:
    """(kind, queue or target, agent) of the one call's stays, in their order."""
    call = await hotline.call()
    rows = sorted(hotline.table("segment", call["call_id"]), key=lambda row: row["number"])
    return [(row["kind"], row["queue"] or row["target"], row["agent"]) for row in rows]
