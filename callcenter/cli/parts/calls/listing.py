"""How calls are listed: by `calls list` and `calls find`."""

from collections.abc import Sequence
from typing import Any

import click
from rich.table import Table

from callcenter.cli.parts.common.full_numbers import full_numbers_option
from callcenter.cli.parts.common.options import print_json
from callcenter.cli.parts.common.reading import clock, number, span
from callcenter.cli.parts.common.wide import print_table
from callcenter.records.reading.calls import plain
from callcenter.records.tables.calls import Call
from callcenter.site.model import Site
from callcenter.terms import Direction, Outcome

OUTCOMES = [*(str(outcome) for outcome in Outcome), "open"]
full_numbers = full_numbers_option()
_DAY, _TIME = "%Y-%m-%d", "%H:%M:%S"


def print_calls(
    site: Site, found: Sequence[Call], limit: int, *, full: bool, as_json: bool
) -> None:
    """The calls as a table, or for machines; that there may be more is said."""
    if as_json:
        print_json([as_dict(call, full) for call in found])
    elif not found:
        click.echo("No such calls.")
    else:
        print_table(_listing(site, found, full))
        if len(found) == limit:
            click.echo(f"The newest {limit}; --limit shows more.")


def as_dict(call: Call, full: bool) -> dict[str, Any]:
    """A call for machines."""
    return plain(call) | dict(zip(("caller", "called"), shown_numbers(call, full), strict=True))


def shown_numbers(call: Call, full: bool) -> tuple[str, str]:
    """Caller and called number; the one outside is masked, ours is not."""
    inbound = call.direction == Direction.IN
    return number(call.caller, full or not inbound), number(call.called, full or inbound)


def _listing(site: Site, found: Sequence[Call], full: bool) -> Table:
    days = {clock(call.arrived_at, site, _DAY) for call in found}
    one_day = len(days) == 1
    arrived = f"arrived {days.pop()}" if one_day else "arrived"
    table = Table(arrived, "call", "caller", "called", "queue", "agent", "outcome")
    table.add_column("wait", justify="right")
    table.add_column("talk", justify="right")
    for call in found:
        table.add_row(
            clock(call.arrived_at, site, _TIME if one_day else f"{_DAY} {_TIME}"),
            call.call_id,
            *shown_numbers(call, full),
            call.queue or "-",
            call.agent or "-",
            call.outcome or "open",
            span(wait_ms(call)),
            span(call.talk_ms) if call.answered_at is not None else "-",
        )
    return table


def wait_ms(call: Call) -> int | None:
    """How long the caller waited for a human; None while he waits, or where he asked for none."""
    until = call.left_queue_at if call.answered_at is None else call.answered_at
    return None if until is None or call.requested_at is None else until - call.requested_at
