"""What the dialplan's template loops over for agents' phones: whom they can call and write to."""

from dataclasses import dataclass

from callcenter.render.dialplan import Place
from callcenter.render.times import whole_seconds
from callcenter.site.model import Agent, Permit, Site

ANY = "X."
"""The pattern of every number."""


@dataclass(frozen=True, slots=True)
class PermitView:
    """How numbers of one permit are dialled on the line."""

    teams: tuple[str, ...]
    strip: int
    add: str
    trunks: tuple[str, ...]
    ring_s: int


@dataclass(frozen=True, slots=True)
class Outside:
    """Permits of one pattern, in the site's order."""

    pattern: str
    permits: tuple[PermitView, ...]


@dataclass(frozen=True, slots=True)
class Directory:
    """Whom the phones of one tenant reach, or those of the agents without a tenant."""

    context: str
    messages: str
    """Context of their messages."""
    agents: tuple[str, ...]
    places: tuple[tuple[str, Place], ...]
    """Number of a queue or menu -> where it is found without the controller."""
    outside: tuple[Outside, ...]
    everything: bool
    """A permit is for any number; else what is left over is refused by the controller."""
    teams: tuple[tuple[str, tuple[str, ...]], ...]
    """Team as it is addressed -> its members."""


def directories(site: Site) -> list[Directory]:
    """One for each tenant; the agents without a tenant come first."""
    tenants = sorted({"", *map(tenant_of, site.agents.values())})
    return [_directory(site, tenant) for tenant in tenants]


def tenant_of(agent: Agent) -> str:
    """The agent's tenant; empty where he has none."""
    return str(getattr(agent, "tenant", ""))


def dialled(tenant: str) -> str:
    """Context of what a tenant's agents call."""
    return _of_tenant("cc-dialled", tenant)


def messages(tenant: str) -> str:
    """Context of what a tenant's agents write to."""
    return _of_tenant("cc-messages", tenant)


def _of_tenant(context: str, tenant: str) -> str:
    return f"{context}.{tenant}" if tenant else context


def _directory(site: Site, tenant: str) -> Directory:
    agents = sorted(n for n, agent in site.agents.items() if tenant_of(agent) == tenant)
    return Directory(
        context=dialled(tenant),
        messages=messages(tenant),
        agents=tuple(agents),
        places=tuple(_places(site, tenant)),
        outside=tuple(_outside(site)),
        everything=any(way.pattern == ANY for way in _outside(site)),
        teams=tuple(_teams(site, agents)),
    )


def _places(site: Site, tenant: str) -> list[tuple[str, Place]]:
    queues = [
        (queue.number, Place("cc-fallback", name))
        for name, queue in site.queues.items()
        if queue.number and name.rpartition(".")[0] == tenant
    ]
    menus = [
        (menu.number, Place(f"cc-menu-{name}", "s"))
        for name, menu in site.menus.items()
        if menu.number and name.rpartition(".")[0] == tenant
    ]
    return sorted([*queues, *menus], key=lambda pair: pair[0])


def _outside(site: Site) -> list[Outside]:
    by_pattern: dict[str, list[PermitView]] = {}
    for permit in site.outbound.permit:
        if trunks := permit.trunks or site.outbound.trunks:
            by_pattern.setdefault(permit.pattern, []).append(_permit(site, permit, trunks))
    return [Outside(pattern, tuple(permits)) for pattern, permits in by_pattern.items()]


def _permit(site: Site, permit: Permit, trunks: tuple[str, ...]) -> PermitView:
    ring_s = whole_seconds(site.outbound.ring_timeout)
    return PermitView(permit.teams, permit.strip, permit.add, trunks, ring_s)


def _teams(site: Site, agents: list[str]) -> list[tuple[str, tuple[str, ...]]]:
    members: dict[str, list[str]] = {}
    for number in agents:
        team = site.agents[number].team
        if team:
            members.setdefault(team.rpartition(".")[2], []).append(number)
    return [(team, tuple(numbers)) for team, numbers in sorted(members.items())]
