"""docs/site.md: the YAML reference, made from the model."""

from collections.abc import Iterator
from ipaddress import IPv4Address
from typing import Annotated, Any, Literal, get_args, get_origin, get_type_hints

import yaml
from annotated_types import Ge, Gt, Le
from pydantic import TypeAdapter
from pydantic.fields import FieldInfo

from callcenter.site import (
    callers,
    machine,
    needs_text,
    phones,
    reception,
    reporting,
    routing,
    spans,
    types,
)
from callcenter.site.codes import CODES
from callcenter.site.explain import bare
from callcenter.site.model import Part, Site
from callcenter.site.part import is_made

_INTRO = """# A site in YAML

<!-- Made from the model by `callcenter site docs`; edit the descriptions there. -->

A site is a folder. `site.yaml` is read first; `include: [queues.yaml, agents.yaml]` adds other
files of the folder. A section such as `queues` may stand in several files, one queue in one only.
`callcenter site init NAME` makes a small working site, `callcenter site check` says what is wrong
with one, all at once:

    site.yaml:12:9: E_UNKNOWN_KEY unknown key queues.housing.max_wiat; did you mean max_wait?

How values are written:

| kind | example | meaning |
|---|---|---|
| name | `social-security` | lower-case letters, digits, `-`, `_`; at most 40 |
| number | `"12345"` | 2 to 15 digits |
| duration | `20s`, `5m`, `1h30m`, `500ms` | always with a unit |
| destination | `queue:housing` | `menu:NAME`, `queue:NAME`, `voicemail:NAME`, `agent:NUMBER`, \
`play:PROMPT` (then hang up), `outside:NUMBER` (over a trunk), `hangup`; \
in menus also `repeat` and `back` (the menu before) |
| span | `Mon-Fri 08:30-12:00` | days and times of the site's time zone; the end may be `24:00` |
| day | `2026-10-01` | |
| text | `综合咨询` | one line; spoken texts may have several |

Every text may be quoted. It must be where YAML would read something else: when it begins with `*`,
`&`, `@`, `%` or `!` (`"*11"`), holds `: `, is a number with a leading zero, or a word such as `no`
or `on`. Anchors, aliases and tags are not read.

Secrets never stand in a site: passwords that we choose are made on the machine (`secrets.yaml`,
mode 0600), those that others gave us come from the environment or a file.
"""

_DOCUMENT_END = "...\n"

_WORDS: list[tuple[Any, str]] = [
    (types.Duration, "duration"),
    (types.Destination, "destination"),
    (types.Name, "name"),
    (types.FullName, "name"),
    (types.NameRef, "name"),
    (types.TenantName, "name, at most 20"),
    (types.Extension, "number"),
    (types.FeatureCode, "code"),
    (phones.TalkCode, "code"),
    (phones.DialPattern, "pattern"),
    (phones.Prefix, "digits"),
    (types.Key, "key"),
    (types.Digit, "digit"),
    (types.Flag, "`true` or `false`"),
    (types.Day, "day"),
    (types.Host, "host"),
    (types.AddressRange, "address or network"),
    (types.SystemUser, "system user"),
    (types.TimeZone, "time zone"),
    (types.FilePath, "path"),
    (types.Line, "text"),
    (types.Spoken, "spoken text"),
    (spans.SpanText, "span"),
    (reporting.Clock, "time of the day"),
    (reporting.MailAddress, "mail address"),
    (types.Port, "port"),
    (reception.Priority, "whole number, -100 to 100"),
    (types.Level, "level, 1 to 10"),
    (machine.Share, "percent"),
    (routing.OverflowText, "destination, or [Overflow](#overflow)"),
    (routing.MusicText, "name, or [QueueMusic](#queuemusic)"),
    (callers.PromptText, "name, or [QuestionPrompt](#questionprompt)"),
    (callers.RatingKey, "key"),
    (callers.Rating, "rating, 1 to 10, or a word"),
    (needs_text.NeedsText, "expression, or mapping: name → level"),
    (needs_text.AddedNeeds, "expression"),
    (routing.LowLevel, "level, 0 to 9"),
    (routing.Percent, "percent"),
    (IPv4Address, "IPv4 address"),
    (str, "text"),
    (int, "whole number"),
    (float, "number"),
]


