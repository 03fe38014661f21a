"""CSV files that a report is given: their rows with the place of each, and their times."""

import csv
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from callcenter.cli.parts.common.options import Refused
from callcenter.records.tables.columns import ms

_FORM = "%Y-%m-%d %H:%M"


def file_option(name: str, columns: str) -> click.Option:
    """The option that names such a file; `columns` are all that it may have."""
    file = click.Path(path_type=Path, dir_okay=False, exists=True)
    return click.Option([name], type=file, help=f"CSV: {columns}.")


def rows_of(
    file: Path, needed: Collection[str], told: str
) -> Iterator[tuple[str, Mapping[str, str | None]]]:
    """Place (`file:line`) and cells of each row. Refuses a file without the columns; `told` are
    all that it may have."""
    try:
        with file.open(encoding="utf-8-sig", newline="") as text:
            table = csv.DictReader(text)
            if missing := [name for name in needed if name not in (table.fieldnames or ())]:
                raise Refused(f"{file}:1: no column {missing[0]!r}; it has {told}")
            for row in table:
                yield f"{file}:{table.line_num}", row
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise Refused(f"{file} cannot be read: {error}") from None


def time_of(place: str, text: str, zone: ZoneInfo) -> int:
    """A time on the site's clocks, in milliseconds since 1970. Refuses what is none."""
    try:
        return ms(datetime.strptime(text.strip(), _FORM).replace(tzinfo=zone).timestamp())
    except ValueError:
        raise Refused(f"{place}: {text!r} is no time; write 2025-11-30 08:30") from None
