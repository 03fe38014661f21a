"""callcenter calls: what became of calls."""

from pathlib import Path
from typing import Any

import click

from callcenter.acd.talk_events import root_of
from callcenter.cli.parts.calls.find import find
from callcenter.cli.parts.calls.line import NUMBERS, line_for_machines, print_line
from callcenter.cli.parts.calls.listing import (
    OUTCOMES,
    as_dict,
    full_numbers,
    print_calls,
    shown_numbers,
    wait_ms,
)
from callcenter.cli.parts.calls.now import hang_up, move, now, take_over
from callcenter.cli.parts.common.options import (
    Missing,
    Overview,
    Refused,
    json_option,
    print_json,
    site_option,
)
from callcenter.cli.parts.common.reading import (
    clock,
    known_queue,
    masked_text,
    node_of,
    number,
    period,
    period_options,
    reading,
    span,
    today,
)
from callcenter.cli.parts.common.tenants import belongings, full_name, tenant_option
from callcenter.records.reading.calls import CallFilter, Records, plain
from callcenter.records.reading.dossier import Dossier
from callcenter.records.reading.steps import steps_of
from callcenter.records.reading.timeline import timeline
from callcenter.records.tables.calls import Call, Consult, RingAttempt, Segment, Transfer
from callcenter.render.cel import FILE as EVENTS
from callcenter.site.model import Site
from callcenter.terms import Direction, TargetKind


@click.group(cls=Overview)
def calls() -> None:
    """List calls and show one."""


for _command in (find, now, hang_up, move, take_over):
    calls.add_command(_command)


@calls.command("list")
@site_option
@period_options
@click.option("--queue", default="", help="Calls that were in this queue.")
@click.option("--agent", default="", help="Calls that this agent talked in last.")
@tenant_option
@click.option("--outcome", default="", type=click.Choice(["", *OUTCOMES]), help="How they ended.")
@click.option(
    "--direction",
    default="",
    type=click.Choice(["", *map(str, Direction)]),
    help="Who placed them.",
)
@click.option("--mark", default="", help="Callers whom an agent marked so, such as malicious.")
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
    tenant: str,
    direction: str,
    mark: str,
    limit: int,
    full_numbers: bool,
    as_json: bool,
) -> None:
    """Calls by their arrival, the newest first. Without --from and --to: today."""
    with reading(folder) as (site, records):
        whose = belongings(site, tenant)
        queue = full_name(tenant, queue)
        known_queue(site, queue)
        asked = period(since, until, site, today(site))
        wanted = CallFilter(asked, queue, agent, outcome, limit, whose, direction, mark)
        found = records.calls(wanted)
        print_calls(site, found, limit, full=full_numbers, as_json=as_json)


@calls.command()
@click.argument("call_id", metavar="ID")
@site_option
@full_numbers
@json_option
def show(call_id: str, folder: Path, full_numbers: bool, as_json: bool) -> None:
    """One call as a line of time.

    Why each agent was chosen or passed over, steps of relaxation, transfers, consults, holds,
    recordings, ratings.
    """
    with reading(folder) as (site, records):
        dossier = _dossier(records, call_id)
        if as_json:
            print_json(_dict(dossier, full_numbers))
            return
        _print_call(site, dossier.call, full_numbers)
        print_line(site, dossier.call.arrived_at, timeline(dossier), full_numbers)
        _print_files(site, dossier)


