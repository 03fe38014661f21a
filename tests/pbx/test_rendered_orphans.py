"""Who is left behind when the other side ends while the controller is away; the dialplan frees him.

A session of ARI plays the controller until it goes.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

import pytest
import pytest_asyncio
from callcenter.pbx.ari.events import Channel, Connected, Event, StasisStart
from callcenter.pbx.ari.session import AriSession
from callcenter.qa.dialog import Dialog
from callcenter.qa.phone import DECLINES, TALKS, Behaviour, Phone
from callcenter.render.files import APP, USER
from callcenter.site.model import Site
from tests.pbx.lab import until
from tests.pbx.rendered import Rendered

pytestmark = [pytest.mark.pbx, pytest.mark.asyncio(loop_scope="module")]

SITE = {
    "site": "orphans",
    "trunks": {"operator": {"host": "127.0.0.1"}},
    "numbers": {"10001": {"to": "queue:sales"}},
    "queues": {"sales": {"overflow": "voicemail:box", "max_wait": "20s"}},
    "agents": {"1001": {"name": "Ann"}},
    "voicemail": {"box": {}},
}
LEG_LIMIT_S = "60"


@dataclass
class Controller:
    """As much of a controller as brings two people together."""

    ari: AriSession
    events: "asyncio.Queue[Event]"

    async def start_of(self, *args: str) -> Channel:
        """The next channel that comes to us with these words."""
        async with asyncio.timeout(8):
            while True:
                event = await self.events.get()
                if isinstance(event, StasisStart) and event.args[: len(args)] == args:
                    return event.channel

    async def ring(self, caller: Channel) -> str:
        """Ring agent 1001 for a caller."""
        leg = f"{caller.id}~1"
        await self.ari.originate(
            leg,
            "PJSIP/1001",
            args="leg",
            timeout_s=30,
            originator=caller.id,
            caller_id="13800000000",
            variables={
                "CC_PEER": caller.name,
                "CHANNEL(hangup_handler_push)": "cc-leg-gone,s,1",
                "TIMEOUT(absolute)": LEG_LIMIT_S,
            },
        )
        return leg

    async def join(self, caller: Channel, leg: str) -> None:
        """Bring them together, as soon as the agent has picked up."""
        answered = await self.start_of("leg")
        await self.ari.create_bridge(f"talk-{caller.id}", "mixing")
        await self.ari.add_to_bridge(f"talk-{caller.id}", caller.id, leg)
        await self.ari.set_variable(caller.id, "CC_PEER", answered.name)

    async def shows_itself(self, ago_s: float) -> None:
        """The sign of life, as it was so long ago."""
        await self.ari.set_global("CC_HB", str(int(time.time() - ago_s)))


@asynccontextmanager
async def controller(node: Rendered) -> AsyncIterator[Controller]:
    """Connected until the end of the block; then nobody is there."""
    events: asyncio.Queue[Event] = asyncio.Queue()
    ari = AriSession(
        node.site.network.http_port,
        USER,
        node.secrets["ari"],
        app=APP,
        on_event=events.put_nowait,
    )
    running = asyncio.create_task(ari.run())
    try:
        async with asyncio.timeout(8):
            while not isinstance(await events.get(), Connected):
                pass
        yield Controller(ari, events)
    finally:
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rendered]:
    with Rendered(tmp_path_factory.mktemp("orphans"), Site.model_validate(SITE)) as running:
        yield running
        errors = [line for line in running.log.splitlines() if "ERROR[" in line]
        foreseen = (
            # An agent picks up for a controller that is not there.
            f"Stasis app '{APP}' not active",
            # Both sides hang up at once: each one's handler frees the other, who ends already.
            "An async goto just messed up our execution location",
        )
        assert [line for line in errors if not any(words in line for words in foreseen)] == []


@pytest_asyncio.fixture(loop_scope="module")
async def caller(node: Rendered) -> AsyncIterator[Phone]:
    async with Phone(f"138{time.monotonic_ns() % 10**8:08d}", "", node.server) as phone:
        yield phone


@pytest_asyncio.fixture(loop_scope="module")
async def agent(node: Rendered) -> AsyncIterator[Phone]:
    async with Phone("1001", node.secrets["agents.1001"], node.server) as phone:
        await phone.register()
        yield phone
        await phone.register(0)


async def talking(node: Rendered, caller: Phone, agent: Phone, ago_s: float) -> Dialog:
    """A caller and the agent in a talk, and the controller gone; the caller's side."""
    agent.behaviour = TALKS
    async with controller(node) as live:
        call = await caller.call("10001")
        channel = await live.start_of("queue", "sales")
        await live.join(channel, await live.ring(channel))
        await live.shows_itself(ago_s)
    return call


async def ringing(node: Rendered, caller: Phone, agent: Phone, does: Behaviour) -> Dialog:
    """A caller for whom the agent's phone rings, and the controller gone; the caller's side."""
    agent.behaviour = does
    async with controller(node) as live:
        call = await caller.call("10001")
        await live.ring(await live.start_of("queue", "sales"))
        await live.shows_itself(60)
        await until(lambda: _is(len(agent.offers) == 1))
    return call


