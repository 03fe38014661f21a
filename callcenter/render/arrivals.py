"""What the dialplan's template loops over where callers arrive: the access numbers by tenant."""

from dataclasses import dataclass

from callcenter.render import builtin
from callcenter.render.dialplan import Place, place
from callcenter.render.number_lists import priority_context
from callcenter.site.model import AccessNumber, Site
from callcenter.site.tenants import within


@dataclass(frozen=True, slots=True)
class NumberView:
    """An access number."""

    number: str
    tenant: str
    language: str
    trunk: str
    lists: str
    """The context that tells a listed caller's priority; empty where there are no lists."""
    hours: str
    open: Place
    closed: Place


@dataclass(frozen=True, slots=True)
class ArrivalsView:
    """The access numbers of one tenant, or the site's own and with them all."""

    context: str
    includes: tuple[str, ...]
    numbers: tuple[NumberView, ...]


def numbers(site: Site) -> list[ArrivalsView]:
    """The access numbers, the site's own first."""
    return [
        ArrivalsView(
            arrival_context(tenant),
            tuple(map(arrival_context, site.tenants)) if not tenant else (),
            tuple(
                _number(site, number, site.numbers[number])
                for number in sorted(within(site, tenant, "numbers"))
            ),
        )
        for tenant in ("", *sorted(site.tenants))
    ]


def arrival_context(tenant: str) -> str:
    """Context of a tenant's access numbers; the site's own leads to all."""
    return of_tenant("cc-in", tenant)


def of_tenant(context: str, tenant: str) -> str:
    """A context that each tenant has of its own."""
    return f"{context}.{tenant}" if tenant else context


def _number(site: Site, number: str, access: AccessNumber) -> NumberView:
    return NumberView(
        number=number,
        tenant=access.tenant,
        lists=priority_context(site, access.tenant),
        language=access.language or site.language,
        trunk=access.trunk or "",
        hours=access.hours or "",
        open=place(access.to, builtin.GOODBYE),
        closed=place(access.closed or access.to, builtin.CLOSED),
    )
