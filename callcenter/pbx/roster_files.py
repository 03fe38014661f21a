"""Takes a table of agents into a site's folder: all of it, or nothing."""

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path

from callcenter.pbx.files import write
from callcenter.pbx.site_files import inspect_site, read_site, site_file
from callcenter.site.findings import Finding
from callcenter.site.load import included
from callcenter.site.model import Site
from callcenter.site.roster import FILE, Wrong, agents_in, read_roster, roster_yaml
from callcenter.site.yaml_tree import parse

_READABLE = 0o644
_ENCODINGS = ("utf-8-sig", "gb18030")
"""Spreadsheets in China save CSV in the second, unless told otherwise."""


class RosterRefused(Exception):
    """A table that cannot be taken, with every line that is wrong; nothing was changed."""

    def __init__(self, wrong: Sequence[Wrong]) -> None:
        super().__init__(f"{len(wrong)} errors")
        self.wrong = sorted(wrong, key=lambda each: each.line)


@dataclass(frozen=True, slots=True)
class Import:
    """A table that fits the site, before or after it is taken."""

    folder: Path
    site: Site
    """The site with the new agents."""
    added: tuple[str, ...]
    changed: tuple[str, ...]
    unchanged: int
    files: Mapping[str, str]
    """Name -> the new text of each file that changes."""
    before: Mapping[str, str | None]

    def write(self) -> None:
        """Take it: the included file first, so that the site is whole at any moment."""
        for name, text in self.files.items():
            write(self.folder / name, text, _mode(self.folder / name))

    def undo(self) -> None:
        """As it was before `write`: the main file first."""
        for name, text in reversed(list(self.before.items())):
            if text is None:
                (self.folder / name).unlink(missing_ok=True)
            else:
                write(self.folder / name, text, _mode(self.folder / name))


def prepare_import(site_path: Path, table: Path) -> Import:
    """What taking the table would do. Raises SiteErrors for a site that is not sound without it,
    RosterRefused with all errors at once."""
    site = read_site(site_path)
    main = site_file(site_path)
    roster = read_roster(_rows(table), site)
    if roster.wrong:
        raise RosterRefused(roster.wrong)
    held = _text(main.parent / FILE)
    there = agents_in(_plain(held)) if held is not None else {}
    kept = {who: agent for who, agent in there.items() if who[1] not in roster.lines}
    text, extensions = roster_yaml({**kept, **roster.agents})
    files = {FILE: text, **_with_include(main)}
    inspection = inspect_site(site_path, files)
    wrong = [
        Wrong(_line(f, extensions, roster.lines), f"{f.message}; {f.remedy}")
        for f in inspection.findings
        if f.is_error
    ]
    if inspection.site is None or wrong:
        raise RosterRefused(wrong)
    same = [who for who, agent in roster.agents.items() if _texts(there.get(who)) == _texts(agent)]
    numbers = {number for _, number in there}
    new = {number for _, number in roster.agents}
    return Import(
        folder=main.parent,
        site=inspection.site,
        added=tuple(sorted(new - numbers)),
        changed=tuple(sorted((new & numbers) - {number for _, number in same})),
        unchanged=len(same),
        files=files,
        before={name: _text(main.parent / name) for name in files},
    )


def _rows(table: Path) -> list[tuple[int, list[str]]]:
    """Rows with the lines at which they begin."""
    text = _decoded(table)
    reader = csv.reader(io.StringIO(text), strict=True)
    rows, line = [], 1
    try:
        for row in reader:
            rows.append((line, row))
            line = reader.line_num + 1
    except csv.Error as error:
        raise RosterRefused([Wrong(line, f"no CSV ({error}); mend the quotes")]) from None
    return rows


def _decoded(table: Path) -> str:
    try:
        data = table.read_bytes()
    except OSError as error:
        message = f"{table} cannot be read ({error.strerror}); name a CSV file"
        raise RosterRefused([Wrong(0, message)]) from None
    for encoding in _ENCODINGS:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise RosterRefused([Wrong(0, f"{table} is neither UTF-8 nor GB 18030; save it as UTF-8")])


def _with_include(main: Path) -> dict[str, str]:
    """The main file with our file among those that it includes; nothing where it is."""
    text = main.read_text(encoding="utf-8-sig")
    names = included(main.name, text)
    if FILE in names:
        return {}
    changed = _including(text)
    if sorted(included(main.name, changed)) != sorted([*names, FILE]):
        message = f"{main} could not be changed; add {FILE} to its `include:` and try again"
        raise RosterRefused([Wrong(0, message)])
    return {main.name: changed}


def _including(text: str) -> str:
    """The main file's text with our file in its list, whatever the list's style."""
    lines = text.splitlines()
    start = next((n for n, line in enumerate(lines) if line.startswith("include:")), None)
    if start is None:
        # Before the first key; comments at the top of a file tell of the whole.
        place = next((n for n, line in enumerate(lines) if _is_key(line)), len(lines))
        lines.insert(place, f"include: [{FILE}]")
    elif "[" in lines[start]:
        end = next((n for n in range(start, len(lines)) if "]" in lines[n]), start)
        names, bracket, after = "\n".join(lines[start : end + 1]).partition("]")
        names = names.rstrip().rstrip(",")
        comma = "" if names.endswith("[") else ", "
        lines[start : end + 1] = [f"{names}{comma}{FILE}{bracket}{after}"]
    else:
        items = takewhile(lambda n: _is_item(lines[n]), range(start + 1, len(lines)))
        last = max((n for n in items if lines[n].lstrip().startswith("-")), default=start)
        indent = lines[last][: -len(lines[last].lstrip())] if last > start else "  "
        lines.insert(last + 1, f"{indent}- {FILE}")
    return "\n".join(lines) + "\n"


def _is_key(line: str) -> bool:
    return bool(line.strip()) and not line.startswith(("#", "---", "%"))


def _is_item(line: str) -> bool:
    return not line.strip() or line.lstrip().startswith(("-", "#"))


def _line(found: Finding, extensions: Mapping[int, str], lines: Mapping[str, int]) -> int:
    """The table's line of a finding; 0 where it is not about an agent of the table."""
    if Path(found.file).name == FILE:
        return lines.get(extensions.get(found.line, ""), 0)
    told = re.search(rf"\b{re.escape(FILE)}:([0-9]+):", found.message)
    return lines.get(extensions.get(int(told[1]), ""), 0) if told else 0


def _plain(text: str) -> object:
    root, _ = parse(FILE, text)
    return root.plain() if root is not None else None


def _texts(agent: object) -> object:
    """An agent as YAML holds him: nothing but texts."""
    if isinstance(agent, Mapping):
        return {key: _texts(value) for key, value in agent.items()}
    return str(agent)


def _text(path: Path) -> str | None:
    return path.read_text(encoding="utf-8-sig") if path.exists() else None


def _mode(path: Path) -> int:
    return path.stat().st_mode & 0o777 if path.exists() else _READABLE
