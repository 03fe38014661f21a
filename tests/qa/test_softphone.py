"""Softphones against each other, without any server between them."""

from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
import pytest_asyncio
from callcenter.qa.phone import Behaviour, Refused
from callcenter.qa.softphone import Softphone, Softphones
from callcenter.qa.stage import until

pytestmark = [pytest.mark.calls, pytest.mark.asyncio(loop_scope="session")]
NOWHERE = ("127.0.0.1", 9)
TALKS = Behaviour(tone_hz=1000)
Make = Callable[..., Awaitable[Softphone]]


@pytest_asyncio.fixture(loop_scope="session")
async def phone(softphone_library: Softphones) -> AsyncIterator[Make]:
    async def make(user: str, behaviour: Behaviour | None = None) -> Softphone:
        return await softphone_library.phone(user, "", NOWHERE, behaviour, register=False)

    yield make
    await softphone_library.clear()


async def test_both_hear_the_other_and_no_echo(phone: Make) -> None:
    ann, bob = await phone("ann"), await phone("bob", TALKS)
    call = await ann.call(await bob.address(), 500)
    other = await bob.offered()
    assert "INVITE sip:bob@" in other.invite
    await call.hears(1000)
    await other.hears(500)
    await call.hears_no(500)
    await call.say(None)
    await other.hears_no(500)
    await call.hang_up()
    await other.end()


async def test_an_unanswered_call_is_refused_with_its_code(phone: Make) -> None:
    ann, bob = await phone("ann"), await phone("bob", Behaviour(code=486))
    with pytest.raises(Refused, match="486"):
        await ann.call(await bob.address())
    bob.behaviour = None
    call = await ann.dial(await bob.address())
    other = await bob.offered(2)
    await call.has(lambda: call.state == "ringing", "it rings", 5.0)
    await other.reject(603)
    await call.end()
    assert call.code == 603


async def test_a_caller_gives_up(phone: Make) -> None:
    ann, bob = await phone("ann"), await phone("bob")
    call = await ann.dial(await bob.address())
    other = await bob.offered()
    await call.hang_up()
    await other.end()
    assert other.code == 487


async def test_hold_silences_and_retrieve_brings_back(phone: Make) -> None:
    ann, bob = await phone("ann"), await phone("bob", TALKS)
    call = await ann.call(await bob.address(), 500)
    other = await bob.offered()
    await other.hears(500)
    await call.hold()
    assert other.audio == "held by the other side"
    await other.hears_no(500)
    await call.retrieve()
    await other.hears(500)
    await call.hears(1000)


async def test_keys_arrive_in_the_audio_and_as_info(phone: Make) -> None:
    ann, bob = await phone("ann"), await phone("bob", TALKS)
    call = await ann.call(await bob.address())
    other = await bob.offered()
    await call.press("*19#")
    await other.has(lambda: other.keys == "*19#", "keys arrive", 10.0)
    await other.press("5", info=True)
    await call.has(lambda: call.keys == "5", "the key arrives", 10.0)


async def test_blind_transfer(phone: Make) -> None:
    ann, bob, cat = await phone("ann"), await phone("bob", TALKS), await phone("cat", TALKS)
    call = await bob.call(await ann.address(), 1000) if ann.behaviour else None
    assert call is None
    call = await ann.call(await bob.address(), 500)
    assert await call.transfer(await cat.address()) == 202
    assert await call.transferred() == 200
    new = await cat.offered()
    await new.is_answered()
    assert (await bob.offered()).replaced_by is bob.calls[-1]


async def test_attended_transfer_joins_the_other_two(phone: Make) -> None:
    ann, bob, cat = await phone("ann"), await phone("bob", TALKS), await phone("cat", TALKS)
    first = await ann.call(await bob.address(), 500)
    second = await ann.call(await cat.address(), 500)
    assert await first.transfer_to(second) == 202
    assert await first.transferred() == 200
    await second.end()
    joined = bob.calls[-1]
    await joined.say(700)
    await cat.calls[-1].hears(700)


async def test_messages(phone: Make) -> None:
    ann, bob = await phone("ann"), await phone("bob")
    assert await ann.message(await bob.address(), "队列 7001: 3 waiting") == 200
    # The library answers before it tells, and on another thread than the one that gets the answer.
    await until(lambda: bob.messages, "bob has the message", 5.0)
    assert [(text.text) for text in bob.messages] == ["队列 7001: 3 waiting"]
