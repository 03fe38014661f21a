"""Lists of callers' numbers as Asterisk's database holds them, for the dialplan to look up.

One family for each list. In it: `nNUMBER`, `pPREFIX` and `xPATTERN`; `lengths`, which lengths of
prefixes occur, longest first (`7-3`); `patterns`, the patterns with `-` between them.
A value is `UNTIL|PROMPT`, of a pattern `UNTIL|PROMPT|EXPRESSION`; UNTIL is epoch seconds, 0 for
ever.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from callcenter.site.listed import (
    ANONYMOUS,
    BLACKLIST,
    Entry,
    Kind,
    ListKey,
    expression,
    kind_of,
    priority_lists,
)
from callcenter.site.model import Site

FAMILY = "cc-"
"""All our families begin so."""
MOST_PATTERNS = 100
"""In one list: each is tried with each call, so there cannot be any number of them."""

Row = tuple[str, str]
"""Family and key."""


@dataclass(frozen=True, slots=True)
class ListView:
    """A list as the dialplan looks callers up in it."""

    name: str
    family: str
    priority: int


@dataclass(frozen=True, slots=True)
class PriorityView:
    """The lists of one tenant, or of the site, highest priority first; and their context."""

    context: str
    lists: tuple[ListView, ...]


def priorities(site: Site) -> list[PriorityView]:
    """The contexts that tell a listed caller's priority."""
    found: dict[str, list[ListView]] = {}
    for key, priority in priority_lists(site).items():
        found.setdefault(key.tenant, []).append(ListView(key.name, family(key), priority))
    return [
        PriorityView(
            _context(tenant), tuple(sorted(lists, key=lambda each: (-each.priority, each.name)))
        )
        for tenant, lists in sorted(found.items())
    ]


def priority_context(site: Site, tenant: str) -> str:
    """The context for the callers of a tenant's numbers; empty where it has no lists."""
    lists = (key for key in priority_lists(site) if key.tenant == tenant)
    return _context(tenant) if any(lists) else ""


def _context(tenant: str) -> str:
    return f"cc-priority.{tenant}" if tenant else "cc-priority"


def family(key: ListKey) -> str:
    """The family of a list."""
    if key.name == BLACKLIST:
        return f"{FAMILY}{BLACKLIST}{'.' + key.tenant if key.tenant else ''}"
    return f"{FAMILY}list.{key}"


def is_ours(name: str) -> bool:
    """True for a family that holds a list."""
    return name.startswith((f"{FAMILY}{BLACKLIST}", f"{FAMILY}list."))


def database(entries: Iterable[Entry], now: float) -> Mapping[Row, str]:
    """What the families must hold. What has expired by `now` is left out."""
    rows: dict[Row, str] = {}
    lengths: dict[str, set[int]] = {}
    patterns: dict[str, list[str]] = {}
    for entry in entries:
        if not entry.holds(now):
            continue
        name = family(entry.list)
        value = f"{_until(entry)}|{entry.prompt}"
        match kind_of(entry.form):
            case Kind.NUMBER:
                number = "" if entry.form == ANONYMOUS else entry.form
                rows[name, f"n{number}"] = value
            case Kind.PREFIX:
                prefix = entry.form.removesuffix("*")
                rows[name, f"p{prefix}"] = value
                lengths.setdefault(name, set()).add(len(prefix))
            case Kind.PATTERN:
                rows[name, f"x{entry.form}"] = f"{value}|{expression(entry.form)}"
                patterns.setdefault(name, []).append(entry.form)
    for name, found in lengths.items():
        rows[name, "lengths"] = "-".join(map(str, sorted(found, reverse=True)))
    for name, forms in patterns.items():
        rows[name, "patterns"] = "-".join(sorted(forms))
    return rows


def _until(entry: Entry) -> int:
    """Whole seconds; what is left of the last one counts."""
    return int(-(-entry.until // 1))
