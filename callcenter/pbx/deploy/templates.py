"""Reads the templates of Asterisk's files."""

from pathlib import Path

from callcenter.pbx.project import PROJECT

TEMPLATES = PROJECT / "dialplan_templates"


def read_templates(folder: Path = TEMPLATES) -> dict[str, str]:
    """Name such as `pjsip.conf.j2` -> text of every template."""
    return {path.name: path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.j2"))}
