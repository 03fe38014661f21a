"""A second line lives until its phone was told of the transfer that named it."""

import asyncio
from typing import Any

import pytest
from callcenter.live.effects import Effects
from callcenter.live.talks import referrals as module
from callcenter.live.talks.referrals import Referrals
from callcenter.pbx.ari.events import TransferAsked
from callcenter.pbx.errors import PbxGone

pytestmark = pytest.mark.pure

ASKED = TransferAsked("agent", "1002", "line")


class Asterisk:
    """Writes down what is asked of it."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.gone = False

    async def answer_transfer(self, channel: str, *, done: bool) -> None:
        self.asked.append(f"{channel} {'done' if done else 'refused'}")
        if self.gone:
            raise PbxGone(channel)

    async def hangup(self, channel: str, reason: str) -> None:
        self.asked.append(f"hang up {channel} {reason}")


class Bench:
    """Referrals, and what they ask of Asterisk."""

    def __init__(self, tasks: asyncio.TaskGroup) -> None:
        self.asterisk = Asterisk()
        self.asked = self.asterisk.asked
        ari: Any = self.asterisk
        self.referrals = Referrals(ari, Effects(tasks, lambda told: None))

    async def soon(self) -> list[str]:
        """What is asked until only something new would lead to more."""
        for _ in range(10):
            await asyncio.sleep(0)
        return self.asked


async def test_a_line_is_hung_up_once_its_phone_was_told() -> None:
    async with asyncio.TaskGroup() as tasks:
        bench = Bench(tasks)
        bench.referrals.wait_for_answer("leg", ASKED)
        assert bench.referrals.answer("leg", done=True)
        bench.referrals.hang_up_line("line", "normal")
        assert await bench.soon() == ["agent done"]
        bench.referrals.told("agent")
        assert await bench.soon() == ["agent done", "hang up line normal"]


async def test_another_line_is_hung_up_at_once() -> None:
    async with asyncio.TaskGroup() as tasks:
        bench = Bench(tasks)
        bench.referrals.tell(ASKED, done=True)
        bench.referrals.hang_up_line("another", "busy")
        assert await bench.soon() == ["agent done", "hang up another busy"]
        bench.referrals.told("agent")


async def test_a_phone_that_is_gone_is_told_nothing_and_keeps_no_line() -> None:
    async with asyncio.TaskGroup() as tasks:
        bench = Bench(tasks)
        bench.asterisk.gone = True
        bench.referrals.tell(ASKED, done=True)
        bench.referrals.hang_up_line("line", "normal")
        assert await bench.soon() == ["agent done", "hang up line normal"]


async def test_an_answer_that_never_comes_keeps_no_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_TOLD_WITHIN_S", 0.01)
    async with asyncio.TaskGroup() as tasks:
        bench = Bench(tasks)
        bench.referrals.tell(ASKED, done=True)
        bench.referrals.hang_up_line("line", "normal")
    assert bench.asked == ["agent done", "hang up line normal"]


async def test_a_phone_is_answered_once_and_only_where_it_waits() -> None:
    async with asyncio.TaskGroup() as tasks:
        bench = Bench(tasks)
        bench.referrals.wait_for_answer("leg", ASKED)
        assert bench.referrals.answer("leg", done=False)
        assert not bench.referrals.answer("leg", done=True)
        bench.referrals.wait_for_answer("leg", ASKED)
        bench.referrals.leg_gone("leg")
        assert not bench.referrals.answer("leg", done=True)
        assert await bench.soon() == ["agent refused"]
        bench.referrals.told("agent")


async def test_what_asterisk_tells_twice_is_one_request() -> None:
    async with asyncio.TaskGroup() as tasks:
        referrals = Bench(tasks).referrals
        assert not referrals.is_repeated(ASKED, 100.0)
        assert referrals.is_repeated(ASKED, 100.1)
        assert not referrals.is_repeated(TransferAsked("another", "1002", "line"), 100.1)
        assert not referrals.is_repeated(ASKED, 101.0)
