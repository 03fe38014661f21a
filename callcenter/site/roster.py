"""Many agents at once: rows of a table to the YAML of an included file, and back."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from callcenter.site.findings import nearest
from callcenter.site.model import Site
from callcenter.site.tenants import local_name, within

FILE = "agents-imported.yaml"
"""The included file that imports are kept in."""
COLUMNS = ("extension", "name", "team", "skills", "tenant")
_NEEDED = COLUMNS[:2]
_HEADINGS = {
    "分机": "extension",
    "分机号": "extension",
    "工号": "extension",
    "号码": "extension",
    "number": "extension",
    "姓名": "name",
    "名称": "name",
    "班组": "team",
    "团队": "team",
    "技能": "skills",
    "租户": "tenant",
}
"""Other headings of the columns, as spreadsheets have them."""
_HEADER = (
    "# Made by `callcenter agents import`. Agents may be edited here; the next import writes the\n"
    "# file anew and keeps all whom it does not name. Comments are not kept.\n"
)
_SPLIT = re.compile("[;；、]")
_NUMBER = re.compile(r"[0-9]{2,15}\Z")
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}\Z")
_LEVEL = re.compile(r"(?:[1-9]|10)\Z")

Agents = Mapping[tuple[str, str], Mapping[str, Any]]
"""(tenant, extension) -> the agent, as YAML has him."""


@dataclass(frozen=True, slots=True)
class Wrong:
    """A line that cannot be taken, and why; the message ends with the remedy."""

    line: int
    message: str


@dataclass(frozen=True, slots=True)
class Roster:
    """What a table says; nothing of it may be used while something is wrong."""

    agents: Agents
    lines: Mapping[str, int]
    """Extension -> its line in the table."""
    wrong: Sequence[Wrong]


@dataclass(slots=True)
class _Reading:
    columns: Sequence[str]
    agents: dict[tuple[str, str], Mapping[str, Any]] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    wrong: list[Wrong] = field(default_factory=list)


def read_roster(rows: Iterable[tuple[int, Sequence[str]]], site: Site) -> Roster:
    """The agents of a table's rows, given with their lines; the first row names the columns.

    Skills are written `general:5;english:3`. All that is wrong is told at once.
    """
    lines = iter(rows)
    first, head = next(lines, (1, ()))
    columns = [_heading(cell) for cell in head]
    faults = [Wrong(first, words) for words in _wrong_columns(columns)]
    if faults:
        return Roster({}, {}, faults)
    reading = _Reading(columns)
    for line, cells in lines:
        if any(cell.strip() for cell in cells):
            _read_row(reading, line, [cell.strip() for cell in cells], site)
    if not reading.agents and not reading.wrong:
        reading.wrong.append(Wrong(first, "there is no agent below this line; write one in each"))
    return Roster(reading.agents, reading.lines, reading.wrong)


def agents_in(plain: Any) -> dict[tuple[str, str], Mapping[str, Any]]:
    """The agents of an included file, as YAML holds them."""
    found: dict[tuple[str, str], Mapping[str, Any]] = {}
    if isinstance(plain, dict):
        found |= {("", number): agent for number, agent in (plain.get("agents") or {}).items()}
        for tenant, told in (plain.get("tenants") or {}).items():
            found |= {(tenant, n): agent for n, agent in (told.get("agents") or {}).items()}
    return found


def roster_yaml(agents: Agents) -> tuple[str, Mapping[int, str]]:
    """The text of the included file, and line -> the extension that stands in it."""
    lines, extensions = _HEADER.splitlines(), {}
    for tenant, numbers in _by_tenant(agents):
        indent = "  "
        if tenant:
            if "tenants:" not in lines:
                lines.append("tenants:")
            lines.append(f"  {tenant}:")
            indent = "      "
        lines.append(f"{indent[2:]}agents:")
        for number in numbers:
            told = json.dumps(agents[tenant, number], ensure_ascii=False)
            lines.append(f'{indent}"{number}": {told}')
            extensions[len(lines)] = number
    return "\n".join(lines) + "\n", extensions


def roster_rows(site: Site, tenant: str | None) -> Iterator[Sequence[str]]:
    """The site's agents as rows of a table, its headings first; of one tenant, or None for all."""
    yield COLUMNS
    for number, agent in sorted(site.agents.items()):
        if tenant is None or number in within(site, tenant, "agents"):
            skills = ";".join(f"{local_name(s)}:{level}" for s, level in agent.skills.items())
            yield number, agent.name, local_name(agent.team or ""), skills, agent.tenant


def _heading(cell: str) -> str:
    word = cell.strip().lower()
    return _HEADINGS.get(word, word)


def _wrong_columns(columns: Sequence[str]) -> Iterator[str]:
    for column in columns:
        if column not in COLUMNS:
            yield f"there is no column {column!r}; {nearest(column, COLUMNS)}"
        elif columns.count(column) > 1:
            yield f"the column {column} stands twice; take one out"
    for column in _NEEDED:
        if column not in columns:
            yield f"the column {column} is missing; the first line names {', '.join(COLUMNS)}"


def _read_row(reading: _Reading, line: int, cells: Sequence[str], site: Site) -> None:
    before = len(reading.wrong)

    def wrong(message: str) -> None:
        reading.wrong.append(Wrong(line, message))

    if len(cells) > len(reading.columns):
        wrong(f"{len(cells)} cells, but {len(reading.columns)} columns; quote a text with a comma")
        return
    row = dict(zip(reading.columns, cells, strict=False))
    number, name, tenant = row["extension"], row.get("name", ""), row.get("tenant", "")
    if not _NUMBER.match(number):
        wrong(f"{number!r} is not an extension; write 2 to 15 digits")
    elif number in reading.lines:
        wrong(f"{number} stands already in line {reading.lines[number]}; keep one of the two")
    if not name:
        wrong("the name is missing; write one")
    if tenant and tenant not in site.tenants:
        wrong(f"there is no tenant {tenant!r}; {nearest(tenant, site.tenants)}")
    team = row.get("team", "")
    if team and not _NAME.match(team):
        wrong(f"{team!r} is not a team; use lower-case letters, digits, - and _, at most 40")
    known = [local_name(skill) for skill in within(site, tenant, "skills")]
    skills = dict(_skills(row.get("skills", ""), known, wrong))
    if len(reading.wrong) == before:
        reading.lines[number] = line
        agent: dict[str, Any] = {"name": name}
        reading.agents[tenant, number] = (
            agent | ({"team": team} if team else {}) | ({"skills": skills} if skills else {})
        )
    elif number:
        reading.lines.setdefault(number, line)


def _skills(text: str, known: Sequence[str], wrong: Any) -> Iterator[tuple[str, int]]:
    seen: set[str] = set()
    for word in filter(None, (part.strip() for part in _SPLIT.split(text))):
        skill, _, level = (part.strip() for part in word.replace("：", ":").partition(":"))
        if skill not in known:
            wrong(f"there is no skill {skill!r}; {nearest(skill, known)}")
        elif skill in seen:
            wrong(f"the skill {skill} stands twice; keep one of the two")
        elif not _LEVEL.match(level):
            wrong(f"{word!r} is not a skill with its level; write {skill}:5, 1 to 10")
        else:
            yield skill, int(level)
        seen.add(skill)


def _by_tenant(agents: Agents) -> Iterator[tuple[str, list[str]]]:
    """Tenants and their extensions, in order; who has no tenant first."""
    for tenant in sorted({tenant for tenant, _ in agents}):
        yield tenant, sorted(number for whose, number in agents if whose == tenant)
