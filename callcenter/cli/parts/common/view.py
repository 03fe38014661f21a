"""The floor in the terminal, live: queues, agents, calls and what just happened."""

import threading
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from callcenter.live.control_client import ControllerRefused, NoController, watch

Snapshot = Mapping[str, Any]

_RETRY_S = 0.5
_ROWS = 14
"""More agents or calls than this are counted, not shown: the view must fit a screen."""

COLOUR = {
    "ready": "green",
    "talking": "cyan",
    "ringing": "yellow",
    "reserved": "yellow",
    "wrap_up": "magenta",
    "not_ready": "red",
    "signed_out": "dim",
    "waiting": "yellow",
}
"""State of an agent or a call -> its colour."""


class Watching:
    """Follows a controller in a thread of its own, also over its restarts."""

    def __init__(self, control_socket: Path) -> None:
        self.latest: Snapshot | None = None
        """The last snapshot; None while no controller answers."""
        self._socket = control_socket
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._follow, name="watches the floor", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """No more snapshots are wanted."""
        self._stopping.set()

    def _follow(self) -> None:
        while not self._stopping.is_set():
            try:
                for snapshot in watch(self._socket):
                    self.latest = snapshot
                    if self._stopping.is_set():
                        return
            except (NoController, ControllerRefused):
                self.latest = None  # it is started again; the view says so meanwhile
            self._stopping.wait(_RETRY_S)


class Happenings:
    """What was told lately, for the foot of the view; `echo` gets every line at once."""

    def __init__(self, echo: Callable[[str], None] = lambda _: None) -> None:
        self.lines: deque[str] = deque(maxlen=6)
        self._echo = echo

    def __call__(self, line: str) -> None:
        """Tell a line."""
        self.lines.append(f"{datetime.now().astimezone():%H:%M:%S} {line}")
        self._echo(self.lines[-1])


def floor_view(head: str, snapshot: Snapshot | None, happenings: Sequence[str]) -> RenderableType:
    """All of it, to be printed again and again."""
    parts: list[RenderableType] = [Text(head, style="bold")]
    if snapshot is None:
        parts.append(Text("The controller is away; Asterisk distributes calls by itself", "red"))
    else:
        tables = Table.grid(padding=(0, 3))
        tables.add_row(_queues(snapshot["queues"]), _agents(snapshot["agents"]))
        parts += [tables, _calls(snapshot["calls"])]
    parts += [Text(line, style="dim") for line in happenings]
    return Group(*parts)


def summary(snapshot: Snapshot | None) -> str:
    """The floor in one line, where there is no terminal to draw on."""
    if snapshot is None:
        return "the controller is away"
    states = [agent["state"] for agent in snapshot["agents"]]
    waiting = sum(queue["waiting"] for queue in snapshot["queues"])
    return (
        f"{waiting} waiting, {states.count('ringing')} ringing, {states.count('talking')} talking, "
        f"{states.count('ready')} agents ready"
    )


def _queues(queues: Sequence[Snapshot]) -> Table:
    table = _table("Queue", "", "Waiting", "Longest", "Ready", "Signed in")
    for queue in queues:
        waiting = Text(str(queue["waiting"]), "yellow" if queue["waiting"] else "")
        longest = _seconds(queue["longest_s"])
        ready, signed_in = str(queue["ready"]), str(queue["signed_in"])
        name, label = Text(queue["queue"]), Text(queue["label"])  # never markup
        table.add_row(name, label, waiting, longest, ready, signed_in)
    return table


def _agents(agents: Sequence[Snapshot]) -> Table:
    here = [agent for agent in agents if agent["state"] != "signed_out"]
    table = _table("Agent", "Name", "State", "Since")
    for agent in here[:_ROWS]:
        state = " ".join(filter(None, (agent["state"].replace("_", " "), agent["reason"])))
        who = (Text(agent["agent"]), Text(agent["name"]))
        table.add_row(*who, Text(state, COLOUR[agent["state"]]), _seconds(agent["since_s"]))
    more, away = max(0, len(here) - _ROWS), len(agents) - len(here)
    table.caption = ", ".join(
        f"{count} {what}" for count, what in ((more, "more"), (away, "signed out")) if count
    )
    return table


def _calls(calls: Sequence[Snapshot]) -> Table:
    table = _table("Call", "Caller", "Queue", "State", "Position", "Waited", "Talked", "Agent")
    for call in calls[:_ROWS]:
        state = Text(call["state"].replace("_", " "), COLOUR.get(call["state"], ""))
        place = str(call["position"] or "")
        waited, talked = _seconds(call["waited_s"]), _seconds(call["talked_s"])
        agent = Text(call["agent"] or "")
        who = (Text(call["call"]), Text(call["caller"]), Text(call["queue"]))
        table.add_row(*who, state, place, waited, talked, agent)
    if len(calls) > _ROWS:
        table.caption = f"{len(calls) - _ROWS} more"
    return table


def _table(*columns: str) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold", caption_justify="left")
    for name in columns:
        table.add_column(name, no_wrap=True)
    return table


def _seconds(seconds: float | None) -> str:
    if seconds is None:
        return ""
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes}:{rest:02}"
