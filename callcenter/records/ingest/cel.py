"""Rows of Asterisk's channel events (CEL), as the rendered cel_custom.conf writes them. Pure.

Beside Asterisk's own events there are ours, written by the dialplan with CELGenUserEvent: their
words stand in `eventextra`, with `|` between them.
"""

import csv
import json
from dataclasses import dataclass

from callcenter.render.cel import Column
from callcenter.terms import caller_number

LAST = "LINKEDID_END"
"""The last event of a call: none of its channels is left."""


class BadRow(ValueError):
    """A line is not a row of ours."""


@dataclass(frozen=True, slots=True)
class CelRow:
    """One event of one channel."""

    at: float
    event: str
    words: tuple[str, ...]
    """Of an event of ours: what the dialplan told."""
    bridge: str
    """BRIDGE_ENTER and BRIDGE_EXIT: the bridge; empty for one in which callers only wait."""
    cause: int
    """HANGUP: Q.850 cause, 0 when there is none."""
    caller: str
    channel: str
    """Such as PJSIP/1001-00000004."""
    uniqueid: str
    linkedid: str
    source: str = ""
    """HANGUP: the line whose side ended it, where Asterisk knows."""
    dialled: str = ""
    """HANGUP: what came of the last number that the dialplan dialled for it: Dial's DIALSTATUS."""


def parse_row(line: str) -> CelRow:
    """The event of one line of the file. Raises BadRow."""
    try:
        (cells,) = csv.reader([line], strict=True)
        row = dict(zip(Column, cells, strict=True))
        extra = json.loads(row[Column.EXTRA] or "{}")
        waits = extra.get("bridge_technology") == "holding_bridge"
        return CelRow(
            at=float(row[Column.TIME]),
            event=row[Column.EVENT],
            words=tuple(str(extra.get("extra", "")).split("|")),
            bridge="" if waits else str(extra.get("bridge_id", "")),
            cause=int(extra.get("hangupcause", 0)),
            caller=caller_number(row[Column.CALLER]),
            channel=row[Column.CHANNEL],
            uniqueid=row[Column.UNIQUEID],
            linkedid=row[Column.LINKEDID],
            source=str(extra.get("hangupsource", "")),
            dialled=str(extra.get("dialstatus", "")),
        )
    except (csv.Error, ValueError, TypeError, AttributeError) as wrong:
        raise BadRow(f"not a row of ours: {line[:120]!r}") from wrong
