"""Checks over several parts of a site: what names what, and what cannot go together."""

from collections.abc import Collection

from callcenter.site.checks.problem import Names
from callcenter.site.checks.references import references
from callcenter.site.findings import Finding, Path, finding
from callcenter.site.model import Site
from callcenter.site.yaml_tree import Node

__all__ = ["check"]


def check(
    site: Site, root: Node, broken: frozenset[Path], known: Collection[str] | None
) -> list[Finding]:
    """All problems of a site whose parts are sound.

    root: the tree it was read from. broken: paths that are not in `site` because they are faulty;
    nothing is said that may only follow from that. known: the folder's files, or None.
    """
    names = Names(site, root)
    problems = list(references(site, names))
    return [finding(p.code, root.place_of(p.path), p.message, p.remedy) for p in problems]
