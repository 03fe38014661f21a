"""Tenants' parts become parts of the site, under names that nothing else can have.

What is written `queue:general` within a tenant is told as `queue:TENANT.general`; all that comes
after the reading of a site sees full names only. An author cannot write a dot in a name, so
nothing can be named across tenants. This works on the tree, by the model's types, so that each
value keeps its place in the files.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

from callcenter.site.findings import Finding, Place, finding
from callcenter.site.model import Site
from callcenter.site.part import Part, is_made
from callcenter.site.tenant import SECTIONS
from callcenter.site.types import (
    Destination,
    FullName,
    Resolved,
    ResolvedWords,
    To,
)
from callcenter.site.yaml_tree import Entry, Node

_NOWHERE = Place("", 0, 0)

Rename = Callable[[str, Place], str]
"""What a name at a place is called in the loaded site."""

_WORD = re.compile(r"[a-z][a-z0-9._-]*")
_NO_NAMES = frozenset({"and", "or", "not", "anyone"})
NAMED = frozenset({To.MENU, To.QUEUE, To.VOICEMAIL, To.PLAY})
"""Destinations with a name after the colon; after the others stands a number, or nothing."""
_FULL = re.compile(r"[a-z0-9_-]+[.][a-z0-9_.-]*\Z")


def flattened(root: Node) -> tuple[Node, list[Finding]]:
    """The tree with each tenant's parts in the site's own sections; and what is wrong about it."""
    if not isinstance(root.value, dict):
        return root, []
    findings: list[Finding] = []

    def as_written(name: str, place: Place) -> str:
        if _FULL.match(name):
            message = f"{name!r} is not a name"
            remedy = "leave out the dot; what belongs to a tenant is named within the tenant"
            findings.append(finding("E_NAME", place, message, remedy))
        return name

    entries = {
        key: entry._replace(node=_renamed(entry.node, hint, as_written))
        for key, entry in root.value.items()
        for hint in [_hints(Site).get(key)]
    }
    for section in SECTIONS:
        findings += _written_tenants(entries, section)
    tenants = entries.get("tenants")
    if tenants is not None and isinstance(tenants.node.value, dict):
        left = {
            name: entry._replace(node=_moved(name, entry.node, entries, findings))
            for name, entry in tenants.node.value.items()
        }
        entries["tenants"] = tenants._replace(node=replace(tenants.node, value=left))
    return replace(root, value=entries), findings


def as_written(plain: Mapping[str, Any]) -> dict[str, Any]:
    """A loaded site as its authors wrote it: each tenant's parts with the tenant, and local names.

    `plain` is what the model dumps; `flattened` makes the same site of the result.
    """
    site = {key: value for key, value in plain.items() if key not in SECTIONS}
    tenants = {name: dict(told) for name, told in plain["tenants"].items()}
    for section in SECTIONS:
        for full, part in plain.get(section, {}).items():
            tenant = part.get("tenant", "") if _has_tenant(section) else tenant_of(full)
            told = (
                {key: value for key, value in part.items() if key != "tenant"}
                if (_has_tenant(section))
                else part
            )
            tree = _renamed(_tree({full: told}), _hints(Site)[section], _locally)
            (tenants[tenant] if tenant else site).setdefault(section, {}).update(tree.plain())
    return site | {"tenants": tenants}


def _locally(name: str, _: Place) -> str:
    return local_name(name)


def _tree(plain: Any) -> Node:
    """A tree of values that stand nowhere."""
    if isinstance(plain, dict):
        plain = {key: Entry(_NOWHERE, _tree(value)) for key, value in plain.items()}
    elif isinstance(plain, list):
        plain = [_tree(value) for value in plain]
    return Node(_NOWHERE, plain)


def tenant_of(name: str) -> str:
    """The tenant of a part by its full name; empty for the site's own."""
    tenant, dot, _ = name.partition(".")
    return tenant if dot else ""


def local_name(name: str) -> str:
    """A part's name as its tenant writes it."""
    return name.rpartition(".")[2]


def within(site: Site, tenant: str, kind: str) -> list[str]:
    """The names, or numbers, of a tenant's parts of a kind such as `agents`."""
    parts: Mapping[str, Any] = getattr(site, kind)
    return [
        name for name, part in parts.items() if getattr(part, "tenant", tenant_of(name)) == tenant
    ]


def _moved(tenant: str, node: Node, entries: dict[str, Entry], findings: list[Finding]) -> Node:
    """Move a tenant's sections into the site's; what is left of the tenant."""
    if not isinstance(node.value, dict):
        return node

    def full(name: str, _: Place) -> str:
        return f"{tenant}.{name}"

    left = dict(node.value)
    for section in SECTIONS:
        entry = left.get(section)
        if entry is None or not isinstance(entry.node.value, dict):
            continue
        del left[section]
        findings += _written_tenants({section: entry}, section)
        moved = _renamed(entry.node, _hints(Site)[section], full)
        _add(entries, section, entry._replace(node=_marked(moved, section, tenant)), findings)
    return replace(node, value=left)


