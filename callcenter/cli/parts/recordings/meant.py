"""What the commands about recordings share: which are meant, and notes for the journal."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, TypeVar

import click

from callcenter.cli.parts.common.options import Refused
from callcenter.cli.parts.common.reading import (
    known_queue,
    node_of,
    period,
    period_options,
    reading_part,
    records_url,
    today,
)
from callcenter.cli.parts.common.tenants import known_tenant, tenant_option
from callcenter.kpi.windows import Window
from callcenter.live.control_client import ControllerRefused, NoController, ask
from callcenter.live.recordings.desk import Note, pack_notes
from callcenter.pbx import person as pbx
from callcenter.records.journal.journal import Journal, JournalError
from callcenter.records.reading.recordings import RecordingFilter, Recordings, open_recordings
from callcenter.records.writing.writer import Writer
from callcenter.site.model import Site

_Command = TypeVar("_Command", bound=Callable[..., Any])
_AT_ONCE = 50
"""Facts in one request."""
_FOLD_S = 60.0


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


def person() -> str:
    """Who types: `root@cli`, or behind sudo the one who is."""
    return f"{pbx.person()}@cli"


def note(folder: Path, site: Site, facts: Sequence[Note]) -> None:
    """Bring facts into the journal: the running controller's, or directly where none runs."""
    node = node_of(site)
    try:
        for first in range(0, len(facts), _AT_ONCE):
            some = pack_notes(facts[first : first + _AT_ONCE])
            ask(node.control_socket, do="note_recordings", facts=some)
    except ControllerRefused as refused:
        raise Refused(str(refused)) from None
    except NoController:
        _note_alone(folder, site, facts)


def _note_alone(folder: Path, site: Site, facts: Sequence[Note]) -> None:
    try:
        url = records_url(folder, site)
        with Journal(node_of(site).journal, numbers=url.numbers) as journal:
            journal.append(facts)
            writer = Writer(journal, url)
            writer.start()
            writer.wait_folded(journal.position, _FOLD_S)
            writer.close()
    except JournalError as error:
        raise Refused(str(error)) from None
