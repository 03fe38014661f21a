"""YAML texts to a checked site, or to all that is wrong with them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from callcenter.site.checks import check
from callcenter.site.explain import validate
from callcenter.site.findings import Finding, Place, SiteErrors, finding, nearest
from callcenter.site.model import Site
from callcenter.site.tenants import flattened
from callcenter.site.yaml_tree import Entry, Node, duplicate, parse

_SECTION_LEVELS = 1
_TENANT_LEVELS = 3
"""Levels of mappings that may be continued in another file: tenants, a tenant, its section."""


@dataclass(frozen=True, slots=True)
class Inspection:
    """A site and what was found in it; `site` is None as soon as one finding is an error."""

    site: Site | None
    findings: tuple[Finding, ...]


def load(files: Mapping[str, str], main: str, known: Collection[str] | None = None) -> Site:
    """The site of these texts.

    files: name -> text of each YAML file, names as `include` writes them. main: the name of the
    one to begin with. known: names of all files of the folder, against which prompts and music
    are checked; None leaves that check out.

    Raises SiteErrors with every error at once; warnings are dropped (see `inspect`).
    """
    inspection = inspect(files, main, known)
    if inspection.site is None:
        raise SiteErrors([f for f in inspection.findings if f.is_error])
    return inspection.site


def inspect(
    files: Mapping[str, str], main: str, known: Collection[str] | None = None
) -> Inspection:
    """Like `load`, but gives errors and warnings back, in the order of their places."""
    root, findings = _gather(files, main)
    site = None
    if root is not None:
        root, strayed = flattened(root)
        findings += strayed
        site, broken, faults = validate(root)
        told = {(f.file, f.line, f.column) for f in findings}
        findings += [f for f in faults if (f.file, f.line, f.column) not in told]
        if site is not None:
            findings += check(site, root, broken, known)
    order = {name: position for position, name in enumerate([main, *files])}
    findings.sort(key=lambda f: (order.get(f.file, 0), f.line, f.column, f.code))
    failed = any(f.is_error for f in findings)
    return Inspection(None if failed else site, tuple(findings))


def included(main: str, text: str) -> list[str]:
    """The files that a main text includes; [] where it cannot be read, which `load` then tells."""
    root, _ = parse(main, text)
    return [name for name, _ in _includes(root)] if root else []


def _includes(root: Node) -> list[tuple[str, Place]]:
    entry = root.value.get("include") if isinstance(root.value, dict) else None
    if entry is None or not isinstance(entry.node.value, list):
        return []
    return [(n.value, n.place) for n in entry.node.value if isinstance(n.value, str)]


def _gather(files: Mapping[str, str], main: str) -> tuple[Node | None, list[Finding]]:
    """One tree of the main file and all it includes; None where a file is no YAML mapping."""
    root, findings = _mapping(main, files[main])
    if root is None or not isinstance(root.value, dict):
        return None, findings
    entries = dict(root.value)
    include = entries.pop("include", None)
    if include and not _is_list_of_names(include.node):
        message = "include is not a list of file names"
        findings.append(finding("E_INCLUDE", include.place, message, "write [queues.yaml, …]"))
    sound = True
    for name, place in dict(_includes(root)).items():
        part, faults = _included(files, name, place, main)
        findings += faults
        sound = sound and part is not None
        if part is not None and isinstance(part.value, dict):
            findings += _merge(entries, part.value)
    return (Node(root.place, entries) if sound else None), findings


def _is_list_of_names(node: Node) -> bool:
    return isinstance(node.value, list) and all(isinstance(n.value, str) for n in node.value)


def _included(
    files: Mapping[str, str], name: str, place: Place, main: str
) -> tuple[Node | None, list[Finding]]:
    if name == main or name not in files:
        remedy = nearest(name, set(files) - {main})
        return None, [finding("E_INCLUDE", place, f"there is no file {name!r} to include", remedy)]
    part, findings = _mapping(name, files[name])
    if part is not None and isinstance(part.value, dict) and "include" in part.value:
        entry = part.value.pop("include")
        message = "an included file cannot include others"
        findings.append(finding("E_INCLUDE", entry.place, message, f"move the list to {main}"))
    return part, findings


def _mapping(name: str, text: str) -> tuple[Node | None, list[Finding]]:
    """The tree of a file, which must be a mapping; an empty file is an empty one."""
    root, findings = parse(name, text)
    if root is None:
        return (None if findings else Node(Place(name, 1, 1), {})), findings
    if not isinstance(root.value, dict):
        message = "the file is not a mapping of keys to values"
        findings.append(finding("E_TYPE", root.place, message, "write lines such as `site: demo`"))
        return None, findings
    return root, findings


def _merge(entries: dict[str, Entry], more: dict[str, Entry]) -> list[Finding]:
    """Add a file's sections; one section may stand in several files, one of its keys may not.

    Within `tenants`, that holds for each tenant's sections.
    """
    findings = []
    for key, entry in more.items():
        levels = _TENANT_LEVELS if key == "tenants" else _SECTION_LEVELS
        findings += _join(entries, key, entry, levels)
    return findings


def _join(entries: dict[str, Entry], key: str, more: Entry, levels: int) -> list[Finding]:
    """Add one entry, or what is in it where such a mapping is there; so many levels deep."""
    there = entries.get(key)
    if there is None:
        entries[key] = more
        return []
    first, second = there.node.value, more.node.value
    if levels == 0 or not isinstance(first, dict) or not isinstance(second, dict):
        return [duplicate(key, more.place, there.place)]
    together = dict(first)
    findings = [
        found
        for inner, entry in second.items()
        for found in _join(together, inner, entry, levels - 1)
    ]
    entries[key] = Entry(there.place, Node(there.node.place, together))
    return findings
