"""Looking whether Asterisk is there: what is noted, and what a restart of ours does not lose."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from callcenter.live.health.uptime import Uptime
from callcenter.records.journal.facts import JournalFact
from callcenter.records.journal.platform_facts import PlatformDown


class World:
    """An Asterisk, a clock, and what was noted."""

    def __init__(self, node: Path) -> None:
        self.node = node
        self.now, self.started, self.connected = 1000.0, 500.0, True
        self.noted: list[JournalFact] = []
        self.uptime = self.begin()

    def begin(self) -> Uptime:
        """A controller that starts anew."""
        self.uptime = Uptime(self.node, self, lambda: self.connected, self.note, lambda: self.now)
        return self.uptime

    async def started_at(self) -> float:
        return self.started

    def note(self, facts: Sequence[JournalFact]) -> None:
        self.noted += facts

    async def look(self, now: float) -> None:
        self.now = now
        await self.uptime.look()


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


async def test_a_first_start_and_quiet_hours_note_nothing(world: World) -> None:
    for second in range(0, 60, 2):
        await world.look(1000.0 + second)
    world.begin()
    await world.look(1061.0)
    assert world.noted == []


async def test_asterisk_restarts_under_the_controller(world: World) -> None:
    await world.look(1000.0)
    world.connected = False
    await world.look(1002.0)
    world.connected, world.started = True, 1020.0
    await world.look(1024.0)
    await world.look(1026.0)
    assert world.noted == [PlatformDown(1024.0, "asterisk", 1000.0, 1020.0)]


async def test_a_restart_between_two_looks_is_noticed_by_its_time(world: World) -> None:
    await world.look(1000.0)
    world.started = 1001.0
    await world.look(1002.0)
    assert world.noted == [PlatformDown(1002.0, "asterisk", 1000.0, 1001.0)]


async def test_the_controller_was_away_and_asterisk_was_not(world: World) -> None:
    await world.look(1000.0)
    world.begin()
    await world.look(1300.0)
    assert world.noted == [PlatformDown(1300.0, "controller", 1000.0, 1300.0)]
