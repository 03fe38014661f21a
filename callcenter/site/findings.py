"""What is wrong with a site: one finding a fault, each with its place, stable code and remedy."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import NamedTuple


class Place(NamedTuple):
    """Where something stands; line and column count from 1."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault. Codes begin with `E_` (the site is refused) or `W_` (it only looks wrong)."""

    code: str
    file: str
    line: int
    column: int
    message: str
    remedy: str

    @property
    def is_error(self) -> bool:
        """True when the site cannot be used before this is mended."""
        return self.code.startswith("E_")

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}: {self.code} {self.message}; {self.remedy}"


def finding(code: str, place: Place, message: str, remedy: str) -> Finding:
    """A finding at a place."""
    return Finding(code, place.file, place.line, place.column, message, remedy)


class SiteErrors(Exception):
    """A site that cannot be used, with all that is wrong with it."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__("\n".join(map(str, findings)))
        self.findings = list(findings)


Path = tuple[str | int, ...]
"""Keys and list positions that lead to a value of the site, such as ("queues", "housing")."""


def dotted(path: Path) -> str:
    """A path as people write it."""
    return ".".join(_word(str(step)) for step in path) or "the site"


def nearest(word: str, known: Iterable[str]) -> str:
    """The remedy for a word that is not known: the most similar one, or all of them."""
    names = sorted(known)
    match = get_close_matches(word, names, n=1, cutoff=0.6)
    if match:
        return f"did you mean {_word(match[0])}?"
    if not names:
        return "none is defined"
    return f"known: {', '.join(map(_word, names[:12]))}{', …' if len(names) > 12 else ''}"


def _word(text: str) -> str:
    """A word of the site in a message; quoted where it is empty or could confuse a terminal."""
    return text if text and text.isprintable() else repr(text)
