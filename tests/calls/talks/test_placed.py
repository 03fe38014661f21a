"""Whom an agent called is handed on, asked about and shared like a caller: one record, and out."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import pytest
import pytest_asyncio
from callcenter.qa import audio
from callcenter.qa.dialog import Dialog
from callcenter.qa.phone import Behaviour, Phone
from callcenter.qa.softphone import Softphone
from callcenter.qa.softphone_call import SoftCall
from callcenter.qa.stage import until
from tests.calls.hotline import Hotline
from tests.calls.softphones import HotlinePhones
from tests.calls.talks.conftest import MUSIC_HZ, OUTSIDE_HZ, Outside
from tests.calls.talks.test_killed import dies_and_returns
from tests.calls.talks.told import segments

pytestmark = pytest.mark.calls

BOB_HZ, CAI_HZ = 700.0, 900.0
BOB, CAI = Behaviour(tone_hz=BOB_HZ), Behaviour(tone_hz=CAI_HZ)
NUMBER = "13800138000"


@dataclass
class Far:
    """Who was called, outside."""

    phone: Phone
    call: Dialog

    async def hears(self, hz: float) -> None:
        """Wait until a tone is heard from now on."""
        began = len(self.call.audio.heard)

        def heard_s() -> float:
            return audio.seconds_of_tone(audio.linear(bytes(self.call.audio.heard[began:])), hz)

        await until(lambda: heard_s() > 0.3, f"{NUMBER} hears {hz:g} Hz", 20.0)


@dataclass
class Placed:
    """Ann talks with a number outside that she called."""

    ann: Softphone
    his: SoftCall
    far: Far


Begin = Callable[[], Awaitable[Placed]]


@pytest_asyncio.fixture(loop_scope="session")
async def placed(hotline: Hotline, softphones: HotlinePhones, outside: Outside) -> Begin:
    async def begin() -> Placed:
        phone = await outside("main", Behaviour(tone_hz=OUTSIDE_HZ))
        ann = await softphones.agent("1001")
        hotline.placed += 1
        his = await ann.call(NUMBER, audio.AGENT_HZ)
        await his.hears(OUTSIDE_HZ)
        return Placed(ann, his, Far(phone, phone.offers[0]))

    return begin


async def recorded(hotline: Hotline) -> tuple[str, str, str, object]:
    """Of the case's one record."""
    call = await hotline.call()
    return call["direction"], call["outcome"], call["agent"], call["requested_at"]


OUT = ("out", "outbound", "1001", None)


async def test_the_phone_hands_on_to_a_colleague(
    hotline: Hotline, softphones: HotlinePhones, placed: Begin
) -> None:
    begun = await placed()
    bob = await softphones.agent("1002", BOB)
    assert await begun.his.transfer("1002") == 202
    assert await begun.his.transferred() == 200
    await begun.far.hears(BOB_HZ)
    his = await bob.offered()
    assert NUMBER in his.peer, "he sees whom he is given"
    await his.hears(OUTSIDE_HZ)
    await hotline.state("1001", "wrap_up")
    await his.hang_up()
    assert await recorded(hotline) == OUT
    assert await segments(hotline) == [("outside", NUMBER, "1001"), ("agent", "1002", "1002")]


async def test_keys_hand_on_to_a_queue_and_it_is_no_request(
    hotline: Hotline, softphones: HotlinePhones, placed: Begin
) -> None:
    begun = await placed()
    cai = await softphones.agent("1003", Behaviour(tone_hz=CAI_HZ, after_s=1.0))
    await begun.his.press("*214003#")
    await begun.his.end()
    await begun.far.hears(MUSIC_HZ)
    await begun.far.hears(CAI_HZ)
    await begun.far.phone.hang_up(begun.far.call)
    await (await cai.offered()).end()
    assert await recorded(hotline) == OUT
    assert await segments(hotline) == [("outside", NUMBER, "1001"), ("queue", "second", "1003")]
    assert "13800138000" not in str(await hotline.json("callbacks", "list"))


async def test_to_another_number_outside_that_is_permitted(hotline: Hotline, placed: Begin) -> None:
    begun = await placed()
    assert await begun.his.transfer("90085212345678") == 202, "not for the pattern, but for blue"
    assert await begun.his.transferred() == 200
    await until(lambda: len(begun.far.phone.offers) == 2, "the other number is called", 5.0)
    other = Far(begun.far.phone, begun.far.phone.offers[1])
    await other.hears(OUTSIDE_HZ)
    await other.phone.hang_up(other.call)
    assert await recorded(hotline) == OUT
    assert await segments(hotline) == [
        ("outside", NUMBER, "1001"),
        ("outside", "0085212345678", ""),
    ]


