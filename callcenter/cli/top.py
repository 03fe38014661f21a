"""callcenter top: the floor and the day, live."""

import json
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click
from rich.console import Group, RenderableType
from rich.live import Live
from rich.text import Text

from callcenter.cli.parts.common.options import Exit, Missing, open_site, site_option
from callcenter.cli.parts.common.reading import node_of
from callcenter.cli.parts.common.shell import end_on_signals
from callcenter.cli.parts.common.view import Watching, floor_view
from callcenter.live.control_client import ControllerRefused, NoController, watch

_DRAW_S = 0.25
_FIRST_S = 5.0
_COLOUR = {"holds": "green", "at_risk": "bold yellow", "lost": "bold red", "nothing": "dim"}


@click.command()
@site_option
@click.option("--json", "as_json", is_flag=True, help="One JSON text a line, at each change.")
@click.option("--once", is_flag=True, help="Once, then end; exit code 2 when the day is at risk.")
def top(folder: Path, as_json: bool, once: bool) -> None:
    """Watch queues, agents and calls, and whether the day's connection rate will hold (实时监控).

    Missed calls are counted since midnight. The forecast expects the rest of the day to be as it
    was on this weekday in the last four weeks, and calls to be lost as in this hour and the one
    before. Other software gets the same from the controller's socket; see docs/operate.md.
    """
    control_socket = node_of(open_site(folder)).control_socket
    end_on_signals()
    try:
        if as_json or once:
            _print(control_socket, as_json=as_json, once=once)
        else:
            _draw(control_socket)
    except KeyboardInterrupt:
        click.echo()
    except (NoController, ControllerRefused) as error:
        raise Missing(str(error)) from None


def _print(control_socket: Path, *, as_json: bool, once: bool) -> None:
    given_up = time.monotonic() + _FIRST_S
    for snapshot in watch(control_socket):
        # The first reading of the records may be under way.
        if once and not snapshot["today"] and time.monotonic() < given_up:
            continue
        if as_json:
            click.echo(json.dumps(snapshot, ensure_ascii=False))
        else:
            click.echo(day_line(snapshot).plain)
        if once:
            verdict = snapshot["today"].get("forecast", {}).get("verdict")
            sys.exit(Exit.FAILED if verdict in ("at_risk", "lost") else Exit.OK)


def _draw(control_socket: Path) -> None:
    watching = Watching(control_socket)
    try:
        with Live(screen=True, auto_refresh=False) as screen:
            while True:
                screen.update(_view(watching.latest), refresh=True)
                time.sleep(_DRAW_S)
    finally:
        watching.stop()


def _view(snapshot: Mapping[str, Any] | None) -> RenderableType:
    clock = time.strftime("%H:%M:%S")
    view = floor_view(f"callcenter top  {clock}  (Ctrl-C ends)", snapshot, ())
    return view if snapshot is None else Group(day_line(snapshot), view)


def day_line(snapshot: Mapping[str, Any]) -> Text:
    """Today's figures and the forecast in one line."""
    day = snapshot["today"]
    if not day:
        return Text("today: the records have not been read yet", "dim")
    forecast = day["forecast"]
    colour = _COLOUR[forecast["verdict"]]
    rate = day["connection_rate_percent"]
    line = Text("今日 today: ")
    line.append("-" if rate is None else f"{rate:.2f} %", colour)
    line.append(
        f" of {day['threshold_percent']:g} %, {day['answered']} / {day['requests']} answered, "
        f"{day['missed']} missed 漏接;  "
    )
    line.append(_outlook(forecast), colour)
    return line


def _outlook(forecast: Mapping[str, Any]) -> str:
    match forecast["verdict"]:
        case "holds":
            return f"holds 可达标: {forecast['may_still_lose']} more may be lost"
        case "at_risk":
            at, left = forecast["broken_at_local"], forecast["may_still_lose"]
            return f"at risk 有风险: lost by {at}, {left} more may be lost"
        case "lost":
            return f"lost 已不可达标: {-forecast['may_still_lose']} too many are lost"
    return "no forecast yet"
