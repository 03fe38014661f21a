"""Who hung up in the queue is owed a call, until he is served: by himself, by us, or by hand."""

from typing import Any

import pytest
from callcenter.qa import audio
from callcenter.qa.phone import Phone
from callcenter.qa.stage import until
from tests.calls.hotline import Hotline, ended

pytestmark = pytest.mark.calls


async def gives_up(hotline: Hotline, phone: Phone) -> None:
    """One call into the queue, without an agent, hung up by its caller."""
    await hotline.joins(phone)
    call = await phone.call("7001", audio.CALLER_HZ)
    await hotline.waiting("desk")
    await phone.hang_up(call)
    await ended(call)


async def row_of(hotline: Hotline, number: str, *words: str) -> dict[str, Any] | None:
    rows = await hotline.json("owed", "list", "--full-numbers", *words)
    return next((row for row in rows if row["number"] == number), None)


async def owes(hotline: Hotline, number: str) -> dict[str, Any]:
    found: dict[str, Any] = {}

    async def so() -> bool:
        found.update(await row_of(hotline, number) or {})
        return bool(found)

    await until(so, f"{number} is owed a call", 20.0)
    return found


async def settled(hotline: Hotline, number: str) -> dict[str, Any]:
    found: dict[str, Any] = {}

    async def so() -> bool:
        if await row_of(hotline, number) is None:
            found.update(await row_of(hotline, number, "--settled") or {})
        return bool(found)

    await until(so, f"{number} is served", 20.0)
    return found


async def test_a_later_answered_call_settles_it_by_itself(hotline: Hotline) -> None:
    number = "13711110001"
    phone = Phone(number, "", hotline.stage.server)
    await gives_up(hotline, phone)
    row = await owes(hotline, number)
    assert (row["reason"], row["times"], row["queue"]) == ("abandoned_queue", 1, "desk")
    await hotline.agent("1001")
    hotline.placed += 1
    call = await phone.call("7001", audio.CALLER_HZ)
    await hotline.state("1001", "talking")
    await phone.hang_up(call)
    await ended(call)
    row = await settled(hotline, number)
    answered = (await hotline.calls())[-1]
    assert (row["settled_how"], row["settled_call"], row["settled_by"]) == (
        "answered", answered["call_id"], "1001",
    )  # fmt: skip


async def test_by_hand_while_the_controller_runs(hotline: Hotline) -> None:
    number = "13711110002"
    await gives_up(hotline, Phone(number, "", hotline.stage.server))
    row = await owes(hotline, number)
    await hotline.stage.command("owed", "assign", str(row["row"]), "1002", "--by", "9001")

    async def given() -> bool:
        found = await row_of(hotline, number, "--given-to", "1002")
        return found is not None and found["assigned_to"] == "1002"

    await until(given, "it is given to 1002", 20.0)
    await hotline.stage.command("owed", "done", number, "--by", "1002", "--note", "called")
    row = await settled(hotline, number)
    assert (row["settled_how"], row["settled_by"], row["note"]) == ("by_hand", "1002", "called")
    again = await hotline.stage.command("owed", "done", number, code=1)
    assert "nothing is owed" in again
