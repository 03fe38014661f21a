"""The deployments of a node: what was brought, by whom, when, and how it went.

NODE/history/NNNN/ holds `files/` and documents (what was brought), `before/` (what stood there,
so that it can be put back to the byte) and `manifest.json`.
"""

import hashlib
import json
import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from pathlib import Path

from callcenter.pbx.files import (
    read_folder,
    read_json,
    sync_folder,
    to_bytes,
    write_folder,
    write_json,
)

KEEP = 50
"""Older deployments are forgotten, but for the one that stands."""
_MANIFEST = "manifest.json"


class Result(StrEnum):
    """How a deployment went."""

    PREPARED = "prepared"
    """Not decided: it runs, or was killed."""
    DEPLOYED = "deployed"
    REFUSED = "refused"
    """Nothing was changed: the throw-away Asterisk did not take it, or calls were up."""
    ROLLED_BACK = "rolled back"
    """The node did not take it and has the files that it had before."""
    INTERRUPTED = "interrupted"
    """It was killed; where files were changed already, the old ones were put back later."""


class NoVersion(Exception):
    """There is no such deployment to go back to."""


@dataclass(frozen=True, slots=True)
class Version:
    """One deployment. `when` is UTC, ISO 8601; `digest` is over all files, `site_digest` over
    the documents beside them."""

    number: int
    when: str
    who: str
    site: str
    site_digest: str
    digest: str
    result: Result = Result.PREPARED
    reason: str = ""


class History:
    """The deployments in a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def versions(self) -> list[Version]:
        """All that are kept, oldest first."""
        numbers = sorted(int(p.name) for p in self._folder.glob("[0-9]*") if p.name.isdigit())
        return [self.version(number) for number in numbers]

    def version(self, number: int) -> Version:
        """One deployment. Raises NoVersion."""
        manifest = read_json(self._path(number) / _MANIFEST)
        if manifest is None:
            raise NoVersion(f"there is no deployment {number}; see `callcenter history`")
        result = Result(str(manifest.pop("result")))
        text = {key: str(value) for key, value in manifest.items() if key != "number"}
        return Version(number=number, result=result, **text)

    def files(self, number: int) -> dict[str, str]:
        """What a deployment brought. Raises NoVersion."""
        self.version(number)
        return read_folder(self._path(number) / "files")

    def before(self, number: int) -> dict[str, str]:
        """What stood there when a deployment began. Raises NoVersion."""
        self.version(number)
        return read_folder(self._path(number) / "before")

    def document(self, number: int, name: str) -> str:
        """A document beside the files. Raises NoVersion."""
        self.version(number)
        return (self._path(number) / name).read_text(encoding="utf-8")

    def prepare(
        self,
        version: Version,
        files: Mapping[str, str],
        before: Mapping[str, str],
        beside: Mapping[str, str],
    ) -> Version:
        """Keep a deployment that is about to be made; it gets the next number.

        `beside` are further documents of it, not for Asterisk; see `document`.
        """
        number = max((v.number for v in self.versions()), default=0) + 1
        version = replace(version, number=number, digest=digest(files))
        draft = self._folder / f".{number:04}"
        shutil.rmtree(draft, ignore_errors=True)
        write_folder(draft, beside)
        write_folder(draft / "files", files)
        write_folder(draft / "before", before)
        write_json(draft / _MANIFEST, asdict(version))
        draft.rename(self._path(number))
        sync_folder(self._folder)
        return version

    def close(self, number: int, result: Result, reason: str = "") -> Version:
        """Note how a deployment went."""
        version = replace(self.version(number), result=result, reason=reason)
        write_json(self._path(number) / _MANIFEST, asdict(version))
        return version

    def close_prepared(self, reason: str) -> None:
        """Note of those that were never decided that they were killed."""
        for version in self.versions():
            if version.result is Result.PREPARED:
                self.close(version.number, Result.INTERRUPTED, reason)

    def forget_old(self, standing: int) -> None:
        """Drop all but the last ones, and never the one that stands."""
        for version in self.versions()[:-KEEP]:
            if version.number != standing:
                shutil.rmtree(self._path(version.number))

    def _path(self, number: int) -> Path:
        return self._folder / f"{number:04}"


def text_digest(text: str) -> str:
    """SHA-256 of a text, in hex."""
    return hashlib.sha256(to_bytes(text)).hexdigest()


def digest(files: Mapping[str, str]) -> str:
    """SHA-256 over names and contents; equal for equal files, whatever their order."""
    pairs = [(name, text_digest(text)) for name, text in files.items()]
    return text_digest(json.dumps(sorted(pairs)))
