"""callcenter records correct and history: a row is put right, and stays readable."""

from pathlib import Path

import click
from rich.table import Table
from rich.text import Text

from callcenter.cli.parts.common.contract import contract
from callcenter.cli.parts.common.full_numbers import full_numbers_option
from callcenter.cli.parts.common.noting import by_option, now_s, one_line, tell, tell_journal
from callcenter.cli.parts.common.options import Refused, json_option, print_json, site_option
from callcenter.cli.parts.common.reading import clock, masked_text, number
from callcenter.cli.parts.common.wide import print_table
from callcenter.records.fold.contract import CORRECTABLE
from callcenter.records.journal.contract_facts import CallCorrected
from callcenter.records.reading.calls import plain
from callcenter.records.tables.calls import Correction

_NUMBERS = ("caller", "called")


@click.command()
@site_option
@click.argument("call")
@click.argument("field", type=click.Choice(sorted(CORRECTABLE)))
@click.argument("value")
@click.option("--why", required=True, help="Why it was wrong.")
@by_option
@json_option
def correct(
    folder: Path, call: str, field: str, value: str, why: str, by: str, as_json: bool
) -> None:
    """Put a field of a call right: a new version, nothing is overwritten.

    Refused where the records would not add up any more, such as an answer without a talk.
    """
    with contract(folder) as (site, found):
        try:
            made = CORRECTABLE[field](value)
        except ValueError as wrong:
            raise Refused(f"{field}: {wrong}") from None
        broken = found.would_break(call, field, made)
    if broken is None:
        raise Refused(f"there is no call {call!r}")
    if broken:
        raise Refused(f"the records would not add up: {'; '.join(broken)}")
    fact = CallCorrected(
        now_s(), call, field, one_line(value, "value"), one_line(why, "reason"),
        one_line(by, "name"),
    )  # fmt: skip
    tell_journal(folder, site, [fact])
    tell(as_json, {"call": call, "field": field, "value": value}, f"{call}: {field} is corrected.")


@click.command()
@site_option
@click.argument("call")
@full_numbers_option()
@json_option
def history(folder: Path, call: str, full_numbers: bool, as_json: bool) -> None:
    """What was put right about a call: each version, why and by whom."""
    with contract(folder) as (site, found):
        rows = found.corrections(call)
    if as_json:
        print_json(
            [
                plain(row) | {"old": _value(row, row.old, full_numbers),
                              "new": _value(row, row.new, full_numbers),
                              "why": masked_text(row.why, full_numbers)}
                for row in rows
            ]
        )  # fmt: skip
        return
    if not rows:
        click.echo("Nothing was corrected.")
        return
    table = Table("version", "time", "field", "old", "new", "why", "by")
    for version, row in enumerate(rows, 2):
        old, new = (_value(row, value, full_numbers) for value in (row.old, row.new))
        why = masked_text(row.why, full_numbers)
        words = (str(version), clock(row.at, site), row.field, old, new, why, row.by)
        table.add_row(*map(Text, words))
    print_table(table)


def _value(row: Correction, value: str, full: bool) -> str:
    return number(value, full) if row.field in _NUMBERS else value
