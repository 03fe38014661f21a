"""Numbers replaced in the journal, whether a controller runs or not."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.progress import Progress

from callcenter.cli.parts.common.options import Missing, Refused
from callcenter.cli.parts.common.reading import node_of
from callcenter.live.control_client import ControllerRefused, NoController, ask
from callcenter.records.database.engine import RecordsError, Sealed
from callcenter.records.journal.files import segments
from callcenter.records.journal.journal import JournalBusy, JournalError, unwritten
from callcenter.records.journal.rewriting import finished, rewrite
from callcenter.records.reading.calls import open_records
from callcenter.site.model import Site

_FOLD_S = 90.0
"""The writer, refused while numbers were converted, tries again within this time."""
_LOOK_S = 0.2


@dataclass(frozen=True, slots=True)
class Rewritten:
    """What became of the journal."""

    files: int
    lines: int
    """Lines in which something was replaced."""
    left: int
    """Files that the controller still needs as they are; the nightly work takes them."""


def rewrite_journal(
    site: Site, url: Sealed, change: Callable[[str], str], *, rotate: bool = True
) -> Rewritten:
    """Replace texts in all files, or where a controller runs in all that it has finished; with
    `rotate` it is asked to finish the newest first."""
    folder = node_of(site).journal
    if not folder.is_dir():
        return Rewritten(0, 0, 0)
    try:
        try:
            with unwritten(folder):
                return _rewritten(folder, segments(folder), change)
        except JournalBusy:
            upto = _rotated(site, url) if rotate else _folded(url)
            return _rewritten(folder, finished(folder, upto), change)
    except JournalError as error:
        raise Refused(str(error)) from None
    except OSError as error:
        raise Missing(f"{error.filename}: {error.strerror}") from None


def _rewritten(folder: Path, files: list[Path], change: Callable[[str], str]) -> Rewritten:
    lines = 0
    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("Journal", total=len(files))
        for _, changed in rewrite(files, change):
            lines += changed
            bar.advance(task)
    return Rewritten(len(files), lines, len(segments(folder)) - len(files))


def _rotated(site: Site, url: Sealed) -> int:
    """The controller finishes its newest file, and the tables take all of it."""
    try:
        answer = ask(node_of(site).control_socket, do="rotate_journal")
    except (NoController, ControllerRefused) as error:
        raise Refused(f"the journal is held, but {error}") from None
    until, wanted = time.monotonic() + _FOLD_S, int(answer["position"])
    while (position := _folded(url)) < wanted and time.monotonic() < until:
        time.sleep(_LOOK_S)
    return position


def _folded(url: Sealed) -> int:
    """How far the journal is in the tables."""
    try:
        with open_records(url) as records:
            return max(records.positions().values(), default=0)
    except RecordsError as error:
        raise Missing(str(error)) from None
