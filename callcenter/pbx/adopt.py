"""Takes the machine's own Asterisk over, on request, and gives it back as it was.

Adopted, the node's folders are links to the machine's, so that everything else works as it does
with ours. The machine's configuration is in a dated archive before anything of it is touched.
"""

import os
import shutil
import subprocess
from datetime import datetime
from pathlib import Path

from callcenter.pbx.node import PLACES, MachineError, NodePaths

_ARCHIVE = "etc-asterisk-"


def adopt(node: NodePaths, now: datetime, machine: Path = Path("/")) -> Path:
    """Make the machine's Asterisk this node's; gives the archive of its configuration.

    Its configuration is empty afterwards, for a deployment to fill. Raises MachineError.
    """
    if node.adopted:
        raise MachineError(f"{node.path} has taken the machine's Asterisk over already")
    places = {name: machine / place.lstrip("/") for name, place in PLACES.items()}
    if absent := [str(place) for place in places.values() if not place.is_dir()]:
        remedy = "start the machine's Asterisk once, so that it has all its folders"
        raise MachineError(f"there is no {', '.join(absent)}; {remedy}")
    archive = _back_up(places["etc"], node.path / "backup", now)
    _empty(places["etc"])
    for name, place in places.items():
        _put_aside(node.path / name)
        (node.path / name).symlink_to(place)
    return archive


def release(node: NodePaths) -> Path:
    """Give the machine's Asterisk its configuration back; the archive that it came from is kept.

    Raises MachineError where nothing is taken over, or no archive is left.
    """
    if not node.adopted:
        raise MachineError(f"{node.path} has not taken the machine's Asterisk over")
    archives = sorted((node.path / "backup").glob(f"{_ARCHIVE}*.tar.gz"))
    if not archives:
        raise MachineError(f"no archive is left in {node.path / 'backup'}; bring one back first")
    etc = node.etc.resolve()
    _empty(etc)
    _tar(archives[-1], etc, "--extract", "--preserve-permissions")
    for name in PLACES:
        (node.path / name).unlink()
        aside = node.path / f"{name}.before"
        if aside.exists():
            aside.rename(node.path / name)
    return archives[-1]


def _back_up(etc: Path, folder: Path, now: datetime) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)  # configurations hold passwords
    archive = folder / f"{_ARCHIVE}{now:%Y%m%dT%H%M%S}.tar.gz"
    beside = archive.with_suffix(".new")
    _tar(beside, etc, "--create", "--gzip", ".")
    _tar(beside, etc, "--compare", "--gzip")  # it is the only copy there will be
    with beside.open("rb") as file:
        os.fsync(file.fileno())
    return beside.rename(archive)


def _tar(archive: Path, folder: Path, *words: str) -> None:
    """Run tar on a folder; owners by number, as they are. Raises MachineError."""
    done = subprocess.run(
        ["tar", "--numeric-owner", "--file", archive, "--directory", folder, *words],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise MachineError(f"{archive}: {done.stderr.strip()}; mend it and run again")


def _empty(folder: Path) -> None:
    for path in folder.iterdir():
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()


def _put_aside(folder: Path) -> None:
    if folder.is_dir():
        folder.rename(folder.with_name(f"{folder.name}.before"))
