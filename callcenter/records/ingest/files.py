"""Asterisk's own papers of calls: CDR, CEL and queue_log, rotated files too, one entry a call.

Times are epoch milliseconds. Files that are compressed are not read.
"""

import csv
import logging
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from callcenter.kpi.windows import Window
from callcenter.records.ingest.cel import LAST, BadRow, CelRow, parse_row
from callcenter.records.ingest.fold import fold_call, is_call
from callcenter.records.ingest.legs import agent_legs
from callcenter.records.ingest.placed import fold_placed, is_placed
from callcenter.records.ingest.tail import EVENT, RECORD, whole_rows
from callcenter.records.journal.facts import CallFolded
from callcenter.records.tables.columns import ms
from callcenter.render.cel import UserEvent

CDR = "cdr-csv/Master.csv"
QUEUE_LOG = "queue_log"
_PACKED = (".gz", ".xz", ".zst", ".bz2")
_CDR_COLUMNS = 20
_SECOND = re.compile(rb"\d+\|")
_MARGIN_MS = 86_400_000
"""A call may have begun a day before the period that is asked for, or end a day after it."""

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class Paper:
    """What one of the papers tells of one call."""

    started: int
    ended: int
    of_hotline: bool = True
    """False for agents' feature codes and calls among phones."""
    folded: CallFolded | None = None
    """CEL: the call as its events tell it; None where its last one is missing."""
    up_ms: int = 0
    """CEL: how long agents' phones were up since their talk began, with the caller or not."""
    alone_ms: int = 0
    """CEL: how long the caller was there after the last of them."""
    words: set[str] = field(default_factory=set)
    """CEL: the dialplan's own events. queue_log: its events."""


@dataclass(frozen=True, slots=True)
class Papers:
    """One paper: its calls by Asterisk's name of them, and since when there is any of it."""

    calls: Mapping[str, Paper]
    since: int | None
    """Time of the oldest entry; None where there is none."""


def cdr(log: Path, period: Window) -> Papers:
    """Calls by linkedid, from Master.csv."""
    calls: dict[str, Paper] = {}
    since = None
    for line in _lines(log / CDR, RECORD):
        try:
            (cells,) = csv.reader([line], strict=True)
            if len(cells) != _CDR_COLUMNS:
                raise ValueError(f"{len(cells)} columns")
            started, ended = _second(cells[9]), _second(cells[11])
        except (csv.Error, ValueError) as wrong:
            _log.warning("%s: not a row of ours (%s): %.80r", log / CDR, wrong, line)
            continue
        since = started if since is None else min(since, started)
        if not _near(started, ended, period):
            continue
        known = calls.setdefault(cells[18], Paper(started, ended))
        known.started, known.ended = min(known.started, started), max(known.ended, ended)
    return Papers(calls, since)


def _second(text: str) -> int:
    return ms(datetime.strptime(text, "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC).timestamp())


def cel(file: Path, period: Window) -> Papers:
    """Calls by linkedid, judged by the same rules as `records ingest`, but from nothing else."""
    calls: dict[str, Paper] = {}
    gathered: dict[str, list[CelRow]] = {}
    since = None
    for line in _lines(file, EVENT):
        try:
            row = parse_row(line)
        except BadRow:
            continue
        at = ms(row.at)
        since = at if since is None else min(since, at)
        if not _near(at, at, period):
            continue
        gathered.setdefault(row.linkedid, []).append(row)
        if row.event == LAST:
            calls[row.linkedid] = _told(gathered.pop(row.linkedid), ended=True)
    for call, rows in gathered.items():
        calls[call] = _told(rows, ended=False)
    return Papers(calls, since)


def _told(rows: list[CelRow], *, ended: bool) -> Paper:
    placed = is_placed(rows)
    ours = placed or is_call(rows)
    words = {row.event for row in rows if row.event in set(UserEvent)}
    paper = Paper(ms(rows[0].at), ms(rows[-1].at), ours, words=words)
    if ours and ended:
        facts = fold_placed(rows) if placed else fold_call(rows, ())
        *_, told = (fact for fact in facts if isinstance(fact, CallFolded))
        legs = [leg for leg in agent_legs(rows, told.ended_at) if leg.talk]
        last = max((leg.ended_at for leg in legs), default=told.ended_at)
        # A leg may outlast its caller, with nobody there to end it.
        paper.ended, paper.folded = ms(told.ended_at), told
        paper.up_ms = sum(ms(leg.ended_at - leg.talk[0].start) for leg in legs)
        paper.alone_ms = max(0, ms(told.ended_at - last))
    return paper


def queue_log(log: Path, period: Window) -> Papers:
    """Calls that Asterisk's own queue had, by the caller's uniqueid."""
    calls: dict[str, Paper] = {}
    since = None
    for line in _lines(log / QUEUE_LOG, _SECOND):
        cells = line.split("|")
        if len(cells) < 5 or not cells[0].isdigit():
            continue
        at, call, event = int(cells[0]) * 1000, cells[1], cells[4]
        since = at if since is None else min(since, at)
        if call in ("NONE", "MANAGER", "REALTIME") or not _near(at, at, period):
            continue
        known = calls.setdefault(call, Paper(at, at))
        known.ended = max(known.ended, at)
        known.words.add(event)
    return Papers({c: paper for c, paper in calls.items() if "ENTERQUEUE" in paper.words}, since)


def _lines(path: Path, begins: re.Pattern[bytes]) -> Iterator[str]:
    """All whole rows, of what the file was before it was renamed first."""
    renamed: Iterable[Path] = (
        old for old in path.parent.glob(f"{path.name}.*") if old.suffix not in _PACKED
    )
    for file in [*sorted(renamed, key=lambda old: old.stat().st_mtime_ns), path]:
        if not file.exists():
            continue
        with file.open("rb") as opened:
            for row, _ in whole_rows(opened, begins):
                yield row


def _near(started: int, ended: int, period: Window) -> bool:
    return ended >= period.start_ms - _MARGIN_MS and started < period.end_ms + _MARGIN_MS
