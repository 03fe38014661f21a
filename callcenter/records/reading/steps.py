"""What Asterisk wrote down about one call: menus and keys, its lines and their causes of end."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from callcenter.records.ingest.cel import BadRow, CelRow, parse_row
from callcenter.records.ingest.tail import chain
from callcenter.records.reading.timeline import Moment
from callcenter.records.tables.columns import ms
from callcenter.render.cel import UserEvent

_SLACK_S = 60.0
"""A file that was last written so long before a call holds nothing of it, whatever the clocks."""

_STEPS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    UserEvent.BLOCKED: ("turned away", ("list",)),
    UserEvent.CLOSED: ("closed", ("number",)),
    UserEvent.MENU: ("menu", ("menu",)),
    UserEvent.KEY: ("key", ("menu", "key")),
    UserEvent.REQUEST: ("asked for queue", ("queue",)),
    UserEvent.FALLBACK: ("without controller", ("queue",)),
    UserEvent.OVERFLOW: ("overflow", ("queue", "cause")),
    UserEvent.REFUSED: ("refused", ("queue", "cause")),
    UserEvent.TOLD: ("told of recording", ("queue",)),
    UserEvent.PLACED: ("dialled without controller", ("kind", "to")),
    UserEvent.OUTSIDE: ("led outside", ("number",)),
    UserEvent.DIRECT: ("sent to agent", ("agent",)),
    UserEvent.VOICEMAIL: ("voicemail", ("box",)),
    UserEvent.VOICEMAIL_DONE: ("voicemail ended", ("box", "status")),
}
"""Our own events -> what a reader calls them, and the names of their words. The others stand in
the records already."""

CAUSES: Mapping[int, str] = {
    1: "number unknown",
    3: "no route",
    16: "hung up",
    17: "busy",
    18: "no response",
    19: "no answer",
    20: "not registered",
    21: "declined",
    26: "taken elsewhere",
    27: "far end out of order",
    28: "number incomplete",
    31: "normal",
    34: "no line free",
    38: "network out of order",
    41: "temporary failure",
    42: "congestion",
    58: "no common codec",
    102: "timed out",
    127: "unknown failure",
}
"""Q.850 cause of a line's end, in words."""


def steps_of(events: Path, call: str, since_ms: int) -> list[Moment]:
    """The steps of a call that began at `since_ms`, from the event file and its older parts.

    Empty where Asterisk's events of that time are gone. Raises OSError where they may not be read.
    """
    return list(steps(list(_rows(events, call, since_ms / 1000 - _SLACK_S)), call))


def steps(rows: Sequence[CelRow], call: str) -> Iterator[Moment]:
    """The rows of a call as moments, in their order."""
    for row in rows:
        if row.event in _STEPS and row.uniqueid == call:
            event, names = _STEPS[row.event]
            told = dict(zip(names, row.words, strict=False))
            yield Moment(ms(row.at), event, {name: word for name, word in told.items() if word})
        elif row.event in _LINE:
            yield _LINE[row.event](row)


def _rows(events: Path, call: str, since: float) -> Iterator[CelRow]:
    """Rows of the call and of the lines that were called for it."""
    sought = f'"{call}'.encode()
    for file in chain(events):
        if file.stat().st_mtime < since:
            continue
        with file.open("rb") as lines:
            for line in lines:
                if sought not in line:
                    continue
                try:
                    row = parse_row(line.decode("utf-8", "replace").rstrip("\r\n"))
                except BadRow:
                    continue
                if row.linkedid == call or _is_of(row.uniqueid, call):
                    yield row


def _is_of(channel: str, call: str) -> bool:
    return channel == call or channel.startswith((f"{call}~", f"{call}^"))


def _begun(row: CelRow) -> Moment:
    return Moment(ms(row.at), "line begun", _line(row))


def _answered(row: CelRow) -> Moment:
    return Moment(ms(row.at), "line answered", _line(row))


def _hung_up(row: CelRow) -> Moment:
    cause = {"cause": f"{row.cause} {CAUSES.get(row.cause, '')}".strip()} if row.cause else {}
    by = {"ended_by": row.source} if row.source else {}
    return Moment(ms(row.at), "line ended", {**_line(row), **cause, **by})


def _line(row: CelRow) -> dict[str, str]:
    return {"line": row.channel}


_LINE: Mapping[str, Callable[[CelRow], Moment]] = {
    "CHAN_START": _begun,
    "ANSWER": _answered,
    "HANGUP": _hung_up,
}
