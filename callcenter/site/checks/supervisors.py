"""Supervisors: each is an agent's number, of teams that exist."""

from collections.abc import Iterator

from callcenter.site.checks.problem import Problem
from callcenter.site.findings import dotted, nearest
from callcenter.site.model import Site
from callcenter.site.tenants import local_name


def supervisors(site: Site) -> Iterator[Problem]:
    """Numbers without an agent of the same tenant, teams that nobody is in."""
    for number, supervisor in site.supervisors.items():
        path = ("supervisors", number)
        mates = {n: a for n, a in site.agents.items() if a.tenant == supervisor.tenant}
        if number not in mates:
            message = f"{dotted(path)}: there is no agent {number!r}, whose phone he would use"
            remedy = f"add the agent; he need not sign in; {nearest(number, mates)}"
            yield Problem("E_UNKNOWN_NAME", path, message, remedy)
        teams = {agent.team for agent in mates.values() if agent.team}
        for team in supervisor.teams:
            if team not in teams:
                message = f"{dotted(path)}: no agent is in a team {local_name(team)!r}"
                remedy = nearest(local_name(team), map(local_name, sorted(teams)))
                yield Problem("E_UNKNOWN_NAME", path, message, remedy)
