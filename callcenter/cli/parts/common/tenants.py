"""The option that names a tenant."""

from collections.abc import Callable
from typing import Any, TypeVar

import click
from click.shell_completion import CompletionItem

from callcenter.cli.parts.common.options import Refused
from callcenter.pbx.site_files import read_site
from callcenter.records.reading.calls import Belongings
from callcenter.site.findings import SiteErrors, nearest
from callcenter.site.listed import tenants_of
from callcenter.site.model import Site
from callcenter.site.tenants import within

_Command = TypeVar("_Command", bound=Callable[..., Any])


def _names(ctx: click.Context, _: click.Parameter, begun: str) -> list[CompletionItem]:
    folder = ctx.params.get("folder")
    try:
        site = read_site(folder) if folder is not None else None
    except (SiteErrors, OSError):
        return []
    names = tenants_of(site) if site is not None else ()
    return [CompletionItem(name) for name in sorted(names) if name.startswith(begun)]


def tenant_option(command: _Command) -> _Command:
    """Adds `--tenant NAME`; the command gets `tenant: str`, empty where none is named."""
    return click.option(
        "--tenant", default="", metavar="NAME", help="A tenant of the site.", shell_complete=_names
    )(command)


def belongings(site: Site, tenant: str) -> Belongings | None:
    """By what a tenant's calls are known; None where no tenant is named. Refuses unknown ones."""
    known_tenant(site, tenant)
    if not tenant:
        return None
    numbers, agents = within(site, tenant, "numbers"), within(site, tenant, "agents")
    return Belongings(frozenset(numbers), frozenset(agents))


def full_name(tenant: str, name: str) -> str:
    """The full name of a tenant's part, which may be given as the tenant writes it."""
    return f"{tenant}.{name}" if tenant and name and "." not in name else name


def known_tenant(site: Site, tenant: str) -> None:
    """Refuse a tenant that the site does not have."""
    if tenant and tenant not in tenants_of(site):
        raise Refused(f"there is no tenant {tenant!r}; {nearest(tenant, tenants_of(site))}")
