"""callcenter bench records: how fast records of years are filled, reported, found and kept up."""

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from callcenter.cli.parts.common.options import Missing, Refused, json_option, print_json
from callcenter.qa.bench_ingest import Stuck
from callcenter.qa.bench_records import measure
from callcenter.qa.history import Plan, pages
from callcenter.records.database.engine import RecordsError
from callcenter.records.database.filling import fill
from callcenter.records.database.own_postgres import PostgresMissing, own_postgres

SQLITE, POSTGRESQL = "sqlite", "postgresql"
GOALS: Mapping[str, tuple[str, float]] = {
    "month_by_hour_s": ("connection rate of a month by hour", 0.3),
    "years_by_day_s": ("connection rate of all years by day", 2.0),
    "find_number_s": ("find by exact number", 0.2),
    "find_part_s": ("find by part of a number", 2.0),
    "find_name_s": ("find by name", 2.0),
    "ingest_calls_per_s": ("ingest, calls a second", 5000.0),
}
"""Figure, what it is, and its goal: at most, for times in seconds; at least, for the rate."""


@click.command()
@click.option(
    "--calls",
    type=click.IntRange(min=10_000),
    default=200_000,
    show_default=True,
    help="Calls in the history of five years; 10000000 are those of a city.",
)
@click.option(
    "--database",
    "kind",
    type=click.Choice([SQLITE, POSTGRESQL, "both"]),
    default="both",
    show_default=True,
)
@click.option(
    "--url",
    default="",
    metavar="URL",
    help="An empty PostgreSQL database; without it a server of its own is started.",
)
@click.option(
    "--keep",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Keep the databases there; else they are removed.",
)
@json_option
def records(calls: int, kind: str, url: str, keep: Path | None, as_json: bool) -> None:
    """Time of reports, of finding calls, and of ingest, on a believable history.

    Fills a database of its own with years of calls, waits, rings, transfers and ratings; no
    running site is touched. Ten million calls need about 10 GB for each database.
    """
    if url and kind != POSTGRESQL:
        raise Refused("--url goes with --database postgresql")
    kinds = (SQLITE, POSTGRESQL) if kind == "both" else (kind,)
    try:
        with _folder(keep) as folder:
            measured = [_measured(each, url, folder, Plan(calls)) for each in kinds]
    except PostgresMissing as error:
        raise Missing(str(error)) from None
    except (RecordsError, Stuck) as error:
        raise Refused(str(error)) from None
    if as_json:
        print_json(measured)
    else:
        click.echo("\n\n".join(map(_text, measured)))


@contextmanager
def _folder(keep: Path | None) -> Iterator[Path]:
    if keep is not None:
        keep.mkdir(parents=True, exist_ok=True)
        yield keep.resolve()
        return
    made = Path(tempfile.mkdtemp(prefix="cc-bench-"))
    try:
        made.chmod(0o755)  # the server runs as another user
        yield made
    finally:
        shutil.rmtree(made)


def _measured(kind: str, url: str, folder: Path, plan: Plan) -> dict[str, Any]:
    place = folder / kind
    if place.exists():
        raise Refused(f"{place} exists; choose another folder for --keep, or remove it")
    if kind == SQLITE:
        place.mkdir()
        return _figures(kind, f"sqlite:///{place / 'records.db'}", folder, plan)
    if url:
        return _figures(kind, url, folder, plan)
    with own_postgres(place) as own:
        return _figures(kind, own, folder, plan)


def _figures(kind: str, url: str, folder: Path, plan: Plan) -> dict[str, Any]:
    with click.progressbar(length=plan.calls, label=kind, file=sys.stderr) as bar:
        filled = fill(url, pages(plan), bar.update)
    return {
        "database": kind,
        "calls": filled.calls,
        "rows": filled.rows,
        "fill_s": filled.seconds,
        "fill_index_s": filled.index_seconds,
        **asdict(measure(url, plan, folder)),
        "load_average": os.getloadavg()[0],
    }


def _text(figures: Mapping[str, Any]) -> str:
    lines = [
        f"{figures['database']}: {figures['calls']:,} calls, {figures['rows']:,} rows, "
        f"filled in {figures['fill_s']:.0f} s, peak memory {figures['peak_rss_mb']} MB, "
        f"load average {figures['load_average']:.1f}"
    ]
    for name, (what, goal) in GOALS.items():
        value, rate = figures[name], name.endswith("per_s")
        met = value >= goal if rate else value <= goal
        told = f"{value:,.0f}" if rate else f"{value:.3f} s"
        command = figures.get(name.removesuffix("_s") + "_command_s")
        with_start = "" if command is None else f"  (command {command:.2f} s)"
        lines.append(f"  {what:<38}{told:>10}  {'ok' if met else 'missed'}{with_start}")
    lines.append(
        f"  ingest by processor time {figures['ingest_cpu_calls_per_s']:,.0f}; "
        f"{figures['proved_hours']} hours proved, {figures['wrong_hours']} wrong"
    )
    return "\n".join(lines)
