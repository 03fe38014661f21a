"""What the terminal shows of the floor."""

from io import StringIO

import pytest
from callcenter.cli.parts.common.view import COLOUR, Snapshot, floor_view, summary
from callcenter.terms import AgentState
from rich.console import Console

pytestmark = pytest.mark.pure

SNAPSHOT: dict[str, list[dict[str, object]]] = {
    "queues": [
        {
            "queue": "desk", "label": "综合咨询", "waiting": 2, "longest_s": 75.4, "ready": 0,
            "signed_in": 1,
        }
    ],
    "agents": [
        {"agent": "1001", "name": "Ann", "state": "not_ready", "reason": "break", "since_s": 3.0},
        {"agent": "1002", "name": "Bob", "state": "signed_out", "reason": "", "since_s": 9.0},
    ],
    "calls": [
        {
            "call": f"pbx-1.{n}", "caller": "138****0001", "queue": "desk", "state": "waiting",
            "position": n + 1, "waited_s": 4.2, "talked_s": None, "agent": None,
        }
        for n in range(20)
    ],
}  # fmt: skip


def shown(snapshot: Snapshot | None) -> str:
    console = Console(width=140, record=True, file=StringIO())
    console.print(floor_view("desk 7000", snapshot, ["08:00:00 something happened"]))
    return console.export_text()


def test_queues_agents_and_calls_are_shown() -> None:
    text = shown(SNAPSHOT)
    assert "综合咨询  2        1:15" in text
    assert "not ready break" in text
    assert "1 signed out" in text
    assert "pbx-1.13" in text
    assert "6 more" in text
    assert "pbx-1.14 " not in text
    assert "something happened" in text


def test_names_and_labels_are_shown_as_they_are_written() -> None:
    queue = SNAPSHOT["queues"][0] | {"queue": "[red]", "label": "[/b] hotline"}
    agent = SNAPSHOT["agents"][0] | {"name": "[blink]Ann"}
    call = SNAPSHOT["calls"][0] | {"caller": "[bold]138"}
    text = shown({"queues": [queue], "agents": [agent], "calls": [call]})
    for words in ("[red]", "[/b] hotline", "[blink]Ann", "[bold]138"):
        assert words in text


def test_every_state_of_an_agent_has_a_colour() -> None:
    assert set(AgentState) <= COLOUR.keys()


def test_a_controller_that_is_away_is_told() -> None:
    assert "controller is away" in shown(None)
    assert summary(None) == "the controller is away"


def test_the_floor_in_one_line() -> None:
    assert summary(SNAPSHOT) == "2 waiting, 0 ringing, 0 talking, 0 agents ready"
