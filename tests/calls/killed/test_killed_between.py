"""The controller dies between the journal's word that a call has left, and what was to be done
with its caller: he goes where he was to go, and is in the records once.

No kill hits that moment by design; so the journal's last word is written in its place.
"""

import asyncio
import signal
import time
from dataclasses import dataclass

import pytest
from callcenter.acd.facts import CallEnded, CallOverflowed, TalkEnded
from callcenter.acd.talk_facts import CallbackRequested
from callcenter.qa import audio
from callcenter.qa.softphone_call import SoftCall
from callcenter.qa.stage import until
from callcenter.records.journal.facts import JournalFact
from callcenter.records.journal.journal import Journal
from callcenter.terms import Outcome
from tests.calls.hotline import Hotline
from tests.calls.softphones import HotlinePhones

pytestmark = pytest.mark.calls


@pytest.fixture(autouse=True)
def _foreseen(hotline: Hotline) -> None:
    hotline.foreseen += ["Stasis app 'callcenter' not active", "Error reading from web socket"]


@dataclass
class Waiting:
    """A caller in line."""

    name: str
    number: str
    call: SoftCall


async def waits(hotline: Hotline, softphones: HotlinePhones) -> Waiting:
    phone, call = await softphones.caller("7002")

    async def names() -> list[str]:
        calls = (await hotline.stage.ask(do="snapshot"))["calls"]
        return [each["call"] for each in calls if each["caller"].endswith(phone.user[-4:])]

    (name,) = await until(names, "he is in line", 10.0)
    return Waiting(name, phone.user, call)


async def dies_with(hotline: Hotline, *facts: JournalFact) -> None:
    """These are the last that it writes."""
    await hotline.stage.stop_controller(signal.SIGKILL)
    with Journal(hotline.stage.node.journal) as journal:
        journal.append(facts)
    await hotline.stage.start_controller()


async def test_everyone_goes_where_he_was_to_go(
    hotline: Hotline, softphones: HotlinePhones
) -> None:
    ended, leaves, again = await asyncio.gather(*(waits(hotline, softphones) for _ in range(3)))
    now = time.time()
    await dies_with(
        hotline,
        CallEnded(now, ended.name, Outcome.SYSTEM_FAIL, "hung up by 9001"),
        CallOverflowed(now, leaves.name, "second", "max_wait"),
        CallbackRequested(
            now, again.name, f"{again.name}+cb", again.number, "second", 0, now, "7002", "", False,
            now + 60.0,
        ),
        CallEnded(now, again.name, Outcome.CALLBACK_REQUESTED, "callback"),
    )  # fmt: skip
    await hotline.is_at("cc-voicemail")
    await leaves.call.hang_up()
    await ended.call.end(10.0)
    await again.call.end(15.0)
    told = {call["call_id"]: (call["outcome"], call["cause"]) for call in await hotline.calls()}
    assert told == {
        ended.name: ("system_fail", "hung up by 9001"),
        leaves.name: ("timeout", "max_wait"),
        again.name: ("callback_requested", "callback"),
    }
    waiting = (await hotline.stage.ask(do="callbacks"))["callbacks"]
    assert [each["call"] for each in waiting] == [f"{again.name}+cb"]
    await hotline.stage.ask(do="withdraw_callback", call=f"{again.name}+cb", by="case")


async def test_who_talked_is_asked_for_his_rating(
    hotline: Hotline, softphones: HotlinePhones
) -> None:
    ann = await softphones.agent("1001")
    _, call = await softphones.caller("7001")
    his = await ann.offered()
    await his.answer()
    await his.say(audio.AGENT_HZ)
    await call.hears(audio.AGENT_HZ)
    (talk,) = (await hotline.stage.ask(do="snapshot"))["calls"]
    now = time.time()
    await dies_with(
        hotline,
        TalkEnded(now, talk["call"], f"{talk['call']}~1", "1001", "agent"),
        CallEnded(now, talk["call"], Outcome.ANSWERED, "agent", "after"),
    )
    await his.end(10.0)
    await hotline.is_at("cc-survey")
    await call.hang_up()
    row = await hotline.call()
    assert (row["outcome"], row["agent"]) == ("answered", "1001")

    def invited() -> bool:
        return bool(hotline.table("rating", row["call_id"]))

    await until(invited, "the question is in the records", 10.0)
    await hotline.state("1001", "ready")
