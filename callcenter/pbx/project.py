"""Where the files are that come with the project and are no Python."""

from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
ASTERISK = PROJECT / "asterisk"
"""What Asterisk needs that no site changes: packages, modules, the way into the root."""


def lines_of(path: Path) -> list[str]:
    """The lines of a list of names, without comments (from # on) and empty lines."""
    lines = (line.partition("#")[0].strip() for line in path.read_text("utf-8").splitlines())
    return [line for line in lines if line]
