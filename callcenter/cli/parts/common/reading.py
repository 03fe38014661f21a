"""What the commands that read records share: the database, the period, how times are shown."""

import re
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeAlias, TypeVar
from zoneinfo import ZoneInfo

import click
from rich.console import Console

from callcenter.cli.parts.common.options import Missing, Refused, open_site
from callcenter.kpi.windows import Grain, Window, as_local, window_of
from callcenter.live.names import masked
from callcenter.pbx.node import NodePaths, node_path
from callcenter.pbx.secrets import SecretsError, given_secrets, made_secret, site_secrets
from callcenter.records.database.engine import RecordsError, Sealed
from callcenter.records.database.place import place_of
from callcenter.records.personal.numbers import replaced
from callcenter.records.reading.calls import Records, open_records
from callcenter.records.tables.columns import ms
from callcenter.site.findings import nearest
from callcenter.site.model import Site
from callcenter.site.secrets import NUMBERS

_Command = TypeVar("_Command", bound=Callable[..., Any])
_Found = TypeVar("_Found")
Part: TypeAlias = Callable[[Sealed], AbstractContextManager[_Found]]
"""Opens a part of the records, by where they are."""
_FORMS = ("%Y-%m", "%Y-%m-%d", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M")
_FIRST_YEAR, _END_YEAR = 1970, 9999
_WIDE = 400
"""Columns where the output is no terminal: a row in a file or pipe is one line."""


def node_of(site: Site) -> NodePaths:
    """The site's node."""
    return node_path(site.site, site.node.path)


def records_url(folder: Path, site: Site) -> Sealed:
    """Where the site's records are, and how numbers are stored there."""
    try:
        return place_of(site, node_of(site).path, _secrets(folder, site))
    except (SecretsError, RecordsError) as error:
        raise Refused(str(error)) from None


def _secrets(folder: Path, site: Site) -> dict[str, str]:
    given = given_secrets(site, folder)
    if site.records.numbers != "plain":
        return given if NUMBERS in given else site_secrets(folder, site)
    # What was sealed before is read with the key of then.
    return {NUMBERS: made_secret(folder, NUMBERS)} | given


@contextmanager
def opened(folder: Path, site: Site, part: Part[_Found]) -> Iterator[_Found]:
    """That part of the site's records; what they lack ends the command with one message."""
    try:
        with part(records_url(folder, site)) as found:
            yield found
    except RecordsError as error:
        raise Missing(str(error)) from None


@contextmanager
def reading_part(folder: Path, part: Part[_Found]) -> Iterator[tuple[Site, _Found]]:
    """The site and that part of its records; see `opened`."""
    site = open_site(folder)
    with opened(folder, site, part) as found:
        yield site, found


def reading(folder: Path) -> AbstractContextManager[tuple[Site, Records]]:
    """The site and its calls."""
    return reading_part(folder, open_records)


def period_options(command: _Command) -> _Command:
    """Adds `--from` and `--to`; the command gets `since` and `until`, texts or None."""
    for name, variable, what in (
        ("--to", "until", "Up to and with this day or month, or up to this minute."),
        ("--from", "since", "From this day, month or minute on."),
    ):
        command = click.option(
            name, variable, metavar="TIME",
            help=f"{what} Like 2025-11-30, 2025-11 or '2025-11-30 08:00', in the site's time zone.",
        )(command)  # fmt: skip
    return command


def period(since: str | None, until: str | None, site: Site, default: Window) -> Window:
    """The period that was asked for; what is not given is taken from the default."""
    zone = ZoneInfo(site.timezone)
    start = _parse(since, zone)[0] if since else default.start_ms
    if until:
        end = _parse(until, zone)[1]
    else:
        end = default.end_ms if not since else max(default.end_ms, _parse(since, zone)[1])
    if start >= end:
        raise Refused(f"the period ends before it begins: --from {since} --to {until}")
    return Window(start, end)


def moment(text: str, site: Site) -> int:
    """One point in time, such as '2025-11-30 14:10', in milliseconds since 1970."""
    return _parse(text, ZoneInfo(site.timezone))[0]


def today(site: Site) -> Window:
    """The day that it is on the site's clocks."""
    return window_of(now(), Grain.DAY, ZoneInfo(site.timezone))


def now() -> int:
    """This moment, in milliseconds since 1970 (UTC)."""
    return ms(time.time())


def _parse(text: str, zone: ZoneInfo) -> tuple[int, int]:
    """Start of what is named, and the end of it; a minute ends where it begins."""
    for form in _FORMS:
        try:
            start = datetime.strptime(text, form).replace(tzinfo=zone)
        except ValueError:
            continue
        if not _FIRST_YEAR <= start.year < _END_YEAR:
            break
        end = start
        if form == "%Y-%m":
            end = (start + timedelta(days=32)).replace(day=1)
        elif form == "%Y-%m-%d":
            end = start + timedelta(days=1)
        return ms(start.timestamp()), ms(end.timestamp())
    raise Refused(f"{text!r} is no time; write 2025-11-30, 2025-11 or '2025-11-30 08:00'")


def known_queue(site: Site, queue: str) -> None:
    """Refuse a queue that the site does not have."""
    if queue and queue not in site.queues:
        raise Refused(f"there is no queue {queue!r}; {nearest(queue, site.queues)}")


def clock(at_ms: int | None, site: Site, form: str = "%Y-%m-%d %H:%M:%S") -> str:
    """A time on the site's clocks; `-` for none."""
    return "-" if at_ms is None else as_local(at_ms, ZoneInfo(site.timezone)).strftime(form)


def span(length_ms: int | None) -> str:
    """A duration in seconds; `-` for none."""
    return "-" if length_ms is None else f"{length_ms / 1000:.1f} s"


def number(caller: str, full: bool) -> str:
    """A caller's number, masked unless all of it is asked for; never able to steer a terminal."""
    return re.sub(r"[^\w+*#.@-]", "?", caller if full else masked(caller)) or "-"


def masked_text(text: str, full: bool) -> str:
    """What somebody wrote, numbers in it masked."""
    return text if full else replaced(text, masked)


def console() -> Console:
    """Where tables go."""
    width = None if sys.stdout.isatty() else _WIDE
    return Console(width=width, highlight=False)
