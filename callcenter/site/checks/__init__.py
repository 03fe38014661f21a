"""Checks over several parts of a site: what names what, and what cannot go together."""

from collections.abc import Collection

from callcenter.site.checks.callers import callers
from callcenter.site.checks.flow import flow
from callcenter.site.checks.numbering import numbering
from callcenter.site.checks.parts import parts
from callcenter.site.checks.problem import Names, Problem
from callcenter.site.checks.recording import recording
from callcenter.site.checks.references import references
from callcenter.site.checks.reporting import reporting
from callcenter.site.checks.routing import routing
from callcenter.site.checks.supervisors import supervisors
from callcenter.site.checks.times import times
from callcenter.site.findings import Finding, Path, finding
from callcenter.site.model import Site
from callcenter.site.yaml_tree import Node

__all__ = ["check"]

_REFERENCES = frozenset({"E_UNKNOWN_NAME", "E_DESTINATION"})


def check(
    site: Site, root: Node, broken: frozenset[Path], known: Collection[str] | None
) -> list[Finding]:
    """All problems between the parts of a site.

    root: the tree it was read from. broken: paths that are not in `site` because they are faulty;
    nothing is said that may only follow from that. known: the folder's files, or None.
    """
    problems = [
        *references(site, Names(site, root)),
        *flow(site),
        *numbering(site),
        *times(site),
        *parts(site, known),
        *routing(site),
        *callers(site),
        *recording(site),
        *reporting(site),
        *supervisors(site),
    ]
    return [
        finding(p.code, root.place_of(p.path), p.message, p.remedy)
        for p in problems
        if not broken or _stands_alone(p, broken)
    ]


def _stands_alone(problem: Problem, broken: frozenset[Path]) -> bool:
    """True when the problem would be there too if the faulty parts were mended."""
    if problem.code in _REFERENCES:
        return True
    entries = {path[:2] for path in broken}
    return problem.is_error and problem.code != "E_LOOP" and problem.path[:2] not in entries
