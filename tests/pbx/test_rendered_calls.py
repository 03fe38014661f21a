"""Calls through the rendered dialplan alone: menus, hours, Asterisk's own queue, voicemail, codes.

No controller runs: this is what callers and agents meet while it is away.
"""

import asyncio
import socket
from array import array
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from callcenter.qa import audio
from callcenter.qa.dialog import Dialog
from callcenter.qa.phone import BUSY, RINGS, Phone, Refused
from callcenter.site.model import Site
from tests.pbx.lab import until
from tests.pbx.rendered import Rendered, days_around_today

pytestmark = [pytest.mark.pbx, pytest.mark.asyncio(loop_scope="module")]

LINE = 6
"""Calls that the operator's line carries."""
PROMPTS = {
    "hello": {"text": "Hello"},
    "note": {"text": "Note"},
    "english": {"text": "Hello", "language": "en"},
}
MENUS = {
    "main": {
        "prompt": "hello",
        "keys": {"1": "menu:sub", "3": "menu:english", "9": "repeat", "0": "hangup"},
        "timeout": "600ms",
        "tries": "2",
        "on_invalid": "play:note",
        "on_timeout": "voicemail:box",
    },
    "sub": {"prompt": "hello", "keys": {"*": "back", "#": "menu:deep"}},
    "deep": {"prompt": "hello", "keys": {"*": "back"}},
    "english": {"prompt": "english", "keys": {"1": "play:note"}},
}
NUMBERS = {
    "10001": {"to": "menu:main"},
    "10005": {"to": "play:note", "trunk": "other"},
    "10006": {"to": "queue:sales"},
    "10007": {"to": "queue:short"},
    "10008": {"to": "agent:1001"},
    "10009": {"to": "menu:sub", "language": "en"},
}


def the_site() -> Site:
    """Short prompts, short waits."""
    return Site.model_validate(
        {
            "site": "ways",
            "trunks": {
                "operator": {"host": "127.0.0.1", "max_calls": str(LINE)},
                "other": {"host": "127.0.0.2"},
            },
            "numbers": NUMBERS,
            "menus": MENUS,
            "prompts": PROMPTS,
            "queues": {
                "sales": {"label": "Sales", "overflow": "voicemail:box", "max_wait": "20s"},
                "short": {"max_wait": "1s", "max_length": "1", "overflow": "play:note"},
            },
            "agents": {"1001": {"name": "Ann"}, "1002": {"name": "Bo"}},
            "voicemail": {"box": {"number": "8001", "min_length": "1s"}},
        }
    )


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rendered]:
    """One Asterisk for all cases; each caller has a number of his own."""
    with Rendered(tmp_path_factory.mktemp("ways"), the_site()) as running:
        yield running
        assert [line for line in running.log.splitlines() if "ERROR[" in line] == []


@pytest_asyncio.fixture(loop_scope="module")
async def caller(node: Rendered, request: pytest.FixtureRequest) -> AsyncIterator[Phone]:
    """A caller on the operator's line, whose number is the case's."""
    number = f"138{abs(hash(request.node.name)) % 10**8:08d}"
    async with Phone(number, "", node.server) as phone:
        yield phone


@pytest_asyncio.fixture(loop_scope="module")
async def agent(node: Rendered) -> AsyncIterator[Phone]:
    """Agent 1001, registered."""
    async with Phone("1001", node.secrets["agents.1001"], node.server) as phone:
        await phone.register()
        yield phone
        await phone.register(0)


async def ended(call: Dialog, within_s: float = 8.0) -> None:
    """Wait until the other side has hung up."""
    await asyncio.wait_for(call.ended.wait(), within_s)
    assert not call.ended_by_us


async def press(node: Rendered, call: Dialog, key: str, then: str) -> None:
    """Press a key, and wait for the last event that the caller's way then has."""
    call.audio.press(key)
    name = call.local.partition(":")[2].partition("@")[0]

    async def so() -> bool:
        return node.events(name)[-1:] == [then]

    try:
        await until(so)
    except TimeoutError:
        raise AssertionError(f"{then} is not the last of {node.events(name)}") from None