@calls.command()
@click.argument("call_id", metavar="ID")
@site_option
@full_numbers
@json_option
def trace(call_id: str, folder: Path, full_numbers: bool, as_json: bool) -> None:
    """A call's line of time with all steps of Asterisk's, to find where it went wrong (呼叫追踪).

    What `calls show` tells, and beside it menus and keys, each line's begin, answer and end with
    its cause, from Asterisk's own events, which are kept for `housekeeping.events`.
    """
    with reading(folder) as (site, records):
        dossier = _dossier(records, call_id)
        call = dossier.call
        try:
            steps = steps_of(node_of(site).inside(EVENTS), call.call_id, call.arrived_at)
        except OSError as error:
            raise Missing(f"{error.filename}: {error.strerror}; ask as root") from None
        moments = timeline(dossier, steps)
        if as_json:
            print_json(
                as_dict(call, full_numbers)
                | {"asterisk_events": bool(steps)}
                | {"timeline": line_for_machines(call.arrived_at, moments, full_numbers)}
            )
            return
        _print_call(site, call, full_numbers)
        print_line(site, call.arrived_at, moments, full_numbers)
        if not steps:
            click.echo("Asterisk's events of that time are gone (housekeeping.events).")


def _dossier(records: Records, call_id: str) -> Dossier:
    dossier = records.dossier(root_of(call_id))
    if dossier is None:
        raise Refused(
            f"there is no call {call_id!r}; `callcenter calls list` shows which there are"
        )
    return dossier


def _dict(dossier: Dossier, full: bool) -> dict[str, Any]:
    return as_dict(dossier.call, full) | {
        "timeline": line_for_machines(dossier.call.arrived_at, timeline(dossier), full),
        "segments": [_stay(row, full) for row in dossier.segments],
        "ring_attempts": [_ring(row, full) for row in dossier.rings],
        "transfers": [_to(row, full) for row in dossier.transfers],
        "consults": [_to(row, full) for row in dossier.consults],
        "holds": [plain(row) for row in dossier.holds],
        "relaxations": [plain(row) for row in dossier.relaxations],
        "marks": [plain(row) for row in dossier.marks],
        "ratings": [plain(row) for row in dossier.ratings],
        "callbacks": [
            plain(row) | {"number": number(row.number, full)} for row in dossier.callbacks
        ],
        "recordings": [plain(row) for row in dossier.recordings],
        "voicemail": [
            plain(row) | {"note": masked_text(row.note, full)} for row in dossier.messages
        ],
    }


def _stay(stay: Segment, full: bool) -> dict[str, Any]:
    outside = stay.kind == TargetKind.OUTSIDE
    return plain(stay) | ({"target": number(stay.target, full)} if outside else {})


def _ring(ring: RingAttempt, full: bool) -> dict[str, Any]:
    why = {
        name: number(str(value), full) if name in NUMBERS else value
        for name, value in ring.why.items()
    }
    return plain(ring) | {"why": why}


def _to(row: Transfer | Consult, full: bool) -> dict[str, Any]:
    outside = row.to_kind == TargetKind.OUTSIDE
    return plain(row) | ({"to_name": number(row.to_name, full)} if outside else {})


def _print_call(site: Site, call: Call, full: bool) -> None:
    cause = f" ({call.cause})" if call.cause else ""
    caller, called = shown_numbers(call, full)
    for name, value in (
        ("call", call.call_id),
        ("outcome", f"{call.outcome or 'open'}{cause}"),
        ("caller", caller),
        ("called", f"{called}  {call.language}"),
        ("class", f"{call.direction} {call.party_class}, by {call.handled_by}"),
        ("arrived", clock(call.arrived_at, site)),
        ("requested", clock(call.requested_at, site)),
        ("answered", clock(call.answered_at, site)),
        ("ended", clock(call.ended_at, site)),
        ("wait", span(wait_ms(call))),
        ("talk", span(call.talk_ms)),
        ("hold", span(call.hold_ms)),
        ("wrap-up", span(call.wrap_ms)),
    ):
        click.echo(f"{name:<10} {value}")


def _print_files(site: Site, dossier: Dossier) -> None:
    spool = node_of(site).spool
    for recording in dossier.recordings:
        click.echo(f"recording  {spool / 'monitor' / recording.file} (agent {recording.agent})")
    for message in dossier.messages:
        length = span(message.duration_ms)
        click.echo(f"voicemail  box {message.box}: {spool / 'voicemail' / message.file}, {length}")
