"""Tenants on one Asterisk: the same names, and nothing crosses."""

import signal

import pytest
from callcenter.qa import audio
from callcenter.qa.dialog import Dialog
from callcenter.qa.phone import Behaviour, Phone, Refused
from callcenter.qa.stage import until
from tests.calls.hotline import Hotline, ended

pytestmark = pytest.mark.calls

MOBILE = "13812345678"


@pytest.mark.parametrize(
    ("number", "keys", "queue", "agent"),
    [
        ("7000", "", "desk", "1001"),
        ("7100", "1", "east.general", "1101"),
        ("7200", "1", "west.general", "1201"),
    ],
)
async def test_a_call_reaches_its_tenant_s_agent_only(
    hotline: Hotline, number: str, keys: str, queue: str, agent: str
) -> None:
    phones = {name: await hotline.agent(name) for name in ("1001", "1101", "1201")}
    callers = await hotline.callers(number, keys, patience_s=1.0)
    await (await hotline.offered(phones[agent])).answered.wait()
    await callers.result()
    call = await hotline.call()
    assert (call["queue"], call["agent"], call["outcome"]) == (queue, agent, "answered")
    assert [name for name, phone in phones.items() if phone.offers] == [agent]


async def test_a_free_agent_of_another_tenant_lets_the_call_wait(hotline: Hotline) -> None:
    others = [await hotline.agent(name) for name in ("1001", "1201")]
    callers = await hotline.callers("7100", "1", patience_s=1.5)
    await hotline.waiting("east.general")
    await callers.result()
    assert (await hotline.call())["outcome"] == "abandoned_queue"
    assert [phone.offers for phone in others] == [[], []]


async def test_without_the_controller_it_is_the_same(hotline: Hotline) -> None:
    phones = {name: await hotline.agent(name) for name in ("1001", "1101", "1201")}
    await until(lambda: has_members(hotline), "the fallback queues have their members")
    hotline.foreseen.append("Stasis app 'callcenter' not active")
    await hotline.stage.stop_controller(signal.SIGKILL)
    try:
        callers = await hotline.callers("7200", "1", patience_s=1.5)
        await (await hotline.offered(phones["1201"])).answered.wait()
        await callers.result()
    finally:
        await hotline.stage.start_controller()
    assert [name for name, phone in phones.items() if phone.offers] == ["1201"]
    assert (await hotline.call())["queue"] == "west.general"


async def has_members(hotline: Hotline) -> bool:
    """Each agent is in his own tenant's queue, and in no other."""
    members: dict[str, str] = {}
    queue = ""
    for line in (await hotline.stage.rx("queue show")).splitlines():
        if not line.startswith(" ") and " has " in line:
            queue = line.split()[0]
        for agent in ("1001", "1101", "1201"):
            if f"PJSIP/{agent}" in line:
                members[agent] = members.get(agent, "") + queue
    return members == {"1001": "desk", "1101": "east.general", "1201": "west.general"}


async def dials(phone: Phone, number: str) -> None:
    """Dial a number, and hang up where anything answers, were it the news that it is not known."""
    try:
        call = await phone.call(number)
    except Refused:
        return
    await phone.hang_up(call)


async def test_agents_call_their_colleagues_and_nobody_else(hotline: Hotline) -> None:
    ann, bea, ben, cai = [await hotline.agent(n) for n in ("1001", "1101", "1102", "1201")]
    for number in ("1201", "1001", "7200"):
        await dials(bea, number)
    await dials(cai, "1101")
    await dials(ann, "1101")
    await dials(bea, "1102")
    hotline.placed += 1
    assert [len(phone.offers) for phone in (ann, bea, ben, cai)] == [0, 0, 1, 0]


async def test_supervisors_reach_their_own_tenant_and_nobody_else(hotline: Hotline) -> None:
    bea = await hotline.agent("1101")
    ida, jia = [await hotline.agent(n, sign_in=False) for n in ("1109", "1209")]
    callers = await hotline.callers("7100", "1", patience_s=20.0)
    await (await hotline.offered(bea)).answered.wait()
    (call,) = await hotline.json("calls", "now")
    codes = hotline.stage.site.feature_codes
    for act in (codes.supervise.listen, codes.supervise.hang_up, codes.supervise.force_not_ready):
        await hotline.dial(jia, f"{act}1101")
    await hotline.state("1101", "talking")
    refused = await hotline.stage.command("calls", "hang-up", call["call"], "--as", "1209", code=1)
    assert "tenant" in refused
    told = await hotline.stage.command(
        "supervise", "listen", "1101", "--phone", "1209", "--as", "1209", code=1
    )
    assert "tenant" in told
    hears = await ida.call(f"{codes.supervise.listen}1101")
    await until(lambda: hears_caller(hears), "Ida hears her tenant's caller", 10.0)
    await ida.hang_up(hears)
    await hotline.dial(ida, f"{codes.supervise.hang_up}1101")
    await callers.result()


