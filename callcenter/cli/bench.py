"""`callcenter bench`: how fast calls meet agents, beside Asterisk's own queue, and alone."""

import asyncio
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from math import log
from pathlib import Path

import click

from callcenter.cli.parts.bench.records import records
from callcenter.cli.parts.common.options import Missing, Overview, Refused, json_option, print_json
from callcenter.cli.parts.common.shell import tell
from callcenter.pbx.node import MachineError, need_root
from callcenter.qa.bench import APP_QUEUE, CALLCENTER, AssignBench, Plan
from callcenter.qa.bench_floor import SIZES, Price, price
from callcenter.qa.bench_times import Spread
from callcenter.qa.sipp import SippError
from callcenter.qa.stage import Late, StageError


@click.group(cls=Overview)
def bench() -> None:
    """Measure speed: of assigning calls, beside Asterisk's own queue, and of deciding alone;
    of records.
    """


bench.add_command(records)


@bench.command()
@click.option("--agents", type=click.IntRange(1, 300), default=10, show_default=True)
@click.option(
    "--handovers", type=float, default=2.0, show_default=True, help="Freed agents a second."
)
@click.option(
    "--calls",
    type=click.IntRange(min=4),
    default=100,
    show_default=True,
    help="Samples of each time and system.",
)
@click.option(
    "--waiting",
    type=click.IntRange(1, 150),
    default=60,
    show_default=True,
    help="Callers kept waiting while agents are freed.",
)
@click.option(
    "--rounds",
    type=click.IntRange(1, 20),
    default=2,
    show_default=True,
    help="Turns of each system.",
)
@click.option(
    "--app-queue/--no-app-queue",
    "beside",
    default=True,
    show_default=True,
    help="Measure Asterisk's own queue too.",
)
@json_option
def assign(
    agents: int,
    handovers: float,
    calls: int,
    waiting: int,
    rounds: int,
    beside: bool,
    as_json: bool,
) -> None:
    """Time until the agent's phone is called, by us and by app_queue.

    Measured from a caller who joins, and from an agent who is freed, to the agent's INVITE.
    Builds a site of its own on free ports, with an Asterisk of its own; a running site is not
    touched. The times are taken from the packets on the loopback interface.
    """
    if handovers <= 0:
        raise Refused("--handovers must be above 0")
    plan = Plan(agents, handovers, calls, waiting, rounds)
    systems = (APP_QUEUE, CALLCENTER) if beside else (CALLCENTER,)
    try:
        need_root("watch packets and start Asterisk")
        with tempfile.TemporaryDirectory(prefix="callcenter-bench-") as folder:
            measured = asyncio.run(AssignBench(plan, Path(folder), tell, systems).measure())
    except MachineError as error:
        raise Missing(str(error)) from None
    except (SippError, StageError, Late, ValueError) as error:
        raise Refused(str(error)) from None
    plain = {
        system: {name: asdict(spread) for name, spread in spreads.items()}
        for system, spreads in measured.items()
    }
    if as_json:
        print_json(plain)
    else:
        click.echo(_table(measured))


@bench.command()
@click.option(
    "--decisions",
    type=click.IntRange(min=100),
    default=20_000,
    show_default=True,
    help="Decisions measured on each floor.",
)
@json_option
def floor(decisions: int, as_json: bool) -> None:
    """Decisions a second, and how their price grows from 100 agents to 10,000.

    A decision is a call matched to an agent. Runs the floor alone, without Asterisk, on one core.
    """
    with click.progressbar(
        length=decisions * len(SIZES), label="decide", file=sys.stderr, update_min_steps=500
    ) as bar:
        prices = [price(size, decisions, lambda: bar.update(1)) for size in SIZES]
    if as_json:
        print_json([{name: getattr(one, name) for name in _FLOOR_FIGURES} for one in prices])
    else:
        click.echo(_floor_table(prices))


_FLOOR_FIGURES = ("agents", "waiting", "needs", "decisions_per_s", "p99_us")


def _floor_table(prices: Sequence[Price]) -> str:
    words = "agents waiting needs decisions/s p99,µs/event events/s"
    lines = ["".join(f"{word.replace(',', ' '):>14}" for word in words.split())]
    for one in prices:
        figures = (one.agents, one.waiting, one.needs, one.decisions_per_s)
        lines.append(
            "".join(f"{n:>14,}" for n in figures) + f"{one.p99_us:>14.1f}{one.events_per_s:>14,}"
        )
    small, big = prices[0], prices[-1]
    lines.append(
        f"{big.agents // small.agents} times the floor costs "
        f"{small.decisions_per_s / big.decisions_per_s:.1f} times as much for a decision "
        f"(the logarithm: {log(big.agents) / log(small.agents):.1f})"
    )
    return "\n".join(lines)


def _table(measured: Mapping[str, Mapping[str, Spread]]) -> str:
    lines = [f"{'ms':<34}{'n':>6}{'p50':>10}{'p95':>10}{'p99':>10}{'max':>10}"]
    for system, spreads in measured.items():
        for name, s in spreads.items():
            lines.append(
                f"{system + ' ' + name.removesuffix('_ms'):<34}"
                f"{s.n:>6}{s.p50:>10.2f}{s.p95:>10.2f}{s.p99:>10.2f}{s.max:>10.2f}"
            )
    return "\n".join(lines)
