"""callcenter report estimated-wait: how well waits are foretold."""

from decimal import Decimal
from pathlib import Path

import click
from rich.table import Table

from callcenter.cli.parts.common.care import caring
from callcenter.cli.parts.common.options import json_option, print_json, site_option
from callcenter.cli.parts.common.reading import console, known_queue, period, period_options, today
from callcenter.kpi.estimates import Errors, errors_by_queue

_HEADINGS = (
    "queue 技能组",
    "calls 通数",
    "foretold 预计 s",
    "waited 实际 s",
    "MAE 平均误差 s",
    "bias 偏差 s",
    "within 60 s 一分钟内",
)


@click.command("estimated-wait")
@site_option
@period_options
@click.option("--queue", default="", help="One queue only.")
@json_option
def estimated_wait(
    folder: Path, since: str | None, until: str | None, queue: str, as_json: bool
) -> None:
    """预计等待误差: how well callers' waits are foretold.

    Queue by queue, of the calls that were answered. Default: today.
    """
    with caring(folder) as (site, care):
        known_queue(site, queue)
        asked = period(since, until, site, today(site))
        found = errors_by_queue(
            (each.queue, each.foretold_ms, each.waited_ms)
            for each in care.estimates(asked)
            if queue in ("", each.queue)
        )
    if as_json:
        print_json([{"queue": name} | _dict(errors) for name, errors in found.items()])
    elif not found:
        click.echo("No wait was foretold in this period to a caller who was answered.")
    else:
        table = Table(*_HEADINGS)
        for name, errors in found.items():
            percent = errors.near_share.percent
            seconds = (errors.foretold, errors.waited, errors.mean_absolute, errors.bias)
            table.add_row(
                name,
                str(errors.count),
                *(str(mean.seconds) for mean in seconds),
                f"{percent} %",
            )
        console().print(table)
        click.echo("MAE = mean |foretold - waited|; bias = mean (foretold - waited).")
        click.echo("平均误差 = |预计 - 实际| 的平均; 偏差为正: 预计偏长。")


def _dict(errors: Errors) -> dict[str, float | int | None]:
    return {
        "calls": errors.count,
        "foretold_s": _plain(errors.foretold.seconds),
        "waited_s": _plain(errors.waited.seconds),
        "mean_absolute_error_s": _plain(errors.mean_absolute.seconds),
        "bias_s": _plain(errors.bias.seconds),
        "worst_error_s": errors.worst_ms / 1000,
        "within_60s_percent": _plain(errors.near_share.percent),
    }


def _plain(number: Decimal | None) -> float | None:
    return None if number is None else float(number)
