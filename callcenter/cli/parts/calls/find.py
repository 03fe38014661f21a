"""callcenter calls find: calls by what somebody remembers of them."""

import re
from pathlib import Path

import click

from callcenter.cli.parts.calls.listing import OUTCOMES, full_numbers, print_calls
from callcenter.cli.parts.common.options import Refused, json_option, site_option
from callcenter.cli.parts.common.reading import known_queue, period, period_options, reading
from callcenter.cli.parts.common.tenants import belongings, full_name, tenant_option
from callcenter.kpi.windows import Window
from callcenter.records.personal.numbers import SHORTEST
from callcenter.records.reading.calls import CallFilter
from callcenter.records.reading.finding import Text
from callcenter.site.model import Site

EVER = Window(0, 250_000_000_000_000)
"""To the end of the years that calendars know."""
_NUMBER = re.compile(r"[+*#]?[0-9*#]{3,}")
"""What may be part of a number: fewer than three digits are in nearly all of them."""


@click.command()
@click.argument("text", default="")
@site_option
@period_options
@click.option("--caller", default="", metavar="NUMBER", help="The whole number of who called.")
@click.option("--called", default="", metavar="NUMBER", help="The whole number that was called.")
@click.option("--queue", default="", help="Calls that were in this queue.")
@click.option("--agent", default="", help="Calls that this agent talked in last.")
@tenant_option
@click.option("--outcome", default="", type=click.Choice(["", *OUTCOMES]), help="How they ended.")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 1000))
@full_numbers
@json_option
def find(
    text: str,
    folder: Path,
    since: str | None,
    until: str | None,
    caller: str,
    called: str,
    queue: str,
    agent: str,
    tenant: str,
    outcome: str,
    limit: int,
    full_numbers: bool,
    as_json: bool,
) -> None:
    """Calls by what is known of them, the newest first; of all times unless --from or --to.

    TEXT is part of a number outside (three digits or more), or of the name of an agent or queue.
    """
    with reading(folder) as (site, records):
        whose, queue = belongings(site, tenant), full_name(tenant, queue)
        known_queue(site, queue)
        asked = period(since, until, site, EVER) if since or until else None
        wanted = CallFilter(
            asked, queue, agent, outcome, limit, whose, caller=caller, called=called
        )
        meant = _meaning(site, text.strip()) if text.strip() else None
        if meant is not None:
            _findable(site, meant)
        found = records.find(wanted, meant)
        print_calls(site, found, limit, full=full_numbers, as_json=as_json)


def _findable(site: Site, meant: Text) -> None:
    """Refuse a part of a number where only whole numbers can be found."""
    hashed = site.records.numbers == "hashed" and len(meant.part) < SHORTEST
    if hashed and meant.part and not (meant.agents or meant.queues):
        raise Refused(
            "the site stores numbers hashed: a part of one can't be looked for. "
            "Give the whole number"
        )


def _meaning(site: Site, text: str) -> Text:
    """What a text may be part of. Raises Refused where it can be nothing that the site knows."""
    word = text.casefold()
    agents = [
        number
        for number, agent in site.agents.items()
        if number == text or word in agent.name.casefold()
    ]
    queues = [
        name
        for name, queue in site.queues.items()
        if word in name.casefold() or word in queue.label.casefold()
    ]
    part = text if _NUMBER.fullmatch(text) else ""
    if not (agents or queues or part):
        raise Refused(
            f"{text!r} is no part of a number (three digits or more), nor of the name of an agent "
            "or queue"
        )
    return Text(part, agents, queues)
