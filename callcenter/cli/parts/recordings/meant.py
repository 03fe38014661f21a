"""What the commands about recordings share: which are meant."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, TypeVar

import click

from callcenter.cli.parts.common.reading import (
    known_queue,
    period,
    period_options,
    reading_part,
    today,
)
from callcenter.cli.parts.common.tenants import known_tenant, tenant_option
from callcenter.kpi.windows import Window
from callcenter.records.reading.recordings import RecordingFilter, Recordings, open_recordings
from callcenter.site.model import Site

_Command = TypeVar("_Command", bound=Callable[..., Any])


def reading(folder: Path) -> AbstractContextManager[tuple[Site, Recordings]]:
    """The site and its recordings."""
    return reading_part(folder, open_recordings)


def filter_options(command: _Command) -> _Command:
    """Adds the options that say which recordings are meant; they come as `which`."""
    for name, what in (
        ("--number", "Of this caller's or called number."),
        ("--queue", "Of this queue."),
        ("--agent", "Of this agent."),
        ("--call", "Of this call."),
    ):
        command = click.option(name, default="", help=what)(command)
    return tenant_option(period_options(command))


def wanted(
    site: Site,
    since: str | None,
    until: str | None,
    which: Mapping[str, str],
    *,
    whole: bool = False,
    destroyed: bool = False,
) -> RecordingFilter:
    """The filter, by what `filter_options` gave; without a time it is today, or with `whole` or a
    call all time."""
    queue, tenant, call = which["queue"], which["tenant"], which["call"]
    known_queue(site, queue)
    known_tenant(site, tenant)
    asked: Window | None = None
    if since or until or not (whole or call):
        asked = period(since, until, site, today(site))
    agents = tuple(a for a, each in site.agents.items() if tenant and each.tenant == tenant)
    return RecordingFilter(
        asked, call, which["agent"], queue, which["number"], tenant, agents, destroyed
    )