async def test_keys_lead_into_menus_and_back(node: Rendered, caller: Phone) -> None:
    call = await caller.call("10001")
    await node.told(caller.user, "CC_ARRIVED 10001|zh|", "CC_MENU main")
    await press(node, call, "1", "CC_MENU sub")
    await press(node, call, "#", "CC_MENU deep")
    await press(node, call, "*", "CC_MENU sub")
    await press(node, call, "*", "CC_MENU main")
    await press(node, call, "9", "CC_KEY main|9")
    await press(node, call, "0", "CC_KEY main|0")
    await ended(call)
    await node.told(
        caller.user,
        "CC_ARRIVED 10001|zh|",
        "CC_MENU main",
        "CC_KEY main|1",
        "CC_MENU sub",
        "CC_KEY sub|#",
        "CC_MENU deep",
        "CC_KEY deep|*",
        "CC_MENU sub",
        "CC_KEY sub|*",
        "CC_MENU main",
        "CC_KEY main|9",
        "CC_KEY main|0",
        "HANGUP",
    )


async def test_back_where_nobody_came_from_repeats(node: Rendered, caller: Phone) -> None:
    call = await caller.call("10009")
    await press(node, call, "*", "CC_KEY sub|*")
    await press(node, call, "#", "CC_MENU deep")
    await caller.hang_up(call)


async def test_wrong_keys_give_up_after_the_tries(node: Rendered, caller: Phone) -> None:
    call = await caller.call("10001")
    await press(node, call, "7", "CC_KEY main|7")
    call.audio.press("8")
    await ended(call)
    await node.told(
        caller.user,
        *("CC_ARRIVED 10001|zh|", "CC_MENU main", "CC_KEY main|7", "CC_KEY main|8", "HANGUP"),
    )


async def test_silence_gives_up_after_the_tries(node: Rendered, caller: Phone) -> None:
    call = await caller.call("10001")
    loop = asyncio.get_running_loop()
    began = loop.time()
    await node.saw(caller.user, "CC_VOICEMAIL box")
    assert 1.6 < loop.time() - began < 4.0  # twice: 0.3 s prompt and 0.6 s wait
    await caller.hang_up(call)


async def test_a_menu_sets_the_language_of_what_follows(node: Rendered, caller: Phone) -> None:
    call = await caller.call("10001")
    await press(node, call, "3", "CC_MENU english")
    (channel,) = await channels(node, caller.user)
    told = await asyncio.to_thread(node.asterisk.rx, f"core show channel {channel}")
    assert "CC_LANGUAGE=en" in told
    assert "CHANNEL(language)" not in told
    assert any(
        line.split(":")[-1].strip() == "en" for line in told.splitlines() if "Language" in line
    )
    await caller.hang_up(call)


async def channels(node: Rendered, number: str) -> list[str]:
    """Names of the channels of a caller."""
    async with await node.ami() as ami:
        return [
            event.get("Channel")
            for event in await ami.listing("CoreShowChannels")
            if event.get("CallerIDNum") == number
        ]


@pytest.mark.parametrize(("number", "code"), [("10005", 404), ("99999", 404)])
async def test_a_number_that_is_not_for_this_line_is_not_found(
    number: str, code: int, caller: Phone
) -> None:
    with pytest.raises(Refused, match=str(code)):
        await caller.call(number)


async def test_a_line_carries_no_more_calls_than_it_has(node: Rendered, caller: Phone) -> None:
    calls = []
    for _ in range(LINE):
        calls.append(await caller.call("10009"))
    with pytest.raises(Refused, match="503"):
        await caller.call("10009")
    for call in calls:
        await caller.hang_up(call)
    again = await caller.call("10009")
    await caller.hang_up(again)


async def test_a_test_call_says_so_in_a_header(node: Rendered) -> None:
    invite(node, "13900000001", "X-Callcenter-Test: 1")
    invite(node, "13900000002", 'X-Callcenter-Test: 0"|"1"="1')
    await node.saw("13900000001", "CC_ARRIVED 10009|en|1")
    await node.saw("13900000002", "CC_ARRIVED 10009|en|11")