def hears_caller(call: Dialog) -> bool:
    return audio.seconds_of_tone(audio.linear(bytes(call.audio.heard)), audio.CALLER_HZ) > 0.3


async def test_lamps_and_boxes_of_others_are_not_there(hotline: Hotline) -> None:
    hints = await hotline.stage.rx("dialplan show cc-hints.east")
    assert "PJSIP/1101" in hints
    assert "PJSIP/1201" not in hints
    assert "PJSIP/1001" not in hints
    phones = await hotline.stage.rx("dialplan show cc-phones.east")
    assert "*9781" in phones
    assert "*9782" not in phones


async def test_messages_are_the_tenant_s(hotline: Hotline) -> None:
    callers = await hotline.callers("7101", patience_s=9.0)
    assert (await callers.result()).failed == 0
    call = await hotline.call()
    (message,) = hotline.table("voicemail", call["call_id"])
    assert message["box"] == "east.night"
    assert (hotline.stage.node.spool / "voicemail" / message["file"]).exists()
    for tenant, there in (("east", True), ("west", False)):
        listed = await hotline.json("voicemail", "list", "--tenant", tenant)
        assert (call["call_id"] in {entry["call_id"] for entry in listed}) is there


async def test_a_tenant_s_blacklist_is_its_own_and_the_site_s_is_for_all(hotline: Hotline) -> None:
    add = ("blacklist", "add", MOBILE, "--reason", "nuisance")
    await hotline.stage.command(*add, "--tenant", "east", "--prompt", "sorry")
    assert [await gets_through(hotline, n) for n in ("7100", "7200", "7000")] == [
        False,
        True,
        True,
    ]
    await hotline.stage.command(*add)
    assert [await gets_through(hotline, n) for n in ("7200", "7000")] == [False, False]
    for tenant in ("--tenant=east", "--tenant="):
        await hotline.stage.command("blacklist", "remove", MOBILE, "--reason", "over", tenant)
    assert await gets_through(hotline, "7100")


async def gets_through(hotline: Hotline, number: str) -> bool:
    """True when such a call is not blocked, with a prompt or without."""
    phone = Phone(MOBILE, "", hotline.stage.server)
    await hotline.joins(phone)
    try:
        call = await phone.call(number)
        await until(lambda: call.audio.packets > 25 or call.ended.is_set(), "a prompt or music")
        await phone.hang_up(call)
    except Refused:
        pass  # the record tells why
    return bool((await hotline.calls())[-1]["outcome"] != "blacklisted")


async def test_a_list_gives_its_tenant_s_priority(hotline: Hotline) -> None:
    await hotline.stage.command("lists", "add", "vip", "139*", "--tenant", "west")
    east = await hotline.callers("7100", "1", patience_s=1.0)
    west = await hotline.callers("7200", "1", patience_s=1.0)
    for callers in (east, west):
        await callers.result()
    found = {call["queue"]: call["priority"] for call in await hotline.calls()}
    assert found == {"east.general": 0, "west.general": 20}


async def test_listings_are_told_by_tenant(hotline: Hotline) -> None:
    bea = await hotline.agent("1101", Behaviour(talk_s=0.2))
    callers = await hotline.callers("7100", "1")
    call = await hotline.offered(bea)
    await ended(call, 10.0)
    await callers.result()
    record = await hotline.call()
    agents = await hotline.json("agents", "list", "--tenant", "east")
    assert {agent["agent"] for agent in agents} == {"1101", "1102", "1109"}
    of_east = await hotline.json("calls", "list", "--tenant", "east")
    of_west = await hotline.json("calls", "list", "--tenant", "west")
    assert record["call_id"] in {call["call_id"] for call in of_east}
    assert record["call_id"] not in {call["call_id"] for call in of_west}
