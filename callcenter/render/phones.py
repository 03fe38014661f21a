"""What the dialplan's template loops over for agents' phones: whom they can call and write to."""

from dataclasses import dataclass

from callcenter.render.arrivals import arrival_context, of_tenant
from callcenter.render.callers import survey_numbers
from callcenter.render.dialplan import Place
from callcenter.render.times import whole_seconds
from callcenter.site.model import Permit, Site
from callcenter.site.tenants import within

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

    tenant: str
    phones: str
    """Context of their phones."""
    numbers: str
    """Context of the access numbers that they can dial."""
    hints: str
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
    return [_directory(site, tenant) for tenant in ("", *sorted(site.tenants))]


def dialled(tenant: str) -> str:
    """Context of what a tenant's agents call."""
    return of_tenant("cc-dialled", tenant)


def phones(tenant: str) -> str:
    """Context of a tenant's phones."""
    return of_tenant("cc-phones", tenant)


def hints(tenant: str) -> str:
    """Context of the lamps that a tenant's phones can watch."""
    return of_tenant("cc-hints", tenant)


def messages(tenant: str) -> str:
    """Context of what a tenant's agents write to."""
    return of_tenant("cc-messages", tenant)


def _directory(site: Site, tenant: str) -> Directory:
    agents = sorted(within(site, tenant, "agents"))
    return Directory(
        tenant=tenant,
        phones=phones(tenant),
        numbers=arrival_context(tenant),
        hints=hints(tenant),
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
    surveys = survey_numbers(site, tenant)
    return sorted([*queues, *menus, *surveys], key=lambda pair: pair[0])


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