async def _is(value: bool) -> bool:
    return value


async def nothing_up(node: Rendered) -> None:
    """Wait until Asterisk holds no channel. Raises TimeoutError."""

    async def so() -> bool:
        told = await asyncio.to_thread(node.asterisk.rx, "core show channels count")
        return "0 active channels" in told

    await until(so, 8)


async def test_the_callers_end_frees_the_agent(node: Rendered, caller: Phone, agent: Phone) -> None:
    call = await talking(node, caller, agent, ago_s=60)
    await caller.hang_up(call)
    await asyncio.wait_for(agent.offers[0].ended.wait(), 5)
    await nothing_up(node)


async def test_the_agents_end_frees_the_caller(node: Rendered, caller: Phone, agent: Phone) -> None:
    call = await talking(node, caller, agent, ago_s=60)
    await agent.hang_up(agent.offers[0])
    await asyncio.wait_for(call.ended.wait(), 5)
    assert not any("CC_FALLBACK" in event for event in node.events(caller.user))
    await nothing_up(node)


async def test_a_talk_goes_on_while_the_controller_is_away(
    node: Rendered, caller: Phone, agent: Phone
) -> None:
    call = await talking(node, caller, agent, ago_s=60)
    heard = call.audio.packets
    await until(lambda: _is(call.audio.packets > heard + 25))
    assert call.up
    assert agent.offers[0].up
    await caller.hang_up(call)
    await nothing_up(node)


async def test_a_controller_that_was_just_there_frees_the_other_side_itself(
    node: Rendered, caller: Phone, agent: Phone
) -> None:
    call = await talking(node, caller, agent, ago_s=0)
    await agent.hang_up(agent.offers[0])
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(call.ended.wait(), 1)
    await caller.hang_up(call)
    await nothing_up(node)


@pytest.mark.parametrize(
    "does",
    [DECLINES, Behaviour(after_s=0.5)],
    ids=["declines", "picks up"],
)
async def test_a_caller_for_whom_a_phone_rang_goes_on_to_asterisks_own_queue(
    does: Behaviour, node: Rendered, caller: Phone, agent: Phone
) -> None:
    call = await ringing(node, caller, agent, does)
    await node.saw(caller.user, "CC_VOICEMAIL box")
    assert "CC_FALLBACK sales" in node.events(caller.user)
    await caller.hang_up(call)
    await nothing_up(node)


async def test_who_waits_when_the_longest_time_is_over_goes_to_the_overflow(
    node: Rendered, caller: Phone
) -> None:
    async with controller(node) as live:
        call = await caller.call("10001")
        channel = await live.start_of("queue", "sales")
        await live.ari.set_variable(channel.id, "TIMEOUT(absolute)", "1")
        await node.saw(caller.user, "CC_VOICEMAIL box")
    assert "CC_OVERFLOW sales|max_wait" in node.events(caller.user)
    await caller.hang_up(call)
    await nothing_up(node)


async def test_who_talks_when_the_longest_time_is_over_is_hung_up(
    node: Rendered, caller: Phone, agent: Phone
) -> None:
    agent.behaviour = TALKS
    async with controller(node) as live:
        call = await caller.call("10001")
        channel = await live.start_of("queue", "sales")
        await live.join(channel, await live.ring(channel))
        await live.ari.set_variable(channel.id, "TIMEOUT(absolute)", "1")
        await live.shows_itself(60)
        await asyncio.wait_for(call.ended.wait(), 5)
    assert not any("CC_OVERFLOW" in event for event in node.events(caller.user))
    await nothing_up(node)


async def test_the_controller_sees_what_the_dialplan_knows_of_a_call(
    node: Rendered, caller: Phone
) -> None:
    async with controller(node) as live:
        call = await caller.call("10001")
        channel = await live.start_of("queue", "sales")
    known = channel.variables
    assert channel.id.startswith("orphans-")
    assert known["CC_CALL"] == channel.id
    assert known["CC_QUEUE"] == "sales"
    assert known["CC_CALLED"] == "10001"
    assert known["CC_LANGUAGE"] == "zh"
    assert known.get("CC_TEST", "") == ""
    assert float(known["CC_ARRIVED"]) <= float(known["CC_REQUESTED"]) <= time.time()
    assert len(known["CC_REQUESTED"].partition(".")[2]) == 3
    await caller.hang_up(call)
    await nothing_up(node)


async def test_a_code_tells_the_controller_who_dials_and_why(node: Rendered, agent: Phone) -> None:
    async with controller(node) as live:
        call = await agent.call("*132")
        channel = await live.start_of("code", "not_ready", "meeting")
        assert channel.variables["CC_AGENT"] == "1001"
        await agent.hang_up(call)
    await nothing_up(node)
