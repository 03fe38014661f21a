"""callcenter records reconcile: our calls against Asterisk's CDR, CEL and queue_log."""

import sys
from collections import Counter
from pathlib import Path

import click

from callcenter.cli.parts.common.options import (
    Exit,
    Missing,
    json_option,
    open_site,
    print_json,
    site_option,
)
from callcenter.cli.parts.common.reading import node_of, period, period_options, records_url, today
from callcenter.records.database.engine import RecordsError
from callcenter.records.ingest.files import cdr, cel, queue_log
from callcenter.records.proof.reconcile import Reconciled
from callcenter.records.reading.reports import open_reports
from callcenter.render.cel import FILE as CEL_FILE


@click.command()
@site_option
@period_options
@json_option
def reconcile(folder: Path, since: str | None, until: str | None, as_json: bool) -> None:
    """对账: our calls against Asterisk's own CDR, CEL and queue_log.

    Every difference is counted by its cause; those without a known cause are listed, and end with
    exit code 1. Rotated files are read too. Default: today.
    """
    site = open_site(folder)
    node = node_of(site)
    wanted = period(since, until, site, today(site))
    papers = {
        "cdr": cdr(node.log, wanted),
        "cel": cel(node.inside(CEL_FILE), wanted),
        "queue_log": queue_log(node.log, wanted),
    }
    try:
        with open_reports(records_url(folder, site)) as reports:
            done = reports.reconcile(papers, wanted)
    except RecordsError as error:
        raise Missing(str(error)) from None
    if as_json:
        print_json(_as_json(done))
    else:
        _tell(done)
    if done.unexplained:
        sys.exit(Exit.WRONG)


def _as_json(done: Reconciled) -> dict[str, object]:
    return {
        "calls": done.calls,
        "same": dict(done.same),
        "unexplained": len(done.unexplained),
        "differences": [
            {"call": d.call, "source": d.source, "found": d.found, "cause": _cause(d.cause)}
            for d in done.differences
        ],
    }


def _cause(cause: object) -> str | None:
    return None if cause is None else str(cause)


def _tell(done: Reconciled) -> None:
    click.echo(f"{done.calls} calls of ours.")
    for source, count in done.same.items():
        click.echo(f"{source}: the same of {count}.")
    causes = Counter((d.source, str(d.cause)) for d in done.differences if d.cause is not None)
    for (source, cause), count in sorted(causes.items()):
        click.echo(f"{source}: {count}, explained: {cause}.")
    for each in done.unexplained:
        click.echo(f"UNEXPLAINED {each.call}: {each.source}: {each.found}")
    if not done.unexplained:
        click.echo("No difference is unexplained.")