async def test_a_test_call_is_believed_from_this_machine_only(node: Rendered) -> None:
    """Else an operator could take calls out of the measures."""
    invite(node, "13900000003", "X-Callcenter-Test: 1", source="127.0.0.2")
    await node.saw("13900000003", "CC_ARRIVED 10009|en|")


def invite(node: Rendered, number: str, header: str, source: str = "127.0.0.1") -> None:
    """Send one INVITE; its answer goes nowhere, so the call stays up until Asterisk gives up."""
    host, port = node.server
    body = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
    body += "m=audio 9 RTP/AVP 8\r\n"
    text = (
        f"INVITE sip:10009@{host}:{port} SIP/2.0\r\n"
        f"Via: SIP/2.0/UDP 127.0.0.1:9;branch=z9hG4bK{number}\r\n"
        f"From: <sip:{number}@127.0.0.1>;tag=1\r\nTo: <sip:10009@{host}>\r\n"
        f"Call-ID: {number}\r\nCSeq: 1 INVITE\r\nContact: <sip:{number}@127.0.0.1:9>\r\n"
        f"Max-Forwards: 70\r\n{header}\r\nContent-Type: application/sdp\r\n"
        f"Content-Length: {len(body)}\r\n\r\n{body}"
    )
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sender.bind((source, 0))
        sender.sendto(text.encode(), node.server)


async def test_asterisks_own_queue_rings_a_member_and_records_both(
    node: Rendered, caller: Phone, agent: Phone
) -> None:
    async with await node.ami() as ami:
        await ami.queue_add("sales", "PJSIP/1001", member="1001")
        try:
            call = await caller.call("10006", tone_hz=audio.CALLER_HZ)
            await node.saw(caller.user, "CC_FALLBACK sales")
            await until(lambda: _is(bool(agent.offers) and agent.offers[-1].up))
            invite = agent.offers[-1].invite
            assert invite is not None
            assert '"Sales"' in invite.header("From")
            await asyncio.sleep(1.5)
            await caller.hang_up(call)
        finally:
            await ami.queue_remove("sales", "PJSIP/1001")
    await node.saw(caller.user, "HANGUP")
    bills = node.node.log / "cdr-csv" / "Master.csv"
    await until(lambda: _is(bills.exists() and caller.user in bills.read_text(encoding="utf-8")))
    (file,) = (node.node.spool / "monitor").rglob("*~q*.raw")
    await until(lambda: _is(file.stat().st_size > 32000))
    both = array("h", file.read_bytes())  # the agent's channel first
    assert audio.seconds_of_tone(both[1::2], audio.CALLER_HZ) > 0.7
    assert audio.seconds_of_tone(both[0::2], audio.AGENT_HZ) > 0.7


async def _is(value: bool) -> bool:
    return value


async def test_with_nobody_there_a_message_is_left(node: Rendered, caller: Phone) -> None:
    call = await caller.call("10006", tone_hz=audio.CALLER_HZ)
    await node.saw(caller.user, "CC_VOICEMAIL box")
    await asyncio.sleep(4.0)  # greeting and tone are over by then, and he has spoken
    await caller.hang_up(call)
    await node.told(
        caller.user,
        "CC_ARRIVED 10006|zh|",
        "CC_REQUEST sales",
        "CC_FALLBACK sales",
        "CC_OVERFLOW sales|no_agent",
        "CC_REFUSED sales|no_agent",
        "CC_VOICEMAIL box",
        "CC_VOICEMAIL_DONE box|SUCCESS",
        "HANGUP",
    )
    inbox = node.node.spool / "voicemail" / "default" / "box" / "INBOX"
    (message,) = inbox.glob("*.txt")
    assert "category=ways-" in message.read_text(encoding="utf-8")
    samples = audio.read_wav(message.with_suffix(".wav"))
    assert audio.seconds_of_tone(samples, audio.CALLER_HZ) > 1.0