def _add(entries: dict[str, Entry], section: str, more: Entry, findings: list[Finding]) -> None:
    there = entries.get(section)
    if there is None:
        entries[section] = more
        return
    if not isinstance(there.node.value, dict) or not isinstance(more.node.value, dict):
        return  # the model refuses what stands there
    together = dict(there.node.value)
    for key, entry in more.node.value.items():
        if key in together:
            message = f"{section}.{key}: the number {key} stands already at {together[key].place}"
            remedy = "give one of them another number; numbers are the same for all tenants"
            findings.append(finding("E_COLLISION", entry.place, message, remedy))
        together.setdefault(key, entry)
    entries[section] = there._replace(node=replace(there.node, value=together))


def _written_tenants(entries: Mapping[str, Entry], section: str) -> Iterator[Finding]:
    """Parts that say whose they are: that is told by where they stand."""
    if not _has_tenant(section):
        return
    for entry in _parts(entries.get(section)):
        if isinstance(entry.node.value, dict) and "tenant" in entry.node.value:
            place = entry.node.value.pop("tenant").place
            message = "a part does not name its tenant"
            remedy = f"write the part under `tenants: {{NAME: {{{section}: …}}}}`"
            yield finding("E_UNKNOWN_KEY", place, message, remedy)


def _marked(node: Node, section: str, tenant: str) -> Node:
    """The parts of a section, each with its tenant."""
    if not _has_tenant(section) or not isinstance(node.value, dict):
        return node
    return replace(
        node,
        value={
            key: entry._replace(node=_with_tenant(entry.node, tenant))
            for key, entry in node.value.items()
        },
    )


def _with_tenant(node: Node, tenant: str) -> Node:
    if not isinstance(node.value, dict):
        return node
    mark = Entry(node.place, Node(node.place, tenant))
    return replace(node, value={**node.value, "tenant": mark})


def _has_tenant(section: str) -> bool:
    kind = get_args(_hints(Site)[section])[1]
    return isinstance(kind, type) and issubclass(kind, Part) and "tenant" in kind.model_fields


def _parts(entry: Entry | None) -> list[Entry]:
    value = entry.node.value if entry is not None else None
    return list(value.values()) if isinstance(value, dict) else []


def _renamed(node: Node, hint: Any, rename: Rename) -> Node:
    """The value of this type, with all names in it renamed."""
    for kind in _kinds(hint):
        node = _renamed_as(node, kind, rename)
    return node


def _renamed_as(node: Node, kind: Any, rename: Rename) -> Node:
    value = node.value
    if isinstance(value, str):
        return replace(node, value=_text(value, kind, rename, node.place))
    if isinstance(value, list) and get_origin(kind) is tuple:
        return replace(node, value=[_renamed(n, get_args(kind)[0], rename) for n in value])
    if not isinstance(value, dict):
        return node
    if get_origin(kind) is dict:
        of_key, of_value = get_args(kind)
        return replace(
            node,
            value={
                _key(key, of_key, rename, entry.place): entry._replace(
                    node=_renamed(entry.node, of_value, rename)
                )
                for key, entry in value.items()
            },
        )
    if isinstance(kind, type) and issubclass(kind, Part):
        hints = _hints(kind)
        fields = {
            key: entry._replace(node=_renamed(entry.node, hints.get(key), rename))
            for key, entry in value.items()
        }
        return replace(node, value=fields)
    if _is_marked(kind, ResolvedWords):
        keys = {rename(key, entry.place): entry for key, entry in value.items()}
        return replace(node, value=keys)
    return node


def _key(key: str, kind: Any, rename: Rename, place: Place) -> str:
    return rename(key, place) if kind == FullName or _is_marked(kind, Resolved) else key


def _text(text: str, kind: Any, rename: Rename, place: Place) -> str:
    if kind is Destination:
        way, colon, name = text.partition(":")
        return f"{way}{colon}{rename(name, place)}" if way in NAMED and name else text
    if _is_marked(kind, Resolved):
        return rename(text, place)
    if _is_marked(kind, ResolvedWords):
        return _WORD.sub(
            lambda word: word[0] if word[0] in _NO_NAMES else rename(word[0], place), text
        )
    if isinstance(kind, type) and issubclass(kind, Part) and kind.short:
        for short in _kinds(_hints(kind)[kind.short]):
            text = _text(text, short, rename, place)
    return text


def _kinds(hint: Any) -> list[Any]:
    """What a value of this hint may be; None left out, and what only checks a value."""
    if get_origin(hint) in (Union, UnionType):
        return [kind for part in get_args(hint) for kind in _kinds(part)]
    if get_origin(hint) is Annotated and not any(
        _is_marked(hint, mark) for mark in (Resolved, ResolvedWords)
    ):
        return _kinds(get_args(hint)[0])
    return [] if hint in (None, NoneType) else [hint]


def _is_marked(kind: Any, mark: type) -> bool:
    return get_origin(kind) is Annotated and any(
        isinstance(each, mark) for each in get_args(kind)[1:]
    )


def _hints(part: type[Part]) -> dict[str, Any]:
    hints = get_type_hints(part, include_extras=True)
    return {
        field.alias or name: hints[name]
        for name, field in part.model_fields.items()
        if not is_made(part, name)
    }
