"""Changes the files of a node as one step that a crash can't leave half done.

Order: the deployment is kept in the history, the intent is written, the files are swapped one by
one, Asterisk is made to read and is checked, `deployed.json` is replaced, the intent is removed.
The replacement of `deployed.json` is the moment that counts: before it `heal` undoes, after it
`heal` only tidies up. Files are renamed within the folder, since a running Asterisk has that very
folder mounted.
"""

import contextlib
import fcntl
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from callcenter.pbx.deploy.conf import changed
from callcenter.pbx.deploy.history import History, Result
from callcenter.pbx.files import (
    read_folder,
    read_json,
    sync_folder,
    write_beside,
    write_json,
)
from callcenter.pbx.node import NodePaths

_INTENT = "deploying.json"
_LOCK = "deploy.lock"
_MODE = 0o640
"""The folder's group, which is Asterisk's, may read; see `node.prepare`."""


class DeployBusy(Exception):
    """Another deployment of this node runs; the message says whose."""


@contextmanager
def deploy_lock(node: NodePaths, holder: Mapping[str, object]) -> Iterator[None]:
    """Hold the node's lock. Raises DeployBusy, with the other's words, where it is held."""
    node.path.mkdir(parents=True, exist_ok=True)
    with (node.path / _LOCK).open("a+", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            raise DeployBusy(_holder(file.read())) from None
        file.truncate(0)
        file.write(json.dumps(dict(holder)))
        file.flush()
        yield
        file.truncate(0)


def deployed(node: NodePaths) -> dict[str, object]:
    """What `deployed.json` says: site, version, time; empty before the first deployment."""
    return read_json(node.deployed) or {}


def standing(node: NodePaths) -> dict[str, str]:
    """The configuration that stands there now, as far as deployments brought it.

    Other files of the folder are the administrator's and are left alone.
    """
    number = deployed(node).get("version")
    ours = History(node.history).files(number) if isinstance(number, int) else {}
    return {name: text for name, text in read_folder(node.etc).items() if name in ours}


def before(node: NodePaths, new: Mapping[str, str]) -> dict[str, str]:
    """What stands now under the names that a deployment of `new` would touch."""
    names = standing(node).keys() | new.keys()
    return {name: text for name, text in read_folder(node.etc).items() if name in names}


def intend(node: NodePaths, version: int) -> None:
    """Note that this deployment is being made: from here on `heal` can undo it."""
    write_json(node.path / _INTENT, {"version": version})


def commit(node: NodePaths, version: int, document: Mapping[str, object]) -> None:
    """Make the deployment the one that stands."""
    write_json(node.deployed, {**document, "version": version})
    History(node.history).close(version, Result.DEPLOYED)
    forget_intent(node)


def forget_intent(node: NodePaths) -> None:
    """Nothing is half done any more."""
    (node.path / _INTENT).unlink(missing_ok=True)
    sync_folder(node.path)


def swap(node: NodePaths, old: Mapping[str, str], new: Mapping[str, str]) -> None:
    """Bring the folder from `old` to `new`. All contents are on the disk before the first rename,
    so that a full disk changes nothing."""
    names = changed(old, new)
    beside = {
        name: write_beside(node.etc / name, new[name], _MODE) for name in names if name in new
    }
    for name, path in beside.items():
        path.replace(node.etc / name)
    for name in names:
        if name not in new:
            (node.etc / name).unlink(missing_ok=True)
    sync_folder(node.etc)


@dataclass(frozen=True, slots=True)
class Undone:
    """A deployment that was killed half way and whose files are put back; Asterisk, if it runs,
    may still have to be told (from `files` back to `before`)."""

    version: int
    files: dict[str, str]
    before: dict[str, str]


def heal(node: NodePaths) -> Undone | None:
    """Undo or tidy up after a deployment that was killed; None where there is nothing to tell.

    Called under the lock, before anything reads the files: at each deployment and before Asterisk
    is started. May itself be killed and called again; `forget_intent` ends it.
    """
    for left in node.etc.glob(".*.new"):
        left.unlink()
    history = History(node.history)
    intent = read_json(node.path / _INTENT)
    if intent is None:
        history.close_prepared("killed before anything was changed")
        return None
    version = intent["version"]
    if not isinstance(version, int):
        raise ValueError(f"{node.path / _INTENT} names no version")
    if deployed(node).get("version") == version:
        history.close(version, Result.DEPLOYED)
        forget_intent(node)
        return None
    files, stood = history.files(version), history.before(version)
    now = {n: t for n, t in read_folder(node.etc).items() if n in files.keys() | stood.keys()}
    swap(node, now, stood)
    history.close(version, Result.INTERRUPTED, "killed half way; the old files were put back")
    return Undone(version, files, stood)


def heal_before_start(node: NodePaths) -> int | None:
    """Heal a node whose Asterisk does not run; the number of the undone deployment, if any.

    A deployment that runs right now holds the lock and looks after its files itself.
    """
    with contextlib.suppress(DeployBusy), deploy_lock(node, {"doing": "start"}):
        if undone := heal(node):
            forget_intent(node)
            return undone.version
    return None


def _holder(text: str) -> str:
    try:
        holder = json.loads(text)
        return "{who} runs `callcenter {doing}` since {when} (process {pid})".format_map(holder)
    except (ValueError, KeyError, TypeError):
        return "another deployment of this node runs"  # it has not yet written who it is
