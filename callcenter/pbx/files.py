"""Writes files so that a crash leaves the old one or the new one, never half of one."""

import json
import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from tempfile import mkstemp

# An administrator's file may hold any bytes; they must come back the same.
_BYTES = {"encoding": "utf-8", "errors": "surrogateescape"}
_BESIDE = ".new"


PRIVATE = 0o600
"""Mode of a file that is only for the user we run as."""


def to_bytes(text: str) -> bytes:
    """A file's bytes; the inverse of `to_text`."""
    return text.encode(**_BYTES)


def to_text(data: bytes) -> str:
    """A file's text; bytes that are not UTF-8 survive the way back."""
    return data.decode(**_BYTES)


def write(path: Path, text: str, mode: int = PRIVATE) -> None:
    """Put `text` at `path`, on the disk before the name is changed."""
    beside = write_beside(path, text, mode)
    beside.replace(path)
    sync_folder(path.parent)


def write_beside(path: Path, text: str, mode: int = PRIVATE) -> Path:
    """The new content, safe on the disk under another name of the same folder."""
    beside = path.with_name(f".{path.name}{_BESIDE}")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
    with open(descriptor, "wb") as file:
        os.fchown(descriptor, -1, path.parent.stat().st_gid)  # the folder says who may read
        os.fchmod(descriptor, mode)
        file.write(to_bytes(text))
        file.flush()
        os.fsync(descriptor)
    return beside


def copy(source: Path, target: Path, mode: int, group: int | None = None) -> None:
    """Copy a file so that nobody ever sees half of it.

    Asterisk's user may own the folder and we be root: no link that it has put there is followed.
    Raises OSError.
    """
    descriptor, name = mkstemp(prefix=f".{target.name}.", suffix=_BESIDE, dir=target.parent)
    beside = Path(name)
    try:
        with source.open("rb") as data, open(descriptor, "wb") as file:
            shutil.copyfileobj(data, file)
            if group is not None:
                os.fchown(descriptor, -1, group)
            os.fchmod(descriptor, mode)
        beside.replace(target)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


def write_json(path: Path, value: object) -> None:
    """Put a JSON document at `path`; see `write`."""
    write(path, json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True) + "\n")


def read_json(path: Path) -> dict[str, object] | None:
    """The JSON object at `path`, None where there is no such file.

    Raises ValueError for a file that holds something else.
    """
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    if not isinstance(value, dict):
        raise ValueError(f"{path} is not a JSON object")
    return value


def read_folder(folder: Path) -> dict[str, str]:
    """Name -> text of a folder's files, without what `write_beside` left half way."""
    return {
        path.name: to_text(path.read_bytes())
        for path in sorted(folder.iterdir() if folder.is_dir() else ())
        if path.is_file() and not path.name.startswith(".")
    }


def write_folder(folder: Path, files: Mapping[str, str]) -> None:
    """Make a folder with these files, on the disk."""
    folder.mkdir(mode=0o700, parents=True)
    for name, text in files.items():
        write(folder / name, text)
    sync_folder(folder)


def sync_folder(folder: Path) -> None:
    """Bring a folder's names to the disk."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
