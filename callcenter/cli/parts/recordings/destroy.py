"""Recordings destroyed, with their certificates and the facts that tell it."""

import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TypeVar
from zoneinfo import ZoneInfo

from rich.progress import Progress

from callcenter.cli.parts.common.noting import tell_journal, typist
from callcenter.cli.parts.common.options import Missing
from callcenter.cli.parts.common.reading import console, node_of, now
from callcenter.cli.parts.recordings.meant import reading
from callcenter.live.nightly.housekeeping import seconds_left
from callcenter.live.recordings.destroy import BATCH
from callcenter.live.recordings.destroy import destroy as destroy_files
from callcenter.records.reading.recordings import Recorded, RecordingFilter
from callcenter.site.model import Site
from callcenter.site.spans import parse_span

_T = TypeVar("_T")


def destroy_recordings(
    folder: Path, site: Site, due: list[Recorded], why: str, until: float = float("inf")
) -> int:
    """How many were destroyed until that time (monotonic); the rest waits for the next night."""
    node, count = node_of(site), 0
    try:
        with Progress(transient=True, console=console()) as bar:
            task = bar.add_task("destroying", total=len(due))
            for some in _batches(due):
                if time.monotonic() > until:
                    break
                rows = [each.recording for each in some]
                facts = destroy_files(
                    rows, node.recordings, node.certificates, by=typist(), why=why, at=time.time()
                )
                tell_journal(folder, site, facts)
                count += len(facts)
                bar.update(task, completed=count)
    except OSError as error:
        raise Missing(f"{error.filename}: {error.strerror}; {count} were destroyed") from None
    return count


def retain_recordings(folder: Path, *, in_window: bool, dry_run: bool) -> dict[str, int]:
    """Destroy what is older than `recording.keep` and not held: how many were due, held, gone."""
    with reading(folder) as (site, found):
        before = now() - round(site.recording.keep * 1000)
        rows = [
            each
            for each in found.find(RecordingFilter())
            if each.recording.started_at < before and each.recording.stored_at is not None
        ]
    due = [each for each in rows if not each.held]
    until = time.monotonic() + window_left(site) if in_window else float("inf")
    count = 0 if dry_run else destroy_recordings(folder, site, due, "retention", until)
    return {"due": len(due), "held": len(rows) - len(due), "destroyed": count}


def window_left(site: Site) -> float:
    """Seconds until the window of the night ends."""
    _, window = parse_span(site.housekeeping.window)
    clock_now = datetime.now(ZoneInfo(site.timezone))
    return seconds_left(window, clock_now.hour * 60 + clock_now.minute)


def _batches(items: list[_T]) -> Iterator[list[_T]]:
    return (items[first : first + BATCH] for first in range(0, len(items), BATCH))
