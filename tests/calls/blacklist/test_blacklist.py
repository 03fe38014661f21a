"""The blacklist turns callers away from the next call on, whatever runs and whatever was lost."""

import signal
import time

import pytest
from callcenter.qa.dialog import Dialog
from callcenter.qa.phone import Phone, Refused
from callcenter.qa.stage import until
from tests.calls.hotline import Hotline, ended

pytestmark = pytest.mark.calls

MOBILE = "13812345678"


class Caller:
    """A caller of any number, also of one that is no number at all."""

    def __init__(self, hotline: Hotline, user: str) -> None:
        self._hotline = hotline
        self._phone = Phone(user, "", hotline.stage.server)

    async def call(self, number: str = "7001") -> Dialog:
        await self._hotline.joins(self._phone)
        return await self._phone.call(number)

    async def hang_up(self, call: Dialog) -> None:
        await self._phone.hang_up(call)


async def turned_away(hotline: Hotline, user: str = MOBILE) -> bool:
    """True when such a call is rejected before it is answered; false when it gets through."""
    caller = Caller(hotline, user)
    try:
        call = await caller.call()
    except Refused as refused:
        return "403" in str(refused)
    await hotline.waiting("desk")
    await caller.hang_up(call)
    await hotline.waiting("desk", 0)
    return False


async def block(hotline: Hotline, form: str, *more: str) -> None:
    await hotline.stage.command("blacklist", "add", form, "--reason", "nuisance", *more)


@pytest.fixture(autouse=True)
async def _empty(hotline: Hotline) -> None:
    """Each case begins with an empty list."""
    for entry in await hotline.json("blacklist", "list", "--full-numbers"):
        await hotline.stage.command("blacklist", "remove", entry["form"], "--reason", "next case")


@pytest.mark.parametrize(
    ("form", "through"),
    [
        ("+86 138 1234 5678", "13812345679"),
        ("138*", "13912345678"),
        ("138123456XX", "138123456789"),
        ("1N812345678", "13912345678"),
    ],
)
async def test_a_blocked_caller_is_rejected_and_others_are_not(
    hotline: Hotline, form: str, through: str
) -> None:
    assert not await turned_away(hotline)
    await block(hotline, form)
    assert await turned_away(hotline)
    assert not await turned_away(hotline, through)
    outcomes = [call["outcome"] for call in await hotline.calls()]
    assert sorted(outcomes) == ["abandoned_queue", "abandoned_queue", "blacklisted"]
    (blocked,) = [call for call in await hotline.calls() if call["outcome"] == "blacklisted"]
    assert (blocked["caller"], blocked["blacklist_hit"]) == (MOBILE, 1)
    assert blocked["requested_at"] is None, "no human was asked for: it is not in the rate"


async def test_with_a_prompt_the_caller_hears_it_and_nothing_else(hotline: Hotline) -> None:
    agent = await hotline.agent("1001")
    await block(hotline, MOBILE, "--prompt", "sorry")
    call = await Caller(hotline, MOBILE).call()
    await ended(call, 10.0)
    assert call.audio.packets > 25, "half a second of a prompt at the least"
    record = await hotline.call()
    assert (record["outcome"], record["cause"]) == ("blacklisted", "number")
    assert agent.offers == []


async def test_an_entry_that_is_over_or_removed_blocks_nobody(hotline: Hotline) -> None:
    await block(hotline, "138*", "--until", "2s")
    added = time.monotonic()
    assert await turned_away(hotline)
    await until(lambda: time.monotonic() > added + 3.0, "the entry is over", 20.0)
    assert not await turned_away(hotline)
    await block(hotline, "138*")
    assert await turned_away(hotline)
    await hotline.stage.command("blacklist", "remove", "138*", "--reason", "apology")
    assert not await turned_away(hotline)
    told = await hotline.json("blacklist", "history")
    assert [(change["do"], change["reason"]) for change in told[:2]] == [
        ("remove", "apology"),
        ("add", "nuisance"),
    ]


async def test_without_a_number_is_a_caller_too(hotline: Hotline) -> None:
    await block(hotline, "anonymous")
    assert await turned_away(hotline, "anonymous")
    assert not await turned_away(hotline)


async def test_it_holds_while_the_controller_is_away(hotline: Hotline) -> None:
    await hotline.stage.stop_controller(signal.SIGKILL)
    try:
        await block(hotline, MOBILE)
        assert await turned_away(hotline)
    finally:
        await hotline.stage.start_controller()


async def test_what_asterisk_lost_is_brought_back(hotline: Hotline) -> None:
    await block(hotline, MOBILE)
    await block(hotline, "139*")
    await hotline.stage.rx("database deltree cc-blacklist")
    assert not await turned_away(hotline)
    await hotline.stage.stop_controller()
    await hotline.stage.start_controller()
    await until(lambda: has_both(hotline), "the rows are back")
    assert await turned_away(hotline)


async def has_both(hotline: Hotline) -> bool:
    """Both entries are in Asterisk's database."""
    rows = await hotline.stage.rx("database show cc-blacklist")
    return f"n{MOBILE}" in rows and "p139" in rows and "lengths" in rows


async def test_agents_and_test_calls_are_never_blocked(hotline: Hotline) -> None:
    await block(hotline, "10*")
    await block(hotline, "139*")
    agent = await hotline.agent("1001", sign_in=False)
    hotline.placed += 1
    call = await agent.call("7001")
    await hotline.waiting("desk")
    await agent.hang_up(call)
    caller = await hotline.callers("7001", patience_s=0.5, test=True)
    await caller.result()
    assert [call["outcome"] for call in await hotline.calls()] == ["abandoned_queue"] * 2


HOSTILE = [
    "138%2412345678",  # $
    "138%7B1234%7D5678%22",  # { } "
    "$%7BSHELL(id)%7D138",
    "138%0D%0AX-Header%3A%201",
    "138%2C1%2CHangup()",
    "138%5B1-9%5D%3F%7C%26%29",
    "%22%29%5D%5D138",
    "138%E9%AA%9A%E6%89%B0",
]


@pytest.mark.parametrize("user", HOSTILE)
async def test_a_hostile_number_is_a_text_and_nothing_more(hotline: Hotline, user: str) -> None:
    """It reaches the queue like any caller, and no line of the dialplan fails over it."""
    assert not await turned_away(hotline, user)
    assert (await hotline.call())["outcome"] == "abandoned_queue"
    said = hotline.stage.log.read_text(errors="replace")
    assert "syntax error" not in said
    assert "Error in extension" not in said
