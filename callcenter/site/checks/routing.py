"""Limits of not ready, rankings, and numbers outside: what else they need."""

from collections.abc import Iterator

from callcenter.site.checks.problem import Problem
from callcenter.site.checks.references import destinations
from callcenter.site.findings import Path, dotted, nearest
from callcenter.site.model import Site
from callcenter.site.types import To


def routing(site: Site) -> Iterator[Problem]:
    """What does not fit."""
    yield from _limits(site)
    for name, queue in site.queues.items():
        if (queue.strategy == "ranked") != bool(queue.ranking):
            path: Path = ("queues", name, "ranking" if queue.ranking else "strategy")
            message = f"{dotted(path)}: the strategy ranked and a ranking belong together"
            remedy = "write `strategy: ranked`" if queue.ranking else "add `ranking: [1001, …]`"
            yield Problem("E_MISSING", path, message, remedy)
    for path, destination in destinations(site):
        if destination.to is To.OUTSIDE and not site.trunks:
            message = f"{dotted(path)}: there is no trunk that leads outside"
            yield Problem("E_MISSING", path, message, "add one under `trunks:`")


def _limits(site: Site) -> Iterator[Problem]:
    teams = {agent.team for agent in site.agents.values() if agent.team is not None}
    reasons = set(site.not_ready_reasons.values())
    for team, limits in site.not_ready_limits.items():
        path: Path = ("not_ready_limits", team)
        if team not in teams:
            message = f"{dotted(path)}: no agent is in the team {team}"
            yield Problem("E_UNKNOWN_NAME", path, message, nearest(team, teams))
        for place, limit in enumerate(limits):
            at: Path = (*path, place)
            if (limit.at_most is None) == (limit.share is None):
                message = f"{dotted(at)}: needs exactly one of at_most and share"
                yield Problem("E_ONE_OF", at, message, "write how many, or what share of the team")
            if limit.reason is not None and limit.reason not in reasons:
                message = f"{dotted(at)}: {limit.reason} is no reason of not_ready_reasons"
                yield Problem("E_UNKNOWN_NAME", at, message, nearest(limit.reason, reasons))
