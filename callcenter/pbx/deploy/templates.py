"""Reads the templates of Asterisk's files."""

from pathlib import Path

from callcenter.pbx.project import ASTERISK, PROJECT, lines_of

TEMPLATES = PROJECT / "dialplan_templates"
MODULES = ASTERISK / "modules.txt"


def read_templates(folder: Path = TEMPLATES) -> dict[str, str]:
    """Name such as `pjsip.conf.j2` -> text of every template."""
    return {path.name: path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.j2"))}


def read_modules(path: Path = MODULES) -> list[str]:
    """The modules that Asterisk is to load, in the order of the list."""
    return lines_of(path)