async def test_nobody_takes_him_and_he_is_back_with_who_handed_him_on(
    hotline: Hotline, softphones: HotlinePhones, placed: Begin
) -> None:
    begun = await placed()
    await softphones.agent("1004", Behaviour(code=603))
    await begun.his.press("*211004#")
    await begun.his.end()
    again = await begun.ann.offered()
    await again.answer()
    await again.say(audio.AGENT_HZ)
    await begun.far.hears(audio.AGENT_HZ)
    await begun.far.phone.hang_up(begun.far.call)
    await again.end()
    assert await hotline.rings() == [("", "answered"), ("1004", "declined"), ("1001", "answered")]


async def test_keys_consult_swap_come_back_and_complete(
    hotline: Hotline, softphones: HotlinePhones, placed: Begin
) -> None:
    begun = await placed()
    bob = await softphones.agent("1002", BOB)
    await begun.his.press("*221002#")
    await begun.his.hears(BOB_HZ)
    await begun.far.hears(MUSIC_HZ)
    await begun.his.press("*23")
    await begun.far.hears(audio.AGENT_HZ)
    await begun.his.hears(OUTSIDE_HZ)
    await begun.his.press("*25")
    await (await bob.offered()).end()
    await begun.his.press("*221002#")
    asked = await bob.offered(2)
    await begun.his.hears(BOB_HZ)
    await begun.his.press("*24")
    await begun.far.hears(BOB_HZ)
    await begun.his.end()
    await asked.hang_up()
    assert await recorded(hotline) == OUT
    assert await segments(hotline) == [("outside", NUMBER, "1001"), ("agent", "1002", "1002")]
    assert (await hotline.call())["hold_ms"] > 0


async def test_an_attended_transfer_by_the_phone_over_the_death_of_the_controller(
    hotline: Hotline, softphones: HotlinePhones, placed: Begin
) -> None:
    begun = await placed()
    bob = await softphones.agent("1002", BOB)
    await begun.his.hold()
    line = await begun.ann.call("1002", audio.AGENT_HZ)
    await line.hears(BOB_HZ)
    await begun.far.hears(MUSIC_HZ)
    await dies_and_returns(hotline)
    await line.hears(BOB_HZ)
    assert await begun.his.transfer_to(line) == 202
    await begun.far.hears(BOB_HZ)
    await begun.his.end()
    await line.end()
    await (await bob.offered()).hears(OUTSIDE_HZ)
    await begun.far.phone.hang_up(begun.far.call)
    await (await bob.offered()).end()
    assert await recorded(hotline) == OUT
    assert await segments(hotline) == [("outside", NUMBER, "1001"), ("agent", "1002", "1002")]


async def test_three_talk_and_who_called_leaves(
    hotline: Hotline, softphones: HotlinePhones, placed: Begin
) -> None:
    begun = await placed()
    await softphones.agent("1002", BOB)
    await begun.his.press("*221002#")
    await begun.his.hears(BOB_HZ)
    await begun.his.press("*26")
    await begun.far.hears(BOB_HZ)
    await begun.far.hears(audio.AGENT_HZ)
    await begun.his.hears(OUTSIDE_HZ)
    await begun.his.hang_up()
    await begun.far.hears(BOB_HZ)
    await begun.far.phone.hang_up(begun.far.call)
    assert await recorded(hotline) == OUT


async def test_hold_and_retrieve_by_key_and_by_phone(hotline: Hotline, placed: Begin) -> None:
    begun = await placed()
    await begun.his.press("*20")
    await begun.far.hears(MUSIC_HZ)
    await begun.his.press("*20")
    await begun.far.hears(audio.AGENT_HZ)
    await begun.his.hold()
    await begun.far.hears(MUSIC_HZ)
    await begun.his.retrieve()
    await begun.far.hears(audio.AGENT_HZ)
    await begun.his.hang_up()
    assert (await hotline.call())["hold_ms"] > 0


async def test_colleagues_hand_each_other_on(hotline: Hotline, softphones: HotlinePhones) -> None:
    ann = await softphones.agent("1001")
    bob = await softphones.agent("1002", BOB)
    cai = await softphones.agent("1003", CAI)
    hotline.placed += 1
    his = await ann.call("1002", audio.AGENT_HZ)
    await his.hears(BOB_HZ)
    assert await his.transfer("1003") == 202
    bobs = await bob.offered()
    await bobs.hears(CAI_HZ)
    await hotline.state("1001", "ready")
    await bobs.press("*211001#")  # now bob, who was called, hands cai on
    back = await ann.offered()
    await back.answer()
    await back.say(audio.AGENT_HZ)
    await (await cai.offered()).hears(audio.AGENT_HZ)
    await bobs.end()
    await hotline.state("1002", "ready")
    await back.hang_up()
    await (await cai.offered()).end()
    assert await recorded(hotline) == ("internal", "outbound", "1001", None)
    assert await segments(hotline) == [
        ("agent", "1002", "1002"),
        ("agent", "1003", "1003"),
        ("agent", "1001", "1001"),
    ]
