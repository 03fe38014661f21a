"""What `callcenter blacklist` and `callcenter lists` share: to change lists, and to read files."""

import asyncio
import csv
import io
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from callcenter.cli.parts.common.options import Refused, open_site
from callcenter.cli.parts.common.reading import node_of
from callcenter.cli.parts.common.shell import clear_messages
from callcenter.pbx.errors import PbxRefused
from callcenter.pbx.number_log import Change, NumberLog, NumberLogError
from callcenter.pbx.number_sync import show_lists
from callcenter.pbx.secrets import site_secrets
from callcenter.render.builtin import BLOCKED
from callcenter.render.number_lists import MOST_PATTERNS
from callcenter.site.findings import nearest
from callcenter.site.listed import (
    Entry,
    FormError,
    Kind,
    ListKey,
    kind_of,
    parse_form,
    unknown_list,
)
from callcenter.site.model import Site
from callcenter.site.types import parse_duration

COLUMNS = ("number", "reason", "until", "prompt")
"""Of files that are imported and exported; all but the first may be missing."""
_TIMES = ("%Y-%m-%d", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M")


@dataclass(frozen=True, slots=True)
class Lists:
    """The lists of one site, on behalf of one command."""

    folder: Path
    site: Site
    log: NumberLog

    @classmethod
    def of(cls, folder: Path, key: ListKey) -> "Lists":
        """The lists of the site in a folder. Refuses a list that it does not have."""
        site = open_site(folder)
        if wrong := unknown_list(site, key):
            raise Refused(wrong)
        return cls(folder, site, NumberLog(node_of(site).path))

    def change(self, do: str, key: ListKey, entries: Sequence[Entry], reason: str) -> Change:
        """Write a change down, and make the next call see it."""
        with clear_messages():
            secrets = site_secrets(self.folder, self.site)
            try:
                with self.log.writing() as log:
                    standing = log.standing
                    if do == "remove":
                        _refuse_absent(key, entries, standing)
                    else:
                        _refuse_too_many(key, entries, standing)
                    change = log.add(do, key, entries, reason)
                if not asyncio.run(show_lists(self.site, secrets, node_of(self.site).path)):
                    click.echo("Asterisk does not run; it gets the list when it starts.", err=True)
            except (NumberLogError, PbxRefused) as error:
                raise Refused(str(error)) from None
        return change

    def standing(self, key: ListKey) -> list[Entry]:
        """The entries of a list that have not expired, by their forms."""
        try:
            entries = self.log.entries()
        except NumberLogError as error:
            raise Refused(str(error)) from None
        now = time.time()
        return sorted((e for e in entries if e.list == key and e.holds(now)), key=lambda e: e.form)

    def until(self, text: str) -> float:
        """Epoch seconds of `30d`, `2025-12-31` (to its end) or `2025-12-31 08:00`; 0 for nothing.

        Raises ValueError that names the remedy.
        """
        return _until(text, ZoneInfo(self.site.timezone))

    def prompt(self, name: str, tenant: str) -> str:
        """A prompt of the tenant by its full name. Raises ValueError."""
        if not name or name == BLOCKED:
            return name
        full = f"{tenant}.{name}" if tenant else name
        if full in self.site.prompts:
            return full
        known = [
            prompt.rpartition(".")[2]
            for prompt in self.site.prompts
            if prompt.rpartition(".")[0] == tenant
        ]
        raise ValueError(f"there is no prompt {name!r}; {nearest(name, [BLOCKED, *known])}")


def entries_of(
    lists: Lists, key: ListKey, forms: Iterable[str], reason: str, until: str, prompt: str
) -> list[Entry]:
    """Entries as a command line tells them; what is wrong ends the command."""
    try:
        ends, plays = lists.until(until), lists.prompt(prompt, key.tenant)
        return [Entry(key, parse_form(form), reason, ends, plays) for form in forms]
    except ValueError as error:
        raise Refused(str(error)) from None


def read_file(lists: Lists, key: ListKey, file: Path, reason: str) -> list[Entry]:
    """The entries of a CSV file, all of them or none: each line that is wrong is told."""
    found: dict[str, Entry] = {}
    wrong: list[str] = []
    lines: dict[str, int] = {}
    for line, row in _rows(file):
        try:
            form = parse_form(row.get("number", ""))
            if form in found:
                raise FormError(f"{form} stands already in line {lines[form]}; keep one of the two")
            why = row.get("reason", "") or reason
            until, prompt = row.get("until", ""), row.get("prompt", "")
            ends, plays = lists.until(until), lists.prompt(prompt, key.tenant)
            found[form], lines[form] = Entry(key, form, why, ends, plays), line
        except ValueError as error:
            wrong.append(f"{file}:{line}: {error}")
    if wrong:
        raise Refused("\n".join([*wrong, "nothing was imported"]))
    if not found:
        raise Refused(f"{file} holds no entries; write a line {','.join(COLUMNS)}, then entries")
    return list(found.values())


def _until(text: str, zone: ZoneInfo) -> float:
    if not text:
        return 0.0
    for form in _TIMES:
        try:
            moment = datetime.strptime(text, form).replace(tzinfo=zone)
        except ValueError:
            continue
        if form == "%Y-%m-%d":
            moment = moment.replace(hour=23, minute=59, second=59)
        if moment.timestamp() <= time.time():
            raise ValueError(f"{text} is over already; name a time to come")
        return moment.timestamp()
    try:
        return time.time() + parse_duration(text)
    except ValueError:
        message = f"{text!r} is no time; write 30d, 2025-12-31 or '2025-12-31 08:00'"
        raise ValueError(message) from None


def _rows(file: Path) -> list[tuple[int, Mapping[str, str]]]:
    """Line and cells of each row that is not empty; the first line names the columns."""
    try:
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise Refused(f"{file} cannot be read ({error}); save it as CSV in UTF-8") from None
    reader = csv.reader(io.StringIO(text))
    try:
        head = [name.strip().lower() for name in next(reader, [])]
        unknown = [name for name in head if name not in COLUMNS]
        if "number" not in head or unknown:
            named = f", not {', '.join(unknown)}" if unknown else ""
            raise Refused(f"{file}:1: the columns are {', '.join(COLUMNS)}{named}; name them so")
        return [
            (reader.line_num, dict(zip(head, (cell.strip() for cell in row), strict=False)))
            for row in reader
            if any(cell.strip() for cell in row)
        ]
    except csv.Error as error:
        raise Refused(f"{file}:{reader.line_num}: no CSV ({error}); mend the line") from None


def _refuse_absent(
    key: ListKey, entries: Iterable[Entry], standing: Mapping[tuple[ListKey, str], Entry]
) -> None:
    for entry in entries:
        if (key, entry.form) not in standing:
            known = [form for found, form in standing if found == key]
            raise Refused(f"{entry.form} is not in {key}; {nearest(entry.form, known)}")


def _refuse_too_many(
    key: ListKey, entries: Iterable[Entry], standing: Mapping[tuple[ListKey, str], Entry]
) -> None:
    now = time.time()
    held = {e.form for e in standing.values() if e.list == key and e.holds(now)}
    forms = held | {entry.form for entry in entries}
    patterns = sum(kind_of(form) is Kind.PATTERN for form in forms)
    if patterns > MOST_PATTERNS:
        raise Refused(
            f"{key} would hold {patterns} patterns, and each costs time with every call; "
            f"keep to {MOST_PATTERNS}, or write prefixes such as 138*"
        )
