"""callcenter calls: what became of calls."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click
from rich.table import Table

from callcenter.cli._options import Refused, json_option, print_json, site_option
from callcenter.cli._records import (
    clock,
    console,
    known_queue,
    node_of,
    number,
    period,
    period_options,
    reading,
    span,
    today,
)
from callcenter.records.reading import CallFilter, Dossier, Records, plain
from callcenter.records.tables import Call
from callcenter.site.model import Site
from callcenter.terms import Outcome

_OUTCOMES = [*(str(outcome) for outcome in Outcome), "open"]
full_numbers = click.option("--full-numbers", is_flag=True, help="Show callers' whole numbers.")


@click.group()
def calls() -> None:
    """List calls and show one."""


@calls.command("list")
@site_option
@period_options
@click.option("--queue", default="", help="Calls that were in this queue.")
@click.option("--agent", default="", help="Calls that this agent talked in last.")
@click.option("--outcome", default="", type=click.Choice(["", *_OUTCOMES]), help="How they ended.")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 100_000))
@full_numbers
@json_option
def list_calls(
    folder: Path,
    since: str | None,
    until: str | None,
    queue: str,
    agent: str,
    outcome: str,
    limit: int,
    full_numbers: bool,
    as_json: bool,
) -> None:
    """Calls by their arrival, the newest first. Without --from and --to: today."""
    with reading(folder) as (site, records):
        known_queue(site, queue)
        asked = period(since, until, site, today(site))
        found = records.calls(CallFilter(asked, queue, agent, outcome, limit))
        if as_json:
            print_json([_call(call, full_numbers) for call in found])
        elif not found:
            click.echo("No such calls in this period.")
        else:
            console().print(_listing(site, found, full_numbers))
            if len(found) == limit:
                click.echo(f"The newest {limit}; --limit shows more.")


@calls.command()
@click.argument("call_id", metavar="ID")
@site_option
@full_numbers
@json_option
def show(call_id: str, folder: Path, full_numbers: bool, as_json: bool) -> None:
    """One call: times, queues, ring attempts and why, files."""
    with reading(folder) as (site, records):
        dossier = _dossier(records, call_id)
        if as_json:
            print_json(_dict(dossier, full_numbers))
            return
        _print_call(site, dossier.call, full_numbers)
        _print_tables(site, dossier)
        _print_files(site, dossier)


def _dossier(records: Records, call_id: str) -> Dossier:
    dossier = records.dossier(call_id)
    if dossier is None:
        raise Refused(
            f"there is no call {call_id!r}; `callcenter calls list` shows which there are"
        )
    return dossier


def _call(call: Call, full: bool) -> dict[str, Any]:
    told = {"caller": number(call.caller, full), "called": number(call.called, full=True)}
    return plain(call) | told


def _dict(dossier: Dossier, full: bool) -> dict[str, Any]:
    return _call(dossier.call, full) | {
        "segments": [plain(row) for row in dossier.segments],
        "ring_attempts": [plain(row) for row in dossier.rings],
        "recordings": [plain(row) for row in dossier.recordings],
        "voicemail": [plain(row) for row in dossier.messages],
    }


def _listing(site: Site, found: Iterable[Call], full: bool) -> Table:
    table = Table("arrived", "call", "caller", "called", "queue", "agent", "outcome")
    table.add_column("wait", justify="right")
    table.add_column("talk", justify="right")
    for call in found:
        table.add_row(
            clock(call.arrived_at, site),
            call.call_id,
            number(call.caller, full),
            number(call.called, full=True),
            call.queue or "-",
            call.agent or "-",
            call.outcome or "open",
            span(_wait_ms(call)),
            span(call.talk_ms) if call.answered_at is not None else "-",
        )
    return table


def _wait_ms(call: Call) -> int | None:
    until = call.left_queue_at if call.answered_at is None else call.answered_at
    return None if until is None or call.requested_at is None else until - call.requested_at


def _print_call(site: Site, call: Call, full: bool) -> None:
    cause = f" ({call.cause})" if call.cause else ""
    for name, value in (
        ("call", call.call_id),
        ("outcome", f"{call.outcome or 'open'}{cause}"),
        ("caller", number(call.caller, full)),
        ("called", f"{number(call.called, full=True)}  {call.language}"),
        ("class", f"{call.direction} {call.party_class}, by {call.handled_by}"),
        ("arrived", clock(call.arrived_at, site)),
        ("requested", clock(call.requested_at, site)),
        ("answered", clock(call.answered_at, site)),
        ("ended", clock(call.ended_at, site)),
        ("wait", span(_wait_ms(call))),
        ("talk", span(call.talk_ms)),
        ("wrap-up", span(call.wrap_ms)),
    ):
        click.echo(f"{name:<10} {value}")


def _print_tables(site: Site, dossier: Dossier) -> None:
    time_only = "%H:%M:%S"
    stays = Table("queue", "requested", "answered", "ended", "outcome", "agent", title="Queues")
    for stay in dossier.segments:
        times = (stay.requested_at, stay.answered_at, stay.ended_at)
        stays.add_row(
            stay.queue,
            *(clock(at, site, time_only) for at in times),
            stay.outcome or "open",
            stay.agent or "-",
        )
    rings = Table(
        "agent", "rang", "until", "result", "joined", "left", "why", title="Ring attempts"
    )
    for ring in dossier.rings:
        moments = (ring.started_at, ring.ended_at, ring.joined_at, ring.left_at)
        rang, until, joined, left = (clock(at, site, time_only) for at in moments)
        code = f" {ring.sip_code}" if ring.sip_code else ""
        why = ", ".join(f"{name}={value}" for name, value in ring.why.items())
        result = f"{ring.result or 'rings'}{code}"
        rings.add_row(ring.agent, rang, until, result, joined, left, why)
    for table in (stays, rings):
        if table.row_count:
            console().print(table)


def _print_files(site: Site, dossier: Dossier) -> None:
    spool = node_of(site).spool
    for recording in dossier.recordings:
        click.echo(f"recording  {spool / 'monitor' / recording.file} (agent {recording.agent})")
    for message in dossier.messages:
        length = span(message.duration_ms)
        click.echo(f"voicemail  box {message.box}: {spool / 'voicemail' / message.file}, {length}")
