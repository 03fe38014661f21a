"""The running controller on a real Asterisk: its socket, lamps, fallback members, and an Asterisk
that dies under it."""

import asyncio
import os
import signal
import sqlite3
import stat
import time
from collections.abc import AsyncIterator
from contextlib import closing, suppress

import pytest
import pytest_asyncio
from callcenter.live.control_client import ControllerRefused, NoController, ask, watch
from callcenter.live.notes import pack
from callcenter.qa.phone import Phone
from callcenter.qa.stage import Stage, until
from callcenter.records.journal.contract_facts import ForecastFrozen

pytestmark = [pytest.mark.calls, pytest.mark.asyncio(loop_scope="module")]

QUEUES = {
    "desk": {"label": "Desk", "ring_timeout": "5s", "wrap_up": "0s", "announce": None},
    "other": {"announce": None},
}
SITE = {
    "language": "en",
    "trunks": {"line": {"host": "127.0.0.1", "port": 5080, "match": ["127.0.0.1"]}},
    "numbers": {"7001": {"to": "queue:desk"}},
    "queues": QUEUES,
    "agents": {"1001": {"name": "Ann"}, "1002": {"name": "Bob"}},
}
CALLER = "13812345678"
ENDED = "SELECT outcome FROM call WHERE caller = ? AND outcome IS NOT NULL ORDER BY arrived_at"
SEIZED = "SELECT trunk, result FROM trunk_use WHERE direction = 'in'"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stage(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    async with Stage(tmp_path_factory.mktemp("live"), SITE) as stage:
        yield stage


@pytest_asyncio.fixture(loop_scope="module")
async def ann(stage: Stage) -> AsyncIterator[Phone]:
    """Her phone is registered; at the end of a test she is signed out."""
    async with Phone("1001", stage.secrets["agents.1001"], stage.server) as phone:
        await phone.register()
        yield phone
    await stage.ask(do="sign_out", agent="1001")


async def states(stage: Stage) -> dict[str, tuple[str, str]]:
    answer = await stage.ask(do="agents")
    return {agent["agent"]: (agent["state"], agent["reason"]) for agent in answer["agents"]}


async def lamp(stage: Stage) -> str:
    """Ann's lamp in Asterisk's words."""
    words = await stage.rx("core show hint 1001")
    return words.partition("State:")[2].split()[0]


async def member(stage: Stage, queue: str = "desk") -> str:
    """Ann's line in Asterisk's own queue; empty where she is no member."""
    lines = (await stage.rx(f"queue show {queue}")).splitlines()
    return next((line for line in lines if "PJSIP/1001" in line), "")


async def test_only_the_owner_may_use_the_socket(stage: Stage) -> None:
    assert stat.S_IMODE(stage.node.control_socket.stat().st_mode) == 0o600


async def test_a_year_of_forecasts_is_one_request(stage: Stage) -> None:
    soon = (time.time() // 3600 + 2) * 3600
    days = [
        ForecastFrozen(time.time(), soon + n * 86_400, (99_999,) * 20, "plan", "x")
        for n in range(366)
    ]
    assert len(packed := pack(days)) > 1 << 16
    assert await stage.ask(do="note", facts=packed) == {"ok": True, "noted": 366}


async def test_a_request_without_end_is_refused(stage: Stage) -> None:
    with pytest.raises(ControllerRefused, match="bytes at most"):
        await asyncio.to_thread(ask, stage.node.control_socket, do="note", facts="x" * (5 << 20))
    assert (await stage.ask(do="agents"))["ok"]


async def test_an_agents_lamp_and_memberships_follow_his_state(stage: Stage, ann: Phone) -> None:
    answer = await stage.ask(do="sign_in", agent="1001")
    assert answer == {"ok": True, "agent": "1001", "state": "ready", "reason": ""}
    await until(lambda: is_lamp(stage, "Idle"), "the lamp shows her free")
    await until(lambda: member(stage, "other"), "she is a member of all queues")
    assert "paused" not in await member(stage)

    answer = await stage.ask(do="not_ready", agent="1001", reason="break")
    assert (answer["state"], answer["reason"]) == ("not_ready", "break")
    await until(lambda: is_lamp(stage, "Busy"), "the lamp says busy")
    await until(lambda: is_paused(stage), "she is paused")
    assert "break" in await member(stage)

    await stage.ask(do="ready", agent="1001")
    await until(lambda: is_lamp(stage, "Idle"), "the lamp shows her free again")
    await stage.ask(do="sign_out", agent="1001")
    await until(lambda: is_lamp(stage, "Busy"), "signed out, she does not look free")
    await until(lambda: is_no_member(stage), "she is no member any more")


async def is_lamp(stage: Stage, state: str) -> bool:
    return await lamp(stage) == state


async def is_paused(stage: Stage) -> bool:
    return "paused" in await member(stage)


async def is_no_member(stage: Stage) -> bool:
    return not await member(stage)


async def test_members_that_others_changed_are_mended_at_the_start(
    stage: Stage, ann: Phone
) -> None:
    await stage.ask(do="sign_in", agent="1001")
    await until(lambda: member(stage), "she is a member")
    await stage.stop_controller()
    await stage.rx("queue remove member PJSIP/1001 from desk")
    await stage.rx("queue add member PJSIP/1002 to desk")
    await stage.start_controller()
    assert (await states(stage))["1001"] == ("ready", "")
    await until(lambda: member(stage), "she is a member again")
    assert "PJSIP/1002" not in await stage.rx("queue show desk")


async def test_members_wait_for_an_asterisk_whose_queues_are_not_loaded_yet(
    stage: Stage, ann: Phone
) -> None:
    await stage.ask(do="sign_in", agent="1001")
    await stage.stop_controller()
    await stage.rx("queue remove member PJSIP/1001 from desk")
    await stage.rx("module unload app_queue.so")
    try:
        await stage.start_controller()
        await until(lambda: "not ready yet" in stage.controller_log.read_text(), "it has asked")
    finally:
        await stage.rx("module load app_queue.so")
    await until(lambda: member(stage), "she is a member")


@pytest.mark.parametrize(
    ("request_", "words"),
    [
        ({"do": "sign_in", "agent": "4711"}, "no agent '4711'"),
        ({"do": "not_ready", "agent": "1001", "reason": "a\nb"}, "one line"),
        ({"do": "dance"}, "unknown request 'dance'"),
        ({}, "unknown request None"),
    ],
)
async def test_a_request_that_cannot_be_done_is_refused(
    stage: Stage, request_: dict[str, str], words: str
) -> None:
    answer = await stage.ask(**request_)
    assert answer["ok"] is False
    assert words in answer["error"]


async def test_the_client_tells_refusals_and_absence_apart(stage: Stage) -> None:
    socket = stage.node.control_socket
    assert (await asyncio.to_thread(ask, socket, do="snapshot"))["connected"] is True
    with pytest.raises(ControllerRefused, match="unknown"):
        await asyncio.to_thread(ask, socket, do="dance")
    with pytest.raises(NoController, match="callcenter live"):
        await asyncio.to_thread(ask, stage.node.path / "nobody.sock", do="snapshot")


async def test_who_watches_gets_changes_but_no_flood(stage: Stage, ann: Phone) -> None:
    views = watch(stage.node.control_socket)
    first = await asyncio.to_thread(next, views)
    assert [queue["queue"] for queue in first["queues"]] == ["desk", "other"]
    begun = time.monotonic()
    for _ in range(20):
        await stage.ask(do="sign_in", agent="1001")
        await stage.ask(do="sign_out", agent="1001")
    await stage.ask(do="sign_in", agent="1001")
    seen = 0
    while True:
        view = await asyncio.to_thread(next, views)
        seen += 1
        if view["agents"][0]["state"] == "ready":
            break
    assert seen <= 1 + 5 * (time.monotonic() - begun)
    views.close()


async def test_a_site_is_taken_when_it_is_deployed_and_not_before(stage: Stage, ann: Phone) -> None:
    await stage.ask(do="sign_in", agent="1001")
    stage.write({**SITE, "queues": {**QUEUES, "third": {"announce": None}}})
    assert (await stage.ask(do="reload"))["ok"] is True
    assert await queues(stage) == ["desk", "other"]
    await stage.command("deploy")
    assert await queues(stage) == ["desk", "other", "third"]
    await until(lambda: member(stage, "third"), "she is a member of the new queue")
    stage.write(SITE)
    await stage.command("deploy")
    assert await queues(stage) == ["desk", "other"]


async def queues(stage: Stage) -> list[str]:
    return [queue["queue"] for queue in (await stage.ask(do="snapshot"))["queues"]]


async def test_a_second_controller_is_refused(stage: Stage) -> None:
    said = await stage.command("live", code=1)
    assert "another process" in said
    assert (await stage.ask(do="snapshot"))["connected"] is True


async def test_calls_that_asterisk_lost_end_once_and_agents_keep_their_states(
    stage: Stage, ann: Phone
) -> None:
    await stage.ask(do="sign_in", agent="1001")
    async with (
        Phone("13700000001", "", stage.server) as talks,
        Phone("13700000002", "", stage.server) as waits,
    ):
        await talks.call("7001")
        await until(lambda: is_talking(stage), "they talk")
        await waits.call("7001")
        await until(lambda: is_waiting(stage), "one waits")
        await asterisk_dies(stage)
        await until(lambda: is_empty(stage), "the floor is empty", 20.0)
    await until(lambda: outcomes(stage, "13700000002"), "the calls are in the records", 20.0)
    assert outcomes(stage, "13700000001") == ["answered"]
    assert outcomes(stage, "13700000002") == ["system_fail"]
    assert (await states(stage))["1001"] == ("ready", "")
    await until(lambda: is_lamp(stage, "Idle"), "the lamp is set anew", 20.0)
    await until(lambda: member(stage), "she is a member")
    await ann.register()  # Asterisk keeps new registrations in memory for a second
    async with Phone("13700000003", "", stage.server) as caller:
        await caller.call("7001")
        await until(lambda: is_talking(stage), "calls go on")
    await until(lambda: outcomes(stage, "13700000003") == ["answered"], "and end", 20.0)
    await until(lambda: ("line", "answered") in rows(stage, SEIZED), "the trunk was used", 20.0)


async def test_calls_outlive_a_connection_that_was_lost(stage: Stage, ann: Phone) -> None:
    """Asterisk hangs for longer than the heartbeat allows, then goes on."""
    await ann.register()
    await stage.ask(do="sign_in", agent="1001")
    async with (
        Phone(CALLER, "", stage.server) as talks,
        Phone("13900001111", "", stage.server) as waits,
    ):
        talk = await talks.call("7001")
        await until(lambda: is_talking(stage), "they talk")
        wait = await waits.call("7001")
        await until(lambda: is_waiting(stage), "one waits")
        assert stage.asterisk is not None
        assert stage.asterisk.pid is not None
        os.kill(stage.asterisk.pid, signal.SIGSTOP)
        try:
            await until(lambda: is_lost(stage), "the controller misses it", 20.0)
        finally:
            os.kill(stage.asterisk.pid, signal.SIGCONT)
        await until(lambda: is_found(stage), "it is found again", 20.0)
        assert talk.up
        assert wait.up
        assert await is_talking(stage)
        assert await is_waiting(stage)
        await talks.hang_up(talk)
        await until(lambda: len(ann.offers) == 2 and ann.offers[1].up, "the next one is served")
        await waits.hang_up(wait)


async def is_lost(stage: Stage) -> bool:
    return not (await stage.ask(do="snapshot"))["connected"]


async def is_found(stage: Stage) -> bool:
    return not await is_lost(stage)


async def asterisk_dies(stage: Stage) -> None:
    assert stage.asterisk is not None
    assert stage.asterisk.pid is not None
    os.kill(stage.asterisk.pid, signal.SIGKILL)
    await asyncio.to_thread(stage.asterisk.wait, 5.0)
    await asyncio.to_thread(stage.asterisk.start)
    await asyncio.to_thread(stage.asterisk.wait_booted)


async def is_talking(stage: Stage) -> bool:
    return (await states(stage))["1001"][0] == "talking"


async def is_waiting(stage: Stage) -> bool:
    return bool((await stage.ask(do="snapshot"))["queues"][0]["waiting"] == 1)


async def is_empty(stage: Stage) -> bool:
    view = await stage.ask(do="snapshot")
    return bool(view["connected"] and not view["calls"])


def outcomes(stage: Stage, number: str) -> list[str]:
    """Of the ended calls from a number, in their order."""
    return [str(outcome) for (outcome,) in rows(stage, ENDED, number)]


def rows(stage: Stage, query: str, *values: str) -> list[tuple[str, ...]]:
    """What the records hold."""
    with (
        suppress(sqlite3.OperationalError),  # the tables are being made
        closing(sqlite3.connect(stage.node.path / "records.db")) as database,
    ):
        return list(database.execute(query, values))
    return []


async def test_no_number_and_no_secret_stands_in_the_log(stage: Stage) -> None:
    async with Phone(CALLER, "", stage.server) as caller:
        call = await caller.call("7001")
        await until(lambda: is_waiting(stage), "he waits")
        await caller.hang_up(call)
    text = stage.node.controller_log.read_text(encoding="utf-8")
    assert "caller=138****5678" in text
    assert CALLER not in text
    assert not [name for name, secret in stage.secrets.items() if secret in text]


async def test_it_stops_cleanly_and_calls_stay_up(stage: Stage, ann: Phone) -> None:
    await stage.ask(do="sign_in", agent="1001")
    async with Phone(CALLER, "", stage.server) as caller:
        call = await caller.call("7001")
        await until(lambda: is_talking(stage), "they talk")
        await until(lambda: member(stage), "she is a member")
        await stage.stop_controller()
        assert await member(stage)
        assert not stage.node.control_socket.exists()
        heard = call.audio.packets
        await until(lambda: call.audio.packets > heard + 25, "the talk goes on")
        await stage.start_controller()
        assert (await states(stage))["1001"] == ("talking", "")
        await caller.hang_up(call)
        await until(lambda: is_ready(stage), "she is ready again")


async def is_ready(stage: Stage) -> bool:
    return (await states(stage))["1001"] == ("ready", "")