async def test_the_longest_wait_ends_at_the_overflow(
    node: Rendered, caller: Phone, agent: Phone
) -> None:
    agent.behaviour = RINGS
    async with await node.ami() as ami:
        await ami.queue_add("short", "PJSIP/1001", member="1001")
        try:
            await ended(await caller.call("10007"))
        finally:
            await ami.queue_remove("short", "PJSIP/1001")
    await node.told(
        caller.user,
        "CC_ARRIVED 10007|zh|",
        "CC_REQUEST short",
        "CC_FALLBACK short",
        "CC_OVERFLOW short|max_wait",
        "HANGUP",
    )


async def test_an_agent_called_directly_may_be_busy(
    node: Rendered, caller: Phone, agent: Phone
) -> None:
    agent.behaviour = BUSY
    await ended(await caller.call("10008"))
    await node.saw(caller.user, "CC_DIRECT 1001")
    assert len(agent.offers) == 1


@pytest.mark.parametrize("code", ["*11", "*10", "*12", "*13", "*131"])
async def test_a_code_hears_that_it_cannot_be_used_now(
    code: str, node: Rendered, agent: Phone
) -> None:
    call = await agent.call(code)
    await ended(call)
    heard = audio.linear(bytes(call.audio.heard))
    assert audio.seconds_of_tone(heard, 440) > 0.15


async def test_agents_call_each_other_and_the_hotline(node: Rendered, agent: Phone) -> None:
    async with Phone("1002", node.secrets["agents.1002"], node.server) as other:
        await other.register()
        call = await agent.call("1002")
        invite = other.offers[-1].invite
        assert invite is not None
        assert '"Ann" <sip:1001@' in invite.header("From")
        await agent.hang_up(call)
        await other.register(0)
    call = await agent.call("10009")
    await node.saw("1001", "CC_ARRIVED 10009|en|1")
    await agent.hang_up(call)


async def test_a_phone_without_the_password_gets_nowhere(node: Rendered) -> None:
    async with Phone("1001", "wrong", node.server) as thief:
        with pytest.raises(Refused, match="401"):
            await thief.register()
        with pytest.raises(Refused, match="401"):
            await thief.call("1002")


async def test_a_boxs_messages_are_heard_with_its_pin(node: Rendered, agent: Phone) -> None:
    call = await agent.call("*978001")
    await asyncio.sleep(1.0)  # "password"
    call.audio.press("000000#")
    await asyncio.sleep(3.0)
    assert call.up
    await agent.hang_up(call)


HOURS = {
    "always": {"open": ["Mon-Sun 00:00-24:00"], "holidays": "false"},
    "calendar": {"open": ["Mon-Sun 00:00-24:00"]},
    "monday": {"open": ["Mon 00:00-24:00"]},
    "not-monday": {"open": ["Tue-Sun 00:00-24:00"]},
}


@pytest.mark.parametrize(
    ("calendar", "open_now"),
    [
        ("holidays", {"always"}),
        ("workdays", {"always", "calendar", "monday"}),
    ],
)
async def test_hours_follow_the_calendar(calendar: str, open_now: set[str], tmp_path: Path) -> None:
    numbers = {
        str(20001 + n): {"to": "play:note", "hours": name, "closed": "hangup"}
        for n, name in enumerate(HOURS)
    }
    days: list[Any] = list(days_around_today())
    if calendar == "holidays":
        days = [{"first": days[0], "last": days[-1]}]
    site = Site.model_validate(
        {
            "site": "hours",
            "trunks": {"operator": {"host": "127.0.0.1"}},
            "numbers": numbers,
            "prompts": PROMPTS,
            "hours": HOURS,
            "calendar": {calendar: days},
        }
    )
    found = set()
    with Rendered(tmp_path, site) as running:
        async with Phone("13800000000", "", running.server) as caller:
            for number, access in numbers.items():
                await ended(await caller.call(number))
                if f"CC_CLOSED {number}" not in running.events(caller.user):
                    found.add(access["hours"])
    assert found == open_now
