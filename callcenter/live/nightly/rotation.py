"""Logs and event files are renamed, and old ones removed; none that is still to be read.

Asterisk's user may write in these folders and we are root: no link is followed.
"""

import os
import re
from collections.abc import Iterable
from pathlib import Path
from time import gmtime, strftime

from callcenter.pbx.deploy.history import History
from callcenter.pbx.deploy.release import PROMPTS
from callcenter.pbx.node import NodePaths
from callcenter.records.ingest.files import CDR
from callcenter.records.journal.facts import FilePlace

_LOGS = re.compile(r"((?:messages|security|controller)\.log|Master\.csv|queue_log)\.[0-9T]+\Z")
_STEM = re.compile(r"[\w.-]+-[0-9a-f]{12}\b")
_STAMP = "%Y%m%dT%H%M%S"


def rotate(node: NodePaths, events: Path, now: float) -> None:
    """Rename the event file, the CDR and the controller's log; who writes them begins new ones.

    Asterisk opens the CDR for each call, and the event file for each event or holds it until its
    module is reloaded; the reader finds the renamed one by its inode, and reads it to its end.
    """
    stamp = strftime(_STAMP, gmtime(now))
    for path in (events, node.log / CDR, node.controller_log):
        if path.exists() and path.stat(follow_symlinks=False).st_size:
            path.rename(path.with_name(f"{path.name}.{stamp}"))


def prune_logs(node: NodePaths, before: float) -> int:
    """Remove rotated logs that were last written before this time; how many."""
    folders = (node.log, (node.log / CDR).parent, node.path)
    found = [path for folder in folders for path in _rotated(folder)]
    return _remove(path for path in found if _is_old(path, before))


def prune_events(events: Path, pin: FilePlace, before: float) -> int:
    """Remove rotated event files that are read to their end, and old; how many.

    `pin` is where reading would start after a restart: its file and later ones stay.
    """
    files = sorted(events.parent.glob(f"{events.name}.*"), key=_mtime_ns)
    inodes = [
        path.stat(follow_symlinks=False).st_ino
        for path in (*files, events)
        if os.path.lexists(path)
    ]
    if pin.inode not in inodes:
        return 0
    read = files[: inodes.index(pin.inode)]
    return _remove(path for path in read if _is_old(path, before))


def prune_prompts(node: NodePaths, before: float) -> int:
    """Remove prompts that no deployment of the history names, and that are old; how many."""
    history = History(node.history)
    named: set[str] = set()
    for version in history.versions():
        texts = (*history.files(version.number).values(), history.document(version.number, PROMPTS))
        for text in texts:
            named |= set(_STEM.findall(text))
    if not named:
        return 0
    folder = node.lib / "callcenter" / "prompts"
    return _remove(
        path for path in folder.glob("*/*.*") if path.stem not in named and _is_old(path, before)
    )


def _rotated(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    return [Path(e.path) for e in os.scandir(folder) if _LOGS.match(e.name)]


def _is_old(path: Path, before: float) -> bool:
    return path.stat(follow_symlinks=False).st_mtime < before


def _mtime_ns(path: Path) -> int:
    return path.stat(follow_symlinks=False).st_mtime_ns


def _remove(paths: Iterable[Path]) -> int:
    count = 0
    for path in list(paths):
        path.unlink(missing_ok=True)
        count += 1
    return count
