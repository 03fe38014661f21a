"""Destruction of recordings that can be proved.

What is about to go is written down first, file by file with its hash as it was found, and each
certificate holds the hash of the one before: none can be taken out or changed unnoticed.
"""

import json
import os
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from callcenter.live.recordings.files import digest
from callcenter.pbx.files import sync_folder, write_json
from callcenter.records.journal.recordings_facts import RecordingDestroyed
from callcenter.records.tables.columns import iso, ms
from callcenter.records.tables.recordings import Recording

BATCH = 200
"""Recordings of one certificate."""
_MODE = 0o750


def destroy(
    rows: Sequence[Recording],
    recordings: Path,
    certificates: Path,
    *,
    by: str,
    why: str,
    at: float,
) -> list[RecordingDestroyed]:
    """Remove these files for good; the facts to note. `at` in epoch seconds.

    Files that a run before has removed, and could not note any more, are told with the
    certificate of that run. Raises OSError.
    """
    gone = [row for row in rows if not (recordings / row.file).exists()]
    proved = _proofs(certificates, {row.leg for row in gone})
    facts = [_fact(row, proved[row.leg], by, why, at) for row in gone if row.leg in proved]
    due = [row for row in rows if row.leg not in proved]
    if not due:
        return facts
    name = _certify(due, recordings, certificates, by, why, at)
    for row in due:
        (recordings / row.file).unlink(missing_ok=True)
    for folder in {(recordings / row.file).parent for row in due}:
        if folder.is_dir():
            sync_folder(folder)
    return facts + [_fact(row, name, by, why, at) for row in due]


def broken_chain(certificates: Path) -> list[str]:
    """Certificates that do not follow the one before them, or can't be read; empty when sound."""
    wrong, before = [], ""
    for path in _all(certificates):
        try:
            told = json.loads(path.read_text(encoding="utf-8"))["previous"]["sha256"]
        except (OSError, ValueError, KeyError, TypeError):
            told = None
        if told != before:
            wrong.append(path.name)
        before = digest(path)
    return wrong


def _certify(
    rows: Iterable[Recording], recordings: Path, certificates: Path, by: str, why: str, at: float
) -> str:
    certificates.mkdir(mode=_MODE, parents=True, exist_ok=True)
    earlier = _all(certificates)
    last = earlier[-1] if earlier else None
    moment = datetime.fromtimestamp(at, UTC)
    name = f"{len(earlier) + 1:06d}-{moment:%Y%m%dT%H%M%SZ}.json"
    write_json(
        certificates / name,
        {
            "destroyed_at": iso(ms(at)),
            "destroyed_by": by,
            "why": why,
            "previous": {
                "certificate": last.name if last else "",
                "sha256": digest(last) if last else "",
            },
            "recordings": [_item(row, recordings / row.file) for row in rows],
        },
    )
    return name


def _item(row: Recording, path: Path) -> Mapping[str, Any]:
    found = digest(path) if path.exists() else ""
    return {
        "leg": row.leg,
        "call": row.call_id,
        "agent": row.agent,
        "recorded_at": iso(row.started_at),
        "file": row.file,
        "length_ms": row.length_ms,
        "bytes": row.bytes,
        "sha256": row.sha256,
        "sha256_found": found,
    }


def _fact(row: Recording, certificate: str, by: str, why: str, at: float) -> RecordingDestroyed:
    return RecordingDestroyed(at, row.call_id, row.leg, row.file, row.sha256, by, why, certificate)


def _proofs(certificates: Path, legs: set[str]) -> dict[str, str]:
    """Leg -> the certificate that tells of it, for those of which one does."""
    found: dict[str, str] = {}
    for path in reversed(_all(certificates)) if legs else ():
        told = json.loads(path.read_text(encoding="utf-8"))
        for item in told["recordings"]:
            if item["leg"] in legs:
                found.setdefault(item["leg"], path.name)
        if len(found) == len(legs):
            break
    return found


def _all(certificates: Path) -> list[Path]:
    """All certificates, oldest first."""
    if not certificates.is_dir():
        return []
    return sorted(
        Path(e.path)
        for e in os.scandir(certificates)
        if e.name.endswith(".json") and not e.name.startswith(".")
    )
