"""Hand-over of recordings: a folder of files with a manifest that proves each of them.

`manifest.json` and `manifest.csv` say the same; `SHA256SUMS` can be checked by `sha256sum -c`
without us.
"""

import csv
import json
import shutil
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from callcenter.live.recordings.files import digest
from callcenter.records.reading.recordings import Recorded
from callcenter.records.tables.columns import iso

MANIFEST = "manifest.json"
TABLE = "manifest.csv"
SUMS = "SHA256SUMS"
_OURS = frozenset({MANIFEST, TABLE, SUMS})
_FILES = "files"
_CHANNELS = {1: "mixed", 2: "left caller, right agent"}

Progress = Callable[[int], None]
"""Told after each file, with its number from 1."""


class ExportError(Exception):
    """What can't be handed over as it is; the text tells why."""


def export(
    found: Iterable[Recorded],
    recordings: Path,
    to: Path,
    about: Mapping[str, str],
    progress: Progress = lambda done: None,
    number: Callable[[str], str] = str,
) -> int:
    """Copy the files and write the manifest; how many files. `about` goes to its head, `number`
    tells how a caller's number stands in it.

    Raises ExportError for a file that is not as it was stored, and for a folder that is not empty;
    OSError.
    """
    if to.exists() and any(to.iterdir()):
        raise ExportError(f"{to} is not empty; name a new folder")
    entries = []
    for done, each in enumerate(found, 1):
        entry = describe(each, number)
        name = PurePosixPath(_FILES) / each.recording.file
        target = to / name
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            shutil.copyfile(recordings / each.recording.file, target)
        except FileNotFoundError:
            raise ExportError(f"{each.recording.file} is missing; see `recordings check`") from None
        if digest(target) != each.recording.sha256:
            raise ExportError(f"{each.recording.file} is not what was stored; see the check")
        entries.append({"file": str(name)} | entry)
        progress(done)
    to.mkdir(parents=True, exist_ok=True)
    _write(to, {**about, "files": len(entries)}, entries)
    return len(entries)


def describe(each: Recorded, number: Callable[[str], str]) -> dict[str, Any]:
    """What a manifest tells of a recording and its call."""
    row, call = each.recording, each.call
    return {
        "sha256": row.sha256,
        "bytes": row.bytes,
        "length_ms": row.length_ms,
        "format": row.format,
        "channels": _CHANNELS.get(row.channels, str(row.channels)),
        "leg": row.leg,
        "call": row.call_id,
        "recorded_at": iso(row.started_at),
        "agent": row.agent,
        "queue": row.queue,
        "direction": row.direction,
        "caller": number(call.caller) if call else "",
        "called": number(call.called) if call else "",
        "arrived_at": iso(call.arrived_at) if call else "",
        "ended_at": iso(call.ended_at) if call and call.ended_at is not None else "",
        "outcome": (call.outcome or "") if call else "",
        "gaps": [
            {"from": iso(start or 0), "to": None if end is None else iso(end)}
            for start, end in row.gaps
        ],
        "held": each.held,
    }


def verify(folder: Path) -> list[str]:
    """What is wrong with a hand-over, one line each; empty when all is as the manifest says.

    Raises ExportError where there is no manifest.
    """
    try:
        told = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        entries = {str(entry["file"]): entry for entry in told["recordings"]}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ExportError(f"{folder / MANIFEST} can't be read: {error}") from None
    wrong = []
    for name, entry in entries.items():
        path = folder / name
        if ".." in PurePosixPath(name).parts or not path.is_file():
            wrong.append(f"{name}: missing")
        elif digest(path) != entry["sha256"]:
            wrong.append(f"{name}: is not the file of the manifest")
    there = {str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file()} - _OURS
    return wrong + [f"{name}: not in the manifest" for name in sorted(there - entries.keys())]


def _write(to: Path, about: Mapping[str, Any], entries: list[dict[str, Any]]) -> None:
    text = json.dumps({**about, "recordings": entries}, ensure_ascii=False, indent=1)
    (to / MANIFEST).write_text(text + "\n", encoding="utf-8")
    with (to / TABLE).open("w", encoding="utf-8-sig", newline="") as file:  # Excel wants the mark
        table = csv.writer(file)
        columns = list(entries[0]) if entries else ["file"]
        table.writerow(columns)
        for entry in entries:
            table.writerow([_cell(entry[name]) for name in columns])
    sums = "".join(f"{entry['sha256']}  {entry['file']}\n" for entry in entries)
    (to / SUMS).write_text(sums, encoding="utf-8")


def _cell(value: Any) -> str:
    if isinstance(value, list):
        return " ".join(f"{gap['from']}/{gap['to'] or ''}" for gap in value)
    text = "" if value is None else str(value)
    # A number that begins with such a sign would be a formula to a spreadsheet.
    return f"'{text}" if text[:1] in ("=", "@") else text
