"""callcenter recordings check: what policy wants against what the disk holds."""

import os
import time
from pathlib import Path

import click
from rich.progress import Progress
from rich.table import Table
from rich.text import Text

from callcenter.acd.talk_events import root_of
from callcenter.cli.parts.common.options import Refused, json_option, print_json, site_option
from callcenter.cli.parts.common.reading import console, node_of, now, period, period_options
from callcenter.cli.parts.common.wide import print_table
from callcenter.cli.parts.recordings.meant import reading
from callcenter.kpi.windows import Window
from callcenter.live.recordings.destroy import broken_chain
from callcenter.live.recordings.files import digest
from callcenter.pbx.deploy.history import NoVersion
from callcenter.pbx.deploy.release import deployed_site
from callcenter.pbx.node import NodePaths
from callcenter.records.proof.recordings import Difference, Found, compare
from callcenter.records.reading.recordings import RecordingFilter, TalkedLeg
from callcenter.records.tables.recordings import Recording
from callcenter.site.recording import is_recorded
from callcenter.terms import Direction

_QUIET_S = 60.0


@click.command()
@site_option
@period_options
@click.option("--deep", is_flag=True, help="Read every file and compare its SHA-256.")
@json_option
def check(folder: Path, since: str | None, until: str | None, deep: bool, as_json: bool) -> None:
    """Whether every talk that policy records has its file, and every file its talk.

    Exit code 1 on differences. Without a time all that is recorded is looked at; which talks
    policy wanted is judged for those since the last deployment, since it may have been another
    policy before. Files without a record are looked for always.
    """
    with reading(folder) as (site, found):
        node = node_of(site)
        whole = Window(0, now() + 1)
        asked = period(since, until, site, whole) if since or until else None
        everything = {
            each.recording.leg: each.recording
            for each in found.find(RecordingFilter(destroyed=True))
        }
        legs = list(found.legs(asked))
    rows = {leg: row for leg, row in everything.items() if _within(row, asked)}
    files = _files(node, set() if not deep else {row.file for row in rows.values()})
    foreign = {row.file for leg, row in everything.items() if leg not in rows}
    wanted = _policy(node)
    differences = list(
        compare(
            legs,
            rows,
            {name: file for name, file in files.items() if name not in foreign},
            [name for name in _raw(node) if name not in foreign],
            wanted,
            now(),
        )
    )
    chain = broken_chain(node.certificates)
    _print(differences, chain, len(rows), len(legs), as_json)
    if differences or chain:
        raise SystemExit(1)


def _within(row: Recording, asked: Window | None) -> bool:
    return asked is None or asked.start_ms <= row.started_at < asked.end_ms


class _policy:  # noqa: N801  used as a function
    """What the deployed policy wants, for talks since it was deployed."""

    def __init__(self, node: NodePaths) -> None:
        try:
            self._site = deployed_site(node).site
        except NoVersion as none:
            raise Refused(str(none)) from None
        self._since = node.deployed.stat().st_mtime * 1000

    def __call__(self, leg: TalkedLeg) -> bool:
        if leg.joined_at < self._since:
            return False
        return is_recorded(self._site, leg.queue, Direction(leg.direction), root_of(leg.call))


def _files(node: NodePaths, read: set[str]) -> dict[str, Found]:
    """Kept files by path; those to be read with their hash."""
    paths = [Path(top, name) for top, _, names in os.walk(node.recordings) for name in names]
    found: dict[str, Found] = {}
    with Progress(transient=True, console=console()) as bar:
        for path in bar.track(paths, description="looking"):
            name = str(path.relative_to(node.recordings))
            if not path.name.startswith("."):  # half pressed
                found[name] = Found(path.stat().st_size, digest(path) if name in read else "")
    return found


def _raw(node: NodePaths) -> list[str]:
    """Files that nobody writes any more; who is being recorded may have no record yet."""
    monitor = node.spool / "monitor"
    paths = [Path(top, name) for top, _, names in os.walk(monitor) for name in names]
    quiet = time.time() - _QUIET_S
    return [str(path.relative_to(monitor)) for path in paths if _written(path) < quiet]


def _written(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:  # archived between the two looks
        return float("inf")


def _print(
    differences: list[Difference], chain: list[str], rows: int, legs: int, as_json: bool
) -> None:
    if as_json:
        told = [{"fault": str(d.fault), "leg": d.leg, "call": d.call, "file": d.file,
                 "told": d.told} for d in differences]  # fmt: skip
        print_json({"recordings": rows, "talks": legs, "differences": told,
                    "broken_certificates": chain})  # fmt: skip
        return
    if differences:
        table = Table("what", "leg", "file", "told")
        for each in differences:
            table.add_row(*map(Text, (str(each.fault), each.leg, each.file, each.told)))
        print_table(table)
    for name in chain:
        click.echo(f"certificate {name} does not follow the one before it")
    click.echo(f"{legs} talks, {rows} recordings, {len(differences)} differences")