def reference() -> str:
    """The whole page."""
    parts = list(_parts(Site))
    sections = [_section(part) for part in parts]
    codes = "\n".join(f"| `{code}` | {meaning} |" for code, meaning in CODES.items())
    errors = f"## What `site check` says\n\n| code | meaning |\n|---|---|\n{codes}\n"
    return "\n".join([_INTRO, *sections, errors])


def _parts(part: type[Part]) -> Iterator[type[Part]]:
    """A part and all the parts in it, each once, in reading order."""
    seen: dict[type[Part], None] = {}
    ahead = [part]
    while ahead:
        part = ahead.pop(0)
        if part not in seen:
            seen[part] = None
            inner = [p for hint in _hints(part).values() for p in _inner(hint)]
            ahead = [*inner, *ahead] if part is not Site else inner
    return iter(seen)


def _inner(hint: Any) -> list[type[Part]]:
    kind = bare(hint)
    if isinstance(kind, type) and issubclass(kind, Part):
        return [kind]
    return [part for inner in get_args(kind) for part in _inner(inner)]


def _hints(part: type[Part]) -> dict[str, Any]:
    hints = get_type_hints(part, include_extras=True)
    return {name: hints[name] for name in part.model_fields if not is_made(part, name)}


def _section(part: type[Part]) -> str:
    hints = _hints(part)
    rows = [
        f"| `{field.alias or name}` | {_kind(hints[name], field)} | {_default(hints[name], field)} "
        f"| {field.description} |"
        for name, field in part.model_fields.items()
        if name in hints
    ]
    title = "The site" if part is Site else part.__name__
    head = (
        f"## {title}\n\n{part.__doc__}\n\n| key | value | default | meaning |\n|---|---|---|---|\n"
    )
    return head + "\n".join(rows) + "\n"


def _kind(hint: Any, field: FieldInfo | None = None) -> str:
    """How people call the kind of a value, with its bounds."""
    hint = _without_none(hint)
    for known, word in _WORDS:
        if hint == known:
            return word + _bounds(field.metadata if field else [], seconds=known == types.Duration)
    kind = bare(hint)
    if get_origin(kind) is Literal:
        return " or ".join(f"`{choice}`" for choice in get_args(kind))
    if get_origin(kind) is dict:
        key, value = get_args(kind)
        return f"mapping: {_kind(key)} → {_kind(value)}"
    if get_origin(kind) is tuple:
        return f"list: {_kind(get_args(kind)[0])}"
    if isinstance(kind, type) and issubclass(kind, Part):
        return f"[{kind.__name__}](#{kind.__name__.lower()})"
    raise LookupError(f"the reference has no word for {hint}")


def _without_none(hint: Any) -> Any:
    """The hint without `| None`, but with what Annotated adds."""
    if get_origin(hint) is Annotated or type(None) not in get_args(hint):
        return hint
    return next(kind for kind in get_args(hint) if kind is not type(None))


def _bounds(metadata: list[Any], *, seconds: bool) -> str:
    """`, LOW to HIGH`, as far as a field is bounded."""

    def written(bound: Any) -> str:
        return types.format_duration(bound) if seconds else str(bound)

    low = [written(rule.ge) for rule in metadata if isinstance(rule, Ge)]
    low += [f"above {written(rule.gt)}" for rule in metadata if isinstance(rule, Gt)]
    high = [written(rule.le) for rule in metadata if isinstance(rule, Le)]
    if low and high:
        return f", {low[-1]} to {high[-1]}"
    return f", {low[-1]} or more" if low else ""


def _default(hint: Any, field: FieldInfo) -> str:
    """The default as one would write it."""
    if field.is_required():
        return "**needed**"
    value = field.default
    if value is None or value == "":
        return "none"
    if isinstance(value, Part):
        return "as below"
    if value in ({}, ()):
        return "empty"
    plain = TypeAdapter(hint).dump_python(value, mode="json")
    text = yaml.safe_dump(plain, default_flow_style=True, allow_unicode=True, width=1000)
    return f"`{text.removesuffix(_DOCUMENT_END).strip()}`"
